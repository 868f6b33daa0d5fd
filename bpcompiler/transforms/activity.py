"""Which values matter for a derivative: those that depend on the inputs asked for, by floats alone."""

from __future__ import annotations

from collections.abc import Iterable

from bpcompiler.ir.equations import Block, Equation, Value, values_used
from bpcompiler.ir.types import is_float
from bpcompiler.primitives.declare import Elementwise, Structural


def active_values(block: Block, inputs: Iterable[Value]) -> set[Value]:
    """Return the values with a derivative in one of `inputs` (these included)."""
    active = {value for value in inputs if is_float(value.aval)}
    for eqn in block.equations:
        if any(value in active for value in values_used(eqn)) and has_derivative(eqn):
            active.update(value for value in eqn.outputs if is_float(value.aval))
    return active


def has_derivative(eqn: Equation) -> bool:
    """Return whether a change of the operands changes the outputs: not so for steps and sizes."""
    primitive = eqn.primitive
    if isinstance(primitive, Elementwise):
        return primitive.smooth or bool(primitive.passes)
    if isinstance(primitive, Structural):
        return primitive.transpose is not None or primitive.pull is not None or bool(eqn.blocks)
    return False
