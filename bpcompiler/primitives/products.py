"""Matrix products, in all combinations of dimensions that `@` has. In a rule: operands `a`, `b`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bpcompiler.errors import ShapeError
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Attrs, Block, Equation, Operand
from bpcompiler.ir.types import Array, Aval, Scalar, promote
from bpcompiler.primitives import type_rules as rules
from bpcompiler.primitives.arithmetic import mul
from bpcompiler.primitives.broadcasting import expand_dims, sum  # noqa: A004 -- NumPy's name
from bpcompiler.primitives.declare import PRODUCT, Structural, operator_text
from bpcompiler.primitives.shapes import transpose


def _infer_matmul(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    a, b = avals
    inner = b.shape[-2] if len(b.shape) > 1 else b.shape[0]
    if a.shape[-1] != inner:
        raise ShapeError(
            f"matmul: the last dimension of the left operand, {a.shape[-1]}, is not that of the right one, "
            f"{inner}: shapes {rules.shape_text(a.shape)} and {rules.shape_text(b.shape)}"
        )
    batch = rules.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    rows = a.shape[-2:-1] if len(a.shape) > 1 else ()
    columns = b.shape[-1:] if len(b.shape) > 1 else ()
    shape = (*batch, *rows, *columns)
    dtype = promote(avals)
    return (Array(dtype, shape) if shape else Scalar(dtype),)


def swap_last(emit: Builder, x: Operand) -> Operand:
    """Return x with its last two axes exchanged."""
    ndim = len(x.aval.shape)
    return emit.one(transpose, x, permutation=(*range(ndim - 2), ndim - 1, ndim - 2))


def column(emit: Builder, x: Operand) -> Operand:
    """(..., m) -> (..., m, 1)."""
    return emit.one(expand_dims, x, axes=(len(x.aval.shape),))


def row(emit: Builder, x: Operand) -> Operand:
    """(..., n) -> (..., 1, n)."""
    return emit.one(expand_dims, x, axes=(len(x.aval.shape) - 1,))


def _sum_except(emit: Builder, x: Operand, kept: int) -> Operand:
    axes = tuple(axis for axis in range(len(x.aval.shape)) if axis != kept)
    return emit.one(sum, x, axes=axes, keepdims=False)


def _left_of_vectors(emit: Builder, ct: Operand, a: Operand, b: Operand) -> Operand:
    return emit.one(mul, ct, b)


def _left_of_vector_matrix(emit: Builder, ct: Operand, a: Operand, b: Operand) -> Operand:
    """(k) @ (..., k, n) -> (..., n)."""
    if len(b.aval.shape) == 2:
        return emit.one(matmul, b, ct)
    return _sum_except(emit, emit.one(mul, b, row(emit, ct)), len(b.aval.shape) - 2)


def _left_of_matrix_vector(emit: Builder, ct: Operand, a: Operand, b: Operand) -> Operand:
    """(..., m, k) @ (k) -> (..., m)."""
    return emit.one(mul, column(emit, ct), b)


def _left_of_matrices(emit: Builder, ct: Operand, a: Operand, b: Operand) -> Operand:
    return emit.one(matmul, ct, swap_last(emit, b))


def _right_of_vectors(emit: Builder, ct: Operand, a: Operand, b: Operand) -> Operand:
    return emit.one(mul, ct, a)


def _right_of_vector_matrix(emit: Builder, ct: Operand, a: Operand, b: Operand) -> Operand:
    return emit.one(mul, column(emit, a), row(emit, ct))


def _right_of_matrix_vector(emit: Builder, ct: Operand, a: Operand, b: Operand) -> Operand:
    if len(a.aval.shape) == 2:
        return emit.one(matmul, swap_last(emit, a), ct)
    return _sum_except(emit, emit.one(mul, a, column(emit, ct)), len(a.aval.shape) - 1)


def _right_of_matrices(emit: Builder, ct: Operand, a: Operand, b: Operand) -> Operand:
    return emit.one(matmul, swap_last(emit, a), ct)


Rule = Callable[[Builder, Operand, Operand, Operand], Operand]

# By (is the left operand a vector, is the right one).
_LEFT: dict[tuple[bool, bool], Rule] = {
    (True, True): _left_of_vectors,
    (True, False): _left_of_vector_matrix,
    (False, True): _left_of_matrix_vector,
    (False, False): _left_of_matrices,
}
_RIGHT: dict[tuple[bool, bool], Rule] = {
    (True, True): _right_of_vectors,
    (True, False): _right_of_vector_matrix,
    (False, True): _right_of_matrix_vector,
    (False, False): _right_of_matrices,
}


def _pull_matmul(emit: Builder, ct: Operand, eqn: Equation, index: int) -> Operand:
    """The engine sums over batch axes that were broadcast."""
    a, b = eqn.operands
    vectors = (len(a.aval.shape) == 1, len(b.aval.shape) == 1)
    return (_LEFT if index == 0 else _RIGHT)[vectors](emit, ct, a, b)


def _evaluate(a: Any, b: Any) -> Any:
    return np.matmul(a, b)


matmul = Structural(
    "matmul",
    _infer_matmul,
    evaluate=_evaluate,
    text=operator_text("@", PRODUCT),
    linear_in=(0, 1),
    transpose=_pull_matmul,
)

FAMILY = (matmul,)
