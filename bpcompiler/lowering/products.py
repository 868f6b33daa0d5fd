"""Matrix products: BLAS for floats, loops for integers.

A product that is only added to an array, or stored into one, waits for that: BLAS adds and stores in place.
"""

from __future__ import annotations

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Operand, Primitive, Value, literal
from bpcompiler.ir.types import Scalar
from bpcompiler.lowering.accumulation import is_awaited
from bpcompiler.lowering.lower import Lowering, Rule
from bpcompiler.lowering.multiplying import inner_product, matrices_of, multiply_into
from bpcompiler.lowering.nests import element_of, fill, nest
from bpcompiler.lowering.parts import Part
from bpcompiler.lowering.scalars import cast
from bpcompiler.primitives import products
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.arithmetic import mul
from bpcompiler.primitives.loops import empty, load


def _lower_matmul(lowering: Lowering, eqn: Equation) -> None:
    aval = eqn.output.aval
    if not aval.dtype.is_float:
        lowering.write(eqn.output, _by_loops(lowering, eqn))
    elif isinstance(aval, Scalar):
        lowering.write(eqn.output, inner_product(lowering, eqn))
    elif is_awaited(lowering, eqn):
        lowering.wait_whole(eqn.output, lambda: _computed(lowering, eqn))
    else:
        lowering.write(eqn.output, _computed(lowering, eqn))


def _computed(lowering: Lowering, eqn: Equation) -> Operand:
    """Return the product in a buffer of its own, or in that of a loop's carry that it follows."""
    before = lowering.buffers.overwritten(eqn)
    if before is None:
        with lowering.emit.at(eqn.origin, eqn.phase):
            return _fresh(lowering, eqn, lowering.name(eqn.output))
    into = lowering.read(before)
    assert isinstance(into, Value)
    lowering.before_writing(eqn)
    if not any(lowering.sources(operand) & lowering.buffers.roots(before) for operand in eqn.operands):
        return multiply_into(lowering, eqn, Part(into), beta=0.0)
    product, aval = _fresh(lowering, eqn), eqn.output.aval
    return fill(lowering.emit, aval, lambda emit, i: element_of(emit, product, aval.shape, i), into=into)


def _fresh(lowering: Lowering, eqn: Equation, name: str = "") -> Operand:
    out = lowering.emit.one(empty, shape=eqn.output.aval.shape, dtype=eqn.output.aval.dtype)
    if name:
        lowering.emit.names[out] = name
    return multiply_into(lowering, eqn, Part(out), beta=0.0)


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
        [*matrices_of(a, batch), *row, k],
        [*matrices_of(b, batch), k, *column],
    )


RULES: dict[Primitive, Rule] = {products.matmul: _lower_matmul}
