"""Linear algebra: calls of LAPACK on buffers of our own. A matrix that is factored is factored once.

What solves, inverts or takes a determinant shares the LU of its matrix, also of the transposed one, which is
what adjoints ask for. Right sides are solved in place, in copies.
"""

from __future__ import annotations

from typing import Any

from numpy.linalg import LinAlgError

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Effect, Equation, Operand, Primitive, Value, literal
from bpcompiler.ir.sizes import product
from bpcompiler.ir.types import Array, DType
from bpcompiler.lowering.lower import Lowering, Rule
from bpcompiler.lowering.nests import fill
from bpcompiler.lowering.scalars import cast
from bpcompiler.primitives import cholesky, lapack, linalg, shapes
from bpcompiler.primitives.arithmetic import sub
from bpcompiler.primitives.faults import Hole, Message
from bpcompiler.primitives.loops import check, empty
from bpcompiler.primitives.piecewise import equal, select


def untransposed(lowering: Lowering, operand: Operand) -> tuple[Operand, bool]:
    """Return a matrix, or a stack of them, as it was before it was transposed, and whether it was."""
    eqn = lowering.defined.get(operand) if isinstance(operand, Value) else None
    if eqn is None or eqn.primitive is not shapes.transpose:
        return operand, False
    ndim = len(operand.aval.shape)
    swapped = (*range(ndim - 2), ndim - 1, ndim - 2)
    return (eqn.operands[0], True) if eqn.attrs["permutation"] == swapped else (operand, False)


def matrices(lowering: Lowering, operand: Operand, dtype: DType) -> Operand:
    """Return what a kernel reads: a matrix of any strides, or one contiguous stack of matrices."""
    source = lowering.read(operand)
    if source.aval.dtype is dtype and len(source.aval.shape) <= 2:
        return source
    return stacked(lowering.emit, copied(lowering, operand, dtype))


def copied(lowering: Lowering, operand: Operand, dtype: DType, name: str = "") -> Value:
    """Return a buffer of our own with the operand in it."""
    aval = Array(dtype, operand.aval.shape)

    def element(emit: Builder, indices: list[Operand]) -> Operand:
        return cast(emit, lowering.at(emit, operand, aval.shape, indices), dtype)

    return fill(lowering.emit, aval, element, name)


def stacked(emit: Builder, buffer: Operand) -> Operand:
    """(...,n,k) -> (count,n,k), where there are more than three dimensions."""
    *stack, rows, columns = buffer.aval.shape if len(buffer.aval.shape) > 3 else (1, 1)
    return emit.one(shapes.reshape, buffer, shape=(product(tuple(stack)), rows, columns)) if stack else buffer


def unstacked(emit: Builder, buffer: Operand, shape: tuple[Any, ...]) -> Operand:
    """Return the buffer in its own shape again."""
    return emit.one(shapes.reshape, buffer, shape=shape) if len(shape) > 3 else buffer


# ------------------------------------------------------------------ LU


def factored(lowering: Lowering, operand: Operand, dtype: DType) -> tuple[Operand, bool]:
    """Return the LU of a matrix, made where it is first asked for, and whether that was transposed."""
    source, transposed = untransposed(lowering, operand)
    key = (source, dtype)
    if key not in lowering.factors:
        matrix = matrices(lowering, source, dtype)
        *stack, size, _ = matrix.aval.shape
        out = lowering.emit.one(empty, shape=(*stack, size + 1, size), dtype=dtype)
        if isinstance(source, Value) and lowering.name(source):
            lowering.emit.names[out] = f"{lowering.name(source)}_lu"
        lowering.factors[key] = lowering.emit.one(lapack.lu_factor, out, matrix)
    return lowering.factors[key], transposed


def _lower_solve(lowering: Lowering, eqn: Equation) -> None:
    dtype = eqn.output.aval.dtype
    factor, transposed = factored(lowering, eqn.operands[0], dtype)
    _check_regular(lowering.emit, eqn, factor)
    side = copied(lowering, eqn.operands[1], dtype, lowering.name(eqn.output))
    _solve_in_place(lowering, eqn, side, factor, transposed)


def _lower_inv(lowering: Lowering, eqn: Equation) -> None:
    dtype = eqn.output.aval.dtype
    factor, transposed = factored(lowering, eqn.operands[0], dtype)
    _check_regular(lowering.emit, eqn, factor)
    one, zero = (cast(lowering.emit, literal(n), dtype) for n in (1, 0))

    def element(emit: Builder, indices: list[Operand]) -> Operand:
        return emit.one(select, emit.one(equal, *indices[-2:]), one, zero)

    identity = fill(lowering.emit, eqn.output.aval, element, lowering.name(eqn.output))
    _solve_in_place(lowering, eqn, identity, factor, transposed)


def _solve_in_place(
    lowering: Lowering, eqn: Equation, side: Value, factor: Operand, transposed: bool
) -> None:
    emit = lowering.emit
    solved = emit.one(lapack.lu_solve, stacked(emit, side), factor, trans=transposed)
    lowering.write(eqn.output, unstacked(emit, solved, side.aval.shape))


