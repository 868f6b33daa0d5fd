"""Linear algebra: systems, inverses, determinants. `cholesky` has the factor and what is solved with it.

Matrices may be stacked in front. The right side of `solve` is a vector only where the matrix is not stacked.
What may fail has a twin without effect, `solve_again`, for derivatives: it met the same matrix before.
In a rule: operands `a`, `b`, the output `y`. Formulas: M. Giles, "Collected matrix derivative results for
forward and reverse mode algorithmic differentiation" (2008).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpcompiler.errors import ShapeError
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Attrs, Block, Effect, Equation, Operand
from bpcompiler.ir.types import FLOAT64, Array, Aval, DType, promote
from bpcompiler.primitives.arithmetic import mul, neg
from bpcompiler.primitives.broadcasting import expand_dims, sum  # noqa: A004 -- NumPy's name
from bpcompiler.primitives.declare import Structural, Text, Writer, WriteText, call
from bpcompiler.primitives.products import column, matmul, row, swap_last
from bpcompiler.primitives.type_rules import array_or_scalar, shape_text


def float_dtype(avals: Sequence[Aval]) -> DType:
    """Return the dtype of the result: LAPACK's are floats."""
    dtype = promote(avals)
    return dtype if dtype.is_float else FLOAT64


def require_square(a: Aval) -> None:
    """Raise ShapeError unless the last two dimensions are one size."""
    if len(a.shape) < 2 or a.shape[-1] != a.shape[-2]:
        raise ShapeError(f"a matrix of shape {shape_text(a.shape)} is not square")


def infer_solve(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    """(n,n), (n) -> (n) and (...,n,n), (...,n,k) -> (...,n,k), the stacks equal."""
    a, b = avals
    require_square(a)
    rows = b.shape[-2:-1] if len(b.shape) > 1 else b.shape
    if rows != a.shape[-1:] or a.shape[:-2] != b.shape[:-2]:
        shapes = f"{shape_text(a.shape)} and {shape_text(b.shape)}"
        raise ShapeError(f"the right side does not fit the matrix: shapes {shapes}")
    return (Array(float_dtype(avals), b.shape),)


def infer_square(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    """(...,n,n) -> (...,n,n)."""
    require_square(avals[0])
    return (Array(float_dtype(avals), avals[0].shape),)


def _infer_number(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    """(...,n,n) -> (...)."""
    require_square(avals[0])
    return (array_or_scalar(float_dtype(avals), avals[0].shape[:-2]),)


def _written(function: str, part: str = "") -> WriteText:
    def write(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
        return Text(f"{call(function, *map(str, operands))}{part}")

    return write


def outer(emit: Builder, x: Operand, y: Operand) -> Operand:
    """Return x y^T: (n), (m) -> (n,m) and (...,n,k), (...,m,k) -> (...,n,m)."""
    if len(x.aval.shape) == 1:
        return emit.one(mul, column(emit, x), row(emit, y))
    return emit.one(matmul, x, swap_last(emit, y))


def minus_outer(emit: Builder, x: Operand, y: Operand) -> Operand:
    """Return -x y^T."""
    if len(x.aval.shape) == 1:
        return emit.one(mul, emit.one(neg, column(emit, x)), row(emit, y))
    return emit.one(matmul, emit.one(neg, x), swap_last(emit, y))


# ------------------------------------------------------------------ systems


def _pull_solve(emit: Builder, ct: Operand, eqn: Equation, index: int) -> Operand:
    """b: a^-T ct, and a: -(a^-T ct) y^T."""
    solved = emit.one(solve_again, swap_last(emit, eqn.operands[0]), ct)
    return solved if index == 1 else minus_outer(emit, solved, eqn.output)


def _push_solve(emit: Builder, t: Operand, eqn: Equation, index: int) -> Operand:
    """a: -a^-1 (t y)."""
    product = emit.one(matmul, t, eqn.output)
    return emit.one(neg, emit.one(solve_again, eqn.operands[0], product))


def _pull_inv(emit: Builder, ct: Operand, eqn: Equation, index: int) -> Operand:
    """-y^T ct y^T."""
    transposed = swap_last(emit, eqn.output)
    return emit.one(matmul, emit.one(matmul, emit.one(neg, transposed), ct), transposed)


def _push_inv(emit: Builder, t: Operand, eqn: Equation, index: int) -> Operand:
    """-y t y."""
    return emit.one(matmul, emit.one(matmul, emit.one(neg, eqn.output), t), eqn.output)


# ------------------------------------------------------------------ determinants


def _each(emit: Builder, number: Operand) -> Operand:
    """(...) -> (...,1,1); a number is itself."""
    ndim = len(number.aval.shape)
    return emit.one(expand_dims, number, axes=(ndim, ndim + 1)) if ndim else number


def _inverse_transposed(emit: Builder, eqn: Equation) -> Operand:
    return swap_last(emit, emit.one(inv, eqn.operands[0]))


def _along(emit: Builder, t: Operand, eqn: Equation) -> Operand:
    """Return the trace of a^-1 t."""
    ndim = len(t.aval.shape)
    product = emit.one(mul, _inverse_transposed(emit, eqn), t)
    return emit.one(sum, product, axes=(ndim - 2, ndim - 1), keepdims=False)


def _pull_det(emit: Builder, ct: Operand, eqn: Equation, index: int) -> Operand:
    """ct y a^-T."""
    return emit.one(mul, _each(emit, emit.one(mul, ct, eqn.output)), _inverse_transposed(emit, eqn))


def _push_det(emit: Builder, t: Operand, eqn: Equation, index: int) -> Operand:
    return emit.one(mul, eqn.output, _along(emit, t, eqn))


def _pull_logabsdet(emit: Builder, ct: Operand, eqn: Equation, index: int) -> Operand:
    """ct a^-T."""
    return emit.one(mul, _each(emit, ct), _inverse_transposed(emit, eqn))


def _push_logabsdet(emit: Builder, t: Operand, eqn: Equation, index: int) -> Operand:
    return _along(emit, t, eqn)


# ------------------------------------------------------------------ declarations


def twins(name: str, infer: Any, **rules_: Any) -> tuple[Structural, Structural]:
    """Return a primitive that may fail, and its twin that has been seen not to."""
    return (
        Structural(name, infer, effect=Effect.FAULT, **rules_),
        Structural(f"{name}_again", infer, **rules_),
    )


def _number(name: str, evaluate: Callable[[Any], Any], text: WriteText, **rules_: Any) -> Structural:
    return Structural(name, _infer_number, evaluate=evaluate, text=text, **rules_)


solve, solve_again = twins(
    "solve",
    infer_solve,
    evaluate=np.linalg.solve,
    text=_written("np.linalg.solve"),
    linear_in=(1,),
    transpose=_pull_solve,
    pull=_pull_solve,
    push=_push_solve,
)
inv, inv_again = twins(
    "inv",
    infer_square,
    evaluate=np.linalg.inv,
    text=_written("np.linalg.inv"),
    pull=_pull_inv,
    push=_push_inv,
)
det = _number("det", np.linalg.det, _written("np.linalg.det"), pull=_pull_det, push=_push_det)
logabsdet = _number(
    "logabsdet",
    lambda a: np.linalg.slogdet(a)[1],
    _written("np.linalg.slogdet", "[1]"),
    pull=_pull_logabsdet,
    push=_push_logabsdet,
)
det_sign = _number("det_sign", lambda a: np.linalg.slogdet(a)[0], _written("np.linalg.slogdet", "[0]"))

FAMILY = (solve, solve_again, inv, inv_again, det, logabsdet, det_sign)
