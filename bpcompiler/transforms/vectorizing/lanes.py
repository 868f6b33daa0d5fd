"""The body of a loop whose turns are independent as array code: one element a turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Operand, Value
from bpcompiler.ir.types import Array, is_weak
from bpcompiler.primitives import carries
from bpcompiler.primitives.arithmetic import sub
from bpcompiler.primitives.broadcasting import broadcast_to
from bpcompiler.primitives.creation import arange
from bpcompiler.primitives.declare import Elementwise
from bpcompiler.primitives.indexing import At, Spec, getslice
from bpcompiler.primitives.loops import for_
from bpcompiler.primitives.piecewise import convert
from bpcompiler.primitives.regions import if_
from bpcompiler.primitives.stores import setslice
from bpcompiler.transforms.vectorizing.access import at_once, moved, of_all_turns, own_axis
from bpcompiler.transforms.vectorizing.independence import MAKERS, Independence

WithAxisLast = Callable[[Value, int], Value | None]


class Lanes:
    """Writes the body of a loop into a builder, all turns at once.

    `with_axis_last` returns a transposed copy of an array, or None where it shall be read as it is.
    """

    def __init__(self, found: Independence, with_axis_last: WithAxisLast) -> None:
        self._found, self._with_axis_last = found, with_axis_last
        self._new: dict[Value, Operand] = {}

    def write(self, emit: Builder) -> list[Operand]:
        """Add the equations and return what the outputs of the loop are."""
        loop, turns = self._found.loop, self._found.turns
        (body,) = loop.blocks
        with emit.at(loop.origin, loop.phase):
            index = emit.one(arange, start=turns.start, length=turns.count, step=1)
        self._say(emit, body.params, (index, *carries.inits(loop)))
        known = [eqn for eqn in body.equations if eqn not in self._found.remaining]
        self._equations(emit, known)
        with emit.at(loop.origin, loop.phase):
            numbers = iter(self._remaining(emit) if self._found.in_turn else ())
        owned = (isinstance(param.aval, Array) for param in body.params[1:])
        return [self._read(r) if own else next(numbers) for r, own in zip(body.results, owned, strict=True)]

    def _remaining(self, emit: Builder) -> Sequence[Value]:
        """Add the loop for the numbers that each turn has from the one before; return its outputs."""
        loop = self._found.loop
        (body,) = loop.blocks
        inner = emit.inside()
        in_turn = _InTurn(inner, self._found, self._new)
        for eqn in self._found.remaining:
            with inner.at(eqn.origin, eqn.phase):
                inner.equations.append(replace(eqn, operands=tuple(map(in_turn.read, eqn.operands))))
        carried = [k for k, param in enumerate(body.params[1:]) if not isinstance(param.aval, Array)]
        results = [in_turn.read(body.results[k]) for k in carried]
        block = inner.block((body.params[0], *(body.params[1 + k] for k in carried)), results)
        inits = [carries.inits(loop)[k] for k in carried]
        outputs = emit.emit(for_, *loop.operands[:3], *inits, blocks=(block,))
        self._say(emit, [loop.outputs[k] for k in carried], outputs)
        return outputs

    def _read(self, operand: Operand) -> Operand:
        return self._new.get(operand, operand) if isinstance(operand, Value) else operand

    def _say(self, emit: Builder, old: Sequence[Value], new: Sequence[Operand]) -> None:
        for before, after in zip(old, new, strict=True):
            self._new[before] = after
            if isinstance(after, Value) and before in emit.names:
                emit.names.setdefault(after, emit.names[before])

    def _equations(self, emit: Builder, equations: Sequence[Equation]) -> None:
        for eqn in equations:
            with emit.at(eqn.origin, eqn.phase):
                self._equation(emit, eqn)

    def _equation(self, emit: Builder, eqn: Equation) -> None:
        if eqn.primitive is for_:
            self._loop(emit, eqn)
        elif eqn.primitive is if_:
            self._branch(emit, eqn)
        elif eqn.primitive is setslice:
            self._store(emit, eqn)
        elif eqn.primitive in MAKERS:
            shape = (*eqn.attrs["shape"], self._found.turns.count)
            self._say(emit, eqn.outputs, emit.emit(eqn.primitive, **{**eqn.attrs, "shape": shape}))
        elif eqn.primitive is getslice and self._found.is_varying(eqn.output):
            self._part(emit, eqn)
        elif isinstance(eqn.primitive, Elementwise) and self._found.is_varying(eqn.output):
            new = emit.emit(eqn.primitive, *map(self._read, eqn.operands), **eqn.attrs)
            self._say(emit, eqn.outputs, new)
        else:
            emit.equations.append(replace(eqn, operands=tuple(map(self._read, eqn.operands))))

    def _part(self, emit: Builder, eqn: Equation) -> None:
        source, *_ = eqn.operands
        spec, kept = self._all_turns(eqn, 1)
        relaid, axis = None, own_axis(eqn.attrs["spec"], self._found.turns)
        if axis is not None and axis + 1 < len(spec) and not self._found.is_own(source):
            assert isinstance(source, Value)
            relaid = self._with_axis_last(source, axis)
            spec = spec if relaid is None else moved(spec, axis)
        indices = [self._read(eqn.operands[number]) for number in kept]
        array = self._read(source) if relaid is None else relaid
        self._say(emit, eqn.outputs, emit.emit(getslice, array, *indices, spec=spec))

    def _store(self, emit: Builder, eqn: Equation) -> None:
        spec, kept = self._all_turns(eqn, 2)
        operands = [self._read(eqn.operands[number]) for number in (0, 1, *kept)]
        self._say(emit, eqn.outputs, emit.emit(setslice, *operands, spec=spec))

    def _all_turns(self, eqn: Equation, first: int) -> tuple[Spec, Sequence[int]]:
        """Return the spec of what all turns read or store, and the numbers of the operands that it has."""
        spec, turns = eqn.attrs["spec"], self._found.turns
        if self._found.is_whole(eqn.operands[0]):
            return of_all_turns(spec, turns), range(first, len(eqn.operands))
        axis = own_axis(spec, turns)
        assert axis is not None
        return at_once(spec, axis, turns, first)

    def _loop(self, emit: Builder, eqn: Equation) -> None:
        (body,) = eqn.blocks
        params = body.params[1:]
        inits = self._widened(emit, carries.inits(eqn), params)
        inner = emit.inside()
        # A number keeps its type; an array has got that of its start, with an axis more.
        types = [
            init.aval if isinstance(init.aval, Array) else p.aval
            for p, init in zip(params, inits, strict=True)
        ]
        new = list(map(Value, types))
        self._say(inner, params, new)
        self._equations(inner, body.equations)
        block = inner.block((body.params[0], *new), self._widened(inner, body.results, params))
        bounds = map(self._read, eqn.operands[:3])
        self._say(emit, eqn.outputs, emit.emit(for_, *bounds, *inits, blocks=(block,)))

    def _branch(self, emit: Builder, eqn: Equation) -> None:
        blocks = []
        for block in eqn.blocks:
            inner = emit.inside()
            self._equations(inner, block.equations)
            blocks.append(inner.block((), self._widened(inner, block.results, eqn.outputs)))
        outputs = emit.emit(if_, self._read(eqn.operands[0]), blocks=tuple(blocks), **eqn.attrs)
        self._say(emit, eqn.outputs, outputs)

    def _widened(self, emit: Builder, operands: Sequence[Operand], values: Sequence[Value]) -> list[Operand]:
        """Return what values become, each with an element for every turn if the value varies."""
        return [
            self._wide(emit, operand) if self._found.is_varying(value) else self._read(operand)
            for operand, value in zip(operands, values, strict=True)
        ]

    def _wide(self, emit: Builder, operand: Operand) -> Operand:
        new = self._read(operand)
        if self._found.is_varying(operand):
            return new
        return emit.one(broadcast_to, new, shape=(self._found.turns.count,))


class _InTurn:
    """Reads, in the loop that remains, what the array code has computed: the element of the turn at hand."""

    def __init__(self, emit: Builder, found: Independence, new: Mapping[Value, Operand]) -> None:
        self._emit, self._found, self._new = emit, found, new
        self._elements: dict[Value, Operand] = {}

    def read(self, operand: Operand) -> Operand:
        """Return an operand of the old body in the new one."""
        index, found = self._found.loop.blocks[0].params[0], self._found
        if not isinstance(operand, Value) or operand is index or operand in found.in_turn:
            return operand
        if not found.is_varying(operand):
            return self._new.get(operand, operand)
        if operand not in self._elements:
            self._elements[operand] = self._element(operand, index)
        return self._elements[operand]

    def _element(self, old: Value, index: Value) -> Operand:
        start, turns, emit = self._found.loop.operands[0], self._found.turns, self._emit
        place = index if turns.start == 0 else emit.one(sub, index, start)
        element = emit.one(getslice, self._new[old], place, spec=(At(1, turns.index - turns.start),))
        return emit.one(convert, element, dtype=old.aval.dtype, weak=True) if is_weak(old.aval) else element
