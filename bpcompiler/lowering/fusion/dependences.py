"""What must come before what in a block, while its equations are put into groups."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from bpcompiler.ir.equations import Equation, Value, values_used
from bpcompiler.lowering.fusion.memory import Memory
from bpcompiler.primitives.creation import size_value
from bpcompiler.primitives.loops import empty

LAZY = {empty, size_value}


class Dependences:
    """The equations of a block by number, each in a group that is known by its first member."""

    def __init__(self, equations: Sequence[Equation], memory: Memory) -> None:
        self._before: list[set[int]] = [set() for _ in equations]
        self._group = list(range(len(equations)))
        self._members: dict[int, list[int]] = {at: [at] for at in range(len(equations))}
        self._lazy = {at for at, eqn in enumerate(equations) if eqn.primitive in LAZY}
        self._values(equations)
        self._buffers(equations, memory)
        self._effects(equations, memory)

    # ------------------------------------------------------------------ what there is

    def _values(self, equations: Sequence[Equation]) -> None:
        defined: dict[Value, int] = {}
        for at, eqn in enumerate(equations):
            self._before[at].update(defined[value] for value in values_used(eqn) if value in defined)
            defined.update(dict.fromkeys(eqn.outputs, at))

    def _buffers(self, equations: Sequence[Equation], memory: Memory) -> None:
        """What is written stays in order with all else that is done to the buffer."""
        written: dict[Value, int] = {}
        read: dict[Value, list[int]] = {}
        for at, eqn in enumerate(equations):
            for access in memory.of(eqn):
                if access.buffer in written:
                    self._before[at].add(written[access.buffer])
                if access.writes:
                    self._before[at].update(read.get(access.buffer, ()))
            for access in memory.of(eqn):
                if access.writes:
                    written[access.buffer], read[access.buffer] = at, []
                else:
                    read.setdefault(access.buffer, []).append(at)
            self._before[at].discard(at)

    def _effects(self, equations: Sequence[Equation], memory: Memory) -> None:
        """Effects keep their order; what was checked was checked before it is relied upon."""
        last: int | None = None
        for at, eqn in enumerate(equations):
            acts = memory.acts(eqn)
            if last is not None and (acts or memory.needs_checks(eqn)):
                self._before[at].add(last)
            if acts:
                last = at

    # ------------------------------------------------------------------ groups

    def members(self, group: int) -> list[int]:
        """Return the numbers of the equations in a group, in order."""
        return self._members[group]

    def join(self, group: int, other: int) -> None:
        """Make two groups one, known by the first's number."""
        members = self._members.pop(other)
        for member in members:
            self._group[member] = group
        self._members[group] = sorted(self._members[group] + members)

    def before(self, group: int) -> set[int]:
        """Return the groups that must come before a group."""
        found = {self._group[earlier] for at in self._members[group] for earlier in self._before[at]}
        return found - {group}

    def is_needed_on_the_way(self, group: int, at: int) -> bool:
        """Return whether something needs the group, and is needed by the equation, in between."""
        waiting = list(self.before(at) - {group})
        seen = set(waiting)
        while waiting:
            for earlier in self.before(waiting.pop()):
                if earlier == group:
                    return True
                if earlier not in seen:
                    seen.add(earlier)
                    waiting.append(earlier)
        return False

    def in_order(self) -> list[list[int]]:
        """Return the groups, each after those that must come before it, else as they stood.

        A buffer is made where it is first needed.
        """
        left = {group: self.before(group) for group in self._members}
        needed_by: dict[int, list[int]] = {}
        for group, earlier in left.items():
            for other in earlier:
                needed_by.setdefault(other, []).append(group)
        first = {at: min(needed_by.get(at, [at])) if at in self._lazy else at for at in left}
        ready = [(first[group], group) for group, earlier in left.items() if not earlier]
        heapq.heapify(ready)
        found: list[list[int]] = []
        while ready:
            _, group = heapq.heappop(ready)
            found.append(self._members[group])
            for later in needed_by.get(group, ()):
                left[later].discard(group)
                if not left[later]:
                    heapq.heappush(ready, (first[later], later))
        return found
