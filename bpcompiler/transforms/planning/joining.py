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

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from bpcompiler.analysis.liveness import LOOPS
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import (
    Block,
    Effect,
    Equation,
    Literal,
    Operand,
    Value,
    equations_of,
    values_used,
    with_operands,
)
from bpcompiler.ir.program import Program
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.loops import for_
from bpcompiler.primitives.regions import if_
from bpcompiler.transforms.adjoint_regions import Pair
from bpcompiler.transforms.cotangents import zero_of
from bpcompiler.transforms.direction import handed_on, only_adds
from bpcompiler.transforms.planning.earlier import Earlier
from bpcompiler.transforms.planning.joined_branches import with_joined_branch
from bpcompiler.transforms.planning.overwriting import destroys
from bpcompiler.transforms.planning.parts import Around, Parts, Planner, read_from_outside, without_tapes


def joined(parts: Parts, around: Around, plan: Planner) -> Parts:
    """Return the parts with such loops as one, which count as forward and are planned inside."""
    for eqn in parts.program.equations[: parts.count]:
        pair = next((pair for pair in parts.pairs if pair.forward is eqn), None)
        if pair is None or _has_tapes(pair):
            continue
        if eqn.primitive in LOOPS:
            parts = _Join(parts, pair, around, plan).made() or parts
        elif eqn.primitive is if_ and around.loops:
            parts = with_joined_branch(parts, pair, around, plan) or parts
    return parts


def _has_tapes(pair: Pair) -> bool:
    """Tapes of an earlier derivative tie turns together."""
    blocks = (*pair.forward.blocks, *pair.adjoint.blocks)
    return any(eqn.primitive.effect is Effect.TAPE for block in blocks for eqn in equations_of(block))


class _Join:
    """A loop and its adjoint, on the way to be one.

    `same`: the sums of the adjoint, by number, to which no turn adds, and what they are. `added`: the others.
    """

    def __init__(self, parts: Parts, pair: Pair, around: Around, plan: Planner) -> None:
        self.parts, self.pair, self.plan = parts, pair, plan
        self.loop, self.adjoint = pair.forward, pair.adjoint
        symbols = around.symbols if around.loops else parts.symbols_before(self.loop)
        self.around = Around((*around.loops, self.loop), symbols)
        self.starts, (body,) = self.adjoint.operands[3:], self.adjoint.blocks
        self.totals = body.params[1:]
        ends = enumerate(zip(self.totals, body.results, strict=True))
        same = [k for k, (total, end) in ends if handed_on(body, end) is total]
        self.same = {k: self._plainly(self.starts[k]) for k in same}
        self.added = [k for k in range(len(self.totals)) if k not in self.same]
        self.earlier = Earlier(parts.program, parts.count, self.loop)
        self.emit = Builder((), parts.program.names, parts.program.derivatives)

    def made(self) -> Parts | None:
        """Return the parts with one loop for the two; None where that must not be."""
        turn = self._turn()
        bound = self.earlier.bound_in(equations_of(turn))
        needed = self.earlier.needed_for([*read_from_outside(self.loop.blocks[-1], turn), *bound])
        if needed is None or not only_adds(turn, turn.params, turn.results):
            return None
        inside = self.parts.inside(self.loop.blocks[-1], turn, self.adjoint.blocks[0])
        planned = self.plan(inside, self.around)
        before = {k: self.earlier.needed_for([self.starts[k]]) for k in self.added}
        late = [k for k, places in before.items() if places is None]
        block, tapes = without_tapes(planned.block)
        loop, *zeros = self._one_loop(block, late)
        if destroys(loop, self.loop):
            return None
        moved = needed.union(*(places for places in before.values() if places is not None))
        parts = self._named(planned, late)
        same = {self.adjoint.outputs[k]: start for k, start in self.same.items()}
        return parts.with_one(self.pair, [*zeros, *tapes, loop], self._with_late(loop, late), moved, same)

    def _plainly(self, start: Operand) -> Operand:
        """Return the number that an operand is, if it is one by some name."""
        found = handed_on(self.parts.program.block, start)
        return found if isinstance(found, Literal) and found.aval == start.aval else start

    def _turn(self) -> Block:
        """Return the adjoint of a turn, at the index of that turn, with what is the same in all turns."""
        (body,), own = self.adjoint.blocks, self.loop.blocks[-1]
        known: dict[Value, Operand] = {self.totals[k]: start for k, start in self.same.items()}
        if self.loop.primitive is for_:  # the reverse of a `while` counts turns, and nobody asks
            known[body.params[0]] = own.params[0]
        turn = with_operands(body, known)
        params = tuple(self.totals[k] for k in self.added)
        return Block(params, turn.equations, tuple(turn.results[k] for k in self.added))

    def _one_loop(self, body: Block, late: Sequence[int]) -> list[Equation]:
        """Return the loop, and what its late sums start from."""
        with self.emit.at(None, self.adjoint.phase):
            zeros = {k: zero_of(self.emit, self.totals[k].aval) for k in late}
        starts = (zeros.get(k, self.starts[k]) for k in self.added)
        ends = ((k, self.adjoint.outputs[k]) for k in self.added)
        outputs = (Value(output.aval) if k in late else output for k, output in ends)
        attrs = {key: value for key, value in self.loop.attrs.items() if key != "replay"}
        more = tuple(self.totals[k].aval for k in self.added)
        tests = (replace(t, params=(*t.params, *map(Value, more))) for t in self.loop.blocks[:-1])
        loop = replace(
            self.loop,
            operands=(*self.loop.operands, *starts),
            outputs=(*self.loop.outputs, *outputs),
            blocks=(*tests, body),
            attrs=MappingProxyType(attrs),
        )
        return [loop, *self.emit.equations]

    def _with_late(self, loop: Equation, late: Sequence[int]) -> list[Equation]:
        """Return what stands where the adjoint loop stood: to its sums is added what they start from."""
        sums = dict(zip(self.added, loop.outputs[len(self.loop.outputs) :], strict=True))
        made = {value: eqn for eqn in self.parts.program.equations for value in eqn.outputs}
        equations = []
        for k in late:
            start, output = self.starts[k], self.adjoint.outputs[k]
            near = made[start] if isinstance(start, Value) else self.adjoint
            added = Equation(accumulate, (sums[k], start), (output,), origin=near.origin, phase=near.phase)
            equations.append(added)
        return equations

    def _named(self, planned: Program, late: Sequence[int]) -> Parts:
        """Return the parts with all names. What is only added to a sum needs no line of its own."""
        parts = self.parts.named_as(planned)
        names, derivatives = dict(parts.program.names), dict(parts.program.derivatives)
        for start in (self.starts[k] for k in late):
            readers = [eqn for eqn in parts.program.equations if start in {*values_used(eqn)}]
            if isinstance(start, Value) and readers == [self.adjoint] and start not in parts.program.outputs:
                names.pop(start, None)
                derivatives.pop(start, None)
        return parts.named_as(replace(planned, names=names, derivatives=derivatives))
