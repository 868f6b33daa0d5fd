"""Functions of Numba's that are compiled for the kinds of arrays of one specialisation, and refuse others.

Numba looks at the dtype, dimensions, layout and flags of every array of a call, to find the machine code for
them. If it only ever has machine code for what a specialisation takes, nobody needs to look before. So these
are tested where Numba asks for more: when it has no machine code for a call. Then it either compiles, for
another layout perhaps, or raises `Refused` before anything has happened.

A sealed function is one of its own: the same text may serve specialisations of other kinds, or the user.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpcompiler.runtime.machine import twin


class Refused(Exception):  # noqa: N818 - not an error: the call is another specialisation's
    """A call is not of the kind that a function is compiled for."""


@dataclass(frozen=True, slots=True)
class ArrayKind:
    """What Numba tells apart of an array. `layout`: "C" or "F" where only that one is taken."""

    dtype: np.dtype[Any]
    ndim: int
    written: bool = False
    layout: str | None = None

    def takes(self, array: Any) -> bool:
        """Return whether an array is of this kind."""
        flags = array.flags
        return (
            array.dtype == self.dtype
            and array.ndim == self.ndim
            and (flags.writeable or not self.written)
            and (self.layout is None or self.layout == _layout(flags))
        )


def _layout(flags: Any) -> str:
    return "C" if flags.c_contiguous else "F" if flags.f_contiguous else "A"


def sealed(kernel: Any, arrays: Mapping[int, ArrayKind]) -> Any:
    """Return the function for arrays of these kinds, by the number of the argument; the same one each time.

    Without arrays, and where the function is not Numba's, it is itself.
    """
    if not arrays or not hasattr(kernel, "_compile_for_args"):
        return kernel
    known = vars(kernel).setdefault("sealed", {})
    kinds = tuple(arrays.items())
    if kinds not in known:
        known.setdefault(kinds, _sealed(twin(kernel), dict(arrays)))
    return known[kinds]


def is_sealed(kernel: Any) -> bool:
    """Return whether a function refuses arrays of other kinds."""
    return "_compile_for_args" in getattr(kernel, "__dict__", ())


def refusals() -> tuple[type[Exception], ...]:
    """Return what a sealed function raises for calls of other kinds: of some, Numba has no type."""
    return Refused, importlib.import_module("numba.core.errors").NumbaError


def _sealed(kernel: Any, arrays: Mapping[int, ArrayKind]) -> Any:
    compile_for: Callable[..., Any] = kernel._compile_for_args  # noqa: SLF001 - what its C code calls

    def compile_if_taken(*args: Any, **kwargs: Any) -> Any:
        if not all(kind.takes(args[number]) for number, kind in arrays.items()):
            raise Refused
        return compile_for(*args, **kwargs)

    kernel._compile_for_args = compile_if_taken  # noqa: SLF001 - the same
    return kernel
