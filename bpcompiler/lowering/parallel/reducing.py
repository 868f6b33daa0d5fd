"""What is added up, or searched for an extreme, in a loop: nothing else reads what there is so far.

total = accumulate(accumulate(total, a), b)      also in loops inside, which take it and hand it on
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Primitive, Value, equations_of
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.arithmetic import add
from bpcompiler.primitives.in_place import IN_PLACE
from bpcompiler.primitives.loops import carries_of, for_, load
from bpcompiler.primitives.piecewise import maximum, minimum
from bpcompiler.primitives.regions import if_, while_
from bpcompiler.primitives.simd import lost

KINDS = {accumulate, maximum, minimum}


class Reducing:
    """Answers questions about the values of one block and those in it."""

    def __init__(self, block: Block) -> None:
        self._defined = {value: eqn for eqn in equations_of(block) for value in eqn.outputs}
        self._uses: Counter[Operand] = Counter()
        self._added: set[Operand] = set()
        self._count(block)
        for total in [eqn.operands[0] for eqn in equations_of(block) if self._is_rest(eqn)]:
            self._uses[total] -= 1

    def _is_rest(self, eqn: Equation) -> bool:
        """Whether it is what rounding takes from a sum, and is added up itself."""
        return eqn.primitive is lost and self._uses[eqn.output] == 1 and eqn.output in self._added

    def _count(self, block: Block) -> None:
        self._uses.update(result for result in block.results if isinstance(result, Value))
        for eqn in block.equations:
            if eqn.primitive is accumulate:
                self._added.add(eqn.operands[1])
            self._uses.update(operand for operand in eqn.operands if isinstance(operand, Value))
            for inner in eqn.blocks:
                self._count(inner)

    def kind(self, param: Value, result: Operand) -> Primitive | None:
        """Return by which one primitive a carry becomes its next value; None if by anything else."""
        kinds: set[Primitive] = set()
        first = self._first(result, kinds)
        return kinds.pop() if first is param and self._uses[param] == 1 and len(kinds) == 1 else None

    def summed_load(self, stored: Equation, in_strips: bool) -> Equation | None:
        """Return the load of the element that a store adds to, None if it does something else.

        `in_strips`: the loop is one over strips, whose sums are of strips: their order is open.
        """
        kinds: set[Primitive] = set()
        sums = {accumulate, add} if in_strips else {accumulate}
        first = self._first(stored.operands[1], kinds, KINDS | sums)
        eqn = self._defined.get(first) if isinstance(first, Value) else None
        if eqn is None or eqn.primitive is not load or not kinds <= sums:
            return None
        return eqn if self._uses[eqn.output] == 1 else None

    def _first(self, value: Operand, kinds: set[Primitive], wanted: Collection[Primitive] = KINDS) -> Operand:
        """Return what a chain of additions, or of another kind, begins with. Its links are read once."""
        while isinstance(value, Value) and (eqn := self._defined.get(value)) is not None:
            if eqn.primitive in wanted and self._uses[value] == 1:
                kinds.add(eqn.primitive)
                value = eqn.operands[0]
            elif eqn.primitive is for_ and self._uses[value] == 1 and not eqn.attrs.get("exits"):
                k = eqn.outputs.index(value)
                inside = self.kind(eqn.blocks[0].params[1 + k], eqn.blocks[0].results[k])
                if inside is None:
                    break
                kinds.add(inside)
                value = eqn.operands[3 + k]
            else:
                break
        return value

    def array(self, value: Operand) -> Operand:
        """Return the first version of an array, of which this is a later one in the same buffer."""
        while isinstance(value, Value) and (eqn := self._defined.get(value)) is not None:
            before = self._before(eqn, value)
            if before is None:
                break
            value = before
        return value

    def _before(self, eqn: Equation, value: Value) -> Operand | None:
        if eqn.primitive in IN_PLACE:
            return eqn.operands[0]
        number = eqn.outputs.index(value)
        if eqn.primitive is if_:
            then, otherwise = (self.array(block.results[number]) for block in eqn.blocks)
            return then if then is otherwise else None
        if eqn.primitive not in (for_, while_):
            return None
        body = eqn.blocks[-1]
        carries = len(eqn.outputs)
        param = body.params[len(body.params) - carries + number]
        same = self.array(carries_of(body, eqn.attrs)[number]) is param
        return eqn.operands[len(eqn.operands) - carries + number] if same else None


def is_number(operand: Operand, value: int) -> bool:
    """Return whether an operand is this number."""
    return isinstance(operand, Literal) and operand.value == value
