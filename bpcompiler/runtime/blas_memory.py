"""Matrices in memory, as the kernels of products take them, and functions that are compiled into kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from numba import njit, types

if TYPE_CHECKING:
    from collections.abc import Callable

REALS = {"float64": types.float64, "float32": types.float32}


class Matrix(NamedTuple):
    """A matrix in memory: (i, j) is at `start + i * down + j * along`, in bytes."""

    start: int
    down: int
    along: int
    rows: int
    columns: int


def nopython(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a helper of the kernels, compiled into them: not for calls from Python, in half the time."""
    compiled: Callable[..., Any] = njit(error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)(
        function
    )
    return compiled
