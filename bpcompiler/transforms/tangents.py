"""The tangents of a program's values while it is walked forwards. That of `x` is called `x_dot`.

A value that does not move has no tangent here; where one is needed it is zero.
"""

from __future__ import annotations

from collections.abc import Sequence

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Literal, Operand, Value, literal
from bpcompiler.ir.types import Aval, Scalar, is_float, is_weak
from bpcompiler.primitives.arithmetic import add
from bpcompiler.primitives.broadcasting import broadcast_to
from bpcompiler.primitives.creation import zeros, zeros_like
from bpcompiler.primitives.piecewise import convert
from bpcompiler.primitives.regions import undefined
from bpcompiler.primitives.tapes import Tape
from bpcompiler.transforms.activity import Activity
from bpcompiler.transforms.cotangents import like_kind


class Tangents(dict[Value, Operand]):
    """Tangents by value, and the tapes of tangents by the tape beside which they are."""

    def __init__(self, active: Activity) -> None:
        super().__init__()
        self.active = active
        self.undefined: set[Value] = set()
        self._tapes: dict[Tape, Tape] = {}

    def of(self, operand: Operand, emit: Builder) -> Operand:
        """Return the tangent of an operand in exactly its type, zero if it does not move.

        What nobody reads has a tangent that nobody reads.
        """
        if operand in self.undefined:
            return emit.one(undefined, aval=operand.aval)
        if isinstance(operand, Value) and operand in self:
            return exact(emit, self[operand], operand.aval)
        return zero_like(emit, operand)

    def add(self, value: Value, tangent: Operand, emit: Builder) -> None:
        """Say what the tangent of a value is: brought to its shape and dtype, and named after it."""
        self[value] = fit(emit, tangent, value.aval)
        name_tangent(value, self[value], emit)

    def tape_of(self, tape: Tape) -> Tape | None:
        """Return the tape of the tangents of what a tape keeps; None if that does not move."""
        if tape not in self.active.tapes:
            return None
        return self._tapes.setdefault(tape, Tape(tape.aval, f"{tape.name}_dot"))


def name_tangent(value: Value, tangent: Operand, emit: Builder) -> None:
    """Call the tangent after its value, where it has no name."""
    if isinstance(tangent, Value):
        emit.derivatives.setdefault(tangent, ("{}_dot", value))
        if value in emit.names:
            emit.names.setdefault(tangent, f"{emit.names[value]}_dot")


def zero_like(emit: Builder, operand: Operand) -> Operand:
    """Return zero of the operand's type."""
    if isinstance(operand.aval, Scalar):
        return literal(0.0, like=operand.aval) if is_float(operand.aval) else literal(0.0)
    return emit.one(zeros_like, operand)


def zero_of(emit: Builder, aval: Aval) -> Operand:
    """Return zero of a type: as `zero_like`, without a value that has it."""
    if isinstance(aval, Scalar):
        return literal(0.0, like=aval)
    return emit.one(zeros, shape=aval.shape, dtype=aval.dtype)


def total(emit: Builder, terms: Sequence[Operand | None]) -> Operand | None:
    """Return the sum; None stands for zero."""
    result: Operand | None = None
    for term in terms:
        if term is not None:
            result = term if result is None else emit.one(add, result, term)
    return result


def fit(emit: Builder, tangent: Operand, aval: Aval) -> Operand:
    """Return a tangent in the shape and dtype of its value."""
    if tangent.aval.shape != aval.shape:
        tangent = emit.one(broadcast_to, tangent, shape=aval.shape)
    tangent = like_kind(emit, tangent, aval)
    if tangent.aval.dtype is not aval.dtype:
        tangent = emit.one(convert, tangent, dtype=aval.dtype, weak=is_weak(aval))
    return tangent


def exact(emit: Builder, tangent: Operand, aval: Aval) -> Operand:
    """Return a tangent in exactly this type: what loops carry, branches return and tapes keep."""
    tangent = fit(emit, tangent, aval)
    if tangent.aval == aval:
        return tangent
    if isinstance(tangent, Literal):
        return literal(float(tangent.value), like=aval)
    return emit.one(convert, tangent, dtype=aval.dtype, weak=is_weak(aval))
