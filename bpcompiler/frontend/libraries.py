"""Which modules are libraries: run natively and by rules, never interpreted, their members constants."""

from __future__ import annotations

import sys

# Ours, and written in what the interpreter takes: it goes through as through a user's helper.
PLAIN = ("bpcompiler.optim", "bpcompiler.fitting.loops", "bpcompiler.fitting.orders")
LIBRARIES = frozenset(sys.stdlib_module_names) - {"__main__"} | {"numpy", "scipy", "numba", "bpcompiler"}


def is_library(module: str | None) -> bool:
    """Return whether a module's name is that of a library, or inside one."""
    return module is not None and module.partition(".")[0] in LIBRARIES and not module.startswith(PLAIN)


def is_ours(module: str) -> bool:
    """Return whether a module is interpreted and yet never changes: what is read from it are constants."""
    return module.startswith(PLAIN)
