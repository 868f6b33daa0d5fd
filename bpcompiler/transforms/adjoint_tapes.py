"""The adjoints of tapes: a tape of cotangents, from what was recalled to what was recorded."""

from __future__ import annotations

from collections.abc import Iterable

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Value
from bpcompiler.primitives.tapes import Tape, new_tape, recall, record
from bpcompiler.transforms.adjoint_regions import exact
from bpcompiler.transforms.cotangents import Cotangents


def pull_back_tape(eqn: Equation, cotangents: Cotangents, emit: Builder) -> None:
    """Add the adjoint of recording or recalling; tapes of what has no derivative have none."""
    if eqn.primitive is new_tape or eqn.attrs["tape"] not in cotangents.active_tapes:
        return
    tape = cotangents.tapes[eqn.attrs["tape"]]
    if eqn.primitive is recall:
        value = eqn.output
        ct = exact(emit, cotangents.final_or_zero(value), value.aval)
        emit.emit(record, ct, *eqn.operands, tape=tape)
        return
    recorded, *indices = eqn.operands
    ct = emit.one(recall, *indices, tape=tape)
    if isinstance(recorded, Value):
        cotangents.add(recorded, ct)


def open_tapes(equations: Iterable[Equation], cotangents: Cotangents, emit: Builder) -> None:
    """Add a new tape for the cotangents of each tape that keeps active values."""
    for eqn in equations:
        if eqn.primitive is new_tape and (tape := eqn.attrs["tape"]) in cotangents.active_tapes:
            cotangents.tapes[tape] = Tape(tape.aval, f"d{tape.name}")
            emit.emit(new_tape, tape=cotangents.tapes[tape], sizes=eqn.attrs["sizes"])
