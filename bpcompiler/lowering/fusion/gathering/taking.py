"""Taking a sum out of a loop: what is added up inside, and what is done with it behind."""

from __future__ import annotations

import functools
from dataclasses import replace

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Equation, Operand, Value, literal
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.substitution import in_block, substituted
from bpcompiler.ir.types import Array, Scalar
from bpcompiler.lowering.fusion.gathering.sites import Search, Site
from bpcompiler.lowering.fusion.ranges import size_of
from bpcompiler.lowering.nests import fill, inside, nest, size_operand
from bpcompiler.primitives.arithmetic import add, mul, neg
from bpcompiler.primitives.loops import for_, load, store


class Taking:
    """Takes a sum out of a loop: a buffer in front, a nest inside, a nest behind."""

    def __init__(self, search: Search, site: Site, names: dict[Value, str]) -> None:
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
