"""What is read from an array, or stored into it, and is there still when the loop around has ended.

for k in range(n):
    for i in range(k + 1, n):
        A[i, k] = A[i, k] / A[k, k]         A[k, k] and the quotient are what A holds at the end

A value stays where it is if every later store is certainly elsewhere. Later are the stores of later turns
of one of the loops around both, and those behind it in the same turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bpcompiler.ir import sizes
from bpcompiler.ir.equations import Equation, Literal, Operand, Value
from bpcompiler.ir.inequalities import follows
from bpcompiler.ir.sizes import Size, Symbol
from bpcompiler.ir.types import Scalar
from bpcompiler.primitives.indexing import NewAxis, Slice, add_at, getitem, getslice, has_arrays
from bpcompiler.primitives.loops import for_
from bpcompiler.primitives.regions import if_
from bpcompiler.transforms.planning.homes import Home, own_symbol, symbols_in
from bpcompiler.transforms.planning.lineages import Lineage, Link, carried_param, part_of, stores_in

Extent = tuple[Size, Size] | None  # the least and the greatest index on an axis; None: not known
READS = (getitem, getslice)
DEPTH = 3  # facts that one conclusion may need


@dataclass(frozen=True, slots=True, eq=False)
class LastRead:
    """A value is what the array that a loop ends with holds where `access` reads or stores."""

    line: Lineage
    access: Equation

    @property
    def indices(self) -> tuple[Operand, ...]:
        """The indices of the place."""
        return self.access.operands[_first_index(self.access) :]


@dataclass(frozen=True, slots=True, eq=False)
class _Turn:
    """A loop, with the symbol of its index and its range, as far as they are known as sizes."""

    loop: Equation
    symbol: Symbol | None
    start: Size | None
    stop: Size | None
    step: int

    def facts(self) -> Iterator[Size]:
        """Yield what is not negative in every turn."""
        if self.symbol is None:
            return
        here, sign = sizes.symbol(self.symbol.name, nonnegative=self.symbol.nonnegative), self.step
        if self.start is not None:
            yield (here - self.start) if sign > 0 else (self.start - here)
        if self.stop is not None:
            yield (self.stop - 1 - here) if sign > 0 else (here - self.stop - 1)


@dataclass(slots=True, eq=False)
class Untouched:
    """The array of one lineage. Its loop is in no other."""

    line: Lineage
    _where: dict[Equation, tuple[tuple[_Turn, ...], tuple[int, ...]]] = field(default_factory=dict)
    _versions: set[Value] = field(default_factory=set)
    _inside: set[Symbol] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._enter(self.line.loop, (), ())
        self._versions.update((self.line.start, *_versions(self.line.links)))

    def _enter(self, region: Equation, turns: tuple[_Turn, ...], path: tuple[int, ...]) -> None:
        around = turns if region.primitive is if_ else (*turns, _turn(region))
        for number, block in enumerate(region.blocks):
            self._inside.update(s for param in block.params for s in own_symbol(param.aval))
            for at, eqn in enumerate(block.equations):
                self._where[eqn] = (around, (*path, number, at))
                self._inside.update(s for value in eqn.outputs for s in own_symbol(value.aval))
                self._enter(eqn, around, (*path, number, at))

    def has(self, version: Value) -> bool:
        """Return whether a value is a version of the array in a turn."""
        return version in self._versions

    def read(self, value: Value, home: Home) -> LastRead | None:
        """Return where a value is in the array at the end of the loop."""
        eqn = home.eqn
        if eqn is None or eqn not in self._where:
            return None
        if eqn.primitive in READS and eqn.operands[0] in self._versions:
            return LastRead(self.line, eqn) if self._stays(eqn) else None
        for store in stores_in(self.line.links):
            is_here = store.operands[1] is value and store in home.block.equations
            whole = store.primitive is not add_at and part_of(store).shape == value.aval.shape
            if is_here and whole and self._stays(store):
                return LastRead(self.line, store)
        return None

    def _stays(self, access: Equation) -> bool:
        stores = stores_in(self.line.links)
        return bool(self._extents(access)) and all(self._misses(access, store) for store in stores)

    def _extents(self, eqn: Equation) -> list[Extent]:
        """Return where an access is, axis by axis; [] if an index is an array."""
        spec, first = eqn.attrs["spec"], _first_index(eqn)
        symbols = [turn.symbol for turn in self._where[eqn][0] if turn.symbol is not None]
        if has_arrays(spec, [eqn.operands[0].aval, *(o.aval for o in eqn.operands[first:])]):
            return []
        if len({*symbols}) < len(symbols):
            return []  # two loops have one name for their indices
        found = [_extent(item) for item in spec if not isinstance(item, NewAxis)]
        return [e if e is not None and self._inside & {*symbols_in(e)} <= {*symbols} else None for e in found]

    def _misses(self, access: Equation, store: Equation) -> bool:
        """Return whether what a store writes after an access is certainly elsewhere."""
        here, there = self._where[access], self._where[store]
        own, other = self._extents(access), self._extents(store)
        if not other:
            return False
        shared = [one for one, two in zip(here[0], there[0], strict=False) if one.loop is two.loop]
        facts = [fact for turn in here[0] for fact in turn.facts()]
        cases = [(level, True) for level in range(len(shared))]
        if _is_behind(there[1], here[1], access is store):
            cases.append((len(shared), False))
        return all(self._apart(own, other, there[0], facts, *case) for case in cases)

    def _apart(
        self, own: Sequence[Extent], other: Sequence[Extent], turns: Sequence[_Turn], facts: Sequence[Size],
        level: int, later: bool,
    ) -> bool:  # fmt: skip
        """Return whether two places differ on an axis, in turns that are the same down to a level."""
        new = {t.symbol: _renamed(t.symbol) for t in turns[level:] if t.symbol is not None}
        known = [*facts]
        for turn in turns:
            known += [sizes.substitute(fact, new) for fact in turn.facts()]
        if later and (symbol := turns[level].symbol) is not None:
            then, now = new[symbol], sizes.symbol(symbol.name, nonnegative=symbol.nonnegative)
            step = turns[level].step
            known.append(then - now - step if step > 0 else now - then + step)
        return any(
            one is not None
            and two is not None
            and _differ(one, [sizes.substitute(s, new) for s in two], known)
            for one, two in zip(own, other, strict=True)
        )


def _first_index(access: Equation) -> int:
    return 1 if access.primitive in READS else 2


def _differ(one: Sequence[Size], two: Sequence[Size], known: Sequence[Size]) -> bool:
    return follows(two[0] - one[1] - 1, known, DEPTH) or follows(one[0] - two[1] - 1, known, DEPTH)


def _renamed(symbol: Symbol) -> Size:
    """Return the index of another turn."""
    return sizes.symbol(f"{symbol.name}'", nonnegative=symbol.nonnegative)


def _is_behind(path: Sequence[int], access: Sequence[int], same: bool) -> bool:
    """Return whether an equation runs after an access in the same turn; not on the other side of a branch."""
    for depth, (one, two) in enumerate(zip(path, access, strict=False)):
        if one != two:
            return depth % 2 == 1 and one > two
    return not same and len(path) > len(access)


def _extent(item: object) -> Extent:
    if isinstance(item, Slice):
        last = item.start + (item.length - 1) * item.step
        return (item.start, last) if item.step > 0 else (last, item.start)
    proven = getattr(item, "proven", None)
    return (proven, proven) if proven is not None else None


def _turn(loop: Equation) -> _Turn:
    if loop.primitive is not for_:
        return _Turn(loop, None, None, None, 1)
    start, stop, step = (_size(operand) for operand in loop.operands[:3])
    symbol = next(own_symbol(loop.blocks[-1].params[0].aval), None)
    if not isinstance(step, int) or step == 0:
        return _Turn(loop, None, None, None, 1)
    return _Turn(loop, symbol, start, stop, step)


def _size(operand: Operand) -> Size | None:
    if isinstance(operand, Literal):
        return int(operand.value)
    return operand.aval.size if isinstance(operand.aval, Scalar) else None


def _versions(links: Sequence[Link]) -> Iterator[Value]:
    for link in links:
        yield from (link.before, link.after)
        if link.inner and link.eqn.primitive is not if_:
            yield carried_param(link.eqn, link.eqn.outputs.index(link.after))
        for inner in link.inner:
            yield from _versions(inner)
