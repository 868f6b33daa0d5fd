"""NumPy's linear algebra. Shapes are brought together here, and stacks broadcast, for the primitives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bpcompiler.errors import NotSquareError, ShapeError
from bpcompiler.frontend.names.common import Handler, natively_all
from bpcompiler.frontend.names.numpy_creation import asarray, astype
from bpcompiler.frontend.trace import current
from bpcompiler.ir.types import is_float
from bpcompiler.primitives import cholesky, linalg
from bpcompiler.primitives.broadcasting import broadcast_to
from bpcompiler.primitives.type_rules import broadcast_shapes


def matrix(a: Any) -> Any:
    """Return an argument as a square matrix of floats, or a stack of such."""
    x = as_floats(a)
    ndim = len(x.aval.shape)
    if ndim < 2:
        raise NotSquareError(
            f"{ndim}-dimensional array given. Array must be at least two-dimensional",
            origin=current().place(),
        )
    current().require_equal(x.aval.shape[-2], x.aval.shape[-1], _not_square)
    return x


def _not_square(rows: int, columns: int) -> ShapeError:
    return NotSquareError(f"Last 2 dimensions of the array must be square, not {rows} and {columns}")


def as_floats(a: Any) -> Any:
    """Return an argument as an array of floats."""
    x = asarray(a)
    return x if is_float(x.aval) else astype(x, np.float64)


def require_rows(a: Any, b: Any) -> None:
    """Decide that the right side b has as many rows as the matrix a."""
    rows = b.aval.shape[0] if len(b.aval.shape) == 1 else b.aval.shape[-2]
    current().require_equal(a.aval.shape[-1], rows, _unlike)


def _unlike(size: int, rows: int) -> ShapeError:
    return ShapeError(
        f"the matrix has {size} columns, the right side {rows} rows",
        remedy="the right side is (n,) or (n, k) for a matrix (n, n)",
    )


def _solve(a: Any, b: Any) -> Any:
    a, b = matrix(a), as_floats(b)
    if not b.aval.shape:
        raise ShapeError("np.linalg.solve: the right side has no dimension", origin=current().place())
    require_rows(a, b)
    if len(b.aval.shape) > 1:
        return current().emit(linalg.solve, *_stacked_alike(a, b))
    if len(a.aval.shape) == 2:
        return current().emit(linalg.solve, a, b)
    return current().emit(linalg.solve, *_stacked_alike(a, b[:, None]))[..., 0]


def _stacked_alike(a: Any, b: Any) -> tuple[Any, Any]:
    """Return the matrices with one stack's shape in front of both."""
    current().broadcast([a.aval.shape[:-2], b.aval.shape[:-2]])
    stack = broadcast_shapes(a.aval.shape[:-2], b.aval.shape[:-2])
    return _spread(a, stack), _spread(b, stack)


def _spread(x: Any, stack: tuple[Any, ...]) -> Any:
    if x.aval.shape[:-2] == stack:
        return x
    return current().emit(broadcast_to, x, shape=(*stack, *x.aval.shape[-2:]))


def _slogdet(a: Any) -> Any:
    """The sign and the logarithm, as NumPy's named pair."""
    pair = type(np.linalg.slogdet(np.eye(1)))
    x = matrix(a)
    return pair(current().emit(linalg.det_sign, x), current().emit(linalg.logabsdet, x))


def _cholesky(a: Any, /, *, upper: bool = False) -> Any:
    return current().emit(cholesky.cholesky, matrix(a), lower=not upper, scipy=False)


HANDLERS: dict[Callable[..., Any], Handler] = natively_all(
    {
        np.linalg.solve: _solve,
        np.linalg.inv: lambda a: current().emit(linalg.inv, matrix(a)),
        np.linalg.det: lambda a: current().emit(linalg.det, matrix(a)),
        np.linalg.slogdet: _slogdet,
        np.linalg.cholesky: _cholesky,
    }
)
