"""Determinants, from the LU that a matrix may have anyway, and the triangles of matrices: loops."""

from __future__ import annotations

from collections.abc import Callable

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Operand, Primitive, literal
from bpcompiler.ir.types import Array, DType, Scalar
from bpcompiler.lowering.linalg import factored
from bpcompiler.lowering.lower import Lowering, Rule
from bpcompiler.lowering.nests import fill, nest, size_operand
from bpcompiler.lowering.scalars import cast
from bpcompiler.primitives import linalg, triangles
from bpcompiler.primitives.arithmetic import add, mul
from bpcompiler.primitives.functions import exp, log
from bpcompiler.primitives.loops import load
from bpcompiler.primitives.piecewise import abs as absolute
from bpcompiler.primitives.piecewise import equal, greater_equal, less_equal, not_equal, select, sign
from bpcompiler.primitives.shapes import reshape

# One turn: the value so far, the pivot, and whether its row was exchanged with another.
Turn = Callable[[Builder, Operand, Operand, Operand], Operand]
Number = Callable[[Builder, Operand, list[Operand]], Operand]


def _along_pivots(start: float, turn: Turn) -> Number:
    """Return what goes along the pivots of an LU; `stack`: where in a stack of matrices."""

    def number(emit: Builder, factor: Operand, stack: list[Operand]) -> Operand:
        dtype, size = factor.aval.dtype, factor.aval.shape[-1]

        def body(emit: Builder, indices: list[Operand], carried: list[Operand]) -> list[Operand]:
            i = indices[-1]
            pivot = emit.one(load, factor, *stack, i, i)
            row = emit.one(load, factor, *stack, size_operand(emit, size), i)
            exchanged = emit.one(not_equal, row, cast(emit, i, dtype))
            return [turn(emit, carried[0], pivot, exchanged)]

        return nest(emit, (size,), [literal(start, like=Scalar(dtype))], body, stack)[0]

    return number


def _log_turn(emit: Builder, total: Operand, pivot: Operand, exchanged: Operand) -> Operand:
    return emit.one(add, total, emit.one(log, emit.one(absolute, pivot)))


def _sign_turn(emit: Builder, total: Operand, pivot: Operand, exchanged: Operand) -> Operand:
    minus, plus = (cast(emit, literal(n), pivot.aval.dtype) for n in (-1, 1))
    factor = emit.one(mul, emit.one(sign, pivot), emit.one(select, exchanged, minus, plus))
    return emit.one(mul, total, factor)


_logabsdet, _sign = _along_pivots(0.0, _log_turn), _along_pivots(1.0, _sign_turn)


def _det(emit: Builder, factor: Operand, stack: list[Operand]) -> Operand:
    """As NumPy has it: products of many pivots may be too large or too small on the way."""
    size = emit.one(exp, _logabsdet(emit, factor, stack))
    return emit.one(mul, _sign(emit, factor, stack), size)


def _of_pivots(number: Number) -> Rule:
    def rule(lowering: Lowering, eqn: Equation) -> None:
        aval = eqn.output.aval
        factor, _ = factored(lowering, eqn.operands[0], aval.dtype)
        if isinstance(aval, Scalar):
            lowering.write(eqn.output, number(lowering.emit, factor, []))
            return

        def element(emit: Builder, indices: list[Operand]) -> Operand:
            return number(emit, factor, indices)

        stack = Array(aval.dtype, factor.aval.shape[:-2])
        numbers: Operand = fill(lowering.emit, stack, element, lowering.name(eqn.output))
        if stack != aval:
            numbers = lowering.emit.one(reshape, numbers, shape=aval.shape)
        lowering.write(eqn.output, numbers)

    return rule


# ------------------------------------------------------------------ triangles


def _masked(keeps: Callable[[Builder, Equation, Operand, Operand], Operand]) -> Rule:
    """Return the rule of what keeps the elements where `keeps(emit, eqn, row, column)`; others are zero."""

    def rule(lowering: Lowering, eqn: Equation) -> None:
        operand, shape, dtype = eqn.operands[0], eqn.output.aval.shape, eqn.output.aval.dtype
        lowering.read_through(operand)

        def element(emit: Builder, indices: list[Operand]) -> Operand:
            value = lowering.at(emit, operand, shape, indices)
            kept = keeps(emit, eqn, *indices[-2:])
            return emit.one(select, kept, value, cast(emit, literal(0), dtype))

        lowering.define(eqn, element)

    return rule


def _below(emit: Builder, eqn: Equation, row: Operand, column: Operand) -> Operand:
    return emit.one(less_equal, column, _moved(emit, row, eqn.attrs["k"]))


def _above(emit: Builder, eqn: Equation, row: Operand, column: Operand) -> Operand:
    return emit.one(greater_equal, column, _moved(emit, row, eqn.attrs["k"]))


def _moved(emit: Builder, row: Operand, k: int) -> Operand:
    return emit.one(add, row, literal(k)) if k else row


def _lower_half(lowering: Lowering, eqn: Equation) -> None:
    operand, shape, dtype = eqn.operands[0], eqn.output.aval.shape, eqn.output.aval.dtype
    lowering.read_through(operand)

    def element(emit: Builder, indices: list[Operand]) -> Operand:
        row, column = indices[-2:]
        value = lowering.at(emit, operand, shape, indices)
        zero, half, one = (_number(emit, number, dtype) for number in (0.0, 0.5, 1.0))
        weight = emit.one(select, emit.one(not_equal, row, column), one, half)
        kept = emit.one(mul, value, weight)
        return emit.one(select, emit.one(less_equal, column, row), kept, zero)

    lowering.define(eqn, element)


def _number(emit: Builder, value: float, dtype: DType) -> Operand:
    return cast(emit, literal(value), dtype)


def _lower_diagonal(lowering: Lowering, eqn: Equation) -> None:
    operand = eqn.operands[0]
    lowering.read_through(operand)

    def element(emit: Builder, indices: list[Operand]) -> Operand:
        return lowering.at(emit, operand, operand.aval.shape, [*indices, *indices])

    lowering.wait(eqn.output, element)


def _lower_diagonal_matrix(lowering: Lowering, eqn: Equation) -> None:
    operand, dtype = eqn.operands[0], eqn.output.aval.dtype
    lowering.read_through(operand)

    def element(emit: Builder, indices: list[Operand]) -> Operand:
        value = lowering.at(emit, operand, operand.aval.shape, indices[:1])
        return emit.one(select, emit.one(equal, *indices), value, cast(emit, literal(0), dtype))

    lowering.define(eqn, element)


RULES: dict[Primitive, Rule] = {
    triangles.diagonal: _lower_diagonal,
    triangles.diagonal_matrix: _lower_diagonal_matrix,
    linalg.det: _of_pivots(_det),
    linalg.logabsdet: _of_pivots(_logabsdet),
    linalg.det_sign: _of_pivots(_sign),
    triangles.tril: _masked(_below),
    triangles.triu: _masked(_above),
    triangles.lower_half: _lower_half,
}
