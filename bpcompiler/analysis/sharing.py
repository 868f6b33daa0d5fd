"""Sharing: which values may live in the same memory, if every store is made in place.

    root(v)      the value that allocated the memory of v, or stands for memory that is not known better
    related      roots that may be the same memory: of a branch that answers one array or another, of a
                 carry that starts as one array and goes on as another
    object(v)    v is this very array: not a view of it

A carry is assumed to stay in the memory of its first value; where a turn ends with another one, it has a
root of its own, related to both, and the loop is looked at again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from bpcompiler.ir.equations import Block, Equation, Operand, Value, equations_of
from bpcompiler.ir.types import Array
from bpcompiler.primitives import (
    broadcasting,
    creation,
    indexing,
    piecewise,
    regions,
    shapes,
    stores,
    triangles,
)
from bpcompiler.primitives.in_place import IN_PLACE
from bpcompiler.primitives.indexing import has_arrays
from bpcompiler.primitives.loops import carries_of

# What writes to its first operand, and is that array afterwards.
STORES = {indexing.add_at, stores.setitem, stores.setslice}
WRITES = IN_PLACE  # lowered: the buffer is known to be free
# What is the operand itself; what NumPy answers with a view of it.
SAME = {piecewise.alias, piecewise.stop_gradient}
VIEWS = {
    *(shapes.reshape, shapes.transpose, indexing.getslice),
    *(broadcasting.expand_dims, broadcasting.squeeze, triangles.diagonal),
}
READ_ONLY = {broadcasting.broadcast_to, creation.constant}  # a view that cannot be written; a table


class Sharing:
    """The roots of a block's arrays. `frozen`: arrays that must never be written, by their roots."""

    def __init__(self, block: Block, frozen: Iterable[Value]) -> None:
        self._roots: dict[Value, Value] = {}
        self._objects: dict[Value, Value] = {}
        self._related: defaultdict[Value, set[Value]] = defaultdict(set)
        self._split: set[Value] = set()  # carries with a root of their own
        self._frozen = set(frozen)
        self._block(block)
        self._members: defaultdict[Value, list[Value]] = defaultdict(list)
        for value in _defined_in([block]):
            if isinstance(value.aval, Array):
                self._members[self.root(value)].append(value)

    def root(self, value: Value) -> Value:
        """Return what stands for the value's memory."""
        return self._roots.get(value, value)

    def object(self, value: Value) -> Value:
        """Return the first value that is this very array."""
        return self._objects.get(value, value)

    def is_frozen(self, value: Value) -> bool:
        """Return whether the memory may be an array that must not be written."""
        return self.root(value) in self._frozen

    def may_share(self, one: Value, other: Value) -> bool:
        """Return whether two arrays may overlap in memory."""
        return self.root(other) in self._nearby(one)

    def sharers(self, value: Value) -> Iterator[Value]:
        """Yield every value that may live in the same memory, this one included."""
        for root in self._nearby(value):
            yield from self._members[root]

    def _nearby(self, value: Value) -> list[Value]:
        root = self.root(value)
        return [root, *self._related[root]]

    # ------------------------------------------------------------------ equations

    def _block(self, block: Block) -> None:
        for eqn in block.equations:
            if eqn.primitive is regions.if_:
                self._branch(eqn)
            elif eqn.blocks:
                self._loop(eqn)
            elif len(eqn.outputs) == 1 and isinstance(eqn.output.aval, Array):
                self._single(eqn)

    def _single(self, eqn: Equation) -> None:
        source = eqn.operands[0] if eqn.operands else None
        if eqn.primitive in READ_ONLY:
            self._frozen.add(eqn.output)
            if isinstance(source, Value):
                self._relate(eqn.output, self._nearby(source))
        elif isinstance(source, Value) and isinstance(source.aval, Array):
            if eqn.primitive in STORES or eqn.primitive in WRITES or eqn.primitive in SAME:
                self._take(eqn.output, source)
            elif eqn.primitive in VIEWS or _reads_view(eqn):
                self._roots[eqn.output] = self.root(source)

    def _take(self, value: Value, source: Value) -> None:
        self._roots[value], self._objects[value] = self.root(source), self.object(source)

    def _relate(self, root: Value, others: Iterable[Value]) -> bool:
        """Let the root be related to others; return whether that was new."""
        new = set(others) - {root} - self._related[root]
        self._related[root] |= new
        for other in new:
            self._related[other].add(root)
        return bool(new)

    def _freeze(self, root: Value, sources: Iterable[Value]) -> bool:
        """What may be an array that must not be written must not be; return whether that was new."""
        if root in self._frozen or not any(map(self.is_frozen, sources)):
            return False
        self._frozen.add(root)
        return True

    # ------------------------------------------------------------------ branches

    def _branch(self, eqn: Equation) -> None:
        for inner in eqn.blocks:
            self._block(inner)
        inside = set(_defined_in(eqn.blocks))
        unread = _undefined_in(eqn.blocks)
        pairs = zip(*(block.results for block in eqn.blocks), strict=True)
        for output, pair in zip(eqn.outputs, pairs, strict=True):
            self._join(output, [r for r in _arrays(pair) if r not in unread], inside)
        for branch in eqn.blocks:
            self._relate_together(eqn.outputs, branch.results)

    def _join(self, output: Value, results: Sequence[Value], inside: set[Value]) -> None:
        """One array from several branches: the same in all of them, or a root of its own."""
        roots, objects = {self.root(r) for r in results}, {self.object(r) for r in results}
        if len(roots) == 1 and not roots & inside:
            self._roots[output] = roots.pop()
            self._objects[output] = objects.pop() if len(objects) == 1 and not objects & inside else output
        else:
            self._roots[output] = self._objects[output] = output
            self._relate(output, (n for r in results for n in self._nearby(r) if n not in inside))
            self._freeze(output, results)

    def _relate_together(self, outer: Sequence[Value], inner: Sequence[Operand]) -> bool:
        """What may share memory inside may do so outside; return whether that was new."""
        arrays = [
            (o, i)
            for o, i in zip(outer, inner, strict=True)
            if isinstance(i, Value) and isinstance(i.aval, Array)
        ]
        found = False
        for (one, one_inside), (other, other_inside) in combinations(arrays, 2):
            if self.may_share(one_inside, other_inside) and not self.may_share(one, other):
                found |= self._relate(self.root(one), [self.root(other)])
        return found

    # ------------------------------------------------------------------ loops

    def _loop(self, eqn: Equation) -> None:
        first = eqn.operands[len(eqn.operands) - len(eqn.outputs) :]
        body, inside = eqn.blocks[-1], set(_defined_in(eqn.blocks))
        carries = body.params[len(body.params) - len(first) :]
        results = carries_of(body, eqn.attrs)
        settled = False
        while not settled:
            for block in eqn.blocks:
                self._start_turn(block.params[len(block.params) - len(first) :], carries, first, inside)
                self._block(block)
            settled = self._end_turn(carries, results, inside)
        for output, carry, init in zip(eqn.outputs, carries, first, strict=True):
            if isinstance(init, Value) and isinstance(init.aval, Array):
                self._leave(output, carry, init, inside)
        self._relate_together(eqn.outputs, carries)

    def _start_turn(
        self,
        params: Sequence[Value],
        carries: Sequence[Value],
        first: Sequence[Operand],
        inside: set[Value],
    ) -> None:
        for param, carry, init in zip(params, carries, first, strict=True):
            if isinstance(init, Value) and isinstance(init.aval, Array):
                self._take(param, init)
                if carry in self._split:
                    self._roots[param] = self._objects[param] = carry
                    self._relate(carry, (r for r in self._nearby(init) if r not in inside))
                    self._freeze(carry, [init])
        self._relate_together(params, first)

    def _end_turn(self, carries: Sequence[Value], results: Sequence[Operand], inside: set[Value]) -> bool:
        """Compare what a turn ends with to what it began with; return whether nothing new was found."""
        settled = True
        for carry, result in zip(carries, results, strict=True):
            if not isinstance(result, Value) or not isinstance(result.aval, Array):
                continue
            if carry not in self._split and self.object(result) is not self.object(carry):
                self._split.add(carry)
                settled = False
            elif carry in self._split:
                outside = (r for r in self._nearby(result) if r not in inside)
                settled &= not self._relate(carry, outside)
                settled &= not self._freeze(carry, [result])
        return settled and not self._relate_together(carries, results)

    def _leave(self, output: Value, carry: Value, init: Value, inside: set[Value]) -> None:
        if carry in self._split:
            self._roots[output] = self._objects[output] = output
            self._relate(output, (r for r in self._nearby(carry) if r not in inside))
            self._freeze(output, [carry])
        else:
            self._take(output, init)


def _arrays(operands: Iterable[Operand]) -> list[Value]:
    return [o for o in operands if isinstance(o, Value) and isinstance(o.aval, Array)]


def _undefined_in(blocks: Iterable[Block]) -> set[Value]:
    return {eqn.output for block in blocks for eqn in block.equations if eqn.primitive is regions.undefined}


def _reads_view(eqn: Equation) -> bool:
    return eqn.primitive is indexing.getitem and not has_arrays(
        eqn.attrs["spec"], [o.aval for o in eqn.operands]
    )


def _defined_in(blocks: Iterable[Block]) -> Iterator[Value]:
    for block in blocks:
        yield from block.params
        for eqn in equations_of(block):
            yield from eqn.outputs
            for inner in eqn.blocks:
                yield from inner.params
