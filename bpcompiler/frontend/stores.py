"""Stores into arrays, as NumPy means them: what `a[key] = v` and `a += v` write, and what they refuse.

What is stored is converted to the array's dtype and broadcast to the part. The right-hand side is complete
before anything is written, so overlapping reads and writes mean what NumPy's buffered evaluation does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from bpcompiler.errors import DtypeError, NeedsValueError, OutsideWriteError, ShapeError, UnsupportedError
from bpcompiler.frontend import keys, masks, references, sharing, writing
from bpcompiler.frontend.trace import Trace, current
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import BOOL, INT64, DType
from bpcompiler.primitives import broadcasting
from bpcompiler.primitives.indexing import Spec, full_slice, result_shape
from bpcompiler.primitives.stores import checked
from bpcompiler.primitives.type_rules import shape_text

if TYPE_CHECKING:
    from bpcompiler.frontend.tracers import TracedArray

UFUNCS = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "floordiv": "floor_divide",
    "mod": "remainder", "pow": "power", "matmul": "matmul", "and": "bitwise_and", "or": "bitwise_or",
    "xor": "bitwise_xor", "lshift": "left_shift", "rshift": "right_shift",
}  # fmt: skip
KINDS = {BOOL: 0, INT64: 1}
FLOATS = 2


def store(array: TracedArray, key: Any, value: Any) -> None:
    """Run `array[key] = value`."""
    check_writable(array)
    items = keys.expanded(array, key)
    if masks.among(items):
        part, mask = masks.split(array, items)
        masks.store(part, mask, _operand(value), array.aval.dtype)
    else:
        _store_at(array, *keys.parsed(array, items), value)


def update_item(array: TracedArray, key: Any, compute: Callable[[Any], Any]) -> None:
    """Run `array[key] op= value`: `compute` returns what the operator does to the old item."""
    check_writable(array)
    items = keys.expanded(array, key)
    if masks.among(items):
        part, mask = masks.split(array, items)
        masks.store(part, mask, compute(masks.Selection(references.now(part), mask)), array.aval.dtype)
        return
    spec, indices = keys.parsed(array, items)
    old = keys.selected(array, spec, indices, key)
    new = compute(old)
    shares = getattr(old, "storage", None) is array.storage
    if new is not old or not shares:  # else it was changed in place
        _store_at(array, checked(spec), indices, new)


def _store_at(array: TracedArray, spec: Spec, indices: list[Any], value: Any) -> None:
    part = part_shape(array, spec, indices)
    writing.write(array, spec, indices, fitted(value, array.aval.dtype, part))


def part_shape(array: TracedArray, spec: Spec, indices: list[Any]) -> tuple[Size, ...]:
    """Return the shape of the part that a spec selects."""
    return result_shape(spec, [array.aval, *(current().operand(index).aval for index in indices)])


def assign(array: TracedArray, value: Any) -> None:
    """Run `array[...] = value`."""
    check_writable(array)
    _store_at(array, tuple(map(full_slice, array.aval.shape)), [], value)


def inplace(name: str) -> Callable[[Any, Any], Any]:
    """Return the method for `array op= value`."""

    def method(self: TracedArray, other: Any) -> Any:
        check_writable(self)
        result = getattr(self, f"__{name}__")(other)
        if result is not NotImplemented:
            put_result(self, result, UFUNCS[name])
        return NotImplemented if result is NotImplemented else self

    return method


def kind_of(value: Any) -> int:
    """Return the rank of a value's kind of dtype: bool, integer, float."""
    return KINDS.get(current().operand(value).aval.dtype, FLOATS)


def same_kind(result: Any, array: TracedArray, ufunc: str) -> Any:
    """Return what a ufunc computed. Raises DtypeError where NumPy's same_kind rule forbids to store it."""
    trace = current()
    aval = trace.operand(result).aval
    if kind_of(result) > kind_of(array):
        raise DtypeError(
            f"Cannot cast ufunc '{ufunc}' output from dtype('{aval.dtype.value}') to "
            f"dtype('{array.aval.dtype.value}') with casting rule 'same_kind'",
            remedy="make a new array: x = x + y, or convert what is stored",
            origin=trace.place(),
        )
    return result


