"""What linear algebra becomes for Numba: calls that write into their first operand, a buffer.

    lu_factor(out, a)           LU of (..., n, n) in columns, below it the row of its pivots: (..., n + 1, n)
    lu_solve(x, lu)             op(a)^-1 x
    cholesky_factor(out, a)     the factor in the lower or upper triangle, zeros in the other
    cholesky_adjoint(out, low)  from dL the lower triangle of dA, for A = L L^T
    solve_triangle(x, a)        op(a)^-1 x for one triangle of a
    zero_on_diagonal(a)         1 + the first place on the diagonal that is zero, or 0

A matrix without a factor has a zero on the diagonal of what stands for it. Stacks are as in `linalg`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpcompiler.ir.equations import Equation
from bpcompiler.ir.types import INT64, Scalar
from bpcompiler.primitives import type_rules as rules
from bpcompiler.primitives.declare import Structural, Text, Writer, call
from bpcompiler.primitives.triangles import half_of


def _write(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    return call(eqn.primitive.name, *map(str, operands), *map(repr, eqn.attrs.values()))


def each(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function of matrices as one of stacks: of each operand the element at every place."""

    def evaluate(first: Any, *others: Any, **options: Any) -> Any:
        if np.ndim(others[0]) <= 2:
            return function(first, *others, **options)
        parts = [function(*part, **options) for part in zip(first, *others, strict=True)]
        return np.array(parts, first.dtype).reshape(first.shape)

    return evaluate


@each
def evaluate_lu_factor(out: Any, a: Any) -> Any:
    """Return the factor that the kernel writes."""
    import scipy.linalg.lapack as routines  # noqa: PLC0415 -- slow to import

    if not a.size:
        return np.zeros_like(out)
    lu, pivots, _ = routines.get_lapack_funcs("getrf", (a,))(a)
    return np.vstack([lu.T, pivots]).astype(out.dtype)


@each
def evaluate_lu_solve(x: Any, lu: Any, *, trans: bool) -> Any:
    """Return the solution."""
    import scipy.linalg  # noqa: PLC0415 -- slow to import

    factor, pivots = lu[:-1].T, lu[-1].astype(np.int32)
    return scipy.linalg.lu_solve((factor, pivots), x, trans=int(trans), check_finite=False)


@each
def evaluate_cholesky_factor(out: Any, a: Any, *, lower: bool) -> Any:
    """Return the factor; zeros where there is none."""
    try:
        return np.linalg.cholesky(a, upper=not lower)
    except np.linalg.LinAlgError:
        return np.zeros_like(out)


@each
def evaluate_cholesky_adjoint(out: Any, low: Any) -> Any:
    """Return dA by the formula for all of it."""
    mirrored = np.tril(low.T @ np.tril(out))
    mirrored = mirrored + np.tril(mirrored, -1).T
    half = evaluate_solve_triangle(mirrored, low, lower=True, trans=True, unit=False)
    return half_of(evaluate_solve_triangle(half.T, low, lower=True, trans=True, unit=False))


@each
def evaluate_solve_triangle(x: Any, a: Any, *, lower: bool, trans: bool, unit: bool) -> Any:
    """Return the solution."""
    import scipy.linalg  # noqa: PLC0415 -- slow to import

    options: dict[str, Any] = {"lower": lower, "trans": int(trans), "unit_diagonal": unit}
    return scipy.linalg.solve_triangular(a, x, check_finite=False, **options)


def evaluate_zero_on_diagonal(a: Any) -> int:
    """Return 1 + the first place on a diagonal that is zero, or 0."""
    places = np.argwhere(np.diagonal(a, axis1=-2, axis2=-1) == 0)
    return int(places[0][-1]) + 1 if len(places) else 0


def _in_place(name: str, evaluate: Callable[..., Any]) -> Structural:
    def written(out: Any, *operands: Any, **attrs: Any) -> Any:
        out[...] = evaluate(out, *operands, **attrs)
        return out

    return Structural(name, rules.same, evaluate=written, text=_write)


lu_factor = _in_place("lu_factor", evaluate_lu_factor)
lu_solve = _in_place("lu_solve", evaluate_lu_solve)
cholesky_factor = _in_place("cholesky_factor", evaluate_cholesky_factor)
cholesky_adjoint = _in_place("cholesky_adjoint", evaluate_cholesky_adjoint)
solve_triangle = _in_place("solve_triangle", evaluate_solve_triangle)
zero_on_diagonal = Structural(
    "zero_on_diagonal",
    lambda avals, attrs, blocks: (Scalar(INT64),),
    evaluate=evaluate_zero_on_diagonal,
    text=_write,
)

IN_PLACE = (lu_factor, lu_solve, cholesky_factor, cholesky_adjoint, solve_triangle)
FAMILY = (*IN_PLACE, zero_on_diagonal)
