"""Stores and additions to a part of an array, in place where the buffers allow.

NumPy computes what is stored before it stores. So a value that reads the array that is written is computed
first, unless each of its elements reads only the place that it is written to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Literal, Operand, Primitive, Value
from bpcompiler.ir.types import Array
from bpcompiler.lowering.accumulation import store_product
from bpcompiler.lowering.indexing import check_indices, places_of
from bpcompiler.lowering.lower import Lowering, Rule, part_shape
from bpcompiler.lowering.nests import INDEX, element_of, fill, inside, nest
from bpcompiler.lowering.scalars import cast
from bpcompiler.primitives import indexing, stores
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.indexing import has_arrays
from bpcompiler.primitives.loops import load, store


def _lower_store(lowering: Lowering, eqn: Equation) -> None:
    lowering.read(eqn.operands[0])  # what waits to be read from it is known to read that buffer now
    lowering.before_writing(eqn)
    emit, spec, dtype = lowering.emit, eqn.attrs["spec"], eqn.output.aval.dtype
    target = _target(lowering, eqn)
    operands = [target, *(_index(lowering, eqn, operand) for operand in eqn.operands[2:])]
    if eqn.primitive is stores.setitem:
        check_indices(emit, spec, operands)
    product = store_product(lowering, eqn, operands)
    if product is not None:
        lowering.write(eqn.output, product)
        return
    part = _part(lowering, eqn, operands)

    def body(emit: Builder, indices: list[Operand], carried: list[Operand]) -> list[Operand]:
        places = places_of(emit, spec, operands, indices)
        value = cast(emit, _element(lowering, emit, part, part_shape(eqn), indices), dtype)
        if eqn.primitive is indexing.add_at:
            value = emit.one(accumulate, emit.one(load, carried[0], *places), value)
        return [emit.one(store, carried[0], value, *places)]

    lowering.write(eqn.output, nest(emit, part_shape(eqn), [target], body)[0])


def _element(
    lowering: Lowering, emit: Builder, part: Operand, shape: Sequence[Any], indices: Sequence[Operand]
) -> Operand:
    """The part is an operand of the old program, or a copy that was made here."""
    if isinstance(part, Value) and part in lowering.places:
        return element_of(emit, part, shape, indices)
    return lowering.at(emit, part, shape, indices)


def _target(lowering: Lowering, eqn: Equation) -> Operand:
    """The buffer that is written: the operand's, or a copy where the old version is still needed."""
    source = lowering.read(eqn.operands[0])
    if lowering.buffers.may_overwrite(eqn):
        return source
    return _copied(lowering, source, lowering.name(eqn.output))


def _copied(lowering: Lowering, array: Operand, name: str = "") -> Value:
    aval = array.aval
    new = fill(lowering.emit, aval, lambda emit, i: element_of(emit, array, aval.shape, i), name)
    lowering.places[new] = frozenset([new])
    return new


def _index(lowering: Lowering, eqn: Equation, operand: Operand) -> Operand:
    """An array of indices that is the very array that is written is copied first."""
    new = lowering.read(operand)
    if isinstance(new.aval, Array) and lowering.sources(operand) & lowering.buffers.written(eqn):
        return _copied(lowering, new)
    return new


def _part(lowering: Lowering, eqn: Equation, operands: list[Operand]) -> Operand:
    """What is stored: computed in the loop that stores it, or before where it reads what is written."""
    part = eqn.operands[1]
    if part.aval.shape != part_shape(eqn):
        lowering.read_through(part)  # elements are read more than once
    written = lowering.buffers.written(eqn)
    if not lowering.sources(part) & written or _is_aligned(lowering, eqn, operands):
        return part
    new = lowering.read(part)
    assert isinstance(new, Value)
    return _copied(lowering, new) if lowering.places[new] & written else part


def _is_aligned(lowering: Lowering, eqn: Equation, operands: list[Operand]) -> bool:
    """Whether each element that is stored reads the array that is written only where it will stand."""
    spec, shape = eqn.attrs["spec"], part_shape(eqn)
    if has_arrays(spec, [operand.aval for operand in operands]):
        return False  # places may repeat
    trial = inside(lowering.emit)
    indices: list[Operand] = [trial.input(INDEX) for _ in shape]
    places = places_of(trial, spec, operands, indices)
    lowering.at(trial, eqn.operands[1], shape, indices)
    keys = _Keys(trial)
    written = lowering.buffers.written(eqn)
    return all(
        list(map(keys, found.operands[1:])) == list(map(keys, places))
        for found in trial.equations
        if found.primitive is load and _reads(lowering, found, written)
    )


def _reads(lowering: Lowering, eqn: Equation, written: frozenset[Value]) -> bool:
    source = eqn.operands[0]
    return isinstance(source, Value) and bool(lowering.places.get(source, written) & written)


class _Keys:
    """Says which indices are equal: those that are computed alike from the same values."""

    def __init__(self, emit: Builder) -> None:
        self._defined = {value: eqn for eqn in emit.equations for value in eqn.outputs}

    def __call__(self, operand: Operand) -> object:
        if isinstance(operand, Literal):
            return operand.value
        eqn = self._defined.get(operand)
        if eqn is None:
            return operand
        attrs = tuple(sorted((key, str(value)) for key, value in eqn.attrs.items()))
        return eqn.primitive.name, attrs, tuple(map(self, eqn.operands))


def _lower_copy(lowering: Lowering, eqn: Equation) -> None:
    source, aval = eqn.operands[0], eqn.output.aval
    lowering.write(
        eqn.output,
        fill(
            lowering.emit,
            aval,
            lambda emit, i: lowering.at(emit, source, aval.shape, i),
            lowering.name(eqn.output),
        ),
    )


RULES: dict[Primitive, Rule] = {
    stores.setitem: _lower_store,
    stores.setslice: _lower_store,
    indexing.add_at: _lower_store,
    stores.copy_array: _lower_copy,
}
