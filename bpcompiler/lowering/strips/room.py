"""Buffers of a strip have room for a whole one, so that they can be allocated once, in front of the loop.

    z = np.empty((k, d, count))        becomes        z = np.empty((k, d, 128))
    gemm(z[i], a[i], x[i], ...)                       gemm(z[i, :, :count], a[i], x[i, :, :count], ...)

Elements are read and written at the same indices as before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bpcompiler.ir.equations import Block, Equation, Operand, Value, equations_of
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Size, as_symbol
from bpcompiler.ir.types import Array
from bpcompiler.lowering.fusion.memory import Memory
from bpcompiler.primitives.indexing import Item, NewAxis, Slice, Spec, full_slice
from bpcompiler.primitives.loops import PRODUCTS, empty


def with_room(program: Program) -> Program:
    """Return the program with buffers of the most elements that they can have, where that is known."""
    made = [eqn for eqn in equations_of(program.block) if eqn.primitive is empty]
    wide = [eqn.output for eqn in made if _roomy(eqn.output.aval.shape) != eqn.output.aval.shape]
    return _Room(program, wide).run() if wide else program


def _most(size: Size) -> Size:
    symbol = as_symbol(size)
    return size if symbol is None or symbol.most is None else symbol.most


def _roomy(shape: Sequence[Size]) -> tuple[Size, ...]:
    return tuple(map(_most, shape))


class _Room:
    """Writes the program anew. What is read as a whole by others than products keeps its size."""

    def __init__(self, program: Program, wide: Sequence[Value]) -> None:
        self.program, self.names = program, dict(program.names)
        self.memory = Memory(program.block)
        whole = {
            access.buffer
            for eqn in equations_of(program.block)
            if not eqn.blocks and eqn.primitive not in PRODUCTS
            for access in self.memory.of(eqn)
            if access.indices is None
        }
        self._wide = {self.memory.buffer(value) for value in wide} - whole
        self._new: dict[Value, Value] = {}

    def run(self) -> Program:
        """Return the program."""
        return replace(self.program, block=self._block(self.program.block), names=self.names)

    def _block(self, block: Block) -> Block:
        params = tuple(map(self._define, block.params))
        return Block(
            params, tuple(map(self._equation, block.equations)), tuple(map(self._read, block.results))
        )

    def _equation(self, eqn: Equation) -> Equation:
        attrs = eqn.attrs
        if eqn.primitive is empty and self._is_wide(eqn.output):
            attrs = {**attrs, "shape": _roomy(attrs["shape"])}
        elif eqn.primitive in PRODUCTS:
            attrs = {**attrs, "parts": self._parts(eqn)}
        return replace(
            eqn,
            operands=tuple(map(self._read, eqn.operands)),
            outputs=tuple(map(self._define, eqn.outputs)),
            attrs=attrs,
            blocks=tuple(map(self._block, eqn.blocks)),
        )

    def _parts(self, eqn: Equation) -> tuple[Spec | None, ...]:
        arrays = eqn.operands[: PRODUCTS[eqn.primitive]]
        specs = eqn.attrs.get("parts", (None,) * len(arrays))
        return tuple(
            _narrowed(spec, array.aval.shape) if isinstance(array, Value) and self._is_wide(array) else spec
            for array, spec in zip(arrays, specs, strict=True)
        )

    def _is_wide(self, value: Value) -> bool:
        return self.memory.buffer(value) in self._wide

    def _define(self, value: Value) -> Value:
        if not isinstance(value.aval, Array) or not self._is_wide(value):
            return value
        new = self._new[value] = Value(Array(value.aval.dtype, _roomy(value.aval.shape)))
        if value in self.names:
            self.names[new] = self.names[value]
        return new

    def _read(self, operand: Operand) -> Operand:
        return self._new.get(operand, operand) if isinstance(operand, Value) else operand


def _narrowed(spec: Spec | None, shape: Sequence[Size]) -> Spec:
    """Return the items that take of a roomy array what they took of one of this shape."""
    items: Spec = tuple(map(full_slice, shape)) if spec is None else spec
    rest = iter(shape)
    return tuple(item if isinstance(item, NewAxis) else _within(item, next(rest)) for item in items)


def _within(item: Item, size: Size) -> Item:
    if not isinstance(item, Slice) or _most(size) == size:
        return item
    first = None if item.start == 0 else item.start
    step = None if item.step == 1 else item.step
    return replace(item, given=(first, item.start + item.length * item.step, step))
