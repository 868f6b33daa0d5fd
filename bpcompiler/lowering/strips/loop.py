"""One loop over strips: what is computed in it, what it sums, and which arrays it leaves behind."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from bpcompiler.ir import sizes
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Operand, Value, literal
from bpcompiler.ir.sizes import Dim, Size, Symbol
from bpcompiler.ir.types import FLOAT64, INT64, Array, Aval, Scalar
from bpcompiler.lowering.strips.axes import Axis, from_the_end, to_the_end
from bpcompiler.lowering.strips.strip import Strip
from bpcompiler.primitives import broadcasting, creation, loops, reductions, shapes
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.arithmetic import div
from bpcompiler.primitives.indexing import Slice, Spec, full_slice, getslice
from bpcompiler.primitives.piecewise import convert
from bpcompiler.primitives.regions import as_size
from bpcompiler.primitives.simd import lost
from bpcompiler.primitives.stores import copy_array, setslice


class StripLoop:
    """Writes the loop behind the equations of `emit`. `number` tells the sizes of its strips apart.

    `kept`: arrays of earlier loops that are read in later ones only, with the long axis last.
    """

    def __init__(self, emit: Builder, axis: Axis, length: int, number: int, kept: dict[Value, Value]) -> None:
        self.emit, self.axis, self.length, self.kept = emit, axis, length, kept
        self.body = emit.inside()
        start, count = Symbol(f"start#{number}"), Symbol(f"count#{number}", most=length)
        self._index = self.body.input(Scalar(INT64, weak=True, size=_size(start)), "start")
        self.strip = Strip(axis, _size(start), _size(count), self.body, self._form)
        self._forms: dict[Value, Operand] = {}
        self._params: list[Value] = []
        self._inits: list[Operand] = []
        self._nexts: list[Operand] = []
        self._outputs: list[Value] = []
        self._last: list[tuple[Equation, Value, Value | None]] = []
        self._count_strip(count)

    def _count_strip(self, count: Symbol) -> None:
        left = self.body.one(
            creation.size_value, size=sizes.minimum(self.length, self.axis.size - self.strip.start)
        )
        self.body.names[self.body.one(as_size, left, symbol=count)] = "count"

    def write(self, members: Sequence[Equation], whole: Collection[Value], later: Collection[Value]) -> None:
        """Add the loop with these equations; sums are there after it, and arrays in `whole` and `later`."""
        for eqn in members:
            form = self.strip.write(eqn)
            assert form is not None
            with self.body.at(eqn.origin, eqn.phase):
                if self.strip.is_share(form):
                    self._add(eqn, form)
                    continue
                self._take(eqn.output, form)
                if eqn.output in whole:
                    self._store_whole(eqn.output, form)
                elif eqn.output in later:
                    self._store_form(eqn.output, form)
        first = members[0]
        with self.emit.at(first.origin, first.phase):
            self._finish()

    def _take(self, value: Value, form: Operand) -> None:
        self._forms[value] = form
        if isinstance(form, Value) and value in self.emit.names:
            self.body.names.setdefault(form, self.emit.names[value])

    def _form(self, value: Value) -> Operand:
        """Return an array that is there whole in the strip's form: the part of it, with the axis last."""
        if value not in self._forms:
            if value in self.kept:
                array = self.kept[value]
                part = self.body.one(getslice, array, spec=self._part(array.aval))
            else:
                part = self._part_of(value)
            self._forms[value] = part
        return self._forms[value]

    def _part_of(self, value: Value) -> Value:
        """Return the part of an array in the strip's form: a copy, if elements are not in that order."""
        at, last = self.strip.at(value.aval), len(value.aval.shape) - 1
        part = self.body.one(getslice, value, spec=self._part(value.aval))
        if at == last:
            return part
        part = self.body.one(shapes.transpose, part, permutation=to_the_end(at, last + 1))
        part = self.body.one(copy_array, part)
        self.body.names.update({part: self.emit.names[value]} if value in self.emit.names else {})
        return part

    def _part(self, aval: Aval) -> Spec:
        start, count, at = self.strip.start, self.strip.count, self.strip.at(aval)
        mine = Slice(start, count, 1, (start, start + count, None))
        return tuple(mine if axis == at else full_slice(size) for axis, size in enumerate(aval.shape))

    # ------------------------------------------------------------------ what is there after the loop

    def _store_whole(self, value: Value, form: Operand) -> None:
        """Store a strip's part of an array in the order that the array has."""
        back = from_the_end(self.strip.at(value.aval), len(value.aval.shape))
        if back != tuple(range(len(back))):
            form = self.body.one(shapes.transpose, form, permutation=back)
        self._store(value, form, self.emit.names.get(value, ""))

    def _store_form(self, value: Value, form: Operand) -> None:
        shape = (*self.strip.shape(value.aval)[:-1], self.axis.size)
        self.kept[value] = Value(Array(value.aval.dtype, shape))
        self._store(self.kept[value], form, self.emit.names.get(value, ""))

    def _store(self, output: Value, part: Operand, name: str) -> None:
        aval = output.aval
        made = self.emit.one(loops.empty, shape=aval.shape, dtype=aval.dtype)
        array = self._carry(made, output, name)
        self._nexts.append(self.body.one(setslice, array, part, spec=self._part(aval)))

    def _add(self, eqn: Equation, share: Operand) -> None:
        """Add a strip's share to a sum. What is rounded off a single number is added at the end."""
        aval, name = share.aval, self.emit.names.get(eqn.output, "")
        exact = aval == Scalar(FLOAT64)
        is_last = not exact and not _is_unfinished(eqn, aval)
        after = eqn.output if is_last else Value(aval)
        total = self._carry(self._zero(aval), after, name or "total")
        self._nexts.append(self.body.one(accumulate, total, share))
        rest: Value | None = None
        if exact:
            rest = Value(aval)
            carried = self._carry(self._zero(aval), rest, "rest")
            self._nexts.append(self.body.one(accumulate, carried, self.body.one(lost, total, share)))
        if not is_last:
            self._last.append((eqn, after, rest))

    def _zero(self, aval: Aval) -> Operand:
        if isinstance(aval, Array):
            return self.emit.one(creation.zeros, shape=aval.shape, dtype=aval.dtype)
        return literal(0.0 if aval.dtype.is_float else 0, like=aval)

    def _carry(self, init: Operand, output: Value, name: str) -> Value:
        param = self.body.input(init.aval, name)
        self._inits.append(init)
        self._params.append(param)
        self._outputs.append(output)
        self.emit.names.update({output: name} if name else {})
        return param

    def _finish(self) -> None:
        stop = self.emit.one(creation.size_value, size=self.axis.size)
        block = self.body.block([self._index, *self._params], self._nexts)
        bounds = (literal(0), stop, literal(self.length))
        self.emit.emit(loops.for_, *bounds, *self._inits, blocks=(block,), strips=True)
        self._output_is(*self._outputs)
        for eqn, total, rest in self._last:
            with self.emit.at(eqn.origin, eqn.phase):
                _finish(self.emit, eqn, total if rest is None else self.emit.one(accumulate, total, rest))
                self._output_is(eqn.output)

    def _output_is(self, *values: Value) -> None:
        self.emit.equations[-1] = replace(self.emit.equations[-1], outputs=values)


def _is_unfinished(eqn: Equation, total: Aval) -> bool:
    return eqn.primitive is reductions.mean or total != eqn.output.aval


def _finish(emit: Builder, eqn: Equation, total: Operand) -> None:
    """Make of the sum what the equation's output is: divided, with its axes, of its type."""
    if eqn.primitive is reductions.mean:
        total = emit.one(div, total, emit.one(creation.size_value, size=reductions.count(eqn)))
    if eqn.attrs.get("keepdims") and eqn.output.aval.shape:
        total = emit.one(broadcasting.expand_dims, total, axes=eqn.attrs["axes"])
    if total.aval != eqn.output.aval:
        emit.one(convert, total, dtype=eqn.output.aval.dtype, weak=False)


def _size(symbol: Symbol) -> Size:
    return Dim((((symbol,), 1),))
