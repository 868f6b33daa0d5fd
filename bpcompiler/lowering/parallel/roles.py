"""Whether the turns of a loop may run on several threads, and what each of its arrays is to them.

    SHARED   a turn touches only elements that have the loop's index in one dimension: its own
    SUMMED   turns only add to elements: each chunk has its own sums, which are added up afterwards
    OWN      a turn writes all of it before it reads: each chunk has a buffer of its own

A number is a sum or an extreme. A loop that may stop, prints, or does anything else in order stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from bpcompiler.ir.equations import (
    Block,
    Equation,
    Literal,
    Operand,
    Primitive,
    Value,
    equations_of,
    has_effect,
)
from bpcompiler.ir.types import Array
from bpcompiler.lowering.fusion.memory import Memory
from bpcompiler.lowering.fusion.parts import EVERYWHERE
from bpcompiler.lowering.fusion.ranges import Sizes
from bpcompiler.lowering.parallel.reducing import Reducing
from bpcompiler.lowering.parallel.touches import Touch, Touches
from bpcompiler.lowering.parallel.written_first import is_written_first
from bpcompiler.primitives import lapack
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.loops import PRODUCTS, empty, for_, load, store


class Role(Enum):
    """See the module's docstring."""

    SHARED = "shared"
    SUMMED = "summed"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Roles:
    """Of a loop's carries by number: what an array is, by what a number is reduced.

    `made`: what makes a buffer of a turn's own, by the buffer. `memory` knows the buffers.
    """

    arrays: Mapping[int, Role]
    numbers: Mapping[int, Primitive]
    made: Mapping[Value, Equation]
    memory: Memory


class Judge:
    """Knows a whole program, and says of the loops in its outermost block what their arrays are.

    `in_order`: whether sums keep their order.
    """

    def __init__(self, block: Block, sizes: Sizes, in_order: bool) -> None:
        self._memory, self._sizes, self._in_order = Memory(block), sizes, in_order
        self._mentioned: dict[Value, list[Equation | None]] = {}
        for value in (*block.params, *block.results):
            self._mention(value, None)
        for eqn in block.equations:
            for operand in (*eqn.outputs, *_mentioned_in(eqn)):
                self._mention(operand, eqn)

    def _mention(self, operand: Operand, eqn: Equation | None) -> None:
        if isinstance(operand, Value) and isinstance(operand.aval, Array):
            by = self._mentioned.setdefault(self._memory.buffer(operand), [])
            if not by or by[-1] is not eqn:
                by.append(eqn)

    def roles(self, loop: Equation) -> Roles | None:
        """Return the roles, None if the loop's turns have to follow one another."""
        if loop.primitive is not for_ or loop.attrs.get("exits") or has_effect(loop):
            return None
        if any(_has_threads(eqn, loop) for eqn in equations_of(loop.blocks[0])):
            return None
        judging = _Judging(loop, self._memory, self._sizes, self._in_order)
        numbers = judging.numbers()
        if numbers is None or not judging.arrays_stay():
            return None
        found: dict[Value, Role] = {}
        made: dict[Value, Equation] = {}
        for buffer, some in judging.written():
            if buffer not in self._mentioned:
                continue  # a turn makes it, uses it, and leaves it
            role, before = judging.role(some), self._made_for(loop, buffer)
            if role is not Role.SHARED and before is not None and judging.is_written_first(some):
                role, made[buffer] = Role.OWN, before
            if role is None:
                return None
            found[buffer] = role
        arrays = judging.of_carries(found)
        return None if arrays is None else Roles(arrays, numbers, made, self._memory)

    def _made_for(self, loop: Equation, buffer: Value) -> Equation | None:
        """Return the `empty` in front of a loop that makes a buffer for that loop alone."""
        match self._mentioned[buffer]:
            case [Equation() as made, Equation() as user] if made.primitive is empty and user is loop:
                return made
        return None


def _has_threads(eqn: Equation, loop: Equation) -> bool:
    """Whether BLAS may have threads of its own for what an equation does. Matrices of strips are small."""
    in_strips = loop.attrs.get("strips")
    return eqn.primitive in lapack.FAMILY or (eqn.primitive in PRODUCTS and not in_strips)


