"""Matrix products: BLAS for one and two dimensions of floats, loops for batches and integers."""

from __future__ import annotations

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Operand, Primitive, Value, literal
from bpcompiler.ir.types import Array, DType, Scalar
from bpcompiler.lowering.lower import Lowering, Rule
from bpcompiler.lowering.nests import element_of, fill, nest
from bpcompiler.lowering.scalars import cast
from bpcompiler.primitives import products, shapes
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.arithmetic import mul
from bpcompiler.primitives.loops import dot, empty, gemm, gemv, load


def _lower_matmul(lowering: Lowering, eqn: Equation) -> None:
    ranks = tuple(len(operand.aval.shape) for operand in eqn.operands)
    if eqn.output.aval.dtype.is_float and max(ranks) <= 2:
        lowering.write(eqn.output, _by_blas(lowering, eqn, ranks))
    else:
        lowering.write(eqn.output, _by_loops(lowering, eqn))


def _by_blas(lowering: Lowering, eqn: Equation, ranks: tuple[int, ...]) -> Operand:
    (a, trans_a), (b, trans_b) = (_untransposed(lowering, operand) for operand in eqn.operands)
    dtype = eqn.output.aval.dtype
    a, b = (_in_dtype(lowering.emit, side, dtype) for side in (a, b))
    if ranks == (1, 1):
        return lowering.emit.one(dot, a, b)
    out = lowering.emit.one(empty, shape=eqn.output.aval.shape, dtype=dtype)
    if lowering.name(eqn.output):
        lowering.emit.names[out] = lowering.name(eqn.output)
    if ranks == (2, 2):
        return lowering.emit.one(gemm, out, a, b, trans_a=trans_a, trans_b=trans_b, beta=0.0)
    if ranks == (2, 1):
        return lowering.emit.one(gemv, out, a, b, trans_a=trans_a, beta=0.0)
    return lowering.emit.one(gemv, out, b, a, trans_a=not trans_b, beta=0.0)


def _untransposed(lowering: Lowering, operand: Operand) -> tuple[Operand, bool]:
    """Return a matrix as it is stored, and whether it is meant transposed."""
    eqn = lowering.defined.get(operand) if isinstance(operand, Value) else None
    if eqn is not None and eqn.primitive is shapes.transpose and eqn.attrs["permutation"] == (1, 0):
        return lowering.read(eqn.operands[0]), True
    return lowering.read(operand), False


def _in_dtype(emit: Builder, operand: Operand, dtype: DType) -> Operand:
    if operand.aval.dtype is dtype:
        return operand
    aval = Array(dtype, operand.aval.shape)
    return fill(emit, aval, lambda emit, i: cast(emit, element_of(emit, operand, aval.shape, i), dtype))


def _by_loops(lowering: Lowering, eqn: Equation) -> Operand:
    a, b = map(lowering.read, eqn.operands)
    aval = eqn.output.aval
    dtype = aval.dtype

    def element(emit: Builder, indices: list[Operand]) -> Operand:
        start = literal(0.0 if dtype.is_float else 0, like=Scalar(dtype, weak=True))

        def body(emit: Builder, inner: list[Operand], carried: list[Operand]) -> list[Operand]:
            left, right = _places(a, b, indices, inner[-1])
            product = emit.one(
                mul, cast(emit, emit.one(load, a, *left), dtype), cast(emit, emit.one(load, b, *right), dtype)
            )
            return [emit.one(accumulate, carried[0], product)]

        return nest(emit, a.aval.shape[-1:], [start], body, indices)[0]

    if isinstance(aval, Scalar):
        return element(lowering.emit, [])
    return fill(lowering.emit, aval, element, lowering.name(eqn.output))


def _places(
    a: Operand, b: Operand, indices: list[Operand], k: Operand
) -> tuple[list[Operand], list[Operand]]:
    """Where the factors of term k of the element at `indices` stand."""
    matrix_a, matrix_b = len(a.aval.shape) > 1, len(b.aval.shape) > 1
    row = [indices[-1 - matrix_b]] if matrix_a else []
    column = [indices[-1]] if matrix_b else []
    batch = indices[: len(indices) - len(row) - len(column)]
    return (
        [*_batch(a, batch), *row, k],
        [*_batch(b, batch), k, *column],
    )


def _batch(operand: Operand, batch: list[Operand]) -> list[Operand]:
    own = operand.aval.shape[:-2]
    places = batch[len(batch) - len(own) :]
    return [literal(0) if size == 1 else i for size, i in zip(own, places, strict=True)]


RULES: dict[Primitive, Rule] = {products.matmul: _lower_matmul}
