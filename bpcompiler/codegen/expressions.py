"""The text of expressions: which results stand inside the expression that uses them, and literals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import cast

from bpcompiler.codegen.naming import Names
from bpcompiler.ir.equations import Effect, Equation, Literal, Operand, Value, equations_of
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import BOOL, FLOAT32, FLOAT64, INT64, Array, Aval, Scalar, is_float, is_weak
from bpcompiler.primitives import arithmetic, piecewise, regions
from bpcompiler.primitives.creation import dtype_text
from bpcompiler.primitives.declare import ATOM, SUM, UNARY, Declared, Text, Writer, call


class Expressions:
    """Writes operands: a variable, a literal, or the expression of a value that is used once."""

    def __init__(
        self, program: Program, inline: Mapping[Value, Equation], names: Names, writer: Writer
    ) -> None:
        self.names, self.writer = names, writer
        self._inline, self._mixed = inline, has_float32(program)

    def is_inline(self, eqn: Equation) -> bool:
        """Return whether the equation's result is written where it is used."""
        return len(eqn.outputs) == 1 and eqn.output in self._inline

    def inlined(self, operand: Operand) -> Equation | None:
        """Return the equation that is written where the operand is used, if it is one."""
        return self._inline.get(operand) if isinstance(operand, Value) else None

    def operand(self, operand: Operand, eqn: Equation | None = None) -> Text:
        """Return the text of an operand of an equation."""
        if isinstance(operand, Literal):
            return self._literal(operand, eqn)
        if operand in self._inline:
            return self._inner(self._inline[operand], eqn)
        return Text(self.names(operand))

    def expression(self, eqn: Equation) -> Text:
        """Return the text of an equation's right side."""
        if eqn.primitive is regions.undefined:
            return neutral(eqn.output.aval)
        operands = [self.operand(operand, eqn) for operand in eqn.operands]
        if is_transparent(eqn) and not self._mixed:
            return operands[0]
        if eqn.primitive is arithmetic.add and not self.writer.lowered and _is_negative(eqn.operands[0]):
            return Text(f"{operands[1].within(SUM)} - {operands[0].source[1:]}", SUM)
        return cast(Declared, eqn.primitive).text(self.writer, eqn, operands)

    def _inner(self, eqn: Equation, user: Equation | None) -> Text:
        """An expression inside another one. `math.exp` makes a float of its argument itself."""
        text = self.expression(eqn)
        if self.writer.lowered or user is None or not _is_function(user) or not _makes_float(eqn):
            return text
        outer = cast(Declared, user.primitive).text(self.writer, user, [text])
        return self.operand(eqn.operands[0], eqn) if str(outer).startswith("math.") else text

    def _literal(self, operand: Literal, eqn: Equation | None) -> Text:
        dtype, value = operand.aval.dtype, operand.value
        text = _number(value)
        if dtype is FLOAT32 and (self.writer.lowered or not operand.aval.weak):
            return Text(f"np.float32({text})")
        if dtype is FLOAT64 and not operand.aval.weak and self._mixed and _is_promoted(eqn):
            return Text(f"np.float64({text})")
        if self.writer.lowered and dtype in (FLOAT64, INT64, BOOL) and type(value) is not _PYTHON[dtype]:
            text = _number(_PYTHON[dtype](value))
        return Text(text, UNARY if text.startswith("-") else ATOM)


def has_float32(program: Program) -> bool:
    """Return whether it matters which numbers are NumPy's: Python's do not make float32 arrays float64."""
    values = (*program.inputs, *(value for eqn in equations_of(program.block) for value in eqn.outputs))
    return any(value.aval.dtype is FLOAT32 for value in values)


def is_transparent(eqn: Equation) -> bool:
    """Return whether a derivative's number only changes from NumPy's float to Python's, or back."""
    if eqn.primitive is not piecewise.convert or not eqn.phase or not isinstance(eqn.output.aval, Scalar):
        return False
    return eqn.operands[0].aval.dtype is eqn.output.aval.dtype and isinstance(eqn.operands[0].aval, Scalar)


def neutral(aval: Aval) -> Text:
    """Return the text of a value that counts for nothing. On this way a size may make no sense."""
    if isinstance(aval, Array):
        return call("np.zeros", "()", dtype=dtype_text(aval.dtype))
    return Text("False" if aval.dtype is BOOL else "0.0" if is_float(aval) else "0")


def empty_or_zero(aval: Aval) -> Text:
    """Return the text of a value of this type of which nothing is read."""
    if not isinstance(aval, Array):
        return neutral(aval)
    return call("np.empty", repr((0,) * len(aval.shape)), dtype=dtype_text(aval.dtype))


_PYTHON: dict[object, type] = {FLOAT64: float, INT64: int, BOOL: bool}


def _is_function(eqn: Equation) -> bool:
    """Whether it is an expression of one operand. A record is a statement."""
    return len(eqn.operands) == 1 and eqn.primitive.effect is Effect.NONE


def _makes_float(eqn: Equation) -> bool:
    aval = eqn.output.aval
    return eqn.primitive is piecewise.convert and is_weak(aval) and aval.dtype is FLOAT64


def _is_negative(operand: Operand) -> bool:
    return isinstance(operand, Literal) and type(operand.value) is int and operand.value < 0


def _number(value: bool | int | float) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return "math.nan" if math.isnan(value) else "math.inf" if value > 0 else "-math.inf"
    return repr(value)


def _is_promoted(eqn: Equation | None) -> bool:
    """Whether the result's type shows that a number is NumPy's: it is a number itself, or met float32."""
    if eqn is None or not eqn.outputs:
        return False
    return isinstance(eqn.output.aval, Scalar) or any(o.aval.dtype is FLOAT32 for o in eqn.operands)


def statement_of(eqn: Equation) -> tuple[int, tuple[str, ...]]:
    """Return what tells the statements of a program apart."""
    return (eqn.origin.statement if eqn.origin else -1, eqn.phase)
