"""NumPy's functions that write into an array they are given, and the `out` of all others."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from bpcompiler.errors import DtypeError, StoreError
from bpcompiler.frontend import keys, masks, stores, writing
from bpcompiler.frontend.names.common import Handler, natively_all, no_rule
from bpcompiler.frontend.names.numpy_creation import asarray
from bpcompiler.frontend.operators import call_numpy
from bpcompiler.frontend.trace import Traced, current
from bpcompiler.ir.types import Array
from bpcompiler.primitives import shapes
from bpcompiler.primitives.creation import arange
from bpcompiler.primitives.indexing import At, add_at, getitem, has_arrays
from bpcompiler.primitives.stores import checked


def with_out(function: Callable[..., Any], handler: Handler) -> Handler:
    """Return the handler of a function, with `out`, for a ufunc also as the argument after the operands."""
    name = getattr(function, "__name__", "the function")
    count = function.nin if isinstance(function, np.ufunc) else None

    @wraps(handler)
    def into(*args: Any, out: Any = None, **kwargs: Any) -> Any:
        if count is not None and len(args) > count:
            args, out = args[:count], args[count] if out is None else out
        out = out[0] if isinstance(out, tuple) and len(out) == 1 else out
        if out is None:
            return handler(*args, **kwargs)
        target = _target(out)
        stores.check_writable(target)
        stores.put_result(target, handler(*args, **kwargs), name, widens=count is not None)
        return out

    return into


def _target(out: Any) -> Any:
    if isinstance(out, np.ndarray):
        raise StoreError(
            "a store into an array that NumPy made while tracing",
            remedy="make a copy first: y = np.array(y)",
            origin=current().place(),
        )
    if not (isinstance(out, Traced) and isinstance(out.aval, Array)):
        raise TypeError("return arrays must be of ArrayType")
    return out


def fill(x: Any, value: Any) -> None:
    """`x.fill(value)`."""
    stores.assign(_target(x), value)


def put(a: Any, indices: Any, values: Any, mode: str = "raise") -> None:
    """`np.put`: by places among all elements in order."""
    if mode != "raise":
        raise no_rule("np.put with a mode", "write a.reshape(-1)[indices % a.size] = values")
    x = _target(a)
    stores.check_writable(x)
    flat = current().emit(shapes.reshape, x, shape=(writing.count(x),))
    flat[indices] = values
    writing.replace(x, current().emit(shapes.reshape, flat, shape=x.aval.shape))


def _copyto(dst: Any, src: Any, casting: str = "same_kind", where: Any = True) -> None:
    x, value = _target(dst), src if isinstance(src, (bool, int, float)) else asarray(src)
    kinds = [stores.kind_of(each) for each in (value, x)]
    if kinds[0] > kinds[1] and casting != "unsafe":
        raise DtypeError(
            f"Cannot cast array data from dtype('{current().operand(value).aval.dtype.value}') to "
            f"dtype('{x.aval.dtype.value}') according to the rule 'same_kind'",
            origin=current().place(),
        )
    if where is True:
        stores.assign(x, value)
        return
    stores.check_writable(x)
    wide = writing.broadcast_value(stores.fitted(value, x.aval.dtype, x.aval.shape), x.aval.shape)
    writing.replace(x, call_numpy(np.where, (where, wide, x), {}))


def _putmask(a: Any, mask: Any, values: Any) -> None:
    if current().operand(values).aval.shape:
        raise no_rule("np.putmask with an array of values", "write np.where(mask, values, a)")
    _target(a)[mask] = values


def _fill_diagonal(a: Any, val: Any, wrap: bool = False) -> None:
    x = _target(a)
    if len(x.aval.shape) != 2 or wrap:
        raise no_rule("np.fill_diagonal of no matrix", "write a[i, i] = value with i = np.arange(n)")
    rows, columns = x.aval.shape
    least = columns if current().decisions.less(columns, rows) else rows
    places = current().emit(arange, start=0, length=least, step=1)
    spec = (At(1, checked=True), At(2, checked=True))
    stores.check_writable(x)
    writing.write(x, spec, [places, places], stores.fitted(val, x.aval.dtype, (least,)))


def _at(negate: bool) -> Handler:
    """`np.add.at`: repeated indices add up."""

    def handler(a: Any, indices: Any, b: Any) -> None:
        x = _target(a)
        stores.check_writable(x)
        key = tuple(indices) if isinstance(indices, list) and not _is_flat(indices) else indices
        items = keys.expanded(x, key)
        value = call_numpy(np.negative, (b,), {}) if negate else b
        if masks.among(items):
            x.update_item(key, lambda old: old + value)
            return
        spec, given = keys.parsed(x, items)
        avals = [x.aval, *(current().operand(index).aval for index in given)]
        if not has_arrays(spec, avals):
            x.update_item(key, lambda old: stores.added(old, value))
            return
        if any(isinstance(item, At) and item.proven is None for item in spec):
            current().emit(getitem, x, *given, spec=spec)  # the check of the indices
        part = stores.part_shape(x, spec, given)
        added = stores.fitted(stores.same_kind(value, x, "add"), x.aval.dtype, part)
        writing.replace(x, current().emit(add_at, x, added, *given, spec=checked(spec)))

    return handler


def _is_flat(indices: list[Any]) -> bool:
    return not any(isinstance(each, (list, tuple, slice)) or each is None for each in indices)


HANDLERS: dict[Callable[..., Any], Handler] = natively_all(
    {
        np.copyto: _copyto,
        np.put: put,
        np.putmask: _putmask,
        np.fill_diagonal: _fill_diagonal,
        np.add.at: _at(negate=False),
        np.subtract.at: _at(negate=True),
    }
)
