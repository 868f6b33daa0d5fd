"""NumPy's functions that make arrays. Every array of a trace is a value of the program, constants too."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from bpcompiler.errors import ShapeError, UnsupportedError
from bpcompiler.frontend import references
from bpcompiler.frontend.dtypes import dtype_named
from bpcompiler.frontend.names.common import Handler, has_traced, no_rule, number, reject
from bpcompiler.frontend.operators import size_as_value, size_of
from bpcompiler.frontend.trace import Traced, current
from bpcompiler.ir.equations import Literal, Operand
from bpcompiler.ir.sizes import Size, floordiv
from bpcompiler.ir.types import BOOL, FLOAT32, FLOAT64, Array, DType, Scalar, is_float, is_weak, promote
from bpcompiler.primitives import arithmetic, creation, loops, piecewise, shapes
from bpcompiler.primitives.broadcasting import broadcast_to


def size(value: Any) -> Size:
    """Return a dimension that the user wrote."""
    found = size_of(int(value) if isinstance(value, np.integer) else value)
    if found is None:
        found = current().static(value, "a dimension") if isinstance(value, Traced) else None
    if found is None:
        raise TypeError(f"'{type(value).__name__}' object cannot be interpreted as an integer")
    if current().decisions.less(found, 0):
        raise ShapeError("negative dimensions are not allowed", origin=current().place())
    return found  # type: ignore[no-any-return]


def shape_of(value: Any) -> tuple[Size, ...]:
    """Return a shape that the user wrote: an integer or a sequence of them."""
    if isinstance(value, (tuple, list)):
        return tuple(map(size, value))
    return (size(value),)


def _dtype(given: Any, default: DType) -> DType:
    return default if given is None else dtype_named(given)


def _filled(primitive: Any, name: str) -> Handler:
    def handler(shape: Any, dtype: Any = None, order: Any = "C", **kwargs: Any) -> Any:
        reject(f"np.{name}", kwargs)
        return current().emit(primitive, shape=shape_of(shape), dtype=_dtype(dtype, FLOAT64))

    return handler


def _filled_like(primitive: Any, name: str) -> Handler:
    def handler(x: Any, dtype: Any = None, **kwargs: Any) -> Any:
        reject(f"np.{name}", kwargs)
        x = asarray(x)
        if primitive is creation.zeros and dtype is None:
            return current().emit(creation.zeros_like, x)
        made = current().emit(primitive, shape=x.aval.shape, dtype=_dtype(dtype, x.aval.dtype))
        return references.like(made, x)

    return handler


def _full(shape: Any, fill_value: Any, dtype: Any = None, **kwargs: Any) -> Any:
    reject("np.full", kwargs)
    return _fill(shape_of(shape), fill_value, dtype)


def _full_like(x: Any, fill_value: Any, dtype: Any = None, **kwargs: Any) -> Any:
    reject("np.full_like", kwargs)
    x = asarray(x)
    made = _fill(x.aval.shape, fill_value, x.aval.dtype.value if dtype is None else dtype)
    return references.like(made, x)


def _fill(shape: tuple[Size, ...], value: Any, dtype: Any) -> Any:
    trace = current()
    operand = trace.number_of(trace.operand(value))
    if operand.aval.shape:
        trace.broadcast([shape, operand.aval.shape])
        wide = references.detached(trace.emit(broadcast_to, trace.rewrap(operand), shape=shape))
        return wide if dtype is None else astype(wide, dtype)
    wanted = _dtype(dtype, operand.aval.dtype)
    if operand.aval.dtype is not wanted:
        operand = trace.operand(trace.emit(piecewise.convert, trace.rewrap(operand), dtype=wanted))
    return trace.emit(creation.full, trace.rewrap(operand), shape=shape, dtype=wanted)


def _eye(n: Any, m: Any = None, k: Any = 0, dtype: Any = None, **kwargs: Any) -> Any:
    reject("np.eye", kwargs)
    offset = current().static(k, "the diagonal of np.eye") if isinstance(k, Traced) else int(k)
    sides = (size(n), size(n if m is None else m))
    return current().emit(creation.eye, shape=sides, k=offset, dtype=_dtype(dtype, FLOAT64))


def _identity(n: Any, dtype: Any = None, **kwargs: Any) -> Any:
    return _eye(n, dtype=dtype, **kwargs)


def _arange(*bounds: Any, dtype: Any = None, **kwargs: Any) -> Any:
    reject("np.arange", kwargs)
    if not has_traced(bounds) and not all(isinstance(bound, (int, np.integer)) for bound in bounds):
        return current_array(np.arange(*bounds, dtype=dtype))
    found = [size_behind(current().operand(bound)) for bound in bounds]
    if any(bound is None for bound in found):
        raise UnsupportedError(
            "np.arange of traced floats: the length would depend on data",
            remedy="use np.linspace(start, stop, num), or start + step * np.arange(n) with an integer n",
            origin=current().place(),
        )
    start, stop, step = _arange_bounds(found)
    if current().decisions.less((stop - start) * (1 if step > 0 else -1), 0):
        length: Size = 0
    else:
        length = floordiv(stop - start + step - (1 if step > 0 else -1), step)
    result = current().emit(creation.arange, start=start, length=length, step=step)
    if dtype is None and any(is_float(current().operand(bound).aval) for bound in bounds):
        dtype = np.float64
    return result if dtype is None else astype(result, dtype)


def size_behind(operand: Operand) -> Any:
    """Return the size that a number is, also where it is a float made of sizes and whole numbers; or None."""
    if operand.aval.dtype is FLOAT32 or operand.aval.shape:
        return None
    if isinstance(operand, Literal):
        whole = not isinstance(operand.value, float) or operand.value.is_integer()
        return int(operand.value) if whole and str(operand.value) != "-0.0" else None
    if operand.aval.dtype is BOOL:
        return None
    if isinstance(operand.aval, Scalar) and operand.aval.size is not None:
        return operand.aval.size
    made = next((eqn for eqn in current().builder.equations if operand in eqn.outputs), None)
    rule = WHOLE.get(made.primitive) if made is not None else None
    parts = [size_behind(each) for each in made.operands] if made is not None and rule is not None else [None]
    return None if rule is None or None in parts else rule(*parts)


WHOLE: dict[Any, Callable[..., Size]] = {
    arithmetic.add: operator.add,
    arithmetic.sub: operator.sub,
    arithmetic.mul: operator.mul,
    arithmetic.neg: operator.neg,
    piecewise.convert: lambda size: size,
}


def _arange_bounds(found: list[Any]) -> tuple[Size, Size, int]:
    step = current().decisions.number(found[2]) if len(found) > 2 else 1
    if step == 0:
        raise ZeroDivisionError("division by zero")
    return (0, found[0], step) if len(found) == 1 else (found[0], found[1], step)


def _linspace(
    start: Any, stop: Any, num: Any = 50, endpoint: bool = True, *, dtype: Any = None, **kwargs: Any
) -> Any:
    reject("np.linspace", kwargs)
    count = size(num)
    if not has_traced((start, stop, num)):
        return current_array(np.linspace(start, stop, int(num), endpoint=endpoint, dtype=dtype))
    bounds = [current().operand(bound).aval for bound in (start, stop)]
    if any(aval.shape for aval in bounds):
        raise no_rule(
            "np.linspace between arrays", "write start + t * (stop - start) with t = np.linspace(0, 1, n)"
        )
    computed = promote([*bounds, Scalar(FLOAT64, weak=True)])
    index = astype(current().emit(creation.arange, start=0, length=count, step=1), computed.value)
    result = _spaced(index, start, stop, count, endpoint)
    return result if dtype is None else astype(result, dtype)


def _spaced(index: Any, start: Any, stop: Any, count: Size, endpoint: bool) -> Any:
    """Return the numbers as NumPy computes them; the last one is exactly `stop`."""
    if endpoint and current().decisions.equal(count, 1):
        return index * (stop - start) + start
    steps = size_as_value(count - 1 if endpoint else count)
    spaced = index * ((stop - start) / steps) + start
    if not endpoint:
        return spaced
    return current().elementwise(piecewise.select, index == steps, stop, spaced)


def array(value: Any, dtype: Any = None, *, copy: Any = True, ndmin: int = 0, **kwargs: Any) -> Any:
    """`np.array`: of nested lists of numbers, traced or not."""
    reject("np.array", {k: v for k, v in kwargs.items() if k not in ("order", "like")})
    result = _array(value)
    if dtype is not None:
        result = astype(result, dtype)
    missing = ndmin - len(result.aval.shape)
    return result if missing <= 0 else result.reshape((1,) * missing + tuple(result.shape))


def _array(value: Any) -> Any:
    if isinstance(value, Traced):
        return (
            references.fresh(value)
            if isinstance(value.aval, Array)
            else current().emit(shapes.reshape, value, shape=())
        )
    if isinstance(value, np.ndarray) or not has_traced(value):
        return current_array(np.array(value))
    items = [item if _is_number(item) else _array(item) for item in value]
    avals = [current().operand(item).aval for item in items]
    shapes_found = {aval.shape for aval in avals}
    first = avals[0].shape
    for aval in avals[1:]:
        if len(aval.shape) != len(first) or not all(map(current().decisions.equal, first, aval.shape)):
            raise ValueError(f"setting an array element with a sequence: inhomogeneous shapes {shapes_found}")
    dtype = promote([Array(aval.dtype, ()) for aval in avals])  # here a Python number counts in full
    items = [_as_dtype(item, aval, dtype) for item, aval in zip(items, avals, strict=True)]
    return current().emit(shapes.stack, *items, axis=0)


def _as_dtype(item: Any, aval: Any, dtype: DType) -> Any:
    """Bring the items to one dtype; they may be stacked as weak ones of it."""
    if aval.dtype is dtype:
        return item
    if not isinstance(item, Traced) and isinstance(aval, Scalar):
        return np.dtype(dtype.value).type(item)
    return current().emit(piecewise.convert, item, dtype=dtype)


def _is_number(item: Any) -> bool:
    return isinstance(item, (bool, int, float, np.generic)) or (
        isinstance(item, Traced) and not isinstance(item.aval, Array)
    )


def asarray(value: Any, dtype: Any = None, **kwargs: Any) -> Any:
    """`np.asarray`: an array is itself."""
    if isinstance(value, Traced) and isinstance(value.aval, Array):
        return value if dtype is None else astype(value, dtype, copy=False)
    made = array(value, dtype, **kwargs)
    trace = current()
    if isinstance(value, Traced) and value.value in trace.without_dimensions:
        made_of = "a store into an array made of np.where of numbers"
        message = f"{made_of}: whether that made a view or a copy is not known here"
        trace.ambiguous[made.storage] = trace.place(), trace.place(), message
    return made


def _contiguous(value: Any, dtype: Any = None, **kwargs: Any) -> Any:
    """`np.ascontiguousarray`: an array is itself if its elements lie one after the other."""
    x = asarray(value, dtype, **kwargs)
    return references.contiguous(x) if x is value else x


def current_array(value: Any) -> Any:
    """Return an array known while tracing as a value of the program."""
    trace = current()
    return trace.rewrap(trace.constant(value))


def astype(x: Any, dtype: Any, *, copy: Any = True, **kwargs: Any) -> Any:
    """`x.astype(dtype)`. A float that becomes an int has no derivative."""
    wanted = dtype_named(dtype)
    if x.aval.dtype is wanted and not is_weak(x.aval):
        return x if not isinstance(x.aval, Array) or copy is False else references.fresh(x)
    return current().emit(piecewise.convert, x, dtype=wanted)


def _scalar_type(numpy_type: Any) -> Handler:
    def handler(value: Any = 0, /) -> Any:
        if not has_traced(value):
            return numpy_type(value)
        if not isinstance(value, Traced):
            return array(value, numpy_type)
        return astype(value if value.aval.shape else number(value), numpy_type)

    return handler


HANDLERS: dict[Callable[..., Any], Handler] = {
    np.zeros: _filled(creation.zeros, "zeros"),
    np.ones: _filled(creation.ones, "ones"),
    np.empty: _filled(loops.empty, "empty"),
    np.zeros_like: _filled_like(creation.zeros, "zeros_like"),
    np.ones_like: _filled_like(creation.ones, "ones_like"),
    np.empty_like: _filled_like(loops.empty, "empty_like"),
    np.full: _full,
    np.full_like: _full_like,
    np.eye: _eye,
    np.identity: _identity,
    np.arange: _arange,
    np.linspace: _linspace,
    np.array: array,
    np.asarray: asarray,
    np.ascontiguousarray: _contiguous,
    np.float64: _scalar_type(np.float64),
    np.float32: _scalar_type(np.float32),
    np.int64: _scalar_type(np.int64),
    np.bool_: _scalar_type(np.bool_),
}
