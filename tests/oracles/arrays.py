"""Arrays of dual numbers: NumPy's own object arrays, so that views, stores, aliases and indexing are its own.

`DualArray` adds what object arrays lack: elements are always duals (a stored 1.0 becomes one), and
elementwise functions and extrema follow the rules.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from tests.oracles import layout, rules
from tests.oracles.number import Dual, apply, constant, plain

Array = np.ndarray[Any, np.dtype[Any]]


class DualArray(np.ndarray[Any, np.dtype[Any]]):
    """An array of dtype object whose elements are duals. Comparisons give ordinary arrays of bools."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if method == "__call__":
            ufunc = ELEMENTWISE.get(ufunc, ufunc)
        if "out" in options:
            options["out"] = tuple(map(as_ordinary, options["out"]))
        # `where=` is a mask, and a target that is a DualArray must come back as itself.
        return lift(as_dual(getattr(ufunc, method)(*map(as_ordinary, inputs), **options)))

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        from tests.oracles.numpy_shim import NUMPY_SHIM

        return NUMPY_SHIM.call(function, args, kwargs)

    def __setitem__(self, index: Any, value: Any) -> None:
        # `[()]`: an element must become the number, never an array of no dimensions around it.
        super().__setitem__(index, as_ordinary(lift(np.asarray(value, dtype=object)))[()])

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return np.asarray(found) if isinstance(found, np.ndarray) and found.dtype != object else found

    def fill(self, value: Any) -> None:
        self[...] = value

    def astype(self, dtype: Any, *args: Any, **options: Any) -> Any:
        if np.dtype(dtype).kind in "fO":
            return self.copy()
        return primals(self).astype(dtype)

    def copy(self, order: Any = "C") -> Any:
        return lift(as_ordinary(self).copy(order))

    def item(self, *index: Any) -> Any:
        return as_ordinary(self).item(*index)


def _method(name: str) -> Callable[..., Any]:
    """Return an ndarray method that does what the function of that name does."""

    def method(self: DualArray, *args: Any, **options: Any) -> Any:
        from tests.oracles.numpy_shim import NUMPY_SHIM

        return getattr(NUMPY_SHIM, name)(self, *args, **options)

    return method


for _name in ("sum", "prod", "mean", "var", "std", "max", "min", "clip", "dot", "cumsum", "trace", "round"):
    setattr(DualArray, _name, _method(_name))


def as_ordinary(value: Any) -> Any:
    """Return the same memory as a plain ndarray; anything else as it is."""
    return value.view(np.ndarray) if isinstance(value, DualArray) else value


def lift(value: Any) -> Any:
    """Return float and object arrays as a DualArray (object arrays in place), anything else as it is."""
    if isinstance(value, (tuple, list)) and not hasattr(value, "_fields"):
        return type(value)(map(lift, value))
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "fO":
        return value
    if value.dtype.kind == "f":
        value = as_objects(value)
    _make_elements_dual(as_ordinary(value))
    return value.view(DualArray)


def as_dual(result: Any) -> Any:
    """Return the result of a sum or product; object arrays without elements give the integer 0 or 1."""
    return constant(np.float64(result)) if type(result) is int else result


def as_objects(value: Array) -> Array:
    """Return a new object array of the same layout whose elements are NumPy scalars of float64."""
    objects = layout.empty_like(value, object)
    for index in np.ndindex(value.shape):
        objects[index] = np.float64(value[index])
    return objects


def _make_elements_dual(value: Array) -> None:
    for index in np.ndindex(value.shape):
        if not isinstance(value[index], Dual):
            value[index] = constant(0.0 if value[index] is None else np.float64(value[index]))


def primals(value: Any) -> Any:
    """Return an array of float64 without derivatives."""
    ordinary = as_ordinary(value)
    out = np.empty(ordinary.shape, dtype=np.float64)
    for index in np.ndindex(ordinary.shape):
        out[index] = plain(ordinary[index])
    return out


def elementwise(function: Callable[..., Any], operands: int) -> Any:
    """Return the function of numbers as a ufunc over object arrays."""
    return np.frompyfunc(function, operands, 1)


def _pair(best: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    return lambda a, b: rules.select((a, b), best)


def _of_primals(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *operands: function(*map(plain, operands))


ELEMENTWISE: dict[Any, Any] = {
    getattr(np, name): elementwise(partial(apply, operation), len(operation.slopes))
    for name, operation in rules.NUMPY.items()
    if hasattr(np, name)
}
ELEMENTWISE |= {
    np.maximum: elementwise(_pair(max), 2),
    np.minimum: elementwise(_pair(min), 2),
    np.fmax: elementwise(_pair(max), 2),
    np.fmin: elementwise(_pair(min), 2),
    np.fabs: ELEMENTWISE[np.absolute],
    np.float_power: ELEMENTWISE[np.power],
    np.radians: ELEMENTWISE[np.deg2rad],
    np.degrees: ELEMENTWISE[np.rad2deg],
}
