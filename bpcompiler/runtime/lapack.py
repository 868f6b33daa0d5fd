"""Linear algebra for generated code, each function made ready when it is imported, and no other.

    from bpcompiler.runtime.lapack import cholesky_factor, solve_triangle

Loading a kernel takes 5 ms, and code from the disk may call at once what it imports: see `blas_install`.
The functions are those of `lapack_functions`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bpcompiler.runtime import lapack_functions
from bpcompiler.runtime.blas_install import define
from bpcompiler.runtime.blas_symbols import add_lapack_symbols

add_lapack_symbols()


def __getattr__(name: str) -> Callable[..., Any]:
    """Return a function; its symbols stand for something from now on."""
    if name not in lapack_functions.KERNELS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    define({name: lapack_functions.KERNELS[name]})
    function: Callable[..., Any] = getattr(lapack_functions, name)
    return function
