"""NumPy's products and norms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpcompiler.errors import ShapeError
from bpcompiler.frontend.names.common import (
    Handler,
    as_operand,
    integer,
    natively,
    natively_all,
    ndim_of,
    no_rule,
    number,
    reject,
)
from bpcompiler.frontend.names.numpy_creation import asarray, astype
from bpcompiler.frontend.names.numpy_reductions import amax, axes_of, sum_
from bpcompiler.frontend.operators import matmul, size_as_value
from bpcompiler.frontend.trace import current
from bpcompiler.ir import sizes
from bpcompiler.ir.types import is_float
from bpcompiler.primitives import arithmetic, norms, piecewise


def dot(a: Any, b: Any, out: Any = None) -> Any:
    """`np.dot`: a product of numbers, else a sum over a's last and b's last but one dimension."""
    reject("np.dot", {"out": out})
    a, b = as_operand(a), as_operand(b)
    left, right = ndim_of(a), ndim_of(b)
    if not left or not right:
        a, b = (side if ndim_of(side) else number(side) for side in (a, b))
        return current().elementwise(arithmetic.mul, a, b)
    if right == 1 or (left <= 2 and right <= 2):
        return matmul(a, b)
    return tensordot(a, b, ((-1,), (-2,)))


def inner(a: Any, b: Any) -> Any:
    """`np.inner`: a sum over both last dimensions."""
    if not ndim_of(a) or not ndim_of(b) or ndim_of(a) == ndim_of(b) == 1:
        return dot(a, b)
    return tensordot(a, b, ((-1,), (-1,)))


def outer(a: Any, b: Any, out: Any = None) -> Any:
    """`np.outer`: all products of two elements."""
    reject("np.outer", {"out": out})
    left, right = asarray(a).reshape(-1), asarray(b).reshape(-1)
    return left[:, None] * right


def vdot(a: Any, b: Any, /) -> Any:
    """`np.vdot`: the product of all elements with all elements."""
    return dot(asarray(a).reshape(-1), asarray(b).reshape(-1))


def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """`np.tensordot`: a matrix product over the axes named; the other axes stay, a's first."""
    a, b = asarray(a), asarray(b)
    summed_a, summed_b = _summed_axes(axes, len(a.aval.shape), len(b.aval.shape))
    if len(summed_a) != len(summed_b):
        raise ValueError("shape-mismatch for sum")
    for i, j in zip(summed_a, summed_b, strict=True):
        current().require_equal(a.aval.shape[i], b.aval.shape[j], _mismatch)
    left, kept_a = _as_matrix(a, summed_a, in_front=False)
    right, kept_b = _as_matrix(b, summed_b, in_front=True)
    return matmul(left, right).reshape(tuple(map(size_as_value, (*kept_a, *kept_b))))


def _mismatch(m: int, n: int) -> ShapeError:
    return ShapeError(f"shape-mismatch for sum: {m} and {n}")


def _summed_axes(axes: Any, left: int, right: int) -> tuple[list[int], list[int]]:
    if not isinstance(axes, (tuple, list)):
        count = integer(axes, "the axes of np.tensordot")
        axes = (tuple(range(left - count, left)), tuple(range(count)))
    pair = [side if isinstance(side, (tuple, list)) else (side,) for side in axes]
    return _each(pair[0], left), _each(pair[1], right)


def _each(axes: Sequence[Any], ndim: int) -> list[int]:
    return [axes_of(integer(axis, "an axis"), ndim)[0] for axis in axes]


def _as_matrix(x: Any, summed: list[int], *, in_front: bool) -> tuple[Any, tuple[Any, ...]]:
    """Return x as a matrix with the summed axes first or last, and the sizes of the other axes."""
    shape = x.aval.shape
    kept = [i for i in range(len(shape)) if i not in summed]
    order = [*summed, *kept] if in_front else [*kept, *summed]
    kept_sizes = tuple(shape[i] for i in kept)
    rows, columns = sizes.product(kept_sizes), sizes.product(tuple(shape[i] for i in summed))
    both = (columns, rows) if in_front else (rows, columns)
    return x.transpose(order).reshape(tuple(map(size_as_value, both))), kept_sizes


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:  # noqa: A002 -- NumPy's name
    """`np.linalg.norm` of vectors, and of all elements. The slope is 0 where the norm is 0."""
    x = asarray(x)
    x = x if is_float(x.aval) else astype(x, np.float64)
    axes = axes_of(axis, len(x.aval.shape))
    if ord is not None and axis is None and len(axes) > 2:
        raise ValueError("Improper number of dimensions to norm.")
    if ord is None or (ord == 2 and len(axes) == 1) or (ord == "fro" and len(axes) == 2):
        return current().elementwise(norms.root, number_or_array(sum_(x * x, axes, keepdims=keepdims)))
    if isinstance(ord, str) and len(axes) != 2:
        raise ValueError(f"Invalid norm order {ord!r} for vectors")
    size = current().elementwise(piecewise.abs, x)
    if ord == 1 and len(axes) == 1:
        return sum_(size, axes, keepdims=keepdims)
    if ord == np.inf and len(axes) == 1:
        return amax(size, axes, None, keepdims)
    raise no_rule(
        f"np.linalg.norm with ord={ord!r}", "use the 2-norm, or write the norm with np.sum and np.abs"
    )


def number_or_array(x: Any) -> Any:
    """Return a 0-d array as the number that is in it."""
    return x if x.aval.shape else number(x)


@natively(np.matmul)
def _matmul(a: Any, b: Any, /, **kwargs: Any) -> Any:
    reject("np.matmul", kwargs)
    return matmul(as_operand(a), as_operand(b))


HANDLERS: dict[Callable[..., Any], Handler] = {
    np.matmul: _matmul,
    **natively_all(
        {
            np.dot: dot,
            np.inner: inner,
            np.outer: outer,
            np.vdot: vdot,
            np.tensordot: tensordot,
            np.linalg.norm: norm,
        }
    ),
}
