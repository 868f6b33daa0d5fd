"""When each value of a program is read last: loops run more than once, branches exclude each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from bpcompiler.ir.equations import Block, Equation, Operand, Value, values_used
from bpcompiler.primitives.loops import for_
from bpcompiler.primitives.regions import if_, update, while_

LOOPS = {for_, while_}
Path = tuple[tuple[Equation, int], ...]  # the branches around an equation


@dataclass(frozen=True, slots=True)
class _Place:
    """Where something stands: its number in the text, the loops and the branches around it."""

    position: int
    loops: tuple[Equation, ...] = ()
    path: Path = ()


class Uses:
    """Every reading of every value. The caller's array that `update` writes is not read by it."""

    def __init__(self, block: Block) -> None:
        self._clock = 0
        self._starts: dict[Equation, _Place] = {}
        self._ends: dict[Equation, int] = {}
        self._uses: dict[Value, list[_Place]] = defaultdict(list)
        self._depth: dict[Value, int] = dict.fromkeys(block.params, 0)
        self._block(block, (), ())

    def used_after(self, value: Value, eqn: Equation) -> bool:
        """Return whether the value may be read once the equation has run: later, or in a later turn."""
        here = self._starts[eqn]
        return any(self._is_after(place, self._depth[value], here) for place in self._uses[value])

    def _is_after(self, place: _Place, depth: int, here: _Place) -> bool:
        position, path = place.position, place.path
        if len(place.loops) > depth:  # read in each turn of a loop around the use, so until that one ends
            loop = place.loops[depth]
            position, path = self._ends[loop], self._starts[loop].path
        return position > here.position and not _exclude_each_other(path, here.path)

    def _block(self, block: Block, loops: tuple[Equation, ...], path: Path) -> None:
        for eqn in block.equations:
            self._clock += 1
            here = _Place(self._clock, loops, path)
            self._starts[eqn] = here
            self._read(eqn.operands[1:] if eqn.primitive is update else eqn.operands, here)
            for number, inner in enumerate(eqn.blocks):
                inside = (*loops, eqn) if eqn.primitive in LOOPS else loops
                branch = (*path, (eqn, number)) if eqn.primitive is if_ else path
                self._depth.update(dict.fromkeys(inner.params, len(inside)))
                self._block(inner, inside, branch)
            self._clock += 1
            self._ends[eqn] = self._clock
            self._depth.update(dict.fromkeys(eqn.outputs, len(loops)))
        self._clock += 1
        self._read(block.results, _Place(self._clock, loops, path))

    def _read(self, operands: tuple[Operand, ...], place: _Place) -> None:
        for operand in operands:
            if isinstance(operand, Value):
                self._uses[operand].append(place)


def _exclude_each_other(one: Path, other: Path) -> bool:
    branches = dict(other)
    return any(branches.get(eqn, number) != number for eqn, number in one)


def users_of(block: Block) -> Mapping[Value, list[Equation | None]]:
    """Return who reads each value, once for each operand; None stands for the results of a block.

    What is read in nested blocks is read by the equation that holds them too.
    """
    users: dict[Value, list[Equation | None]] = defaultdict(list)
    _collect_users(block, users)
    return users


def _collect_users(block: Block, users: dict[Value, list[Equation | None]]) -> None:
    for eqn in block.equations:
        for value in values_used(eqn):
            users[value].append(eqn)
        for inner in eqn.blocks:
            _collect_users(inner, users)
    for result in block.results:
        if isinstance(result, Value):
            users[result].append(None)
