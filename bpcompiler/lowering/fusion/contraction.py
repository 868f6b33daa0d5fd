"""A buffer keeps only the dimensions that outlive a turn.

    q[i, j] written and read in one loop over i        becomes        q[j], written anew in each turn
    top[i] written and read in one loop over i         becomes        top, a number

A dimension may go if one loop's index stands there wherever the buffer is written or read: what a turn reads,
it has written itself. One that is always read at 0 has one element, and goes as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value, equations_of
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import Array, DType, Scalar
from bpcompiler.lowering.fusion.memory import Access, Memory
from bpcompiler.lowering.fusion.parts import narrowed
from bpcompiler.primitives.loops import PRODUCTS, empty, for_, load, store
from bpcompiler.primitives.piecewise import convert


@dataclass(frozen=True, slots=True)
class Narrow:
    """What a buffer becomes: the dimensions that stay, in order. Without any it is a number."""

    kept: tuple[int, ...]

    def aval(self, array: Array) -> Array | Scalar:
        """Return the type of what a buffer of this type becomes."""
        if not self.kept:
            return Scalar(array.dtype)
        return Array(array.dtype, tuple(array.shape[d] for d in self.kept))


def contracted(program: Program) -> Program:
    """Return the program with smaller buffers, and numbers where all dimensions are gone."""
    narrow = _Buffers(program).narrow()
    return Narrowing(program, narrow).run() if narrow else program


class _Buffers:
    """Finds the buffers that are the program's own and are only ever read element by element."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.memory = Memory(program.block)
        self._indices = {
            eqn.blocks[0].params[0] for eqn in equations_of(program.block) if eqn.primitive is for_
        }

    def narrow(self) -> dict[Value, Narrow]:
        """Return what becomes of each value whose buffer loses a dimension."""
        own = self.memory.own(self.program.block)
        accesses: dict[Value, list[Access]] = {}
        for eqn in self.program.block.equations:
            for access in self.memory.of(eqn):
                accesses.setdefault(access.buffer, []).append(access)
        found = {buffer: self._kept(some) for buffer, some in accesses.items() if buffer in own}
        return {
            value: Narrow(kept)
            for value in arrays_in(self.program.block)
            if (kept := found.get(self.memory.buffer(value))) is not None
            and len(kept) < len(value.aval.shape)
        }

    def _kept(self, accesses: list[Access]) -> tuple[int, ...] | None:
        """Return the dimensions that a buffer must have, None if that is not known."""
        if any(access.indices is None for access in accesses) or len({a.view for a in accesses}) > 1:
            return None
        places = [access.indices or () for access in accesses]
        return tuple(d for d, one in enumerate(zip(*places, strict=True)) if not self._may_go(one))

    def _may_go(self, indices: tuple[Operand, ...]) -> bool:
        first = indices[0]
        if isinstance(first, Literal):
            return all(isinstance(index, Literal) and index.value == first.value for index in indices)
        return first in self._indices and all(index is first for index in indices)


def arrays_in(block: Block) -> Iterator[Value]:
    """Yield the arrays that are made in a block, in nested blocks too."""
    for eqn in equations_of(block):
        yield from (value for value in eqn.outputs if isinstance(value.aval, Array))
        for inner in eqn.blocks:
            yield from (value for value in inner.params if isinstance(value.aval, Array))


class Narrowing:
    """Writes the program anew with smaller buffers, or ones whose dimensions stand in another order."""

    def __init__(self, program: Program, narrow: Mapping[Value, Narrow]) -> None:
        self.program, self.narrow = program, narrow
        self._new: dict[Value, Operand] = {}
        self.names = dict(program.names)

    def run(self) -> Program:
        """Return that program."""
        return replace(self.program, block=self._block(self.program.block), names=self.names)

    def _block(self, block: Block) -> Block:
        params = tuple(map(self._define, block.params))
        equations = tuple(new for eqn in block.equations if (new := self._equation(eqn)) is not None)
        return Block(params, equations, tuple(map(self._read, block.results)))

    def _equation(self, eqn: Equation) -> Equation | None:
        if eqn.primitive is load and eqn.operands[0] in self.narrow:
            return self._load(eqn)
        if eqn.primitive is store and eqn.operands[0] in self.narrow:
            return self._store(eqn)
        if eqn.primitive is empty and eqn.output in self.narrow:
            return self._empty(eqn)
        if eqn.primitive in PRODUCTS and any(operand in self.narrow for operand in eqn.operands):
            eqn = self._product(eqn)
        operands = tuple(map(self._read, eqn.operands))
        blocks = tuple(map(self._block, eqn.blocks))
        return replace(eqn, operands=operands, blocks=blocks, outputs=tuple(map(self._define, eqn.outputs)))

    def _load(self, eqn: Equation) -> Equation | None:
        array, *indices = eqn.operands
        kept = self.narrow[array].kept  # type: ignore[index]
        if not kept:
            self._new[eqn.output] = self._read(array)
            return None
        return replace(eqn, operands=(self._read(array), *(self._read(indices[d]) for d in kept)))

    def _store(self, eqn: Equation) -> Equation | None:
        array, value, *indices = eqn.operands
        narrow = self.narrow[array]  # type: ignore[index]
        if not narrow.kept:
            return self._keep(eqn, value)
        places = (self._read(indices[d]) for d in narrow.kept)
        operands = (self._read(array), self._read(value), *places)
        return replace(eqn, operands=operands, outputs=(self._define(eqn.output),))

    def _keep(self, eqn: Equation, value: Operand) -> Equation | None:
        """What is stored is the number, of the type that the buffer had."""
        new = self._read(value)
        aval = Scalar(eqn.output.aval.dtype)
        if isinstance(new, Literal):
            self._new[eqn.output] = Literal(new.value, aval)
            return None
        if new.aval == aval:
            self._new[eqn.output] = new
            if eqn.output in self.names:
                self.names.setdefault(new, self.names[eqn.output])
            return None
        attrs = {"dtype": aval.dtype, "weak": False, "plain": True}
        return replace(
            eqn, primitive=convert, operands=(new,), attrs=attrs, outputs=(self._define(eqn.output),)
        )

    def _empty(self, eqn: Equation) -> Equation | None:
        narrow = self.narrow[eqn.output]
        aval = narrow.aval(eqn.output.aval)  # type: ignore[arg-type]
        if isinstance(aval, Scalar):
            self._new[eqn.output] = Literal(_nothing(aval.dtype), aval)
            return None
        return replace(eqn, attrs={**eqn.attrs, "shape": aval.shape}, outputs=(self._define(eqn.output),))

    def _product(self, eqn: Equation) -> Equation:
        kept = {
            at: self.narrow[operand].kept  # type: ignore[index]
            for at, operand in enumerate(eqn.operands)
            if operand in self.narrow
        }
        return narrowed(eqn, kept)

    def _define(self, value: Value) -> Value:
        """Return the value in its new type."""
        if value not in self.narrow:
            return value
        new = Value(self.narrow[value].aval(value.aval))  # type: ignore[arg-type]
        self._new[value] = new
        if value in self.names:
            self.names[new] = self.names[value]
        return new

    def _read(self, operand: Operand) -> Operand:
        return self._new.get(operand, operand) if isinstance(operand, Value) else operand


def _nothing(dtype: DType) -> bool | int | float:
    return {"bool": False, "int64": 0}.get(dtype.value, 0.0)
