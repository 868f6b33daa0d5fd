"""Kernels ready to be called by name: loaded, compiled, or on their first call.

Machine code refers to a kernel by its symbol, and an unknown symbol ends the process. So every symbol
stands for something from the start: the kernel, if it is on disk, else a stand-in that makes it ready
when it is called. Callers that are compiled here ask for the kernel first and never meet the stand-in;
it serves code that Numba kept elsewhere (a user's own `cache=True`) after our folder was cleared.
"""

from __future__ import annotations

import ctypes
import functools
from typing import TYPE_CHECKING, Any

from numba import types
from numba.core import ccallback

from bpcompiler.runtime import blas_tiled
from bpcompiler.runtime.blas_kernels import KERNELS
from bpcompiler.runtime.blas_memory import REALS
from bpcompiler.runtime.blas_symbols import add_blas_symbols, add_symbol
from bpcompiler.runtime.fingerprint import environment
from bpcompiler.runtime.machine import MachineCode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bpcompiler.runtime.blas_kernels import Kernel

_makers: dict[str, Callable[[str], Kernel]] = {}
_C_TYPES: dict[Any, Any] = {
    types.void: None,
    types.intp: ctypes.c_ssize_t,
    types.float64: ctypes.c_double,
    types.float32: ctypes.c_float,
}


def symbol(operation: str, dtype: str) -> str:
    """Return the name by which machine code calls a kernel."""
    return f"bp_{operation}_{dtype}"


def install(operation: str, dtype: str) -> Any:
    """Have a kernel ready under its symbol: loaded (3 ms), or compiled, once per machine."""
    kernel = _kernel(operation, dtype)
    if kernel.native_name is None:  # neither loaded nor compiled
        kernel.compile()
        add_symbol(symbol(operation, dtype), kernel.address)
    return kernel


def install_all() -> None:
    """Define the symbols of the products."""
    add_blas_symbols()
    define(KERNELS)


def define(kernels: Mapping[str, Callable[[str], Kernel]]) -> None:
    """Define the symbols of these operations: by the kernel if that is on disk, else by a stand-in."""
    _makers.update(kernels)
    for operation in kernels:
        for dtype in REALS:
            add_symbol(symbol(operation, dtype), _address(_stand_in(operation, dtype)))
            if _is_on_disk(_kernel(operation, dtype)):
                install(operation, dtype)


@functools.cache
def _kernel(operation: str, dtype: str) -> Any:
    """Return the kernel, not yet compiled, with its place on disk."""
    function, signature = _makers[operation](dtype)
    kernel: Any = ccallback.CFunc(
        function, (signature.args, signature.return_type), {}, {"error_model": "numpy"}
    )
    form = "_tiled" * blas_tiled.available()  # which depends on the BLAS, also of one SciPy
    kernel._cache = MachineCode(f"bp_blas_{environment()[:16]}.{operation}_{dtype}{form}")  # noqa: SLF001
    return kernel


def _is_on_disk(kernel: Any) -> bool:
    target = kernel._targetdescr.target_context  # noqa: SLF001 - what its `compile` looks up
    return bool(kernel._cache.holds(kernel._sig, target))  # noqa: SLF001


@functools.cache  # which also keeps it alive, as the symbol needs
def _stand_in(operation: str, dtype: str) -> Any:
    """Return a C function that makes the kernel ready and calls it."""
    signature = _kernel(operation, dtype)._sig  # noqa: SLF001
    prototype = ctypes.CFUNCTYPE(
        _C_TYPES[signature.return_type], *(_C_TYPES[kind] for kind in signature.args)
    )

    def stand_in(*args: float) -> Any:
        return prototype(install(operation, dtype).address)(*args)

    return prototype(stand_in)


def _address(function: Any) -> int:
    """Return the address of a C function made by ctypes."""
    return ctypes.cast(function, ctypes.c_void_p).value or 0
