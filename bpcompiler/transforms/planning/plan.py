"""Makes a program of a forward part and an adjoint part that refers to the values inside its regions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Equation, Value
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import Array, Aval
from bpcompiler.primitives.creation import dim as dim_
from bpcompiler.primitives.creation import size_value, zeros, zeros_like
from bpcompiler.primitives.indexing import getitem, getslice
from bpcompiler.primitives.loops import carries_of
from bpcompiler.primitives.regions import if_
from bpcompiler.primitives.stores import setitem
from bpcompiler.primitives.tapes import new_tape
from bpcompiler.transforms.adjoint_regions import Pair
from bpcompiler.transforms.planning.adjoint_side import Scope, TooEarlyError
from bpcompiler.transforms.planning.decisions import Carry, Decisions, decide
from bpcompiler.transforms.planning.forward_side import Insertions, without_size
from bpcompiler.transforms.planning.homes import Binders, Home, homes_of, symbols_in
from bpcompiler.transforms.planning.joining import joined
from bpcompiler.transforms.planning.lineages import (
    Link,
    carried_param,
    lineages_of,
    part_of,
    regions_in,
    stores_in,
)
from bpcompiler.transforms.planning.parts import Around, Parts
from bpcompiler.transforms.planning.plan_of import Plan
from bpcompiler.transforms.planning.reuse import reuse
from bpcompiler.transforms.planning.tapes import Keeping, keeping


def plan(program: Program, pairs: Sequence[Pair], count: int) -> Program:
    """Return the program with all that its adjoint regions need; its first `count` equations are forward."""
    return _planned(Parts(program, pairs, count), Around())


def _planned(parts: Parts, around: Around) -> Program:
    parts = joined(parts, around, _planned)
    forced: set[Value] = set()
    while True:
        try:
            return _Planning(parts, around, forced).run()
        except TooEarlyError as error:
            if error.value in forced:
                raise
            forced.add(error.value)


class _Planning:
    def __init__(self, parts: Parts, around: Around, forced: set[Value]) -> None:
        program, pairs, count = parts.program, parts.pairs, parts.count
        self.parts, self.program, self.around = parts, program, around
        self.forward = program.equations[:count]
        self.homes = homes_of(self.forward, pairs)
        self.bound = Binders(self.homes)
        adjoint = [_without_shapes(eqn, self.homes) for eqn in program.equations[count:]]
        paired = _by_adjoint(pairs, program.equations[count:], adjoint)
        self.adjoint, self.pairs = reuse(adjoint, paired, self.forward if around.loops else ())
        forward = {pair.forward: pair for pair in pairs}
        lineages = [
            line for loop in forward if loop.primitive is not if_ for line in lineages_of(loop, forward)
        ]
        wanted = self._wanted(self.adjoint, [])
        carries = [
            carry for loop in forward if loop.primitive is not if_ for carry in _carries(loop, self.homes)
        ]
        self.decisions = decide(wanted, self.homes, self.bound, lineages, forced, carries)
        self.insertions = Insertions()
        self.emit = Builder((), program.names, program.derivatives)
        self.exported: dict[Value, Value] = {}

    def run(self) -> Program:
        self.insertions.counters = {p.forward: p.turns for p in self.pairs.values() if p.turns is not None}
        for left in self.decisions.left:
            self.insertions.flags[left.loop] += [(left.result, left.after)] if left.is_new else []
        kept = {value: self._keep(value) for value in self.decisions.kept if not self._export(value)}
        stores = dict.fromkeys(self.homes[value].eqn for value in self._stores())
        overwritten = {store: self._keep_overwritten(store) for store in stores if store is not None}
        made = Plan(
            self.homes,
            self.bound,
            self.pairs,
            self.decisions,
            kept,
            overwritten,
            _undone(self.decisions),
            self.insertions,
            self.exported,
            self._run_again(),
        )
        for eqn in self.forward:
            self.emit.equations.extend(self.insertions.rewrite(eqn))
        scope = Scope(made, self.emit)
        scope.known.update({v: out for v, out in self.exported.items() if self.homes[v].replay is None})
        for eqn in self.adjoint:
            scope.take(eqn)
        block = self.program.block
        return self.emit.program(self.program.name, block.params, block.results)

    def _wanted(self, equations: Sequence[Equation], blocks: list[Block]) -> Iterator[Value]:
        """Yield the values of forward regions that adjoints read; `blocks`: whose adjoint it is in."""
        for eqn in equations:
            yield from (value for value in self.bound.reads(eqn, blocks) if value in self.homes)
            pair = self.pairs.get(eqn)
            own = pair.forward.blocks[-len(eqn.blocks) :] if pair is not None else eqn.blocks
            for block, forward in zip(eqn.blocks, own, strict=True):
                yield from self._wanted(block.equations, [*blocks, forward])
                yield from (r for r in block.results if isinstance(r, Value) and r in self.homes)

    def _run_again(self) -> set[Equation]:
        """Return the regions inside of which something is wanted, and that are run again for it."""
        wanted = (*self.decisions.kept, *self.decisions.computed, *self._stores())
        regions = (self.homes[value].replay for value in wanted)
        return {region for region in regions if region is not None}

    def _stores(self) -> list[Value]:
        return [s.output for line in self.decisions.restored for s in stores_in(line.links)]

    # ------------------------------------------------------------------ keeping

    def _keep(self, value: Value) -> Keeping:
        """Record a value where it is defined."""
        home = self.homes[value]
        made = self._tape(home, value.aval, self.program.names.get(value, ""))
        if home.eqn is None:
            self.insertions.first[home.block] += self._recorded(made, value, home)
        else:
            self.insertions.after[home.eqn] += self._recorded(made, value, home)
        return made

    def _keep_overwritten(self, store: Equation) -> Keeping:
        """Record what a store overwrites, before it does."""
        home, part = self.homes[store.output], part_of(store)
        x, _, *indices = store.operands
        emit = self._builder(store)
        read = getitem if store.primitive is setitem else getslice
        old = emit.one(read, x, *indices, spec=store.attrs["spec"])
        made = self._tape(home, old.aval, f"old_{self.program.names.get(store.output, part.dtype.value)}")
        made.record(emit, old, lambda param: param)
        self.insertions.before[store] += emit.equations
        return made

    def _recorded(self, made: Keeping, value: Value, home: Home) -> list[Equation]:
        emit = self._builder(home.eqn if home.eqn is not None else home.chain[-1][0])
        made.record(emit, value, lambda param: param)
        return list(emit.equations)

    def _builder(self, eqn: Equation) -> Builder:
        emit = Builder()
        emit.origin, emit.phase = eqn.origin, eqn.phase
        return emit

    def _tape(self, home: Home, aval: Aval, name: str) -> Keeping:
        region = home.chain[0][0]
        known = self.around.symbols if self.around.loops else self.parts.symbols_before(region)
        made = keeping(aval, name or "tape", home.kept_in, known, self.around.loops)
        emit = self._builder(region)
        emit.emit(new_tape, tape=made.tape, sizes=made.sizes)
        self.insertions.before[region] += emit.equations
        return made

    def _export(self, value: Value) -> bool:
        """Hand a value out of the branches around it, where no loop is; return whether it was done."""
        home = self.homes[value]
        aval = without_size(value.aval)
        sizes = set(symbols_in(aval)) if isinstance(aval, Array) else set()
        chain = home.kept_in[1:] if home.replay is not None else home.chain
        in_loop = any(region.primitive is not if_ for region, _ in chain) or (
            home.replay is not None and home.replay.primitive is not if_
        )
        known = self.around.symbols | self.parts.symbols_before(home.chain[0][0])
        if in_loop or not sizes <= known or aval != value.aval:
            return False
        inside = value
        for region, block in reversed(chain):
            outside = Value(aval)
            self._name_like(outside, value)
            self.insertions.exports[region].append((region.blocks.index(block), inside, outside))
            inside = outside
        self.exported[value] = inside
        return True

    def _name_like(self, outside: Value, value: Value) -> None:
        if value in self.program.names:
            self.emit.names[outside] = self.program.names[value]


def _undone(decisions: Decisions) -> dict[Equation, dict[int, Link]]:
    """Return, for each forward region, the carries and results whose versions are restored."""
    found: dict[Equation, dict[int, Link]] = {}
    for line in decisions.restored:
        whole = Link(line.loop, line.start, line.final, (line.links,))
        for link in (whole, *regions_in(line.links)):
            found.setdefault(link.eqn, {})[link.eqn.outputs.index(link.after)] = link
    for carry in decisions.handed:
        if carry.result in decisions.computed:
            found.setdefault(carry.loop, {}).setdefault(
                carry.index, Link(carry.loop, carry.param, carry.final, ((),))
            )
    return found


def _carries(loop: Equation, homes: Mapping[Value, Home]) -> Iterator[Carry]:
    """Yield the carries that a turn computes."""
    body = loop.blocks[-1]
    for index, result in enumerate(carries_of(body, loop.attrs)):
        home = homes.get(result) if isinstance(result, Value) else None
        if home is not None and home.block is body and home.eqn is not None and isinstance(result, Value):
            yield Carry(loop, index, carried_param(loop, index), result)


def _by_adjoint(
    pairs: Sequence[Pair], before: Sequence[Equation], after: Sequence[Equation]
) -> dict[Equation, Pair]:
    """Return the pairs by adjoint region, which may have been rewritten."""
    now: dict[Equation, Equation] = {}
    for old, new in zip(before, after, strict=True):
        _match(old, new, now)
    return {now.get(pair.adjoint, pair.adjoint): pair for pair in pairs}


def _match(old: Equation, new: Equation, now: dict[Equation, Equation]) -> None:
    now[old] = new
    for was, block in zip(old.blocks, new.blocks, strict=True):
        for one, other in zip(was.equations, block.equations, strict=True):
            _match(one, other, now)


def _without_shapes(eqn: Equation, homes: Mapping[Value, Home]) -> Equation:
    """What only asks for the shape of a value of a region does not need the value."""
    if eqn.blocks:
        return replace(eqn, blocks=tuple(_block_without_shapes(block, homes) for block in eqn.blocks))
    asked = eqn.operands[0] if eqn.operands else None
    if asked in homes and eqn.primitive is zeros_like:
        aval = eqn.output.aval
        return replace(eqn, primitive=zeros, operands=(), attrs={"shape": aval.shape, "dtype": aval.dtype})
    if asked in homes and eqn.primitive is dim_:
        assert asked is not None
        return replace(
            eqn, primitive=size_value, operands=(), attrs={"size": asked.aval.shape[eqn.attrs["axis"]]}
        )
    return eqn


def _block_without_shapes(block: Block, homes: Mapping[Value, Home]) -> Block:
    return Block(block.params, tuple(_without_shapes(eqn, homes) for eqn in block.equations), block.results)
