"""Which values of a block get a cotangent: those that the results asked for depend on, by floats alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bpcompiler.ir.equations import Block, Equation, Operand, Value, equations_of, values_used
from bpcompiler.primitives.tapes import record


def useful_values(block: Block, results: Iterable[Operand], active: Collection[Value]) -> set[Value]:
    """Return the active values, from outside the block too, that the results or a tape depend on."""
    useful = {result for result in results if isinstance(result, Value) and result in active}
    for eqn in reversed(block.equations):
        if any(output in useful for output in eqn.outputs) or records_active(eqn, active):
            useful.update(value for value in values_used(eqn) if value in active)
    return useful


def records_active(eqn: Equation, active: Collection[Value]) -> bool:
    """Return whether an equation, or one in its blocks, keeps an active value on a tape."""
    if eqn.primitive is record:
        return eqn.operands[0] in active
    return any(records_active(inner, active) for block in eqn.blocks for inner in equations_of(block))
