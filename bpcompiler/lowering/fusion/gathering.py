"""What a turn adds times what no turn changes: the turns are added up first, and multiplied once.

    for n: for i: for j: for k: A[j, k] += -L[k, i, j] * d[k]              d: of n and i, not of j

    for n: for i: for k: s[i, k] += d[k]
    for i: for j: for k: A[j, k] += -L[k, i, j] * s[i, k]

Derivatives only: their sums are ours to order. It pays where the factor that changes has fewer dimensions
than the nest that adds it up; a sum without another factor is added up once for all places that it goes to.
"""

from __future__ import annotations

import functools
from collections import ChainMap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Effect, Equation, Literal, Operand, Value, equations_of, literal
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Size, Symbol, is_nonnegative, symbols
from bpcompiler.ir.substitution import in_block, substituted
from bpcompiler.ir.types import Array, Scalar
from bpcompiler.lowering.fusion.memory import Memory
from bpcompiler.lowering.fusion.ranges import Sizes, size_of, sizes_in
from bpcompiler.lowering.nests import fill, inside, nest, size_operand
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.arithmetic import add, mul, neg
from bpcompiler.primitives.creation import size_value
from bpcompiler.primitives.identities import without_identities
from bpcompiler.primitives.loops import for_, load, store
from bpcompiler.primitives.regions import as_size

Loops = tuple[Equation, ...]
MOST = 8  # sums of a loop that are gathered


def gathered(program: Program) -> Program:
    """Return the program where sums of products in nested loops are taken apart."""
    names = dict(program.names)
    memory, sizes = Memory(program.block), sizes_in(program.block)
    found: list[Equation] = []
    for eqn in program.block.equations:
        found += _gathered(eqn, memory, sizes, names)
    block, _ = without_identities(replace(program.block, equations=tuple(found)), lambda eqn, number: True)
    return replace(program, block=block, names=names)


def _gathered(loop: Equation, memory: Memory, sizes: Sizes, names: dict[Value, str]) -> list[Equation]:
    """Return a loop with what stands before and behind it then."""
    before: list[Equation] = []
    after: list[Equation] = []
    for _ in range(MOST):
        if loop.primitive is not for_:
            break
        search = _Search(loop, memory, sizes)
        site = search.site()
        if site is None:
            break
        first, loop, last = _Taking(search, site, names).parts()
        before, after = [*before, *first], [*last, *after]
        memory, sizes = (
            Memory(Block((), (*before, loop, *after), ())),
            _sizes_in([*before, loop, *after], sizes),
        )
    return [*before, loop, *after]


def _sizes_in(equations: Sequence[Equation], more: Sizes) -> Sizes:
    return ChainMap(dict(sizes_in(Block((), tuple(equations), ()))), dict(more))


@dataclass(frozen=True, slots=True)
class _Site:
    """A store `A[indices] += fixed * changing` in a nest inside of a loop."""

    store: Equation
    path: Loops  # the loops around it, the outermost first
    fixed: tuple[Operand, ...]
    changing: tuple[Operand, ...]
    minus: bool
    kept: frozenset[Equation]  # those that the changing factors depend on
    prefix: int  # how many of the first loops are kept


class _Search:
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

    def site(self) -> _Site | None:
        if not self._sound or self.loop.attrs.get("exits"):
            return None
        sites = (self._at(eqn, path) for eqn, path in self._stores if path and eqn.phase)
        return next((site for site in sites if site is not None), None)

    def _at(self, eqn: Equation, path: Loops) -> _Site | None:
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
        site = _Site(eqn, path, tuple(fixed), tuple(changing), minus, frozenset(kept), prefix)
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

    def _is_there(self, operand: Operand, site: _Site) -> bool:
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


