"""Elementwise operations on numbers, with every operand in the type that the operation computes in.

Numba promotes by other rules than NumPy (`float32 * 0.5` is float64 there), so each conversion is an
equation of its own, and literals are typed.
"""

from __future__ import annotations

from typing import Any

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Literal, Operand, Primitive
from bpcompiler.ir.types import BOOL, FLOAT64, INT64, Array, Aval, DType, Scalar, promote
from bpcompiler.primitives import adjoint, arithmetic, functions, piecewise, powers
from bpcompiler.primitives.loops import check

COMPARISONS = {
    *(piecewise.greater, piecewise.greater_equal, piecewise.less, piecewise.less_equal),
    *(piecewise.equal, piecewise.not_equal),
}
LOGIC = {piecewise.logical_and, piecewise.logical_or, piecewise.logical_xor, piecewise.logical_not}
TESTS = {piecewise.isnan, piecewise.isinf, piecewise.isfinite}
AS_THEY_ARE = {piecewise.convert, piecewise.alias, piecewise.stop_gradient}


def emit_scalar(emit: Builder, eqn: Equation, operands: list[Operand]) -> Operand:
    """Return the result of an elementwise equation on these numbers, of the equation's dtype."""
    wanted = eqn.output.aval.dtype
    if eqn.primitive in AS_THEY_ARE:
        return _unchanged(emit, eqn, operands[0])
    if eqn.primitive is powers.pow and (power := _integer_power(emit, operands, wanted)) is not None:
        return power
    operands = [cast(emit, o, dtype) for o, dtype in zip(operands, _dtypes(eqn, operands), strict=True)]
    if wanted is INT64 and eqn.primitive in (arithmetic.floordiv, powers.mod):
        _check_divisor(emit, operands[1], _is_python_integer(eqn.output.aval))
    adds_elements = eqn.primitive is adjoint.accumulate and isinstance(eqn.output.aval, Array)
    primitive: Primitive = arithmetic.add if adds_elements else eqn.primitive
    return cast(emit, emit.one(primitive, *operands), wanted)


def cast(emit: Builder, operand: Operand, dtype: DType) -> Operand:
    """Return the number in another dtype."""
    if operand.aval.dtype is dtype:
        return operand
    if isinstance(operand, Literal):
        return Literal(PYTHON[dtype](operand.value), Scalar(dtype, weak=True))
    if operand.aval.dtype is BOOL:  # Numba has no float(bool)
        one, zero = (Literal(PYTHON[dtype](number), Scalar(dtype, weak=True)) for number in (1, 0))
        return emit.one(piecewise.select, operand, one, zero)
    return emit.one(piecewise.convert, operand, dtype=dtype, weak=dtype is not _FLOAT32)


_FLOAT32 = DType("float32")
PYTHON: dict[DType, Any] = {BOOL: bool, INT64: int, FLOAT64: float, _FLOAT32: float}


def _dtypes(eqn: Equation, operands: list[Operand]) -> list[DType]:
    """The dtype that each operand is computed in."""
    avals: list[Aval] = [operand.aval for operand in eqn.operands]
    wanted = eqn.output.aval.dtype
    if eqn.primitive in COMPARISONS:
        return [promote(avals)] * len(operands)
    if eqn.primitive in LOGIC:
        return [BOOL] * len(operands)
    if eqn.primitive in TESTS:
        return [FLOAT64 if not avals[0].dtype.is_float else avals[0].dtype]
    if eqn.primitive is piecewise.select:
        return [BOOL, wanted, wanted]
    return [wanted] * len(operands)


def _unchanged(emit: Builder, eqn: Equation, operand: Operand) -> Operand:
    if eqn.primitive is not piecewise.convert:
        return operand
    to_integer = eqn.operands[0].aval.dtype.is_float and eqn.output.aval.dtype is INT64
    if to_integer and _is_python_integer(eqn.output.aval):
        _check_integer(emit, operand)
    return cast(emit, operand, eqn.attrs["dtype"])


def _check_integer(emit: Builder, operand: Operand) -> None:
    """A float that becomes a Python int must have one in 64 bits; NaN compares as false."""
    limit = Literal(2.0**63, Scalar(FLOAT64, weak=True))
    low = emit.one(piecewise.greater_equal, operand, Literal(-(2.0**63), limit.aval))
    inside = emit.one(piecewise.logical_and, low, emit.one(piecewise.less, operand, limit))
    emit.emit(check, inside, kind="integer", axis=0)


def _integer_power(emit: Builder, operands: list[Operand], wanted: DType) -> Operand | None:
    """`x**2` is a product, as in C's pow; other literal integer powers stay integers to Numba."""
    base, exponent = operands
    if not isinstance(exponent, Literal) or type(exponent.value) is not int or not wanted.is_float:
        return None
    base = cast(emit, base, wanted)
    if exponent.value == 2:
        return emit.one(functions.square, base)
    if exponent.value == 1:
        return base
    return None


def _is_python_integer(aval: Aval) -> bool:
    return isinstance(aval, Scalar) and aval.weak


def _check_divisor(emit: Builder, divisor: Operand, python: bool) -> None:
    """Python's integers do not divide by zero; NumPy's give 0."""
    if python and not (isinstance(divisor, Literal) and divisor.value):
        zero = Literal(0, Scalar(INT64, weak=True))
        emit.emit(check, emit.one(piecewise.not_equal, divisor, zero), kind="zero_division", axis=0)
