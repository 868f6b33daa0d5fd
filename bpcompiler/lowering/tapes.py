"""Tapes of numbers: an array is kept element by element.

A tape with indices has an index more for each dimension of what it keeps. On one without, the elements of an
array are put in reverse, so that they come off in order.

An array on a tape with indices is read where it stands: that is not overwritten before the block ends
that recalls it, for a turn records before it recalls.
"""

from __future__ import annotations

from bpcompiler.ir import sizes
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Operand, Primitive, Value
from bpcompiler.ir.types import Array, Scalar
from bpcompiler.lowering.lower import Lowering, Rule
from bpcompiler.lowering.nests import element_of, fill, nest, size_operand
from bpcompiler.lowering.regions import typed
from bpcompiler.primitives import tapes
from bpcompiler.primitives.arithmetic import sub
from bpcompiler.primitives.regions import as_size


def _lower_new(lowering: Lowering, eqn: Equation) -> None:
    tape, shape = _numbers_of(lowering, eqn.attrs["tape"]), eqn.attrs["sizes"]
    if shape is not None and isinstance(eqn.attrs["tape"].aval, Array):
        shape = (*shape, *eqn.attrs["tape"].aval.shape)
    lowering.emit.emit(tapes.new_tape, tape=tape, sizes=shape)


def _lower_record(lowering: Lowering, eqn: Equation) -> None:
    value, *where = map(lowering.read, eqn.operands)
    tape = _numbers_of(lowering, eqn.attrs["tape"])

    def body(emit: Builder, indices: list[Operand], carried: list[Operand]) -> list[Operand]:
        places = indices if where else _from_the_end(emit, value, indices)
        number = typed(emit, element_of(emit, value, value.aval.shape, places), tape.aval)
        emit.emit(tapes.record, number, *where, *(indices if where else ()), tape=tape)
        return []

    nest(lowering.emit, value.aval.shape, [], body)


def _from_the_end(emit: Builder, value: Operand, indices: list[Operand]) -> list[Operand]:
    return [
        emit.one(sub, size_operand(emit, size - 1), index)
        for size, index in zip(value.aval.shape, indices, strict=True)
    ]


def _lower_recall(lowering: Lowering, eqn: Equation) -> None:
    where = [lowering.read(operand) for operand in eqn.operands]
    tape, aval = _numbers_of(lowering, eqn.attrs["tape"]), eqn.output.aval

    def element(emit: Builder, indices: list[Operand]) -> Operand:
        return emit.one(tapes.recall, *where, *(indices if where else ()), tape=tape)

    if isinstance(aval, Scalar):
        number = element(lowering.emit, [])
        symbol = sizes.as_symbol(aval.size or 0)
        lowering.write(
            eqn.output, number if symbol is None else lowering.emit.one(as_size, number, symbol=symbol)
        )
    elif where and (carry := lowering.buffers.overwritten(eqn)) is not None:
        into = lowering.read(carry)
        assert isinstance(into, Value)
        lowering.before_writing(eqn)
        lowering.write(eqn.output, fill(lowering.emit, aval, element, into=into))
    elif where:
        lowering.wait(eqn.output, element)
    else:
        lowering.write(eqn.output, fill(lowering.emit, aval, element, lowering.name(eqn.output)))


def _numbers_of(lowering: Lowering, tape: tapes.Tape) -> tapes.Tape:
    """Return the tape of numbers that a tape becomes."""
    if tape not in lowering.tapes:
        lowering.tapes[tape] = tapes.Tape(Scalar(tape.aval.dtype, weak=True), tape.name)
    return lowering.tapes[tape]


RULES: dict[Primitive, Rule] = {
    tapes.new_tape: _lower_new,
    tapes.record: _lower_record,
    tapes.recall: _lower_recall,
}