class _Taking:
    """Takes a sum out of a loop: a buffer in front, a nest inside, a nest behind."""

    def __init__(self, search: _Search, site: _Site, names: dict[Value, str]) -> None:
        self.loop, self.site, self._search = search.loop, site, search
        self.emit = Builder(names=names)
        self.emit.origin, self.emit.phase = site.store.origin, site.store.phase
        self._sums = [each for each in site.path if each in site.kept]

    def parts(self) -> tuple[list[Equation], Equation, list[Equation]]:
        """Return what stands before, the loop, and what stands behind it."""
        aval = Array(self.site.store.output.aval.dtype, tuple(map(self._size, self._sums)))
        zero = literal(0.0, like=Scalar(aval.dtype, weak=True))
        sums = fill(self.emit, aval, lambda emit, indices: zero)
        before, self.emit.equations = self.emit.equations, []
        loop = _carrying(self.loop, sums, self._block(self.loop.blocks[0], 0, aval))
        old = self.loop.outputs[self._carry()]
        left = Value(old.aval)  # what the loop leaves of the array, to which the sums are added
        self.emit.names.update({left: self.emit.names[old]} if old in self.emit.names else {})
        result = self._nested(self.emit, 0, left, {}, loop.outputs[-1])
        behind = [_renamed(eqn, result, old) for eqn in self.emit.equations]
        return before, _renamed(loop, old, left), behind

    def _size(self, loop: Equation) -> Size:
        size = size_of(loop.operands[1], self._search.sizes)
        assert size is not None
        return size

    # ------------------------------------------------------------------ inside

    def _block(self, block: Block, depth: int, aval: Array) -> Block:
        """Return the body at a depth of the path, which gets the sums and returns them."""
        param = now = Value(aval)
        equations: list[Equation] = []
        for eqn in block.equations:
            if eqn is not self.site.path[depth]:
                equations.append(eqn)
            elif depth == self.site.prefix:
                inner = inside(self.emit)
                now = self._summing(inner, now)
                equations += [*inner.equations, _without(eqn, self.site.store)]
            else:
                equations.append(_carrying(eqn, now, self._block(eqn.blocks[0], depth + 1, aval)))
                now = equations[-1].outputs[-1]
        return Block((*block.params, param), tuple(equations), (*block.results, now))

    def _summing(self, emit: Builder, sums: Value) -> Value:
        """Add what this turn adds, in a nest of the loops that are kept."""
        done, left = self.site.path[: self.site.prefix], self._sums[self.site.prefix :]
        outer = [each.blocks[0].params[0] for each in done]

        def body(emit: Builder, indices: list[Operand], carried: list[Operand]) -> list[Operand]:
            here: dict[Value, Operand] = {
                each.blocks[0].params[0]: index for each, index in zip(left, indices, strict=True)
            }
            places = [*outer, *indices]
            value = self._product(emit, here)
            total = emit.one(add, emit.one(load, carried[0], *places), value)
            return [emit.one(store, carried[0], total, *places)]

        (result,) = nest(emit, tuple(map(self._size, left)), [sums], body)
        assert isinstance(result, Value)
        return result

    # ------------------------------------------------------------------ behind

    def _carry(self) -> int:
        """Return the number of the loop's carry that the sum is added to."""
        value: Operand = self.site.store.operands[0]
        for eqn in reversed((self.loop, *self.site.path)):
            at = eqn.blocks[0].params.index(_origin(eqn.blocks[0], value))
            value = eqn.operands[2 + at]
        return at - 1

    def _nested(
        self, emit: Builder, depth: int, array: Value, here: dict[Value, Operand], sums: Value
    ) -> Value:
        if depth == len(self.site.path):
            return self._added(emit, array, here, sums)
        loop = self.site.path[depth]
        inner = inside(emit)
        old = loop.blocks[0].params[0]
        index, param = inner.input(old.aval, emit.names.get(old, "")), inner.input(array.aval)
        result = self._nested(inner, depth + 1, param, {**here, old: index}, sums)
        bounds = [self._bound(emit, operand, here) for operand in loop.operands[:3]]
        (output,) = emit.emit(for_, *bounds, array, blocks=(inner.block([index, param], [result]),))
        return output

    def _bound(self, emit: Builder, operand: Operand, here: dict[Value, Operand]) -> Operand:
        size = None if operand in here else size_of(operand, self._search.sizes)
        return substituted(operand, here) if size is None else size_operand(emit, size)

    def _added(self, emit: Builder, array: Value, here: dict[Value, Operand], sums: Value) -> Value:
        places = [substituted(index, here) for index in self.site.store.operands[2:]]
        total = emit.one(load, sums, *(here[each.blocks[0].params[0]] for each in self._sums))
        for factor in self.site.fixed:
            total = emit.one(mul, self._number(emit, factor, here, there=-1), total)
        if self.site.minus:
            total = emit.one(neg, total)
        value = emit.one(add, emit.one(load, array, *places), total)
        return emit.one(store, array, value, *places)

    # ------------------------------------------------------------------ numbers

    def _product(self, emit: Builder, here: dict[Value, Operand]) -> Operand:
        numbers = [self._number(emit, each, here, there=self.site.prefix) for each in self.site.changing]
        return functools.reduce(functools.partial(emit.one, mul), numbers)

    def _number(self, emit: Builder, operand: Operand, here: dict[Value, Operand], there: int) -> Operand:
        """Return a number of the loop, computed again unless it is there: at this depth or outside."""
        if not isinstance(operand, Value) or operand in here:
            return substituted(operand, here)
        if self._search.depth.get(operand, -1) <= there:
            return operand
        eqn, _ = self._search.defined[operand]
        operands = tuple(self._number(emit, each, here, there) for each in eqn.operands)
        here[operand] = new = Value(operand.aval)
        emit.equations.append(replace(eqn, operands=operands, outputs=(new,)))
        return new


def _carrying(eqn: Equation, init: Value, body: Block) -> Equation:
    """Return a loop with one carry more, and this body."""
    return replace(
        eqn, operands=(*eqn.operands, init), outputs=(*eqn.outputs, Value(init.aval)), blocks=(body,)
    )


def _origin(block: Block, value: Operand) -> Operand:
    """Return the param that an array is a version of."""
    defined = {v: (e, k) for e in block.equations for k, v in enumerate(e.outputs)}
    while isinstance(value, Value) and value in defined:
        eqn, number = defined[value]
        value = eqn.operands[0] if eqn.primitive is store else eqn.operands[3 + number]
    return value


def _without(eqn: Equation, gone: Equation) -> Equation:
    """Return a nest without one store: the array is what it was before."""
    blocks = []
    for block in eqn.blocks:
        kept = tuple(_without(inner, gone) for inner in block.equations if inner is not gone)
        new = replace(block, equations=kept)
        here = len(kept) < len(block.equations)
        blocks.append(in_block(new, {gone.output: gone.operands[0]}) if here else new)
    return replace(eqn, blocks=tuple(blocks)) if eqn.blocks else eqn


def _renamed(eqn: Equation, value: Value, name: Value) -> Equation:
    return replace(eqn, outputs=tuple(name if output is value else output for output in eqn.outputs))