def _is_added_to(touch: Touch) -> bool:
    """Whether a product is added to the buffer in place."""
    return touch.eqn.primitive in PRODUCTS and touch.writes and touch.eqn.attrs.get("beta") == 1.0


def _mentioned_in(eqn: Equation) -> Iterator[Operand]:
    yield from eqn.operands
    for block in eqn.blocks:
        yield from block.results
        for inner in block.equations:
            yield from _mentioned_in(inner)


class _Judging:
    """Looks at one loop."""

    def __init__(self, loop: Equation, memory: Memory, sizes: Sizes, in_order: bool) -> None:
        self._body, self._memory, self._sizes, self._in_order = loop.blocks[0], memory, sizes, in_order
        self._touches = Touches(loop, memory, sizes)
        self._reducing = Reducing(self._body)
        self._in_strips = bool(loop.attrs.get("strips"))
        self._carries = list(enumerate(zip(self._body.params[1:], self._body.results, strict=True)))

    def numbers(self) -> dict[int, Primitive] | None:
        """Return by what each number is reduced, None if one goes from turn to turn in another way."""
        found: dict[int, Primitive] = {}
        for k, (param, result) in self._carries:
            if isinstance(param.aval, Array):
                continue
            kind = self._reducing.kind(param, result)
            if kind is None or (self._in_order and kind is accumulate):
                return None
            found[k] = kind
        return found

    def arrays_stay(self) -> bool:
        """Return whether each array is in the same buffer all the time: none changes places with another."""
        return all(
            self._reducing.array(result) is param
            for _, (param, result) in self._carries
            if isinstance(param.aval, Array)
        )

    def written(self) -> Iterator[tuple[Value, Sequence[Touch]]]:
        """Yield each buffer that is written, with all that is done to it."""
        for buffer, some in self._touches.of.items():
            if any(touch.writes for touch in some):
                yield buffer, some

    def role(self, some: Sequence[Touch]) -> Role | None:
        """Return what a buffer is, going by what is done to it; None if turns depend on one another by it."""
        if any(touch.places is None for touch in some) or len({touch.view for touch in some}) > 1:
            return None
        if self._is_by_turn(some):
            return Role.SHARED
        return Role.SUMMED if not self._in_order and self._is_summed(some) else None

    def _is_by_turn(self, some: Sequence[Touch]) -> bool:
        by_dimension = zip(*(touch.places or () for touch in some), strict=True)
        return any(all(map(self._touches.is_own, places)) for places in by_dimension)

    def _is_summed(self, some: Sequence[Touch]) -> bool:
        """Whether all that is done is adding, at indices of inner loops or at fixed ones."""
        indices = {e.blocks[0].params[0] for e in equations_of(self._body) if e.primitive is for_}
        places = [place for touch in some for place in touch.places or ()]
        if not all(isinstance(place, Literal) or place in indices or place is EVERYWHERE for place in places):
            return False
        if not all(touch.eqn.primitive in (load, store) or _is_added_to(touch) for touch in some):
            return False
        loads = {touch.eqn for touch in some if touch.eqn.primitive is load}
        for stored in (touch.eqn for touch in some if touch.eqn.primitive is store):
            loaded = self._reducing.summed_load(stored, self._in_strips)
            if loaded is None or self._touches.places(loaded) != self._touches.places(stored):
                return False
            loads.discard(loaded)
        return not loads

    def is_written_first(self, some: Sequence[Touch]) -> bool:
        """Return whether a turn reads only what it has written of a buffer."""
        if len({touch.view for touch in some}) > 1:
            return False
        known = all(touch.places is not None or touch.eqn.primitive in PRODUCTS for touch in some)
        return known and is_written_first(self._body, some, self._touches, self._sizes)

    def of_carries(self, roles: Mapping[Value, Role]) -> dict[int, Role] | None:
        """Return the roles by number of the carry. What is summed up must be a carry, and one only."""
        arrays = {
            k: self._memory.buffer(param) for k, (param, _) in self._carries if isinstance(param.aval, Array)
        }
        carried = list(arrays.values())
        if any(role is Role.SUMMED and carried.count(buffer) != 1 for buffer, role in roles.items()):
            return None
        return {k: roles.get(buffer, Role.SHARED) for k, buffer in arrays.items()}
