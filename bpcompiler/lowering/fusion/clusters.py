"""Which loops of a block become one.

Two loops over the same range may run turn by turn if no turn of the one needs, or overwrites, what another
turn of the other computes: each array that one of them writes is indexed by the loop's own index in the same
dimension, wherever either of them reads or writes it. Nothing that stands between the two may need the first
and be needed by the second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bpcompiler.ir.equations import Equation, Value, values_used
from bpcompiler.ir.types import Array, Scalar
from bpcompiler.lowering.fusion.character import Character, character
from bpcompiler.lowering.fusion.dependences import Dependences
from bpcompiler.lowering.fusion.memory import Access, Memory
from bpcompiler.lowering.fusion.ranges import Sizes, turns

CANDIDATES = 8  # groups of the same range that are tried, the latest first


class Clusters:
    """The groups of a block's equations, by number; most have one member."""

    def __init__(self, equations: Sequence[Equation], memory: Memory, sizes: Sizes) -> None:
        self.equations, self.memory = equations, memory
        self.dependences = Dependences(equations, memory)
        self._turns = [turns(eqn, sizes) for eqn in equations]
        self._character = [
            character(eqn, memory) if self._turns[at] else None for at, eqn in enumerate(equations)
        ]
        self._of_range: dict[tuple[object, ...], list[int]] = {}
        for at in range(len(equations)):
            self._place(at)

    def _place(self, at: int) -> None:
        """Join an equation to a group before it, if it may be; what else it may be joined to, with it."""
        key = self._turns[at]
        if key is None:
            return
        groups = self._of_range.setdefault(key, [])
        found = [group for group in reversed(groups[-CANDIDATES:]) if self._may_join(group, at)]
        if not found:
            groups.append(at)
            return
        first, *others = found
        self.dependences.join(first, at)
        for group in others:
            if self._may_join(group, first) and not self.dependences.is_needed_on_the_way(first, group):
                self.dependences.join(group, first)
                groups.remove(first)
                first = group

    def _may_join(self, group: int, other: int) -> bool:
        """Whether two groups, the first of which stands before the second, may be one."""
        pairs = [
            (min(one, another), max(one, another))
            for one in self.dependences.members(group)
            for another in self.dependences.members(other)
        ]
        if not all(self._fit(one, another) for one, another in pairs):
            return False
        if not any(self._have_much_in_common(one, another) for one, another in pairs):
            return False
        if not all(
            self._turn_by_turn(self.equations[one], self.equations[another]) for one, another in pairs
        ):
            return False
        return not self.dependences.is_needed_on_the_way(group, other)

    def _fit(self, one: int, other: int) -> bool:
        """Whether neither holds the other up: a loop that holds others is not vectorised itself."""
        kinds = {self._character[one], self._character[other]}
        return len(kinds) == 1 or Character.OUTER in kinds

    def _have_much_in_common(self, one: int, other: int) -> bool:
        """Whether two loops read or write a buffer together: else there is nothing to be gained."""
        mine = {access.buffer for access in self.memory.of(self.equations[one])}
        return any(access.buffer in mine for access in self.memory.of(self.equations[other]))

    def _turn_by_turn(self, first: Equation, second: Equation) -> bool:
        if _has_own_symbol(first) and _has_own_symbol(second):
            return False  # sizes mention either index
        if self.memory.acts(first) and (self.memory.acts(second) or self.memory.needs_checks(second)):
            return False  # their order would be another; what one turn checks, another one may rely on
        numbers = {value for value in first.outputs if not isinstance(value.aval, Array)}
        if numbers and not numbers.isdisjoint(values_used(second)):
            return False
        return all(self._is_local(pair, first, second) for pair in self._conflicts(first, second))

    def _conflicts(self, first: Equation, second: Equation) -> Iterator[tuple[list[Access], list[Access]]]:
        """Yield what either loop does to a buffer that at least one of them writes."""
        mine, theirs = _by_buffer(self.memory.of(first)), _by_buffer(self.memory.of(second))
        for buffer in mine.keys() & theirs.keys():
            if any(access.writes for access in (*mine[buffer], *theirs[buffer])):
                yield mine[buffer], theirs[buffer]

    @staticmethod
    def _is_local(pair: tuple[list[Access], list[Access]], first: Equation, second: Equation) -> bool:
        """Whether one dimension is always indexed by the loop's own index."""
        if len({access.view for accesses in pair for access in accesses}) > 1:
            return False
        shared: set[int] | None = None
        for accesses, loop in zip(pair, (first, second), strict=True):
            index = loop.blocks[0].params[0]
            for access in accesses:
                own = {d for d, operand in enumerate(access.indices or ()) if operand is index}
                shared = own if shared is None else shared & own
        return bool(shared)


def _by_buffer(accesses: Iterable[Access]) -> dict[Value, list[Access]]:
    found: dict[Value, list[Access]] = {}
    for access in accesses:
        found.setdefault(access.buffer, []).append(access)
    return found


def _has_own_symbol(loop: Equation) -> bool:
    aval = loop.blocks[0].params[0].aval
    return isinstance(aval, Scalar) and aval.size is not None
