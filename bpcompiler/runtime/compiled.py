"""Machine code with what its faults mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bpcompiler.ir.boundary import Given
from bpcompiler.runtime.faults import FaultEntry
from bpcompiler.runtime.passes import use_fewer_passes


@dataclass(frozen=True, slots=True)
class Compiled:
    """`kernel` takes flat values; `faults` says what its faults mean; `text` is its module's source.

    `given`: the results that it takes as arrays, after its inputs, and does not return. `tests_sizes`: its
    first result says whether the sizes are those that it is for.
    """

    text: str
    kernel: Any
    faults: tuple[FaultEntry, ...]
    given: tuple[Given, ...] = ()
    tests_sizes: bool = False


def load(text: str, name: str, faults: tuple[FaultEntry, ...]) -> Compiled:
    """Return the function `name` of a module with this text, from the disk or compiled at the first call."""
    from bpcompiler.runtime.module import load_module  # noqa: PLC0415 - loads Numba: on first use

    return Compiled(text, getattr(load_module(text, name), name), faults)


def inspectable(kernel: Any) -> Any:
    """Return a Numba function whose LLVM and machine code can be shown: of code from the disk, made again."""
    if not kernel.stats.cache_hits:
        return kernel
    again = type(kernel)(kernel.py_func, targetoptions=kernel.targetoptions)
    use_fewer_passes(again)
    for signature in kernel.signatures:
        again.compile(signature)
    return again