def added(old: Any, value: Any) -> Any:
    """Return `old + value`, or change the part of an array that `old` is."""
    old += value
    return old


def put_result(array: TracedArray, result: Any, ufunc: str, *, widens: bool = False) -> None:
    """Let the array hold what a function computed. `widens`: the result may have to be broadcast to it."""
    trace = current()
    aval = trace.operand(same_kind(result, array, ufunc)).aval
    if widens and len(aval.shape) <= len(array.aval.shape):
        result = fitted(result, array.aval.dtype, array.aval.shape)
        result = writing.broadcast_value(result, array.aval.shape)
    elif not _same_shape(trace, aval.shape, array.aval.shape):
        wide, narrow = _numbers(trace, aval.shape), _numbers(trace, array.aval.shape)
        raise ShapeError(
            f"non-broadcastable output operand with shape {narrow} doesn't match the broadcast shape {wide}",
            origin=trace.place(),
        )
    writing.replace(array, writing.converted(result, array.aval.dtype))


def _same_shape(trace: Trace, left: tuple[Size, ...], right: tuple[Size, ...]) -> bool:
    return len(left) == len(right) and all(map(trace.decisions.equal, left, right))


def _numbers(trace: Trace, shape: tuple[Size, ...]) -> str:
    return shape_text(tuple(map(trace.decisions.value, shape)))


# ------------------------------------------------------------------ what is stored


def fitted(value: Any, dtype: DType, shape: tuple[Size, ...]) -> Any:
    """Return a value as it is stored into a part of this shape. Raises ShapeError as NumPy does."""
    trace = current()
    value = _operand(value)
    given = trace.operand(value).aval.shape
    extra = max(len(given) - len(shape), 0)
    narrow = shape[max(len(shape) - len(given), 0) :]
    fits = all(trace.decisions.equal(size, 1) for size in given[:extra]) and all(
        trace.decisions.equal(size, wide) or trace.decisions.equal(size, 1)
        for size, wide in zip(given[extra:], narrow, strict=True)
    )
    if not fits and not shape:
        raise ShapeError("setting an array element with a sequence.", origin=trace.place())
    if not fits:
        raise ShapeError(
            f"could not broadcast input array from shape {_numbers(trace, given)} "
            f"into shape {_numbers(trace, shape)}",
            origin=trace.place(),
        )
    if extra:
        value = trace.emit(broadcasting.squeeze, value, axes=tuple(range(extra)))
    return writing.converted(value, dtype)


def _operand(value: Any) -> Any:
    trace = current()
    if isinstance(value, masks.Selection):
        return value
    if isinstance(value, (list, tuple)):
        handler = trace.handler(np.array)
        value = handler(value) if handler is not None else value
    operand = trace.operand(value)
    return value if operand.aval.shape else trace.rewrap(trace.number_of(operand))


# ------------------------------------------------------------------ what may not be written


def check_writable(array: TracedArray) -> None:
    """Raise unless the array may be stored into."""
    trace = current()
    sharing.settle(array)
    storage = array.storage
    if storage in trace.ambiguous:
        first, second, message = trace.ambiguous[storage]
        kind = NeedsValueError if storage in trace.listed else UnsupportedError  # a plain list could
        raise kind(
            f"{message} ({first} and {second})",
            remedy="make a copy first: x = x.copy()",
            origin=trace.place(),
        )
    if storage in trace.perhaps:
        trace.unsure.append((trace.perhaps[storage], trace.place()))
    if storage.outside:
        raise OutsideWriteError(
            f"a store into the array {storage.outside}, which existed before the call",
            remedy=f"pass it as an argument, or make a copy in the function: {storage.outside}.copy()",
            origin=trace.place(),
        )
    if storage.home is not trace:
        raise OutsideWriteError(
            "a store into an array of the function around the one that is differentiated",
            remedy="pass the array as an argument, or make a copy inside: x.copy()",
            origin=trace.place(),
        )
    if storage.readonly or (array.view is not None and array.view.readonly):
        raise ValueError("assignment destination is read-only")
    trace.stored.setdefault(storage, trace.place())
