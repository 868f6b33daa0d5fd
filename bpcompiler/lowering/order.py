"""Loops that depend on the order of elements: running sums, and where an extreme stands."""

from __future__ import annotations

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Operand, Primitive, literal
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import INT64, Scalar
from bpcompiler.lowering.lower import Lowering, Rule
from bpcompiler.lowering.nests import fill, nest, plus, size_operand
from bpcompiler.lowering.scalars import cast
from bpcompiler.primitives import order
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.arithmetic import sub
from bpcompiler.primitives.loops import load, store
from bpcompiler.primitives.piecewise import (
    equal,
    greater,
    less,
    logical_and,
    logical_or,
    not_equal,
    select,
)


def lower_cumsum(lowering: Lowering, eqn: Equation) -> None:
    """A copy, to each of whose elements the one before is added (the one after, if backwards)."""
    source, aval, axis = eqn.operands[0], eqn.output.aval, eqn.attrs["axis"]

    def element(emit: Builder, indices: list[Operand]) -> Operand:
        return cast(emit, lowering.at(emit, source, aval.shape, indices), aval.dtype)

    out = fill(lowering.emit, aval, element, lowering.name(eqn.output))
    steps = aval.shape[axis] - 1

    def body(emit: Builder, indices: list[Operand], carried: list[Operand]) -> list[Operand]:
        here, there = _neighbours(emit, indices[axis], steps, backwards=eqn.attrs["backwards"])
        place = [*indices[:axis], there, *indices[axis + 1 :]]
        before = emit.one(load, carried[0], *indices[:axis], here, *indices[axis + 1 :])
        total = emit.one(accumulate, emit.one(load, carried[0], *place), before)
        return [emit.one(store, carried[0], total, *place)]

    shape = (*aval.shape[:axis], steps, *aval.shape[axis + 1 :])
    lowering.write(eqn.output, nest(lowering.emit, shape, [out], body)[0])


def _neighbours(emit: Builder, index: Operand, steps: Size, *, backwards: bool) -> tuple[Operand, Operand]:
    """Return where the total so far stands, and the next place in the order of the sum."""
    if not backwards:
        return index, plus(emit, index, literal(1))
    last = size_operand(emit, steps)
    here = emit.one(sub, last, index)
    return here, emit.one(sub, here, literal(1))


def lower_where(lowering: Lowering, eqn: Equation) -> None:
    """`np.argmax`, `np.argmin`: the first of equals, and the first NaN if there is one."""
    source, axis = eqn.operands[0], eqn.attrs["axis"]
    lowering.read_through(source)
    size = source.aval.shape[axis]
    better: Primitive = greater if eqn.primitive is order.argmax else less

    def element(emit: Builder, kept: list[Operand]) -> Operand:
        def value_at(emit: Builder, index: Operand) -> Operand:
            return lowering.at(emit, source, source.aval.shape, [*kept[:axis], index, *kept[axis:]])

        def body(emit: Builder, indices: list[Operand], carried: list[Operand]) -> list[Operand]:
            index, best = carried
            value = value_at(emit, indices[-1])
            wins = _beats(emit, better, value, best)
            return [emit.one(select, wins, indices[-1], index), emit.one(select, wins, value, best)]

        start: list[Operand] = [literal(0, like=Scalar(INT64, weak=True)), value_at(emit, literal(0))]
        return nest(emit, (size,), start, body, kept)[0]

    if isinstance(eqn.output.aval, Scalar):
        lowering.write(eqn.output, element(lowering.emit, []))
    else:
        lowering.write(eqn.output, fill(lowering.emit, eqn.output.aval, element, lowering.name(eqn.output)))


def _beats(emit: Builder, better: Primitive, value: Operand, best: Operand) -> Operand:
    wins: Operand = emit.one(better, value, best)
    if value.aval.dtype.is_float:
        first_nan = emit.one(logical_and, emit.one(not_equal, value, value), emit.one(equal, best, best))
        wins = emit.one(logical_or, wins, first_nan)
    return wins


RULES: dict[Primitive, Rule] = {
    order.cumsum: lower_cumsum,
    order.argmax: lower_where,
    order.argmin: lower_where,
}
