"""Marks in machine code, by which a caller's Numba cache is known to be out of date.

Numba puts the code of a function into that of its callers. With `cache=True` these are kept on disk, and
found again as long as the caller's own file is the same: that another function has changed goes unnoticed.
So each function of a generated module has a mark in the constants that Numba keeps beside its code (its
environment), and those of all callees are kept with a caller. A mark is unpickled in front of anything else.
Where the caller does not lead to a module of just that name now (which stands for its text, all versions and
our own source), this raises an OSError, which to Numba means that there is no file: it compiles again.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

from bpcompiler.errors import CacheError

DEPTH = 20  # frames between the unpickling and the cache that asked for it: five, in Numba 0.61 to 0.68


class Mark:
    """What is kept with the machine code of a module's functions."""

    __slots__ = ("module",)

    def __init__(self, module: str) -> None:
        self.module = module

    def __reduce__(self) -> Any:
        return recalled, (self.module,)


def put_mark(result: Any, module: str) -> Any:
    """Return Numba's compile result, marked."""
    result.environment.consts.append(Mark(module))
    return result


def recalled(module: str) -> Mark:
    """Return the mark that was kept. Raises CacheError, an OSError, where the code around it is stale."""
    cache = _asking(sys._getframe())  # noqa: SLF001 - pickle tells nobody who asks
    function = getattr(cache, "_py_func", None)
    if module in sys.modules and (
        getattr(cache, "trusts_marks", False)
        or (isinstance(function, FunctionType) and leads_to(function, module))
    ):
        return Mark(module)
    raise CacheError(f"machine code that contains {module}, which is not what its caller calls now")


def _asking(frame: FrameType | None) -> Any:
    """Return the cache on whose behalf something is unpickled: Numba's, or ours."""
    for _ in range(DEPTH):
        if frame is None:
            return None
        owner = frame.f_locals.get("self")
        if hasattr(owner, "load_overload"):
            return owner
        frame = frame.f_back
    return None


def leads_to(function: FunctionType, module: str) -> bool:
    """Return whether a function names, itself or through Numba functions that it names, one of the module."""
    seen: set[FunctionType] = set()
    left = [function]
    while left:
        each = left.pop()
        if each.__module__ == module:
            return True
        if each not in seen:
            seen.add(each)
            called = (getattr(value, "py_func", None) for value in _named_by(each))
            left += (f for f in called if isinstance(f, FunctionType))
    return False


def _named_by(function: FunctionType) -> Iterator[Any]:
    """Yield what the function's code names outside of itself; of modules and tuples, what is in them."""
    names = set(_names(function.__code__))
    left = [function.__globals__[name] for name in names if name in function.__globals__]
    left += [cell.cell_contents for cell in function.__closure__ or () if _is_full(cell)]
    modules: set[str] = set()
    while left:
        value = left.pop()
        if isinstance(value, (tuple, list)):
            left += value
        elif not isinstance(value, ModuleType):
            yield value
        elif value.__name__ not in modules:
            modules.add(value.__name__)
            left += [vars(value)[name] for name in names if name in vars(value)]


def _is_full(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:  # of a variable that is not bound yet
        return False


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
