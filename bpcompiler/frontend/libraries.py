"""Which modules are libraries: run natively and by rules, never interpreted, their members constants."""

from __future__ import annotations

import sys

LIBRARIES = frozenset(sys.stdlib_module_names) - {"__main__"} | {"numpy", "scipy", "numba", "bpcompiler"}
# Ours, and written in what the interpreter takes: it goes through as through a user's helper.
INTERPRETED = ("bpcompiler.optim", "bpcompiler.fitting.loops", "bpcompiler.fitting.orders")


def is_library(module: str | None) -> bool:
    """Return whether a module's name is that of a library, or inside one."""
    return module is not None and module.partition(".")[0] in LIBRARIES and not is_ours(module)


def is_ours(module: str | None) -> bool:
    """Return whether a module is interpreted and this library's own: it needs no guards, it never changes."""
    return module is not None and module.startswith(INTERPRETED)
