"""Writes two loops with the inner one around the outer one.

for j: for k: a[j, k] += x      becomes      for k: for j: a[j, k] += x

for j:                                       for j: row[j] = 0.0
    total = 0.0                              for k:
    for k: total += x           becomes          for j: row[j] += x
    q[j] = total                             for j: q[j] = row[j]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Equation, Operand, Value
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.substitution import in_block
from bpcompiler.ir.types import Aval, Scalar
from bpcompiler.lowering.fusion.memory import Memory
from bpcompiler.lowering.interchange.in_numbers import in_numbers
from bpcompiler.lowering.interchange.pairs import Pair
from bpcompiler.primitives.loops import empty, for_, load, store
from bpcompiler.primitives.piecewise import convert

NAME = "totals"  # of rows


def swapped(pair: Pair, length: Size, names: dict[Value, str], memory: Memory) -> list[Equation]:
    """Return what the outer loop of a pair becomes; `length`: how many turns it has, from 0 on."""
    if pair.carries_numbers:
        return _Rows(pair, length, names).equations()
    return [*pair.before, _swapped(pair, memory)]


def _swapped(pair: Pair, memory: Memory) -> Equation:
    (body,), (core,) = pair.outer.blocks, pair.inner.blocks
    inner = replace(
        pair.inner,
        operands=(*pair.outer.operands[:3], *body.params[1:]),
        attrs=pair.outer.attrs,
        blocks=(replace(core, params=(body.params[0], *core.params[1:])),),
    )
    around = Block((core.params[0], *body.params[1:]), tuple(in_numbers(inner, memory)), body.results)
    operands = (*pair.inner.operands[:3], *pair.outer.operands[3:])
    return replace(pair.outer, operands=operands, attrs=pair.inner.attrs, blocks=(around,))


class _Rows:
    """A number for each turn of the outer loop, kept in a row while the inner one is outside."""

    def __init__(self, pair: Pair, length: Size, names: dict[Value, str]) -> None:
        self.pair, self.length = pair, length
        self.bounds = pair.outer.operands[:3]
        self.emit = Builder()
        self.emit.names = names
        self.emit.origin, self.emit.phase = pair.inner.origin, pair.inner.phase

    def equations(self) -> list[Equation]:
        """Return the three loops, with what stands in front of them."""
        self.emit.equations += self.pair.before
        rows = [
            self.emit.one(empty, shape=(self.length,), dtype=number.aval.dtype)
            for number in self.pair.inner.outputs
        ]
        self.emit.names.update(dict.fromkeys(rows, NAME))
        rows = self._begun(rows)
        rows = self._summed(rows)
        self._read(rows)
        return self.emit.equations

    def _begun(self, rows: Sequence[Value]) -> list[Value]:
        index, params = self._index(), self._like(rows)
        turn = self.emit.inside()
        inits = self.pair.inner.operands[3:]
        results = [turn.one(store, p, init, index) for p, init in zip(params, inits, strict=True)]
        return self._loop(self.emit, turn.block([index, *params], results), rows)

    def _summed(self, rows: Sequence[Value]) -> list[Value]:
        (core,) = self.pair.inner.blocks
        index, params, around = self.pair.index, self._like(rows), self._like(rows)
        turn, outside = self.emit.inside(), self.emit.inside()
        numbers = self._numbers(turn, params, index, [param.aval for param in core.params[1:]])
        inner = in_block(core, dict(zip(core.params[1:], numbers, strict=True)))
        turn.equations += inner.equations
        results = [turn.one(store, p, r, index) for p, r in zip(params, inner.results, strict=True)]
        done = self._loop(outside, turn.block([index, *params], results), around)
        block = outside.block([core.params[0], *around], done)
        return list(self.emit.emit(for_, *self.pair.inner.operands[:3], *rows, blocks=(block,)))

    def _read(self, rows: Sequence[Value]) -> None:
        """The outer loop as it was, where the numbers are read."""
        (body,), turn = self.pair.outer.blocks, self.emit.inside()
        index, outputs = self._index(), self.pair.inner.outputs
        numbers = self._numbers(turn, rows, index, [number.aval for number in outputs])
        instead: dict[Value, Operand] = {body.params[0]: index, **dict(zip(outputs, numbers, strict=True))}
        rest = in_block(Block((), self.pair.after, body.results), instead)
        turn.equations += rest.equations
        block = turn.block([index, *body.params[1:]], rest.results)
        self.emit.equations.append(replace(self.pair.outer, blocks=(block,)))

    def _index(self) -> Value:
        return self.emit.input(self.pair.index.aval, self.emit.names.get(self.pair.index, ""))

    def _like(self, rows: Sequence[Value]) -> list[Value]:
        return [self.emit.input(row.aval, NAME) for row in rows]

    def _loop(self, emit: Builder, block: Block, rows: Sequence[Value]) -> list[Value]:
        return list(emit.emit(for_, *self.bounds, *rows, blocks=(block,)))

    @staticmethod
    def _numbers(emit: Builder, rows: Sequence[Value], index: Value, avals: Sequence[Aval]) -> list[Value]:
        """Return the numbers of a turn, in the types that they had."""
        return [_typed(emit, emit.one(load, row, index), a) for row, a in zip(rows, avals, strict=True)]


def _typed(emit: Builder, value: Value, aval: Aval) -> Value:
    if value.aval == aval or not isinstance(aval, Scalar):
        return value
    return emit.one(convert, value, dtype=aval.dtype, weak=aval.weak, plain=True)
