"""Random numbers: each element is a function of its place, so they are computed where they are read."""

from __future__ import annotations

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Operand, Primitive, literal
from bpcompiler.ir.types import INT64, Array
from bpcompiler.lowering.lower import Lowering, Rule
from bpcompiler.lowering.nests import element_of, fill, nest, plus, size_operand, times
from bpcompiler.primitives import random
from bpcompiler.primitives.arithmetic import sub
from bpcompiler.primitives.loops import load, store

ELEMENTS: dict[Primitive, Primitive] = {
    random.uniform: random.element_of_uniform,
    random.normal: random.element_of_normal,
    random.integers: random.element_below,
    random.choice: random.element_below,
}


def lower_draw(lowering: Lowering, eqn: Equation) -> None:
    """The element at a place is drawn from the block that its number is."""
    first, *steps = random.places_of(eqn)
    seed, counter, *n = map(lowering.read, eqn.operands)
    aval, purpose = eqn.output.aval, literal(random.PURPOSES[eqn.primitive])

    def element(emit: Builder, indices: list[Operand]) -> Operand:
        index = size_operand(emit, first)
        for place, step in zip(indices, steps, strict=True):
            index = plus(emit, index, times(emit, place, size_operand(emit, step)))
        return emit.one(ELEMENTS[eqn.primitive], seed, counter, index, purpose, *n)

    if isinstance(aval, Array):
        lowering.define(eqn, element)
    else:
        lowering.write(eqn.output, element(lowering.emit, []))


def lower_shuffle(lowering: Lowering, eqn: Equation) -> None:
    """Fisher and Yates: the i-th changes places with one of those from there on."""
    count, length = eqn.attrs["count"], eqn.attrs["length"]
    seed, counter = map(lowering.read, eqn.operands)
    purpose = literal(random.PURPOSES[eqn.primitive])

    def body(emit: Builder, indices: list[Operand], carried: list[Operand]) -> list[Operand]:
        (here,), (order,) = indices, carried
        left = emit.one(sub, size_operand(emit, length), here)
        skipped = emit.one(random.element_below, seed, counter, here, purpose, left)
        there = plus(emit, here, skipped)
        near, far = emit.one(load, order, here), emit.one(load, order, there)
        return [emit.one(store, emit.one(store, order, far, here), near, there)]

    whole, name = Array(INT64, (length,)), lowering.name(eqn.output)
    order: Operand = fill(lowering.emit, whole, lambda emit, indices: indices[0], name)
    (order,) = nest(lowering.emit, (count,), [order], body)
    if count == length:
        lowering.write(eqn.output, order)
    else:
        lowering.wait(eqn.output, lambda emit, indices: element_of(emit, order, whole.shape, indices))


RULES: dict[Primitive, Rule] = {
    **dict.fromkeys(ELEMENTS, lower_draw),
    random.permutation: lower_shuffle,
    random.sample: lower_shuffle,
}
