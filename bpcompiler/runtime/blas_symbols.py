"""SciPy's BLAS and LAPACK as symbols of the process: what machine code links to by name.

An address in machine code would be wrong in the next process. So the functions behind
`scipy.linalg.cython_blas` and `cython_lapack` are given names here, each time, and machine code on disk
refers to the names.
"""

from __future__ import annotations

import ctypes
import functools
import importlib
import importlib.util
import sys
from contextlib import suppress
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader
from pathlib import Path
from typing import Any

import llvmlite.binding

ROUTINES = ("dgemm", "sgemm", "dgemv", "sgemv", "ddot", "sdot")
TRIANGULAR = ("dtrsm", "strsm", "dtrsv", "strsv")
FACTORS = ("dgetrf", "sgetrf", "dpotrf", "spotrf")
PREFIX = "bp_blas_"
_BLAS, _LAPACK = "cython_blas", "cython_lapack"
_THREADS = ("scipy_openblas_get_num_threads", "openblas_get_num_threads")  # in SciPy's wheels, elsewhere


def add_symbol(name: str, address: int) -> None:
    """Give an address a name that machine code can link to."""
    llvmlite.binding.add_symbol(name, address)


def add_blas_symbols() -> None:
    """Name each routine of BLAS that our kernels use: `bp_blas_dgemm` ..."""
    _add_routines(_BLAS, ROUTINES)


@functools.cache
def counts_threads() -> bool:
    """Say whether SciPy's BLAS is OpenBLAS, and name its function that tells how many threads it may use."""
    with suppress(OSError, AttributeError):  # a module without a file
        library = ctypes.CDLL(_extension(_BLAS).__file__)  # what it was linked with is found by it, too
        for name in _THREADS:
            if hasattr(library, name):
                address = ctypes.cast(getattr(library, name), ctypes.c_void_p).value or 0
                add_symbol(PREFIX + "threads", address)
                return True
    return False


def add_lapack_symbols() -> None:
    """Name what the kernels of linear algebra use: `bp_blas_dpotrf` ..."""
    _add_routines(_BLAS, TRIANGULAR)
    _add_routines(_LAPACK, FACTORS)


def _add_routines(module: str, routines: tuple[str, ...]) -> None:
    capsules = _extension(module).__pyx_capi__
    for routine in routines:
        add_symbol(PREFIX + routine, _pointer(capsules[routine]))


def _pointer(capsule: object) -> int:
    """Return the function's address. Its integers must be C's int, as they are in SciPy's wheels."""
    get_name, get_pointer = ctypes.pythonapi.PyCapsule_GetName, ctypes.pythonapi.PyCapsule_GetPointer
    get_name.restype, get_name.argtypes = ctypes.c_char_p, [ctypes.py_object]
    get_pointer.restype, get_pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    name = get_name(capsule)
    if b"int *" not in name or b"long" in name or b"int64" in name:
        raise ImportError(f"this SciPy's BLAS takes integers of another size: {name.decode()}")
    return int(get_pointer(capsule, name))


@functools.cache
def _extension(name: str) -> Any:
    """Return SciPy's module without importing the rest of scipy.linalg, which takes 85 ms (this: 2)."""
    if "scipy.linalg" not in sys.modules:
        with suppress(Exception):  # whatever is different in this SciPy, the plain import works
            return _load_extension(name)
    return importlib.import_module(f"scipy.linalg.{name}")


def _load_extension(name: str) -> Any:
    """Load the extension module alone, and leave no trace: a later import of scipy.linalg is as ever."""
    spec = importlib.util.find_spec("scipy")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("SciPy is not a package on disk")
    folder = Path(next(iter(spec.submodule_search_locations))) / "linalg"
    path = next(p for p in (folder / f"{name}{suffix}" for suffix in EXTENSION_SUFFIXES) if p.exists())
    importlib.import_module("scipy")  # it finds its shared libraries (Windows)
    full = f"scipy.linalg.{name}"
    loader = ExtensionFileLoader(full, str(path))
    module_spec = importlib.util.spec_from_file_location(full, path, loader=loader)
    if module_spec is None:
        raise ImportError(f"no module in {path}")
    module = importlib.util.module_from_spec(module_spec)
    loader.exec_module(module)
    sys.modules.pop(full, None)
    return module
