"""A buffer that is done with is written again, in place of a new one.

    gemm(hidden, X, w); hidden[i, j] = hidden[i, j] + b[j]        one buffer for the product and the sum

A later buffer of the same type and shape takes over where the last reading of the first is before, or in, the
loop that writes the second: in it, where each element is read before the one in its place is written. A
buffer has one name: two that have names keep them, and what is the primal's is not called a derivative.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bpcompiler.ir.equations import Block, Equation, Operand, Value, values_used
from bpcompiler.ir.program import Program
from bpcompiler.ir.substitution import in_block, in_equation
from bpcompiler.ir.types import Aval
from bpcompiler.lowering.fusion.memory import Memory, is_array
from bpcompiler.primitives.loops import empty, for_, load, store


def reused(program: Program) -> Program:
    """Return the program with fewer buffers."""
    memory = Memory(program.block)
    own = memory.own(program.block)

    def in_block(block: Block) -> Block:
        inside = (
            replace(e, blocks=tuple(map(in_block, e.blocks))) if e.blocks else e for e in block.equations
        )
        return _Reuse(replace(block, equations=tuple(inside)), memory, own, program).block()

    return replace(program, block=in_block(program.block))


@dataclass(slots=True)
class _Buffer:
    """A buffer of a block: where it is used, by equation number, and its versions there."""

    made: Value
    named: bool
    phase: tuple[str, ...]
    first: int
    last: int
    versions: list[tuple[int, Value]]  # each with the number of the equation that makes it

    @property
    def aval(self) -> Aval:
        return self.made.aval

    def before(self, at: int) -> Value:
        """Return the version that an equation finds."""
        return next(value for number, value in reversed(self.versions) if number < at)


class _Reuse:
    def __init__(self, block: Block, memory: Memory, own: set[Value], program: Program) -> None:
        self._block, self._memory, self._own, self._names = block, memory, own, program.names
        self._equations: list[Equation | None] = list(block.equations)
        self._instead: dict[Value, Operand] = {}

    def block(self) -> Block:
        """Return the block with fewer buffers."""
        done: list[_Buffer] = []
        for buffer in sorted(self._buffers(), key=lambda buffer: buffer.first):
            earlier = next((one for one in done if self._may_follow(one, buffer)), None)
            if earlier is None:
                done.append(buffer)
            else:
                self._join(earlier, buffer)
        kept = tuple(in_equation(eqn, self._instead) for eqn in self._equations if eqn is not None)
        return in_block(replace(self._block, equations=kept), self._instead)

    # ------------------------------------------------------------------ what there is

    def _buffers(self) -> Iterator[_Buffer]:
        """Yield the buffers that begin and end in this block."""
        kept = {self._memory.buffer(value) for value in self._block.results if is_array(value)}
        made = {
            self._memory.buffer(eqn.output): eqn
            for eqn in self._block.equations
            if eqn.primitive is empty and self._memory.buffer(eqn.output) in self._own - kept
        }
        uses: dict[Value, list[int]] = {key: [] for key in made}
        versions: dict[Value, list[tuple[int, Value]]] = {key: [] for key in made}
        for at, eqn in enumerate(self._block.equations):
            for key in made.keys() & {self._memory.buffer(v) for v in values_used(eqn) if is_array(v)}:
                uses[key].append(at)
            for value in filter(is_array, eqn.outputs):
                key = self._memory.buffer(value)
                if key in made and self._memory.view(value) is self._memory.view(made[key].output):
                    versions[key].append((at, value))
        for key, places in uses.items():
            if places:
                named = any(value in self._names for _, value in versions[key])
                value, phase = made[key].output, made[key].phase
                yield _Buffer(value, named, phase, places[0], places[-1], versions[key])

    # ------------------------------------------------------------------ who may follow whom

    def _may_follow(self, one: _Buffer, other: _Buffer) -> bool:
        if one.aval != other.aval or (one.named and other.named):
            return False
        if (one.named or other.named) and one.phase != other.phase:
            return False
        if one.last < other.first:
            return True
        return one.last == other.first and self._place(one, other) is not None

    def _place(self, one: _Buffer, other: _Buffer) -> Block | None:
        """Return the body of the nest that reads each element of the one before it writes the other's."""
        nest = self._equations[other.first]
        assert nest is not None
        keys = [self._memory.buffer(buffer.made) for buffer in (one, other)]
        mine, theirs = ([a for a in self._memory.of(nest) if a.buffer is key] for key in keys)
        indices = {access.indices for access in (*mine, *theirs)}
        views = {access.view for access in mine}, {access.view for access in theirs}
        if (
            nest.primitive is not for_
            or nest.attrs.get("threads")
            or len(indices) != 1
            or any(access.writes for access in mine)
        ):
            return None
        if any(len(some) > 1 for some in views):
            return None
        body = _body_at(nest, next(iter(indices)))
        return body if body is not None and self._is_read_first(body, *keys) else None

    def _is_read_first(self, body: Block, one: Value, other: Value) -> bool:
        order = [
            self._memory.buffer(eqn.operands[0])  # type: ignore[arg-type]
            for eqn in body.equations
            if eqn.primitive in (load, store)
        ]
        reads = [at for at, key in enumerate(order) if key is one]
        writes = [at for at, key in enumerate(order) if key is other]
        return not reads or (bool(writes) and reads[-1] < writes[0])

    # ------------------------------------------------------------------ joining

    def _join(self, one: _Buffer, other: _Buffer) -> None:
        version = one.before(other.first)
        if one.last == other.first:
            self._read_in_place(one, other, version)
        self._instead[other.made] = version
        number = other.versions[0][0]
        self._equations[number] = None
        one.last = other.last
        one.versions += other.versions[1:]
        one.named = one.named or other.named
        self._memory.join(one.made, other.made)

    def _read_in_place(self, one: _Buffer, other: _Buffer, version: Value) -> None:
        """In the loop that overwrites a buffer, it is read as the array that is overwritten."""
        body = self._place(one, other)
        nest = self._equations[other.first]
        assert body is not None
        assert nest is not None
        key = self._memory.buffer(other.made)
        target = next(
            eqn.operands[0]
            for eqn in body.equations
            if eqn.primitive is store and self._memory.buffer(eqn.operands[0]) is key  # type: ignore[arg-type]
        )
        self._equations[other.first] = _with_block(nest, body, in_block(body, {version: target}))


def _body_at(nest: Equation, indices: Sequence[Operand] | None) -> Block | None:
    """Return the body of the innermost loop of a nest that has these very indices, in whatever order."""
    left = set(indices or ())
    if indices is None or len(left) != len(indices):
        return None
    loop: Equation | None = nest
    while loop is not None and loop.primitive is for_ and loop.blocks[0].params[0] in left:
        (body,) = loop.blocks
        left.discard(body.params[0])
        if not left:
            return body
        loop = next(
            (e for e in body.equations if e.primitive is for_ and e.blocks[0].params[0] in left), None
        )
    return None


def _with_block(eqn: Equation, old: Block, new: Block) -> Equation:
    blocks = tuple(
        new
        if block is old
        else replace(block, equations=tuple(_with_block(inner, old, new) for inner in block.equations))
        for block in eqn.blocks
    )
    return replace(eqn, blocks=blocks) if eqn.blocks else eqn
