"""A loop in chunks, which may run at once.

turns = max(WORTH // (work of a turn + 1), n // MOST) + 1
chunks = (n + turns - 1) // turns
totals = np.empty(chunks)
for chunk in range(chunks):                           the `for_` says `threads`
    total = 0.0
    for i in simd.chunk(chunk * turns, n, turns):
        total += ...
    totals[chunk] = total
for i in range(chunks):
    total += totals[i]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Literal, Operand, Value, literal
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import INT64, Aval, Scalar, is_float
from bpcompiler.lowering.nests import Body, nest
from bpcompiler.lowering.parallel.lengths import MOST, MOST_WITH_ARRAYS, Lengths, lengths_of
from bpcompiler.lowering.parallel.rewriting import Rewriting
from bpcompiler.lowering.parallel.roles import Role, Roles
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.creation import size_value
from bpcompiler.primitives.loops import empty, for_, load, store
from bpcompiler.primitives.piecewise import convert
from bpcompiler.primitives.simd import block_stop


class Chunks:
    """Writes one loop in chunks."""

    def __init__(self, loop: Equation, roles: Roles, names: dict[Value, str]) -> None:
        self._loop, self._roles, self._names = loop, roles, names
        self._emit = Builder()
        self._emit.names, self._emit.origin, self._emit.phase = names, loop.origin, loop.phase
        self._shared = [k for k, role in roles.arrays.items() if role is Role.SHARED]
        self._summed = [k for k, role in roles.arrays.items() if role is Role.SUMMED]

    def equations(self, stop: Size, work: Size, number: int) -> list[Equation]:
        """Return what stands for the loop, which counts from 0 to `stop`, with so much work in a turn."""
        most = MOST_WITH_ARRAYS if self._summed else MOST
        step = self._loop.operands[2]
        assert isinstance(step, Literal)
        lengths = lengths_of(self._emit, stop, int(step.value), work, most, number)
        parts = {k: self._parts(k, lengths.chunks) for k in (*self._roles.numbers, *self._summed)}
        parts = self._over_chunks(lengths, parts)
        self._reduce_numbers(lengths.chunks, parts)
        for k in self._summed:
            self._add_arrays(k, lengths.chunks, parts[k])
        return self._emit.equations

    def _parts(self, k: int, chunks: Size) -> Value:
        """Return an array with one number, or one array, a chunk."""
        output = self._loop.outputs[k]
        made = self._emit.one(empty, shape=(chunks, *output.aval.shape), dtype=output.aval.dtype)
        name = self._names.get(output) or self._names.get(self._loop.blocks[0].params[1 + k])
        self._names[made] = f"{name}_of_chunk" if name else "totals"
        return made

    # ------------------------------------------------------------------ the chunks

    def _over_chunks(self, lengths: Lengths, parts: Mapping[int, Value]) -> dict[int, Value]:
        """Add the loop over chunks; return the parts after it."""
        emit = self._emit.inside()
        inits = {**{k: self._loop.operands[3 + k] for k in self._shared}, **parts}
        chunk = emit.input(Scalar(INT64, weak=True, size=lengths.chunk), "chunk")
        params = {k: emit.input(init.aval, self._name(init)) for k, init in inits.items()}
        results = self._one_chunk(emit, chunk, lengths, params)
        block = emit.block([chunk, *params.values()], [results[k] for k in params])
        bounds = (literal(0), self._emit.one(size_value, size=lengths.chunks), literal(1))
        outputs = self._emit.emit(for_, *bounds, *inits.values(), blocks=(block,), threads=True)
        after = dict(zip(params, outputs, strict=True))
        after.update({k: self._loop.outputs[k] for k in self._shared})
        self._emit.equations[-1] = replace(self._emit.equations[-1], outputs=tuple(after.values()))
        return {k: after[k] for k in parts}

    def _name(self, operand: Operand) -> str:
        return self._names.get(operand, "") if isinstance(operand, Value) else ""

    def _one_chunk(
        self, emit: Builder, chunk: Value, lengths: Lengths, params: Mapping[int, Value]
    ) -> dict[int, Operand]:
        """Add what one chunk does; return what becomes of each param."""
        rewriting = Rewriting(self._roles.memory, self._names, chunk)
        for made in self._roles.made.values():
            rewriting.instead[made.output] = self._made_again(emit, made)
        for k in self._summed:
            rewriting.widen(self._loop.outputs[k], lengths.chunks)
        inits = [self._init(emit, k, chunk, params, rewriting) for k in range(len(self._loop.outputs))]
        length = lengths.turns * lengths.step
        bounds = (lengths.chunk * length, lengths.stop, length)
        first, end, turns = (emit.one(size_value, size=size) for size in bounds)
        stop = emit.one(block_stop, first, end, turns)
        body = rewriting.block(self._loop.blocks[0])
        step, attrs = self._loop.operands[2], self._loop.attrs
        after = emit.emit(for_, first, stop, step, *inits, blocks=(body,), **attrs)
        numbers = {k: emit.one(store, params[k], after[k], chunk) for k in self._roles.numbers}
        return {**{k: after[k] for k in params}, **numbers}

    def _made_again(self, emit: Builder, made: Equation) -> Value:
        value = emit.one(empty, **made.attrs)
        if made.output in self._names:
            self._names[value] = self._names[made.output]
        return value

    def _init(
        self, emit: Builder, k: int, chunk: Value, params: Mapping[int, Value], rewriting: Rewriting
    ) -> Operand:
        """Return what a carry of the loop starts with in a chunk."""
        init = self._loop.operands[3 + k]
        if k in self._roles.numbers:
            return _zero(init.aval) if self._roles.numbers[k] is accumulate else init
        role = self._roles.arrays[k]
        if role is Role.OWN:
            return rewriting.instead[
                self._roles.made[self._roles.memory.buffer(self._loop.outputs[k])].output
            ]
        return params[k] if role is Role.SHARED else _zeros(emit, params[k], chunk)

    # ------------------------------------------------------------------ afterwards

    def _reduce_numbers(self, chunks: Size, parts: Mapping[int, Value]) -> None:
        """Add up the numbers of the chunks, or find their extreme, in order."""
        numbers = self._roles.numbers

        def body(emit: Builder, indices: list[Operand], carried: list[Operand]) -> list[Operand]:
            found = zip(numbers.items(), carried, strict=True)
            return [
                _as(emit, emit.one(kind, now, emit.one(load, parts[k], *indices)), now.aval)
                for (k, kind), now in found
            ]

        if numbers:
            self._finish(list(numbers), (chunks,), body)

    def _add_arrays(self, k: int, chunks: Size, parts: Value) -> None:
        """Add what each chunk has summed up to the array, in order."""

        def body(emit: Builder, indices: list[Operand], carried: list[Operand]) -> list[Operand]:
            (array,), place = carried, indices[1:]
            total = emit.one(accumulate, emit.one(load, array, *place), emit.one(load, parts, *indices))
            return [emit.one(store, array, total, *place)]

        self._finish([k], (chunks, *self._loop.outputs[k].aval.shape), body)

    def _finish(self, carries: list[int], shape: tuple[Size, ...], body: Body) -> None:
        """Add a nest of loops that leaves behind what the loop did."""
        nest(self._emit, shape, [self._loop.operands[3 + k] for k in carries], body)
        outputs = tuple(self._loop.outputs[k] for k in carries)
        self._emit.equations[-1] = replace(self._emit.equations[-1], outputs=outputs, attrs={"few": True})


def _zeros(emit: Builder, parts: Value, chunk: Value) -> Operand:
    """Return the parts with zeros where the chunk adds up."""
    zero = _zero(Scalar(parts.aval.dtype))

    def body(emit: Builder, indices: list[Operand], carried: list[Operand]) -> list[Operand]:
        return [emit.one(store, carried[0], zero, chunk, *indices)]

    return nest(emit, parts.aval.shape[1:], [parts], body)[0]


def _zero(aval: Aval) -> Literal:
    return literal(0.0 if is_float(aval) else 0, like=aval)


def _as(emit: Builder, value: Value, aval: Aval) -> Operand:
    """Return a number in the type of what it becomes the next value of."""
    if value.aval == aval:
        return value
    weak = isinstance(aval, Scalar) and aval.weak
    return emit.one(convert, value, dtype=aval.dtype, weak=weak, plain=not weak)
