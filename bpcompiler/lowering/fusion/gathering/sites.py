"""Where a loop adds up products of which a factor does not change in its turns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bpcompiler.ir.equations import Block, Effect, Equation, Literal, Operand, Value, equations_of
from bpcompiler.ir.sizes import Symbol, is_nonnegative, symbols
from bpcompiler.ir.types import Scalar
from bpcompiler.lowering.fusion.memory import Memory
from bpcompiler.lowering.fusion.ranges import Sizes, size_of
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.arithmetic import add, mul, neg
from bpcompiler.primitives.creation import size_value
from bpcompiler.primitives.loops import for_, load, store
from bpcompiler.primitives.regions import as_size

Loops = tuple[Equation, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """A store `A[indices] += fixed * changing` in a nest inside of a loop."""

    store: Equation
    path: Loops  # the loops around it, the outermost first
    fixed: tuple[Operand, ...]
    changing: tuple[Operand, ...]
    minus: bool
    kept: frozenset[Equation]  # those that the changing factors depend on
    prefix: int  # how many of the first loops are kept


class Search:
    """Finds one such store in a loop."""

    def __init__(self, loop: Equation, memory: Memory, sizes: Sizes) -> None:
        self.loop, self.memory, self.sizes = loop, memory, sizes
        self.defined: dict[Value, tuple[Equation, Loops]] = {}
        self.params: dict[Value, Equation] = {}
        self.depth: dict[Value, int] = dict.fromkeys(loop.blocks[0].params if loop.blocks else (), 0)
        self.writers: dict[Value, list[Loops]] = {}
        self._stores: list[tuple[Equation, Loops]] = []
        self._bound = set(_bound_in(loop))
        self._sound = self._enter(loop.blocks[0], ()) if loop.blocks else False

    def _enter(self, block: Block, path: Loops) -> bool:
        """Learn what is in the loop; False if there is other control flow, or an effect."""
        for eqn in block.equations:
            if eqn.primitive.effect is not Effect.NONE or (eqn.blocks and eqn.primitive is not for_):
                return False
            self.defined.update((value, (eqn, path)) for value in eqn.outputs)
            self.depth.update(dict.fromkeys(eqn.outputs, len(path)))
            if eqn.primitive is store:
                self._stores.append((eqn, path))
            for access in () if eqn.blocks else self.memory.of(eqn):
                if access.writes:
                    self.writers.setdefault(access.buffer, []).append(path)
            if eqn.blocks:
                if eqn.attrs.get("exits"):
                    return False
                self.params[eqn.blocks[0].params[0]] = eqn
                self.depth.update(dict.fromkeys(eqn.blocks[0].params, len(path) + 1))
                if not self._enter(eqn.blocks[0], (*path, eqn)):
                    return False
        return True

    def site(self) -> Site | None:
        """Return the first place that is worth it, None if there is none."""
        if not self._sound or self.loop.attrs.get("exits"):
            return None
        sites = (self._at(eqn, path) for eqn, path in self._stores if path and eqn.phase)
        return next((site for site in sites if site is not None), None)

    def _at(self, eqn: Equation, path: Loops) -> Site | None:
        addend = self._addend(eqn)
        if addend is None or not self._only_added_to(eqn):
            return None
        if not all(isinstance(i, Literal) or self.params.get(i) in path for i in eqn.operands[2:]):
            return None
        factors, minus = self._factors(addend)
        fixed, changing, kept = [], [], set[Equation]()
        for factor in factors:
            needs = self._needs(factor, path)
            if needs is None:
                return None
            if self.loop in needs:
                changing.append(factor)
                kept |= needs
            else:
                fixed.append(factor)
        kept.discard(self.loop)
        if not changing or len(kept) == len(path):
            return None
        prefix = next(at for at, each in enumerate(path) if each not in kept)
        again = [each for each in path[prefix:] if each in kept]  # loops that are made anew inside
        if not all(map(self._has_size, kept)) or any(_symbols(each) for each in again):
            return None
        if not all(self._is_fixed_range(each, path) for each in path):
            return None
        site = Site(eqn, path, tuple(fixed), tuple(changing), minus, frozenset(kept), prefix)
        return site if all(self._is_there(factor, site) for factor in changing) else None

    # ------------------------------------------------------------------ the store

    def _addend(self, eqn: Equation) -> Operand | None:
        """Return what a store adds to the element that it replaces."""
        array, value, *indices = eqn.operands
        total = self._definition(value)
        if total is None or total.primitive not in (add, accumulate) or not total.output.aval.dtype.is_float:
            return None
        for one, other in (total.operands, total.operands[::-1]):
            old = self._definition(one)
            if old is not None and old.primitive is load and list(old.operands) == [array, *indices]:
                return other
        return None

    def _only_added_to(self, eqn: Equation) -> bool:
        """Whether the loop does nothing to the array but to add to elements of it."""
        buffer = self.memory.buffer(eqn.operands[0])  # type: ignore[arg-type]
        stores = [s for s, _ in self._stores if self.memory.buffer(s.operands[0]) is buffer]  # type: ignore[arg-type]
        if not all(s.phase and self._addend(s) is not None for s in stores):
            return False
        touching = [
            e
            for e in equations_of(self.loop.blocks[0])
            if not e.blocks and any(access.buffer is buffer for access in self.memory.of(e))
        ]
        return len(touching) == 2 * len(stores)

    def _definition(self, operand: Operand) -> Equation | None:
        return self.defined[operand][0] if isinstance(operand, Value) and operand in self.defined else None

    def _factors(self, operand: Operand) -> tuple[list[Operand], bool]:
        eqn = self._definition(operand)
        if eqn is not None and eqn.primitive is neg:
            factors, minus = self._factors(eqn.operands[0])
            return factors, not minus
        if eqn is not None and eqn.primitive is mul:
            (left, one), (right, other) = map(self._factors, eqn.operands)
            return [*left, *right], one != other
        return [operand], False

    # ------------------------------------------------------------------ what a factor depends on

    def _needs(self, operand: Operand, path: Loops) -> set[Equation] | None:
        """Return the loops that a number depends on, the whole loop for its turns; None: too much to say."""
        if isinstance(operand, Literal):
            return set()
        if operand is self.loop.blocks[0].params[0]:
            return {self.loop}
        if operand in self.params:
            return {self.params[operand]} if self.params[operand] in path else None
        if operand not in self.defined:
            return None if operand in self.loop.blocks[0].params[1:] else set()
        eqn, around = self.defined[operand]
        if list(around) != list(path[: len(around)]):
            return None
        at_most = {self.loop, *around}
        if eqn.primitive is size_value or eqn.blocks or not isinstance(operand.aval, Scalar):
            return at_most
        found = set(self._content(eqn.operands[0], path)) if eqn.primitive is load else set()
        if eqn.primitive is load and not found and eqn.operands[0] in self.depth:
            return at_most  # carried, but never written
        for number in eqn.operands[1:] if eqn.primitive is load else eqn.operands:
            needs = self._needs(number, path)
            if needs is None:
                return at_most
            found |= needs
        return found

    def _content(self, array: Operand, path: Loops) -> Iterator[Equation]:
        """Yield the loops whose turns an array's elements differ in."""
        assert isinstance(array, Value)
        for writing in self.writers.get(self.memory.buffer(array), ()):
            yield self.loop
            for mine, theirs in zip(path, writing, strict=False):
                if mine is not theirs:
                    break
                yield mine

    def _has_size(self, loop: Equation) -> bool:
        """Whether a loop runs over all indices of a size that is the same in all turns."""
        start, stop, step = loop.operands[:3]
        if [o.value for o in (start, step) if isinstance(o, Literal)] != [0, 1]:
            return False
        size = size_of(stop, self.sizes)
        if size is None or not is_nonnegative(size):
            return False
        return not self._bound & set(symbols(size))

    def _is_fixed_range(self, loop: Equation, path: Loops) -> bool:
        """Whether the range can be said again behind the whole loop."""
        own = {symbol for each in path for symbol in _symbols(each)}
        for operand in loop.operands[:3]:
            size = size_of(operand, self.sizes)
            if size is None and self.params.get(operand) not in path:  # type: ignore[arg-type,operator]
                return False
            if size is not None and self._bound & set(symbols(size)) - own:
                return False
        return True

    def _is_there(self, operand: Operand, site: Site) -> bool:
        """Whether a number can be computed in front of the first loop that is left out."""
        if not isinstance(operand, Value) or self.depth.get(operand, 0) <= site.prefix:
            return True
        if operand in self.params:
            return self.params[operand] in site.kept
        if operand not in self.defined or not isinstance(operand.aval, Scalar):
            return False
        return all(self._is_there(each, site) for each in self.defined[operand][0].operands)


def _bound_in(loop: Equation) -> Iterator[Symbol]:
    """Yield the symbols that are other numbers in each turn."""
    inner = list(equations_of(loop.blocks[0])) if loop.blocks else []
    params = [param for eqn in (loop, *inner) for block in eqn.blocks for param in block.params]
    for value in (*params, *(eqn.output for eqn in inner if eqn.primitive is as_size)):
        if isinstance(value.aval, Scalar) and value.aval.size is not None:
            yield from symbols(value.aval.size)


def _symbols(loop: Equation) -> set[Symbol]:
    """Return what sizes call the index of a loop."""
    aval = loop.blocks[0].params[0].aval
    return set(symbols(aval.size)) if isinstance(aval, Scalar) and aval.size is not None else set()
