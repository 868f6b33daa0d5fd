"""Names for what a region hands on, after what is handed on: a branch's results, a loop's carries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bpcompiler.analysis.liveness import LOOPS
from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import INT64
from bpcompiler.primitives import regions
from bpcompiler.primitives.arithmetic import add
from bpcompiler.primitives.loops import carries_of


def with_hints(program: Program) -> Program:
    """Return the program with names for region outputs and params that had none."""
    hints = _Hints(program)
    hints.block(program.block)
    return replace(program, names=hints.names, derivatives=hints.derivatives)


class _Hints:
    def __init__(self, program: Program) -> None:
        self.names, self.derivatives = dict(program.names), dict(program.derivatives)

    def block(self, block: Block) -> None:
        for eqn in block.equations:
            for inner in eqn.blocks:
                self.block(inner)
            if eqn.primitive is regions.if_:
                for output, *results in zip(eqn.outputs, *(b.results for b in eqn.blocks), strict=True):
                    self.name_after([output], results)
            elif eqn.primitive in LOOPS:
                self.loop(eqn)

    def loop(self, eqn: Equation) -> None:
        body = eqn.blocks[-1]
        first = eqn.operands[len(eqn.operands) - len(eqn.outputs) :]
        params = [b.params[len(b.params) - len(first) :] for b in eqn.blocks]
        for at, result in enumerate(carries_of(body, eqn.attrs)):
            family = [eqn.outputs[at], *(each[at] for each in params)]
            self.name_after(family, [*family, result, first[at]])
            if _counts(first[at], result, params[-1][at], body):
                self.name_after(family, (), default="turns")

    def name_after(self, values: Sequence[Value], known: Iterable[Operand], default: str = "") -> None:
        """Give what has no name that of the first that has one."""
        model = next((o for o in known if o in self.names or o in self.derivatives), None)
        for value in values:
            if value in self.names or value in self.derivatives:
                continue
            if isinstance(model, Value) and model in self.derivatives:
                self.derivatives[value] = self.derivatives[model]
            elif isinstance(model, Value):
                self.names[value] = self.names[model]
            elif default:
                self.names[value] = default


def _counts(init: Operand, result: Operand, param: Value, body: Block) -> bool:
    """Whether a carry counts the turns."""
    if not (isinstance(init, Literal) and init.value == 0 and init.aval.dtype is INT64):
        return False
    made = next((eqn for eqn in body.equations if result in eqn.outputs), None)
    if made is None or made.primitive is not add:
        return False
    return made.operands[0] is param and isinstance(made.operands[1], Literal) and made.operands[1].value == 1