def _check_regular(emit: Builder, eqn: Equation, factor: Operand) -> None:
    if eqn.primitive.effect is Effect.FAULT:
        _check_diagonal(emit, factor, "Singular matrix")


def _check_diagonal(emit: Builder, factor: Operand, before: str, after: str = "", first: int = 0) -> None:
    """Raise LinAlgError where a zero stands on the diagonal; the message may say at which place."""
    place = emit.one(lapack.zero_on_diagonal, factor)
    parts = (before, Hole(0), after) if after or before.endswith(" ") else (before,)
    shown = [emit.one(sub, place, literal(first)) if first else place] if len(parts) > 1 else []
    regular = emit.one(equal, place, literal(0))
    emit.emit(check, regular, *shown, kind="raise", exception=LinAlgError, args=(Message(parts),))


# ------------------------------------------------------------------ triangles


def _lower_cholesky(lowering: Lowering, eqn: Equation) -> None:
    emit, aval, lower = lowering.emit, eqn.output.aval, eqn.attrs["lower"]
    matrix = matrices(lowering, eqn.operands[0], aval.dtype)
    out = emit.one(empty, shape=matrix.aval.shape, dtype=aval.dtype)
    if lowering.name(eqn.output):
        emit.names[out] = lowering.name(eqn.output)
    factor = emit.one(lapack.cholesky_factor, out, matrix, lower=lower)
    if eqn.primitive.effect is Effect.FAULT and eqn.attrs["scipy"]:
        _check_diagonal(emit, factor, "", "-th leading minor of the array is not positive definite")
    elif eqn.primitive.effect is Effect.FAULT:
        _check_diagonal(emit, factor, "Matrix is not positive definite")
    lowering.write(eqn.output, unstacked(emit, factor, aval.shape))


def _lower_solve_triangular(lowering: Lowering, eqn: Equation) -> None:
    emit, aval, attrs = lowering.emit, eqn.output.aval, eqn.attrs
    source, transposed = untransposed(lowering, eqn.operands[0])
    matrix = matrices(lowering, source, aval.dtype)
    if eqn.primitive.effect is Effect.FAULT and not attrs["unit"]:
        _check_diagonal(emit, matrix, "singular matrix: resolution failed at diagonal ", first=1)
    side = stacked(emit, copied(lowering, eqn.operands[1], aval.dtype, lowering.name(eqn.output)))
    lower, trans = attrs["lower"] is not transposed, attrs["trans"] is not transposed
    solved = emit.one(lapack.solve_triangle, side, matrix, lower=lower, trans=trans, unit=attrs["unit"])
    lowering.write(eqn.output, unstacked(emit, solved, aval.shape))


def _lower_cho_solve(lowering: Lowering, eqn: Equation) -> None:
    emit, aval = lowering.emit, eqn.output.aval
    source, transposed = untransposed(lowering, eqn.operands[0])
    matrix = matrices(lowering, source, aval.dtype)
    lower = eqn.attrs["lower"] is not transposed
    side = stacked(emit, copied(lowering, eqn.operands[1], aval.dtype, lowering.name(eqn.output)))
    for trans in (not lower, lower):
        side = emit.one(lapack.solve_triangle, side, matrix, lower=lower, trans=trans, unit=False)
    lowering.write(eqn.output, unstacked(emit, side, aval.shape))


def _lower_cholesky_adjoint(lowering: Lowering, eqn: Equation) -> None:
    """In the buffer of the factor's cotangent, where nobody reads that any more."""
    emit, aval = lowering.emit, eqn.output.aval
    target = lowering.buffers.overwritten(eqn)
    factor = stacked(emit, _contiguous(lowering, eqn.operands[1]))
    if target is not None:
        out: Operand = lowering.read(target)
        lowering.before_writing(eqn)
    else:
        out = copied(lowering, eqn.operands[0], aval.dtype, lowering.name(eqn.output))
    result = emit.one(lapack.cholesky_adjoint, stacked(emit, out), factor)
    lowering.write(eqn.output, unstacked(emit, result, aval.shape))


def _contiguous(lowering: Lowering, operand: Operand) -> Operand:
    """Return a factor as it is where it is a buffer of ours, else a copy."""
    if isinstance(operand, Value) and lowering.buffers.is_callers(operand):
        return copied(lowering, operand, operand.aval.dtype)
    return lowering.read(operand)


RULES: dict[Primitive, Rule] = {
    linalg.solve: _lower_solve,
    linalg.solve_again: _lower_solve,
    linalg.inv: _lower_inv,
    linalg.inv_again: _lower_inv,
    cholesky.cholesky: _lower_cholesky,
    cholesky.cholesky_again: _lower_cholesky,
    cholesky.solve_triangular: _lower_solve_triangular,
    cholesky.solve_triangular_again: _lower_solve_triangular,
    cholesky.cho_solve: _lower_cho_solve,
    lapack.cholesky_adjoint: _lower_cholesky_adjoint,
}
