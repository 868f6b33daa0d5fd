"""The adjoint program with every value that it needs at hand: recalled, computed again or restored.

Each where it is first used. A `Scope` is one adjoint block while it is written anew. It belongs to the
forward block whose adjoint it is; values of that block, or of those around, it finds in the scopes around.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bpcompiler.errors import CompilerError
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Equation, Operand, Value
from bpcompiler.ir.types import is_weak
from bpcompiler.primitives.creation import dim
from bpcompiler.primitives.indexing import getitem, getslice
from bpcompiler.primitives.loops import carries_of
from bpcompiler.primitives.piecewise import alias, convert
from bpcompiler.primitives.regions import if_
from bpcompiler.primitives.stores import checked, setslice
from bpcompiler.transforms.adjoint_regions import Pair, inside
from bpcompiler.transforms.planning.exits import in_this_turn
from bpcompiler.transforms.planning.homes import Home
from bpcompiler.transforms.planning.lineages import STORES, Link, carried_param
from bpcompiler.transforms.planning.plan_of import Plan
from bpcompiler.transforms.planning.replay import Copier, is_replayed
from bpcompiler.transforms.planning.untouched import LastRead


class TooEarlyError(Exception):
    """A value was needed before the array that it is read from could be restored: it has to be kept.

    `is_version`: the value is that array; who reads from it may be kept instead, and is less.
    """

    def __init__(self, value: Value, *, is_version: bool = True) -> None:
        super().__init__(value)
        self.value, self.is_version = value, is_version


class Scope:
    """One adjoint block. `block` is the forward block; None: the adjoint part of the whole program."""

    def __init__(
        self, plan: Plan, emit: Builder, block: Block | None = None, parent: Scope | None = None
    ) -> None:
        self.plan, self.emit, self.block, self.parent = plan, emit, block, parent
        self.known: dict[Value, Operand] = {}
        self.turn: tuple[Operand, Operand] | None = None
        self._pending: list[list[Link]] = []
        self._undoing: list[Link] = []
        self._replayed: set[Equation] = set()

    # ------------------------------------------------------------------ values

    def read(self, operand: Operand) -> Operand:
        """Return what an operand is here; a value of a forward region is fetched."""
        if not isinstance(operand, Value):
            return operand
        found = self._lookup(operand)
        if found is not None:
            return found
        if operand not in self.plan.homes:
            return operand
        for links in self._pending:
            if any(link.before is operand for link in links):
                self._restore(links, operand)
                return self.known[operand]
        home = self.plan.homes[operand]
        if home.block is not self.block:
            if self.parent is None:
                raise CompilerError("an adjoint refers to a value of a region that it is not the adjoint of")
            return self.parent.read(operand)
        self.known[operand] = self._fetched(operand, home)
        return self.known[operand]

    def _lookup(self, value: Value) -> Operand | None:
        scope: Scope | None = self
        while scope is not None:
            if value in scope.known:
                return scope.known[value]
            scope = scope.parent
        return None

    def _blocks(self) -> list[Block]:
        around = self.parent._blocks() if self.parent is not None else []  # noqa: SLF001 - a scope as well
        return around if self.block is None else [*around, self.block]

    def _fetched(self, value: Value, home: Home) -> Operand:
        if home.left is not None:
            return in_this_turn(self.emit, self.read(home.left.after), *self._turn_of(home.left.loop))
        if value in self.plan.kept:
            found: Operand = self.plan.kept[value].recall(self.emit, self._index)
            self._called(found, value)
            return found
        if value in self.plan.decisions.last:
            return self._read_again(value, self.plan.decisions.last[value])
        if home.eqn is not None and is_replayed(home.eqn):
            self._replay(home.eqn)
            return self.known[value]
        if value not in self.plan.decisions.computed or home.eqn is None:
            raise TooEarlyError(value)
        return self._again(value, home.eqn)

    def _turn_of(self, loop: Equation) -> tuple[Operand, Operand]:
        """Return the index of the adjoint of a loop, and what it is in the first of its turns."""
        if self.turn is not None and self.block is loop.blocks[-1]:
            return self.turn
        assert self.parent is not None
        return self.parent._turn_of(loop)  # noqa: SLF001 - a scope as well

    def _index(self, param: Value) -> Operand:
        return self.read(param)

    def _again(self, value: Value, eqn: Equation) -> Value:
        """Compute a value again. What is read from arrays was in bounds before."""
        try:
            read = self._of_its_shape if eqn.primitive is dim else self.read
            operands = [read(operand) for operand in eqn.operands]
            for other in self.plan.bound.reads(eqn, self._blocks()):
                self._of_its_shape(other)  # it says what a size is
        except TooEarlyError as error:
            raise TooEarlyError(value if error.is_version else error.value, is_version=False) from None
        with self.emit.at(eqn.origin, self.emit.phase):
            if eqn.primitive is getitem:
                found = self.emit.one(getslice, *operands, spec=checked(eqn.attrs["spec"]))
            else:
                found = self.emit.one(eqn.primitive, *operands, **eqn.attrs)
        self._called(found, value)
        return found

    def _read_again(self, value: Value, last: LastRead) -> Value:
        """Read what an array still holds when its loop has ended."""
        for other in self.plan.bound.reads(last.access, self._blocks()):
            if other not in last.access.operands:
                self._of_its_shape(other)  # it says what a size is
        array, indices = self.read(last.line.final), map(self.read, last.indices)
        with self.emit.at(last.access.origin, self.emit.phase):
            found = self.emit.one(getslice, array, *indices, spec=checked(last.access.attrs["spec"]))
            if is_weak(value.aval):  # a number of Python's was stored
                found = self.emit.one(convert, found, dtype=value.aval.dtype, weak=True)
        self._called(found, value)
        return found

    def _of_its_shape(self, operand: Operand) -> Operand:
        """Return the version at hand of an array: all have one shape, and an index may need it to go back."""
        for links in self._pending:
            if any(link.before is operand for link in links):
                return self.read(links[-1].after)
        return self.read(operand)

    def _called(self, found: Operand, value: Value) -> None:
        names = self.emit.names
        if isinstance(found, Value) and value in names:
            names.setdefault(found, names[value])

    def _replay(self, region: Equation) -> None:
        """Run a region again, with the records in it."""
        if region in self._replayed:
            return
        self._replayed.add(region)
        self._copied([self.plan.insertions.inside(region)])

    def _copied(self, equations: Iterable[Equation]) -> None:
        copier, equations = Copier(self.emit, self.read), list(equations)
        copier.copy(equations)
        self.known.update({o: copier.known[o] for e in equations for o in e.outputs if o in copier.known})
        self.known.update({v: copier.known[o] for v, o in self.plan.exported.items() if o in copier.known})

    # ------------------------------------------------------------------ arrays that are taken back

    def undo(self, links: tuple[Link, ...], final: Value, now: Operand) -> None:
        """Say what the last version of an array is; the links can be undone from here on."""
        self.known[final] = now
        self._pending.append(list(links))

    def _restore(self, links: list[Link], wanted: Value) -> None:
        """Undo links, the last first, until a version is back."""
        while wanted not in self.known:
            link = links[-1]
            if link.eqn.primitive not in STORES and link.eqn.primitive is not alias:
                raise TooEarlyError(wanted)
            if link in self._undoing:  # to be undone it needs what comes after it in the reverse
                raise TooEarlyError(wanted)
            self._undoing.append(link)
            self.known[link.before] = self._undone(link)
            self._undoing.remove(link)
            links.pop()

    def _undone(self, link: Link) -> Operand:
        """Return the array as it was before a store."""
        now = self.read(link.after)
        self._read_before(link.after)
        return self._put_back(link.eqn, now) if link.eqn in self.plan.overwritten else now

    def _read_before(self, version: Value) -> None:
        """Compute what is read from a version while it is still there."""
        if self.block is None:
            return
        for eqn in self.block.equations:
            if version in eqn.operands:
                for out in filter(self.plan.decisions.computed.__contains__, eqn.outputs):
                    self.read(out)

    def _put_back(self, store: Equation, now: Operand) -> Value:
        old = self.plan.overwritten[store].recall(self.emit, self._index)
        indices = [self.read(index) for index in store.operands[2:]]
        with self.emit.at(store.origin, self.emit.phase):
            found = self.emit.one(setslice, now, old, *indices, spec=checked(store.attrs["spec"]))
        self._called(found, store.output)
        return found

    def passed(self, eqn: Equation, outputs: Mapping[int, Operand]) -> None:
        """Take note of the versions that the adjoint of a region has restored."""
        for links in self._pending:
            if links and links[-1].eqn is eqn:
                link = links.pop()
                self.known[link.before] = outputs[eqn.outputs.index(link.after)]

    def restored(self, link_start: Value) -> Operand:
        """Return the version at the start of the block."""
        for links in self._pending:
            if any(link.before is link_start for link in links):
                self._restore(links, link_start)
        return self.read(link_start)

    # ------------------------------------------------------------------ equations

    def take(self, eqn: Equation) -> None:
        """Add an equation of the adjoint."""
        pair = self.plan.pairs.get(eqn)
        if pair is None:
            self._copy(eqn)
        elif pair.forward.primitive is if_:
            self._take_branch(eqn, pair)
        else:
            self._take_loop(eqn, pair)

    def _copy(self, eqn: Equation) -> None:
        for value in self.plan.bound.reads(eqn, self._blocks()):
            self.read(value)
        operands = tuple(self.read(operand) for operand in eqn.operands)
        self.emit.equations.append(eqn if operands == eqn.operands else replace(eqn, operands=operands))

    def _take_branch(self, eqn: Equation, pair: Pair) -> None:
        operands = tuple(self.read(operand) for operand in eqn.operands)
        back = self.plan.restored(pair.forward)
        finals = {index: self.read(pair.forward.outputs[index]) for index in back}
        blocks = []
        for number, (block, own) in enumerate(zip(eqn.blocks, pair.forward.blocks, strict=True)):
            scope = Scope(self.plan, inside(self.emit), own, self)
            if self.plan.is_run_again(pair.forward):
                scope.run_again(own)
            for index, link in back.items():
                scope.undo_in_branch(link.inner[number], own.results[index], finals[index])
            for inner in block.equations:
                scope.take(inner)
            starts = [scope.restored(link.before) for link in back.values()]
            results = [scope.read(result) for result in block.results]
            blocks.append(scope.emit.block([], [*results, *starts]))
        self._add(eqn, pair, operands, tuple(blocks), back)

    def undo_in_branch(self, links: tuple[Link, ...], final: Operand, now: Operand) -> None:
        """As `undo`; a branch without stores hands on the version from outside."""
        if isinstance(final, Value):
            self.undo(links, final, now)

    def run_again(self, block: Block) -> None:
        """Run a branch again, with the records in it."""
        self._copied(new for eqn in block.equations for new in self.plan.insertions.rewrite(eqn))

    def _take_loop(self, eqn: Equation, pair: Pair) -> None:
        if self.plan.is_run_again(pair.forward):
            self._replay(pair.forward)
        operands = tuple(self.read(operand) for operand in eqn.operands)
        back = self.plan.restored(pair.forward)
        finals = [self.read(pair.forward.outputs[index]) for index in back]
        own, body = pair.forward.blocks[-1], eqn.blocks[0]
        scope = Scope(self.plan, inside(self.emit), own, self)
        scope.turn = body.params[0], operands[0]
        if pair.turns is None or pair.forward.primitive.name == "for_":
            scope.known[own.params[0]] = body.params[0]
        more = [Value(carried_param(pair.forward, index).aval) for index in back]
        results = carries_of(own, pair.forward.attrs)
        for (index, link), param in zip(back.items(), more, strict=True):
            scope._called(param, carried_param(pair.forward, index))
            final = results[index]
            assert isinstance(final, Value)
            scope.undo(link.inner[0], final, param)
        for inner in body.equations:
            scope.take(inner)
        starts = [scope.restored(carried_param(pair.forward, index)) for index in back]
        ends = [scope.read(result) for result in body.results]
        block = scope.emit.block([*body.params, *more], [*ends, *starts])
        self._add(eqn, pair, (*operands, *finals), (block,), back)

    def _add(
        self,
        eqn: Equation,
        pair: Pair,
        operands: tuple[Operand, ...],
        blocks: tuple[Block, ...],
        back: Mapping[int, Link],
    ) -> None:
        outputs = [Value(pair.forward.outputs[index].aval) for index in back]
        for (_, link), output in zip(back.items(), outputs, strict=True):
            self._called(output, link.before)
        new = replace(eqn, operands=operands, blocks=blocks, outputs=(*eqn.outputs, *outputs))
        self.emit.equations.append(new)
        self.passed(pair.forward, dict(zip(back, outputs, strict=True)))
