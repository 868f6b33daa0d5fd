"""NumPy's functions that join, cut and repeat arrays."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from bpcompiler.errors import ShapeError
from bpcompiler.frontend import keys, references
from bpcompiler.frontend.names.common import Handler, integer, natively_all, no_rule, reject
from bpcompiler.frontend.names.numpy_creation import asarray, astype
from bpcompiler.frontend.names.numpy_reductions import axes_of
from bpcompiler.frontend.names.numpy_shapes import atleast, broadcast_to, flatten, reshape
from bpcompiler.frontend.operators import shape, size_as_value
from bpcompiler.frontend.trace import current
from bpcompiler.ir import sizes
from bpcompiler.ir.types import promote
from bpcompiler.primitives import shapes

SAME_DIMENSIONS = "the arrays must match in all dimensions but the one along which they are joined"


def _same_shapes(arrays: list[Any], skip: int | None, message: str) -> None:
    first = arrays[0].aval.shape
    for other in arrays[1:]:
        if len(other.aval.shape) != len(first):
            raise ShapeError(message, origin=current().place())
        for axis, (a, b) in enumerate(zip(first, other.aval.shape, strict=True)):
            if axis != skip and not current().decisions.equal(a, b):
                raise ShapeError(message, origin=current().place())


def concatenate(arrays: Any, /, axis: Any = 0, **kwargs: Any) -> Any:
    """`np.concatenate`; with axis None the arrays are flattened."""
    reject("np.concatenate", kwargs)
    parts = _same_dtype([asarray(x) for x in arrays])
    if not parts:
        raise ValueError("need at least one array to concatenate")
    if axis is None:
        parts, axis = [flatten(x) for x in parts], 0
    if not parts[0].aval.shape:
        raise ValueError("zero-dimensional arrays cannot be concatenated")
    (along,) = axes_of(integer(axis, "an axis"), len(parts[0].aval.shape))
    _same_shapes(parts, along, SAME_DIMENSIONS)
    return current().emit(shapes.concatenate, *parts, axis=along)


def stack(arrays: Any, axis: Any = 0, **kwargs: Any) -> Any:
    """`np.stack`: along a new axis."""
    reject("np.stack", kwargs)
    parts = _same_dtype([asarray(x) for x in arrays])
    if not parts:
        raise ValueError("need at least one array to stack")
    _same_shapes(parts, None, "all input arrays must have the same shape")
    (along,) = axes_of(integer(axis, "an axis"), len(parts[0].aval.shape) + 1)
    return current().emit(shapes.stack, *parts, axis=along)


def _same_dtype(parts: list[Any]) -> list[Any]:
    if not parts:
        return parts
    dtype = promote([x.aval for x in parts])
    return [x if x.aval.dtype is dtype else astype(x, dtype.value) for x in parts]


def _hstack(tup: Any, **kwargs: Any) -> Any:
    parts = [atleast(1, x) for x in tup]
    return concatenate(parts, 1 if parts and len(parts[0].aval.shape) > 1 else 0, **kwargs)


def _vstack(tup: Any, **kwargs: Any) -> Any:
    return concatenate([atleast(2, x) for x in tup], 0, **kwargs)


def _column_stack(tup: Any) -> Any:
    parts = [asarray(x) for x in tup]
    return concatenate([x if len(x.aval.shape) > 1 else atleast(1, x)[:, None] for x in parts], 1)


def _append(arr: Any, values: Any, axis: Any = None) -> Any:
    return concatenate([arr, values], axis)


def _split(ary: Any, indices_or_sections: Any, axis: Any = 0) -> list[Any]:
    x = asarray(ary)
    (along,) = axes_of(integer(axis, "an axis"), len(x.aval.shape))
    if isinstance(indices_or_sections, (tuple, list, np.ndarray)):
        bounds = [0, *indices_or_sections, None]
    else:
        bounds = _even_bounds(x.aval.shape[along], integer(indices_or_sections, "the sections of np.split"))
    before = (slice(None),) * along
    return [keys.read(x, (*before, slice(a, b))) for a, b in pairwise(bounds)]


def _even_bounds(size: Any, sections: int) -> list[Any]:
    if sections < 1:
        raise ValueError("number sections must be larger than 0.")
    if not current().decisions.holds(sizes.mod(size, sections), 0):
        raise ShapeError("array split does not result in an equal division", origin=current().place())
    part = sizes.floordiv(size, sections)
    return [size_as_value(part * i) for i in range(sections)] + [None]


def repeat(a: Any, repeats: Any, axis: Any = None) -> Any:
    """`np.repeat`: each element the same number of times, which must be known."""
    if isinstance(repeats, (tuple, list)) or getattr(repeats, "shape", ()) != ():
        raise no_rule("np.repeat with a count for each element", "use an array of indices: x[indices]")
    count = integer(repeats, "the count of np.repeat")
    if count < 0:
        raise ValueError("repeats may not contain negative values.")
    x = asarray(a)
    if axis is None or not x.aval.shape:
        x, axis = flatten(x), 0
    (along,) = axes_of(integer(axis, "an axis"), len(x.aval.shape))
    dims = shape(x)
    wide = broadcast_to(
        reshape(x, (*dims[: along + 1], 1, *dims[along + 1 :])),
        (*dims[: along + 1], count, *dims[along + 1 :]),
    )
    return references.detached(reshape(wide, (*dims[:along], dims[along] * count, *dims[along + 1 :])))


def _tile(A: Any, reps: Any) -> Any:  # noqa: N803 -- NumPy's name
    counts = [
        integer(n, "a count of np.tile") for n in (reps if isinstance(reps, (tuple, list)) else (reps,))
    ]
    x = atleast(len(counts), A)
    dims = shape(x)
    counts = [1] * (len(dims) - len(counts)) + counts
    if all(count == 1 for count in counts):
        return references.fresh(x)
    narrow = [part for size in dims for part in (1, size)]
    wide = [part for count, size in zip(counts, dims, strict=True) for part in (count, size)]
    whole = [count * size for count, size in zip(counts, dims, strict=True)]
    return references.detached(reshape(broadcast_to(reshape(x, tuple(narrow)), tuple(wide)), tuple(whole)))


def _roll(a: Any, shift: Any, axis: Any = None) -> Any:
    x = asarray(a)
    if axis is None:
        return reshape(_roll_along(flatten(x), shift, 0), shape(x))
    shifts, axes = (side if isinstance(side, (tuple, list)) else (side,) for side in (shift, axis))
    shifts = tuple(shifts) * (len(axes) if len(shifts) == 1 else 1)
    for amount, each in zip(shifts, tuple(axes) * (len(shifts) if len(axes) == 1 else 1), strict=True):
        (along,) = axes_of(integer(each, "an axis"), len(x.aval.shape))
        x = _roll_along(x, amount, along)
    return x


def _roll_along(x: Any, shift: Any, axis: int) -> Any:
    amount, size = integer(shift, "the shift of np.roll"), x.aval.shape[axis]
    if current().decisions.less(size, abs(amount)):
        number = current().decisions.number(size)
        amount = amount % number if number else 0
    if amount == 0:
        return references.fresh(x)
    before = (slice(None),) * axis
    end, start = x[(*before, slice(-amount, None))], x[(*before, slice(None, -amount))]
    return concatenate([end, start], axis)


HANDLERS: dict[Callable[..., Any], Handler] = natively_all(
    {
        np.concatenate: concatenate,
        np.stack: stack,
        np.hstack: _hstack,
        np.vstack: _vstack,
        np.column_stack: _column_stack,
        np.append: _append,
        np.split: _split,
        np.repeat: repeat,
        np.tile: _tile,
        np.roll: _roll,
    }
)
