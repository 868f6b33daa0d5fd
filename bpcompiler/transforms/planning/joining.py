"""A loop whose adjoint runs turn by turn with it: nothing of a turn has to be kept until later.

    for n in range(len(x)):                      for n in range(len(x)):
        z = w * x[n]                                 z = w * x[n]
        total += z * z                               total += z * z
    dtotal = 1.0                                     dz = 2 * z
    for n in range(len(x)):                          dw += x[n] * dz
        dz = 2 * w * x[n] * dtotal
        dw += x[n] * dz

For this the adjoint must only add up, so that its turns may come in any order. What else it reads must be
known before the loop, as the cotangent of a mere sum often is; what its sums start from need not be. And no
store may destroy what is still to be read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import (
    Block,
    Effect,
    Equation,
    Operand,
    Value,
    equations_of,
    free_values,
    values_used,
    with_operands,
)
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Symbol
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.creation import zeros, zeros_like
from bpcompiler.primitives.loops import for_
from bpcompiler.primitives.tapes import new_tape
from bpcompiler.transforms.adjoint_regions import Pair
from bpcompiler.transforms.cotangents import zero_of
from bpcompiler.transforms.direction import handed_on, only_adds
from bpcompiler.transforms.planning.earlier import Earlier
from bpcompiler.transforms.planning.homes import symbols_in
from bpcompiler.transforms.planning.overwriting import destroys


@dataclass(frozen=True, slots=True)
class Around:
    """The loops around a turn that are joined with their adjoints; the symbols that are known before them."""

    loops: tuple[Equation, ...] = ()
    symbols: frozenset[Symbol] = frozenset()


@dataclass(frozen=True, slots=True)
class Parts:
    """A program whose first `count` equations are forward, the others their adjoint; the pairs in both."""

    program: Program
    pairs: Sequence[Pair]
    count: int

    def symbols_before(self, eqn: Equation) -> frozenset[Symbol]:
        """Return the symbols that are bound before a forward equation."""
        equations = self.program.equations
        before = (value for e in equations[: equations.index(eqn)] for value in e.outputs)
        return frozenset(s for value in (*self.program.inputs, *before) for s in symbols_in(value.aval))


Planner = Callable[[Parts, Around], Program]


def joined(parts: Parts, around: Around, plan: Planner) -> Parts:
    """Return the program with such loops as one, which count as forward and are planned inside."""
    for eqn in parts.program.equations[: parts.count]:
        pair = next((pair for pair in parts.pairs if pair.forward is eqn), None)
        if pair is not None and _may_join(pair):
            parts = _Join(parts, pair, around, plan).made() or parts
    return parts


def _may_join(pair: Pair) -> bool:
    """Tapes of an earlier derivative tie turns together."""
    everything = [e for loop in (pair.forward, pair.adjoint) for b in loop.blocks for e in equations_of(b)]
    has_tapes = any(eqn.primitive.effect is Effect.TAPE for eqn in everything)
    return pair.forward.primitive is for_ and not pair.forward.attrs.get("exits") and not has_tapes


class _Join:
    """A loop and its adjoint, on the way to be one. `same`, `added`: what the adjoint carries, by number."""

    def __init__(self, parts: Parts, pair: Pair, around: Around, plan: Planner) -> None:
        self.parts, self.plan = parts, plan
        self.loop, self.adjoint = pair.forward, pair.adjoint
        symbols = around.symbols if around.loops else parts.symbols_before(self.loop)
        self.around = Around((*around.loops, self.loop), symbols)
        self.starts, (body,) = self.adjoint.operands[3:], self.adjoint.blocks
        self.totals = body.params[1:]
        same = [handed_on(body, end) is total for total, end in zip(self.totals, body.results, strict=True)]
        self.same = [k for k, is_same in enumerate(same) if is_same]
        self.added = [k for k, is_same in enumerate(same) if not is_same]
        self.earlier = Earlier(parts.program, parts.count, self.loop)
        self.emit = Builder((), parts.program.names, parts.program.derivatives)

    def made(self) -> Parts | None:
        """Return the parts with one loop for the two; None where that must not be."""
        turn = self._turn()
        needed = self.earlier.needed_for(self._read(turn))
        if needed is None or not only_adds(turn, turn.params, turn.results):
            return None
        planned = self._planned(turn)
        before = {k: self.earlier.needed_for([self.starts[k]]) for k in self.added}
        late = [k for k, places in before.items() if places is None]
        loop, *zeros = self._one_loop(planned, late)
        if destroys(loop, self.loop):
            return None
        moved = needed.union(*(places for places in before.values() if places is not None))
        tapes = [eqn for eqn in planned.equations if eqn.primitive is new_tape]
        return self._with([*zeros, *tapes, loop], self._with_late(loop, late), moved)

    def _turn(self) -> Block:
        """Return the adjoint of a turn, at the index of that turn, with what is the same in all turns."""
        (body,), (own,) = self.adjoint.blocks, self.loop.blocks
        same = {self.totals[k]: self.starts[k] for k in self.same}
        turn = with_operands(body, {body.params[0]: own.params[0], **same})
        params = tuple(self.totals[k] for k in self.added)
        return Block(params, turn.equations, tuple(turn.results[k] for k in self.added))

    def _read(self, turn: Block) -> list[Value]:
        """Return what the adjoint of a turn reads from outside of both loops."""
        (own,) = self.loop.blocks
        inside = {*own.params, *(v for eqn in equations_of(own) for v in eqn.outputs)}
        inside.update(param for eqn in equations_of(own) for b in eqn.blocks for param in b.params)
        read = [value for value in free_values(turn) if value not in inside]
        return [*read, *self.earlier.bound_in(equations_of(turn))]

    def _planned(self, turn: Block) -> Program:
        """Return a turn and its adjoint, planned, as a program."""
        (own,), (body,) = self.loop.blocks, self.adjoint.blocks
        block = Block(
            (*own.params, *turn.params), (*own.equations, *turn.equations), (*own.results, *turn.results)
        )
        now = dict(zip(equations_of(body), equations_of(turn), strict=True))
        inner = [replace(p, adjoint=now[p.adjoint]) for p in self.parts.pairs if p.adjoint in now]
        program = replace(self.parts.program, block=block)
        return self.plan(Parts(program, inner, len(own.equations)), self.around)

    def _one_loop(self, planned: Program, late: Sequence[int]) -> list[Equation]:
        """Return the loop, and what its late sums start from."""
        with self.emit.at(None, self.adjoint.phase):
            starts = [
                zero_of(self.emit, self.totals[k].aval) if k in late else self.starts[k] for k in self.added
            ]
        outputs = [Value(out.aval) if k in late else out for k, out in self._outputs()]
        equations = tuple(eqn for eqn in planned.equations if eqn.primitive is not new_tape)
        attrs = {key: value for key, value in self.loop.attrs.items() if key != "replay"}
        loop = replace(
            self.loop,
            operands=(*self.loop.operands, *starts),
            outputs=(*self.loop.outputs, *outputs),
            blocks=(Block(planned.inputs, equations, planned.outputs),),
            attrs=MappingProxyType(attrs),
        )
        self.emit.names.update(planned.names)
        self.emit.derivatives.update(planned.derivatives)
        return [loop, *self.emit.equations]

    def _outputs(self) -> list[tuple[int, Value]]:
        return [(k, self.adjoint.outputs[k]) for k in self.added]

    def _with_late(self, loop: Equation, late: Sequence[int]) -> list[Equation]:
        """Return what stands where the adjoint loop stood: to its sums is added what they start from."""
        sums = dict(zip(self.added, loop.outputs[len(self.loop.outputs) :], strict=True))
        made = {out: eqn for eqn in self.parts.program.equations for out in eqn.outputs}
        equations = []
        for k in late:
            start, output = self.starts[k], self.adjoint.outputs[k]
            near = made[start] if isinstance(start, Value) else self.adjoint
            self._unname(start)
            added = Equation(accumulate, (sums[k], start), (output,), origin=near.origin, phase=near.phase)
            equations.append(added)
        return equations

    def _unname(self, start: Operand) -> None:
        """What is only added to a sum needs no line of its own."""
        if isinstance(start, Value):
            readers = [eqn for eqn in self.parts.program.equations if start in values_used(eqn)]
            if readers == [self.adjoint] and start not in self.parts.program.outputs:
                self.emit.names.pop(start, None)
                self.emit.derivatives.pop(start, None)

    def _with(self, forward: Sequence[Equation], adjoint: Sequence[Equation], moved: set[int]) -> Parts:
        """Return the parts with what stands for the loop and for its adjoint; some of later comes before."""
        old, count = self.parts.program.equations, self.parts.count
        at, back = old.index(self.loop), old.index(self.adjoint)
        before = [*old[:at], *(_unplaced(old[i]) for i in sorted(moved)), *forward]
        before += [eqn for i, eqn in enumerate(old[:count]) if i > at and i not in moved]
        after = [eqn for i, eqn in enumerate(old) if count <= i < back and i not in moved]
        rest = Block((), old[back + 1 :], self.parts.program.outputs)
        same = {self.adjoint.outputs[k]: self.starts[k] for k in self.same}
        ends = with_operands(rest, same)
        now = dict(zip(equations_of(rest), equations_of(ends), strict=True))
        inside = {*equations_of(self.loop.blocks[0]), self.loop}
        pairs = [replace(p, adjoint=now.get(p.adjoint, p.adjoint)) for p in self.parts.pairs]
        block = Block(self.parts.program.inputs, (*before, *after, *adjoint, *ends.equations), ends.results)
        names, derivatives = self.emit.names, self.emit.derivatives
        program = replace(self.parts.program, block=block, names=names, derivatives=derivatives)
        return Parts(program, [p for p in pairs if p.forward not in inside], len(before))


def _unplaced(eqn: Equation) -> Equation:
    """What sums start from is no statement's: nothing is quoted in front of the loop."""
    return replace(eqn, origin=None) if eqn.primitive in (zeros, zeros_like) else eqn
