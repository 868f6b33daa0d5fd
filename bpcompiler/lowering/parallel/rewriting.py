"""The body of a loop for one chunk: with other buffers, and sums in the chunk's own part of an array.

dw[j] += x        becomes        dw_of_chunk[chunk, j] += x
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bpcompiler.ir.equations import Block, Equation, Operand, Value
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import Array
from bpcompiler.lowering.fusion.memory import Memory
from bpcompiler.lowering.fusion.parts import widened
from bpcompiler.primitives.loops import PRODUCTS, load, store


class Rewriting:
    """Writes a block anew. `instead`: what is read in place of a value."""

    def __init__(self, memory: Memory, names: dict[Value, str], chunk: Value) -> None:
        self._memory, self._names, self._chunk = memory, names, chunk
        self._wide: dict[Value, Size] = {}
        self.instead: dict[Value, Operand] = {}

    def widen(self, array: Value, chunks: Size) -> None:
        """Have the buffer of an array be a part of one with as many of it as there are chunks."""
        self._wide[self._memory.buffer(array)] = chunks

    def block(self, block: Block) -> Block:
        """Return the block, those in it included."""
        params = self._define(block.params)
        equations = tuple(map(self._equation, block.equations))
        return Block(params, equations, tuple(map(self._read, block.results)))

    def _equation(self, eqn: Equation) -> Equation:
        if eqn.primitive in PRODUCTS and eqn.outputs and self._is_wide(eqn.output):
            target = self._read(eqn.operands[0])
            assert isinstance(target, Value)
            eqn = widened(eqn, 0, target, (self._chunk,))
            operands = (target, *map(self._read, eqn.operands[1:]))
            return replace(eqn, operands=operands, outputs=self._define(eqn.outputs))
        operands = tuple(map(self._read, eqn.operands))
        if eqn.primitive in (load, store) and self._is_wide(eqn.operands[0]):
            first = 1 if eqn.primitive is load else 2
            operands = (*operands[:first], self._chunk, *operands[first:])
        blocks = tuple(map(self.block, eqn.blocks))
        return replace(eqn, operands=operands, blocks=blocks, outputs=self._define(eqn.outputs))

    def _is_wide(self, operand: Operand) -> bool:
        is_array = isinstance(operand, Value) and isinstance(operand.aval, Array)
        return is_array and self._memory.buffer(operand) in self._wide  # type: ignore[arg-type]

    def _define(self, values: Iterable[Value]) -> tuple[Value, ...]:
        return tuple(self._widened(value) if self._is_wide(value) else value for value in values)

    def _widened(self, value: Value) -> Value:
        chunks = self._wide[self._memory.buffer(value)]
        made = Value(Array(value.aval.dtype, (chunks, *value.aval.shape)))
        if value in self._names:
            self._names[made] = f"{self._names[value]}_of_chunk"
        self.instead[value] = made
        return made

    def _read(self, operand: Operand) -> Operand:
        return self.instead.get(operand, operand) if isinstance(operand, Value) else operand
