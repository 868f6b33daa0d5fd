"""Which values matter for a derivative: those that depend on the inputs asked for, by floats alone.

A loop's carry matters if it does on entry or after any turn, what is recalled if it did when it was recorded:
the program is swept until nothing is added. The test of a `while_` passes nothing on but a bool.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bpcompiler.ir.equations import Block, Equation, Operand, Primitive, Value
from bpcompiler.ir.types import is_float
from bpcompiler.primitives.declare import Elementwise, Structural
from bpcompiler.primitives.loops import carries_of, for_
from bpcompiler.primitives.regions import if_, while_
from bpcompiler.primitives.tapes import Tape, recall, record


def active_values(block: Block, inputs: Iterable[Value]) -> set[Value]:
    """Return the values with a derivative in one of `inputs` (these included), those of nested blocks too."""
    return activity(block, inputs).values


def activity(block: Block, inputs: Iterable[Value]) -> Activity:
    """Return the values and the tapes with a derivative in one of `inputs`."""
    found = Activity(value for value in inputs if is_float(value.aval))
    count = -1
    while count != found.count():
        count = found.count()
        found.sweep(block)
        if not any(eqn.blocks or eqn.primitive is recall for eqn in block.equations):
            break
    return found


class Activity:
    """What is active so far."""

    def __init__(self, values: Iterable[Value]) -> None:
        self.values = set(values)
        self.tapes: set[Tape] = set()

    def count(self) -> int:
        """Return how much is active."""
        return len(self.values) + len(self.tapes)

    def sweep(self, block: Block) -> None:
        """Pass activity on through a block once, from its first equation to its last."""
        for eqn in block.equations:
            rule = _RULES.get(eqn.primitive, _pass_equation)
            rule(self, eqn)

    def any(self, operands: Iterable[Operand]) -> bool:
        """Return whether one of these is active."""
        return any(operand in self.values for operand in operands)

    def join(self, targets: Sequence[Value], *sources: Sequence[Operand]) -> None:
        """Make each target active that one of its sources is."""
        for target, *from_ in zip(targets, *sources, strict=True):
            if is_float(target.aval) and self.any(from_):
                self.values.add(target)


def _pass_equation(found: Activity, eqn: Equation) -> None:
    if found.any(eqn.operands) and has_derivative(eqn):
        found.values.update(value for value in eqn.outputs if is_float(value.aval))


def _pass_if(found: Activity, eqn: Equation) -> None:
    for block in eqn.blocks:
        found.sweep(block)
    then, otherwise = eqn.blocks
    found.join(eqn.outputs, then.results, otherwise.results)


def _pass_for(found: Activity, eqn: Equation) -> None:
    _pass_loop(found, eqn, eqn.operands[3:], eqn.blocks[0].params[1:])


def _pass_while(found: Activity, eqn: Equation) -> None:
    _pass_loop(found, eqn, eqn.operands, eqn.blocks[1].params)


def _pass_loop(found: Activity, eqn: Equation, given: Sequence[Operand], params: Sequence[Value]) -> None:
    body = eqn.blocks[-1]
    found.join(params, given)
    found.sweep(body)
    found.join(params, carries_of(body, eqn.attrs))
    found.join(eqn.outputs, params)


def _pass_record(found: Activity, eqn: Equation) -> None:
    if found.any(eqn.operands[:1]):
        found.tapes.add(eqn.attrs["tape"])


def _pass_recall(found: Activity, eqn: Equation) -> None:
    if eqn.attrs["tape"] in found.tapes:
        found.values.add(eqn.output)


_RULES: dict[Primitive, Callable[[Activity, Equation], None]] = {
    if_: _pass_if,
    for_: _pass_for,
    while_: _pass_while,
    record: _pass_record,
    recall: _pass_recall,
}


def has_derivative(eqn: Equation) -> bool:
    """Return whether a change of the operands changes the outputs: not so for steps and sizes."""
    primitive = eqn.primitive
    if isinstance(primitive, Elementwise):
        return primitive.smooth or bool(primitive.passes)
    if isinstance(primitive, Structural):
        return primitive.transpose is not None or primitive.pull is not None
    return False
