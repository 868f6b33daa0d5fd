"""What a reverse turn recalls and computes again comes first; then the adjoint has the turn to itself.

w = ws[i]                     instead of         # backprop s += z * w
z = x[i] * w                                     w = ws[i]
# backprop s += z * w                            dz = w * ds
dz = w * ds                                      z = x[i] * w
dw = z * ds                                      # backprop s += z * w
                                                 dw = z * ds

It comes in the order of the forward turn. Where its variable holds another value that is needed it waits for
that; then it stands before all that is derived from one statement, if it may. A number that only changes
its type is no line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from bpcompiler.analysis.clobbers import Memory
from bpcompiler.analysis.liveness import LOOPS
from bpcompiler.analysis.sharing import STORES
from bpcompiler.codegen.expressions import statement_of
from bpcompiler.ir.equations import Block, Effect, Equation, Value, equations_of, values_used
from bpcompiler.ir.program import Program
from bpcompiler.primitives.loops import carries_of
from bpcompiler.primitives.piecewise import convert
from bpcompiler.primitives.tapes import Tape, recall, record

Key = Callable[[Value], object]


def recomputed_first(program: Program, variable: Key) -> Program:
    """Return the program with its reverse so; `variable`: equal for what could share a variable."""
    return replace(program, block=_inside(program.block, _Order(variable, Memory(program.block)), ()))


def is_again(eqn: Equation) -> bool:
    """Return whether an equation in a reverse block takes from a tape or computes again."""
    return eqn.primitive is recall or not (eqn.phase or eqn.blocks or eqn.primitive.effect is not Effect.NONE)


def _inside(block: Block, order: _Order, phase: tuple[str, ...]) -> Block:
    """Return a block, nested ones included; `phase`: that of the region whose block it is."""
    equations = []
    for eqn in block.equations:
        if eqn.primitive in LOOPS:
            order.carried(eqn)
        blocks = tuple(_inside(inner, order, eqn.phase) for inner in eqn.blocks)
        equations.append(replace(eqn, blocks=blocks) if blocks else eqn)
    if phase:
        equations = order.ordered([_untyped(eqn, phase) for eqn in equations])
    return Block(block.params, tuple(equations), block.results)


def _untyped(eqn: Equation, phase: tuple[str, ...]) -> Equation:
    """A conversion that is done again is the derivative's: it may go without saying."""
    return replace(eqn, phase=phase) if eqn.primitive is convert and not eqn.phase else eqn


@dataclass(frozen=True, slots=True)
class _Order:
    variable: Key
    memory: Memory
    next: dict[Value, Value] = field(default_factory=dict)  # of what a loop carries without a name

    def carried(self, loop: Equation) -> None:
        """Take note of the next value of each carry: it would be in its variable."""
        results = carries_of(loop.blocks[-1], loop.attrs)
        params = loop.blocks[-1].params[-len(results) :] if results else ()
        pairs = zip(params, results, strict=True)
        self.next.update((p, r) for p, r in pairs if self.variable(p) is p and isinstance(r, Value))

    def ordered(self, equations: Sequence[Equation]) -> list[Equation]:
        """Return the equations of a block in order."""
        first: list[Equation] = []
        rest: list[Equation] = []
        for eqn in equations:
            if not is_again(eqn):
                rest.append(eqn)
            elif (place := self.place(eqn, rest)) > 0 or eqn.primitive in STORES:
                rest.insert(_start_of_group(rest, place, statement_of(eqn)[0]), eqn)
            else:
                _insert(eqn, first, self.place(eqn, first))
        return [*first, *rest]

    def place(self, eqn: Equation, before: Sequence[Equation]) -> int:
        """Return the first place where an equation may stand."""
        places = (at for at, other in reversed([*enumerate(before)]) if self.must_follow(eqn, other))
        last = next(places, -1)
        readers: set[Value] = set()
        for at, other in enumerate(before[last:] if last >= 0 else (), last):
            if at == last or readers.intersection(values_used(other)):
                readers.update(value for value in other.outputs if self.variable(value) is value)
                last = at  # what has no name may stand in the expression that reads it
        return last + 1

    def must_follow(self, eqn: Equation, other: Equation) -> bool:
        """Whether an equation reads what another one makes, or takes its variable or memory away."""
        if not set(values_used(eqn)).isdisjoint(other.outputs):
            return True
        if eqn.primitive is recall and eqn.attrs["tape"] in _tapes(other):
            return True
        read = {*values_used(other), *(other.outputs if other.blocks else ())}
        if not {*map(self.key, eqn.outputs)}.isdisjoint(map(self.key, read)):
            return True
        target = eqn.operands[0] if eqn.primitive in STORES else None
        return isinstance(target, Value) and any(
            self.memory.sharing.may_share(target, value) for value in read
        )

    def key(self, value: Value) -> object:
        """Return what is equal for what could share a variable."""
        return self.variable(self.next.get(value, value))


def _insert(eqn: Equation, first: list[Equation], place: int) -> None:
    """Insert in forward order; what is on a tape comes before all."""
    while place < len(first) and _rank(first[place]) <= _rank(eqn):
        place += 1
    first.insert(place, eqn)


def _rank(eqn: Equation) -> tuple[bool, int]:
    return (False, 0) if eqn.primitive is recall else (True, statement_of(eqn)[0])


def _tapes(eqn: Equation) -> set[Tape]:
    everything = [eqn, *(inner for block in eqn.blocks for inner in equations_of(block))]
    return {each.attrs["tape"] for each in everything if each.primitive in (record, recall)}


def _start_of_group(equations: Sequence[Equation], first: int, statement: int) -> int:
    """Return where what is derived from a statement, or the last one, begins, if that is not too early."""
    start = len(equations)
    derived = [statement_of(eqn)[0] for eqn in equations if not is_again(eqn)]
    own = {statement, *derived[-1:]}
    while start > first and (is_again(equations[start - 1]) or statement_of(equations[start - 1])[0] in own):
        start -= 1
    return start
