"""Whether names are bound, and why a loop was left: what a trace keeps track of, where the way there says it.

A trace has a flag for each name that is bound on some ways only, and one for each loop that may be left.
Flags of one loop that are always equal are one. Under `if flag:` the flag is true, and after a check of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from bpcompiler.analysis.liveness import LOOPS
from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import BOOL, Scalar
from bpcompiler.primitives.carries import inits, params, results
from bpcompiler.primitives.loops import check
from bpcompiler.primitives.regions import if_

UNBOUND = (UnboundLocalError, NameError)

Known = Mapping[Operand, bool]


def with_known_flags(program: Program) -> Program:
    """Return the program without flags and checks that say what is known; the user's lines stay."""
    return replace(program, block=_Flags(program.names.keys()).block(program.block, {}))


@dataclass(frozen=True, slots=True)
class _Flags:
    named: Collection[Value]
    found: dict[Value, Operand] = field(default_factory=dict)

    def block(self, block: Block, known: Known) -> Block:
        equations = []
        for old in block.equations:
            eqn = replace(old, operands=tuple(map(self.read, old.operands)))
            if eqn.primitive is check:
                if _is_needless(eqn, known):
                    continue
                known = {**known, eqn.operands[0]: True}
            equations.append(self.region(eqn, known) if eqn.blocks else eqn)
        return Block(block.params, tuple(equations), tuple(map(self.read, block.results)))

    def region(self, eqn: Equation, known: Known) -> Equation:
        if eqn.primitive is not if_:
            self.merge(eqn)
            return replace(eqn, blocks=tuple(self.block(inner, known) for inner in eqn.blocks))
        ways = [{**known, eqn.operands[0]: truth} for truth in (True, False)]
        eqn = replace(eqn, blocks=tuple(map(self.block, eqn.blocks, ways)))
        for number in self.flags(eqn):
            truths = {_truth(result, way) for result, way in zip(results(eqn, number), ways, strict=True)}
            if len(truths) == 1 and (truth := truths.pop()) is not None:
                output = eqn.outputs[number]
                assert isinstance(output.aval, Scalar)
                self.found[output] = Literal(truth, output.aval)
        return eqn

    def merge(self, loop: Equation) -> None:
        """Take note of the flags of a loop that are another one."""
        flags = list(self.flags(loop)) if loop.primitive in LOOPS else []
        for at, one in enumerate(flags):
            other = next((k for k in flags[:at] if _are_alike(loop, k, one)), None)
            if other is not None:
                self.found[loop.outputs[one]] = loop.outputs[other]
                for inner in loop.blocks:
                    self.found[params(loop, inner)[one]] = params(loop, inner)[other]

    def flags(self, eqn: Equation) -> Iterator[int]:
        """Yield the numbers of the outputs that are flags of the trace's."""
        for number, output in enumerate(eqn.outputs):
            if isinstance(output.aval, Scalar) and output.aval.dtype is BOOL and output not in self.named:
                yield number

    def read(self, operand: Operand) -> Operand:
        while isinstance(operand, Value) and operand in self.found:
            operand = self.found[operand]
        return operand


def _is_needless(eqn: Equation, known: Known) -> bool:
    return eqn.attrs.get("exception") in UNBOUND and _truth(eqn.operands[0], known) is True


def _truth(operand: Operand, known: Known) -> bool | None:
    return bool(operand.value) if isinstance(operand, Literal) else known.get(operand)


def _are_alike(loop: Equation, one: int, other: int) -> bool:
    """Return whether two flags of a loop start the same and go on the same."""
    body = loop.blocks[-1]
    (end,), (other_end,) = results(loop, one), results(loop, other)
    pair = params(loop, body)[one], params(loop, body)[other]
    return _same(inits(loop)[one], inits(loop)[other]) and _agree(body, end, other_end, pair)


def _agree(block: Block, one: Operand, other: Operand, pair: tuple[Value, Value]) -> bool:
    """Return whether two results are always equal, if the values of the pair are."""
    if _same(one, other) or (one, other) in (pair, pair[::-1]):
        return True
    made = next((eqn for eqn in block.equations if one in eqn.outputs and other in eqn.outputs), None)
    if made is None or made.primitive is not if_:
        return False
    at, where = made.outputs.index(one), made.outputs.index(other)
    return all(_agree(inner, inner.results[at], inner.results[where], pair) for inner in made.blocks)


def _same(one: Operand, other: Operand) -> bool:
    if isinstance(one, Literal) and isinstance(other, Literal):
        return one == other
    return one is other
