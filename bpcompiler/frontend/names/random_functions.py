"""`bp.random`: draws are recorded, also where everything is known while tracing; checks are, too."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from bpcompiler import random as own
from bpcompiler.errors import ShapeError
from bpcompiler.frontend.names.common import Handler, as_operand, ndim_of
from bpcompiler.frontend.names.math_functions import as_float
from bpcompiler.frontend.names.numpy_creation import asarray, astype, shape_of
from bpcompiler.frontend.names.numpy_creation import size as dimension_of
from bpcompiler.frontend.names.numpy_selection import take
from bpcompiler.frontend.names.numpy_shapes import reshape
from bpcompiler.frontend.operators import dimension, size_as_value, size_of
from bpcompiler.frontend.regions.faults import raised
from bpcompiler.frontend.trace import Traced, current
from bpcompiler.ir.equations import Primitive
from bpcompiler.ir.sizes import Size, product
from bpcompiler.ir.types import FLOAT64, INT64
from bpcompiler.primitives import random
from bpcompiler.primitives.piecewise import less
from bpcompiler.primitives.type_rules import broadcast_shapes
from bpcompiler.random.keys import EMPTY, TOO_MANY, TOO_WIDE, bounds, key_of, require_range

Shape = tuple[Size, ...] | None


def _uniform(key: Any, low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
    low, high = _floats(low), _floats(high)
    return _scaled(random.uniform, key, low, high - low, size)


def _normal(key: Any, loc: Any = 0.0, scale: Any = 1.0, size: Any = None) -> Any:
    return _scaled(random.normal, key, _floats(loc), _floats(scale), size)


def _integers(key: Any, low: Any, high: Any = None, size: Any = None, endpoint: Any = False) -> Any:
    low, high, message = bounds(low, high, bool(endpoint), _integer)
    _require_range(low, high, message)
    if type(low) is int and low == 0:
        return _draw(random.integers, key, _shape(size), high)
    return low + _draw(random.integers, key, _shape(size), high - low)


def _permutation(key: Any, x: Any) -> Any:
    if not ndim_of(x):
        length = dimension_of(x)
        return _emit(random.permutation, key, count=length, length=length)
    return take(x, _permutation(key, dimension(asarray(x), 0)), axis=0)


def _choice(key: Any, a: Any, size: Any = None, replace: Any = True) -> Any:
    if ndim_of(a):
        return take(a, _choice(key, dimension(asarray(a), 0), size, replace), axis=0)
    shape, n = _shape(size), _integer(a)
    count = 1 if shape is None else product(shape)
    if count != 0:
        _require(0, n, EMPTY)
    if replace:
        return _draw(random.choice, key, shape, n)
    return _sample(key, n, shape, count)


def _sample(key: Any, n: Any, shape: Shape, count: Size) -> Any:
    length = dimension_of(n)
    if current().decisions.less(length, count):
        raise ValueError(TOO_MANY)
    chosen = _emit(random.sample, key, count=count, length=length)
    if shape is None:
        return chosen.item()
    return chosen if len(shape) == 1 else reshape(chosen, tuple(map(size_as_value, shape)))


# ------------------------------------------------------------------ arguments


def _emit(primitive: Primitive, key: Any, *operands: Any, **attrs: Any) -> Any:
    return current().emit(primitive, *key_of(key, _integer), *operands, **attrs)


def _draw(primitive: Primitive, key: Any, shape: Shape, *operands: Any) -> Any:
    return _emit(primitive, key, *operands, shape=shape)


def _integer(value: Any) -> Any:
    """Return an integer, traced or not."""
    if not isinstance(value, Traced):
        return operator.index(value)
    if value.aval.dtype is not INT64 or value.aval.shape:
        raise TypeError(f"{value.aval} cannot be interpreted as an integer")
    return current().rewrap(current().number_of(value.value))


def _floats(value: Any) -> Any:
    """Return a Python float, or an array of float64."""
    if not ndim_of(value):
        return as_float(value)
    array = asarray(as_operand(value))
    return array if array.aval.dtype is FLOAT64 else astype(array, np.float64)


def _shape(given: Any) -> Shape:
    return None if given is None else shape_of(given)


def _require(low: Any, high: Any, message: str) -> None:
    """Raise ValueError unless low < high: now where the arguments say so, else when the program runs."""
    sizes, trace = (size_of(low), size_of(high)), current()
    if None not in sizes and trace.decisions.decidable(*sizes):
        if not trace.decisions.less(*sizes):
            raise ValueError(message)
        return
    raised(trace, ValueError(message), trace.operand(trace.elementwise(less, low, high)))


def _require_range(low: Any, high: Any, message: str) -> None:
    if not (isinstance(low, Traced) or isinstance(high, Traced)):
        require_range(low, high, message)
        return
    _require(low, high, message)
    if isinstance(low, Traced) or low < 0:  # in floats, which do not overflow
        trace, width = current(), as_float(high) - as_float(low)
        raised(trace, ValueError(TOO_WIDE), trace.operand(trace.elementwise(less, width, 2.0**63)))


def _scaled(primitive: Primitive, key: Any, start: Any, step: Any, size: Any) -> Any:
    """Return start + step * drawn, without what changes nothing."""
    own_shapes = [part.aval.shape for part in (start, step) if isinstance(part, Traced)]
    shape = _shape(size)
    if any(own_shapes):
        current().broadcast(own_shapes)
        shape = broadcast_shapes(*own_shapes) if shape is None else shape
    result = _draw(primitive, key, shape)
    if not (isinstance(step, float) and step == 1.0):
        result = step * result
    if not (isinstance(start, float) and start == 0.0):
        result = start + result
    if shape is not None and result.aval.shape != shape:
        raise ShapeError(
            "the parameters do not broadcast to size", remedy="give no size", origin=current().place()
        )
    return result


HANDLERS: dict[Callable[..., Any], Handler] = {
    own.uniform: _uniform,
    own.normal: _normal,
    own.integers: _integers,
    own.permutation: _permutation,
    own.choice: _choice,
}
