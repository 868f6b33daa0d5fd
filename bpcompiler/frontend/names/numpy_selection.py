"""NumPy's functions that select elements: by index, on a diagonal, on one side of it, in another order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bpcompiler.frontend import keys, references
from bpcompiler.frontend.names.common import Handler, as_operand, integer, natively_all, no_rule, number
from bpcompiler.frontend.names.numpy_creation import asarray
from bpcompiler.frontend.names.numpy_reductions import axes_of, sum_
from bpcompiler.frontend.names.numpy_shapes import flatten
from bpcompiler.frontend.trace import current
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import BOOL, INT64, Array
from bpcompiler.primitives import creation, triangles
from bpcompiler.primitives.broadcasting import broadcast_to


def take(a: Any, indices: Any, axis: Any = None, out: Any = None, mode: str = "raise") -> Any:
    """`np.take`: by integers, along an axis or of all elements in order."""
    if out is not None or mode != "raise":
        raise no_rule("np.take with out or mode", "use x[indices]")
    x = asarray(a)
    if axis is None or not x.aval.shape:
        x, axis = flatten(x), axis or 0
    (along,) = axes_of(integer(axis, "an axis"), len(x.aval.shape))
    taken = keys.read(x, (*(slice(None),) * along, as_operand(indices)))
    return references.detached(taken) if isinstance(taken.aval, Array) else taken


def diagonal(a: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
    """`np.diagonal`: along the last axis of the result."""
    x = asarray(a)
    ndim = len(x.aval.shape)
    if ndim < 2:
        raise ValueError("diag requires an array of at least two dimensions")
    (first,), (second,) = (axes_of(integer(axis, "an axis"), ndim) for axis in (axis1, axis2))
    if first == second:
        raise ValueError("axis1 and axis2 cannot be the same")
    rest = [axis for axis in range(ndim) if axis not in (first, second)]
    x = x.transpose((*rest, first, second))
    down, right = _starts(integer(offset, "the offset of a diagonal"))
    if not (rest or down or right) and x.aval.shape[0] == x.aval.shape[1]:
        return references.whole_diagonal(x)
    count = _least(x.aval.shape[-2] - down, x.aval.shape[-1] - right)
    return references.diagonal(x, _range(down, count), _range(right, count))


def _starts(offset: int) -> tuple[int, int]:
    return max(-offset, 0), max(offset, 0)


def _least(rows: Size, columns: Size) -> Size:
    """The smaller size, not below 0; the call at hand decides which that is."""
    least = columns if current().decisions.less(columns, rows) else rows
    return 0 if current().decisions.less(least, 0) else least


def _range(start: Size, count: Size) -> Any:
    return current().emit(creation.arange, start=start, length=count, step=1)


def trace(a: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1, dtype: Any = None, out: Any = None) -> Any:
    """`np.trace`: the sum of a diagonal."""
    return sum_(diagonal(a, offset, axis1, axis2), -1, dtype, out)


def _diag(v: Any, k: Any = 0) -> Any:
    x, offset = asarray(v), integer(k, "the offset of np.diag")
    if len(x.aval.shape) == 2:
        return diagonal(x, offset)
    if len(x.aval.shape) != 1:
        raise ValueError("Input must be 1- or 2-d.")
    if offset:
        raise no_rule(
            "np.diag of a vector off the main diagonal", "build it with np.eye(n, k=k) and a product"
        )
    return current().emit(triangles.diagonal_matrix, x)


def zero_of(x: Any) -> Any:
    """Return a Python zero that leaves the dtype of x as it is."""
    return {BOOL: False, INT64: 0}.get(x.aval.dtype, 0.0)


def _triangle(keeps_lower: bool) -> Handler:
    def handler(m: Any, k: Any = 0) -> Any:
        x, offset = asarray(m), integer(k, "the diagonal")
        if not x.aval.shape:
            raise TypeError("np.tril and np.triu need an array of at least one dimension")
        if len(x.aval.shape) == 1:
            x = current().emit(broadcast_to, x, shape=x.aval.shape * 2)
        return current().emit(triangles.tril if keeps_lower else triangles.triu, x, k=offset)

    return handler


def diff(a: Any, n: Any = 1, axis: Any = -1, **kwargs: Any) -> Any:
    """`np.diff`: the differences of neighbours, `n` times."""
    times = integer(n, "n of np.diff")
    if kwargs:
        raise no_rule(f"np.diff with {', '.join(kwargs)}", "join the parts with np.concatenate first")
    if times < 0:
        raise ValueError(f"order must be non-negative but got {times}")
    if times == 0:
        return a
    x = asarray(a)
    if not x.aval.shape:
        raise ValueError("diff requires input that is at least one dimensional")
    (along,) = axes_of(integer(axis, "an axis"), len(x.aval.shape))
    before = (slice(None),) * along
    for _ in range(times):
        later, earlier = x[(*before, slice(1, None))], x[(*before, slice(None, -1))]
        x = later != earlier if x.aval.dtype is BOOL else later - earlier
    return x


def _flip(m: Any, axis: Any = None) -> Any:
    x = asarray(m)
    axes = axes_of(axis, len(x.aval.shape))
    if not x.aval.shape:
        return number(m)
    return x[tuple(slice(None, None, -1) if i in axes else slice(None) for i in range(len(x.aval.shape)))]


HANDLERS: dict[Callable[..., Any], Handler] = natively_all(
    {
        np.take: take,
        np.diagonal: diagonal,
        np.trace: trace,
        np.diag: _diag,
        np.tril: _triangle(keeps_lower=True),
        np.triu: _triangle(keeps_lower=False),
        np.diff: diff,
        np.flip: _flip,
        np.fliplr: lambda m: _flip(m, 1),
        np.flipud: lambda m: _flip(m, 0),
    }
)
