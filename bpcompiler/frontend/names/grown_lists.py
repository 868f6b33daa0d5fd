"""Lists that a loop has appended to, among the arguments of functions: NumPy's make arrays of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bpcompiler.frontend.grown import GrownList
from bpcompiler.frontend.operators import size_as_value


def _among(values: Any) -> bool:
    return any(isinstance(each, GrownList) for each in values)


def taking(function: Any, handler: Callable[..., Any]) -> Callable[..., Any]:
    """Return the handler of a function, which takes such lists too: NumPy's make arrays of them."""

    def take(*args: Any, **kwargs: Any) -> Any:
        if not _among(args) and not _among(kwargs.values()):
            return handler(*args, **kwargs)
        if function in KNOWN:
            return KNOWN[function](*args, **kwargs)
        if not _is_of_numpy(function):
            found = next(each for each in (*args, *kwargs.values()) if isinstance(each, GrownList))
            raise found.refused(f"{getattr(function, '__name__', function)}()")
        args = tuple(_as_array(each) for each in args)
        return handler(*args, **{key: _as_array(each) for key, each in kwargs.items()})

    return take


def _stack(arrays: GrownList, axis: Any = 0) -> Any:
    """`np.stack` along the first axis."""
    if type(axis) is not int or axis != 0:
        raise arrays.refused("np.stack along another axis than the first")
    return arrays.as_array()


def _concatenate(arrays: GrownList, /, axis: Any = 0) -> Any:
    """`np.concatenate` along the first axis."""
    shape = arrays.element.shape
    if type(axis) is not int or axis != 0 or not shape:
        raise arrays.refused("np.concatenate along another axis than the first")
    dims = tuple(map(size_as_value, (arrays.filled * shape[0], *shape[1:])))
    return arrays.as_array().reshape(dims)


KNOWN: dict[Any, Callable[..., Any]] = {
    len: GrownList.length,
    isinstance: lambda value, classes: issubclass(list, classes),
    type: lambda value: list,
    np.stack: _stack,
    np.concatenate: _concatenate,
    np.vstack: lambda arrays: _stack(arrays) if len(arrays.element.shape) == 1 else _concatenate(arrays),
}


def _is_of_numpy(function: Any) -> bool:
    module = getattr(function, "__module__", None) or type(function).__module__
    return str(module).partition(".")[0] == "numpy"


def _as_array(value: Any) -> Any:
    return value.as_array() if isinstance(value, GrownList) else value
