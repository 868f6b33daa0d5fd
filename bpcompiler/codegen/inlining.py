"""Which results the staged source writes where they are used: unnamed, used once, in the same statement.

Sizes, views and numbers that only change their type are written wherever they are used. What stands in a
branch or loop stays there, and nothing is written later than what it reads changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from bpcompiler.analysis.sharing import STORES, VIEWS
from bpcompiler.codegen.expressions import has_float32, is_transparent, statement_of
from bpcompiler.codegen.ownership import Ownership
from bpcompiler.codegen.recomputed import is_again
from bpcompiler.ir.equations import (
    Block,
    Effect,
    Equation,
    Literal,
    Operand,
    Value,
    equations_of,
    free_values,
    values_used,
)
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import INT64, Scalar
from bpcompiler.primitives import cholesky, creation, linalg, loops, regions, shapes, stores, tapes
from bpcompiler.primitives.arithmetic import add, mul, neg, sub
from bpcompiler.primitives.loops import carries_of
from bpcompiler.primitives.piecewise import logical_not

Inline = dict[Value, Equation]

# Statements of their own.
STATEMENTS = {
    *(loops.empty, loops.copy, stores.copy_array, creation.zeros_like, creation.constant),
    *(tapes.recall, regions.undefined, *STORES),
}
# Of a derivative, each of these is a line to read.
SOLVES = {linalg.solve_again, cholesky.solve_triangular_again, cholesky.cho_solve}
PLAIN = {add, mul, neg, sub}  # of what is computed again; a quotient or an exponential is worth a name
SHORT = VIEWS - {shapes.reshape}


def find_inline(program: Program, ownership: Ownership) -> Inline:
    """Return the equations that are written where their output is used."""
    return _Finder(program, ownership).found


class _Finder:
    def __init__(self, program: Program, ownership: Ownership) -> None:
        block = program.block
        self.program, self.ownership = program, ownership
        self.has_backward = any(eqn.phase for eqn in block.equations)
        self.mixed = has_float32(program)
        self.uses = Counter(value for values in _reads(block) for value in values)
        self.users = {o: e for e in equations_of(block) for o in e.operands if isinstance(o, Value)}
        self.targets = {ownership.continued(eqn) for eqn in equations_of(block)}
        self.written = {ownership.root(target) for target in self.targets if target is not None}
        self.asked = {r for inner, eqn in _inner(block) for r in _asked(inner, eqn)}
        self.late = {r for inner, eqn in _inner(block) for r in _late(inner, eqn)}
        self.again = {*_again(block)}
        self.results = {result for inner, _ in _inner(block) for result in inner.results}
        params = {param for inner, _ in _inner(block) for param in inner.params}
        self.variables: set[Operand] = {*program.names, *params}
        self.found = {eqn.output: eqn for eqn in equations_of(block) if self.may_inline(eqn)}
        for each in (block, *(inner for inner, _ in _inner(block))):
            self.drop_overtaken(each)

    def may_inline(self, eqn: Equation) -> bool:
        if len(eqn.outputs) != 1 or eqn.blocks:
            return False
        if is_transparent(eqn) and not self.mixed:
            return True
        value = eqn.output
        if value in self.program.names and value not in self.late and eqn.primitive is not regions.as_size:
            return False
        if eqn.primitive in STATEMENTS or value in self.targets or (eqn.phase and eqn.primitive in SOLVES):
            return False
        if (_is_short(eqn) or self.is_next(eqn)) and not self.is_changing(eqn):
            return True
        if self.uses[value] != 1 or self.ownership.in_place(eqn):
            return False
        user = self.users.get(value)
        if user is not None and _is_short(eqn) and self.is_nested(eqn):
            return not user.blocks and self.ownership.continued(user) is not value
        return self.is_result_inline(eqn) if user is None else self.may_stand_in(eqn, user)

    def is_nested(self, eqn: Equation) -> bool:
        return self.ownership.memory.liveness.home(eqn.output) is not self.program.block

    def is_next(self, eqn: Equation) -> bool:
        """Whether it is `i + 1`: a variable's integer and a number, not what a turn ends with."""
        value = eqn.output
        if eqn.primitive not in (add, sub) or not isinstance(value.aval, Scalar) or value in self.results:
            return False
        variables = [operand for operand in eqn.operands if operand in self.variables]
        numbers = [operand for operand in eqn.operands if isinstance(operand, Literal)]
        return value.aval.dtype is INT64 and len(variables) == len(numbers) == 1

    def is_changing(self, eqn: Equation) -> bool:
        """Whether it is an element, read in a loop or branch, of an array that is stored into."""
        if eqn.primitive not in SHORT or not isinstance(eqn.output.aval, Scalar) or not self.is_nested(eqn):
            return False
        source = eqn.operands[0]
        return isinstance(source, Value) and self.ownership.root(source) in self.written

    def is_result_inline(self, eqn: Equation) -> bool:
        """Results are named where a backward pass follows, so that the forward pass shows them.

        In a loop: what decides whether it goes on, and what a later assignment needs anyway.
        """
        if eqn.output in self.asked or eqn.output in self.late:
            return eqn.primitive.effect is Effect.NONE
        outermost = self.ownership.memory.liveness.home(eqn.output) is self.program.block
        return (
            outermost and eqn.primitive.effect is Effect.NONE and (not self.has_backward or bool(eqn.phase))
        )

    def may_stand_in(self, eqn: Equation, user: Equation) -> bool:
        if user.blocks:  # a loop's bounds, a condition; carries are variables
            first = len(user.operands) - len(user.outputs) if user.primitive is not regions.if_ else 1
            return eqn.output in user.operands[:first] and eqn.output not in user.operands[first:]
        if user.primitive is regions.as_size or self.ownership.continued(user) is eqn.output:
            return False
        if user.primitive is loops.check or (user.primitive is logical_not and self.is_asked(user)):
            return True
        if eqn in self.again and eqn.primitive in PLAIN and statement_of(eqn)[0] == statement_of(user)[0]:
            return True
        return is_transparent(user) or statement_of(eqn) == statement_of(user)

    def is_asked(self, eqn: Equation) -> bool:
        """Whether a check asks for the result: `if x < 0: raise ...` are two statements."""
        user = self.users.get(eqn.output)
        return user is not None and user.primitive is loops.check

    # ------------------------------------------------------------------ order

    def drop_overtaken(self, block: Block) -> None:
        """An expression that reads a variable is not written after that variable has changed.

        Places are numbered by two for each equation: its operands, then its nested blocks.
        """
        changes = [self.changes(eqn) for eqn in block.equations]
        written_at = {result: 2 * len(changes) for result in block.results if isinstance(result, Value)}
        for at, eqn in reversed(list(enumerate(block.equations))):
            place = 2 * at
            if len(eqn.outputs) == 1 and eqn.output in self.found:
                place = written_at.get(eqn.output, 2 * at)
                between = changes[at + 1 : (place + 1) // 2]
                read = (
                    set()
                    if eqn.primitive is creation.dim
                    else set(map(self.ownership.root, values_used(eqn)))
                )
                if any(changed & read for changed in between):
                    del self.found[eqn.output]
                    place = 2 * at
            nested = {value for inner in eqn.blocks for value in free_values(inner)}
            for value in values_used(eqn):
                written_at[value] = max(place + (value in nested), written_at.get(value, 0))

    def changes(self, eqn: Equation) -> set[Value]:
        """The variables and memory, by the values that they held first, that an equation changes."""
        changed: set[Value] = set()
        for inner in (eqn, *(e for block in eqn.blocks for e in equations_of(block))):
            target = (
                inner.operands[0] if inner.primitive is regions.update else self.ownership.continued(inner)
            )
            if isinstance(target, Value):
                changed.update(map(self.ownership.root, self.ownership.memory.sharing.sharers(target)))
                changed.add(self.ownership.root(target))
        if eqn.blocks and eqn.primitive is not regions.if_:
            carried = eqn.operands[len(eqn.operands) - len(eqn.outputs) :]
            changed.update(self.ownership.root(o) for o in carried if isinstance(o, Value))
        return changed


def _is_short(eqn: Equation) -> bool:
    """Whether the result is written wherever it is used: `x.shape[0]`, `x[1:]`, `x.T` cost nothing."""
    if eqn.primitive in SHORT:
        return True
    aval = eqn.output.aval
    return isinstance(aval, Scalar) and aval.size is not None and eqn.primitive.effect is Effect.NONE


def _inner(block: Block) -> Iterator[tuple[Block, Equation]]:
    for eqn in equations_of(block):
        for inner in eqn.blocks:
            yield inner, eqn


def _again(block: Block) -> Iterator[Equation]:
    """Yield what blocks of the derivative compute again."""
    for inner, eqn in _inner(block):
        if eqn.phase:
            yield from filter(is_again, inner.equations)


def _asked(block: Block, eqn: Equation) -> Iterator[Value]:
    """What decides whether a loop goes on: its test, and the flag that says stop."""
    is_test = eqn.primitive is regions.while_ and block is eqn.blocks[0]
    if (is_test or eqn.attrs.get("exits")) and isinstance(block.results[0], Value):
        yield block.results[0]


def _late(block: Block, eqn: Equation) -> Iterator[Value]:
    """Next values of carries that are read until the turn ends: `a, b = b, a + b`."""
    if eqn.primitive is regions.if_ or block is not eqn.blocks[-1]:
        return
    results = carries_of(block, eqn.attrs)
    for param, result in zip(block.params[len(block.params) - len(results) :], results, strict=True):
        if isinstance(result, Value) and param in results and result is not param:
            yield result


def _reads(block: Block) -> Sequence[list[Value]]:
    found = [[r for r in block.results if isinstance(r, Value)]]
    for eqn in block.equations:
        found.append([o for o in eqn.operands if isinstance(o, Value)])
        for inner in eqn.blocks:
            found.extend(_reads(inner))
            found.append(list(free_values(inner)))  # used in a loop: every turn, so not once
    return found
