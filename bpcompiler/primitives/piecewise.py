"""Operations with kinks or steps: comparisons, logic, select, maximum, rounding, conversions.

Conventions at kinks: the side of a `select` that was not taken contributes exactly 0, whatever its slope;
ties of `maximum` and `minimum` share equally; the slope of `abs` at 0 is 0. In a rule: operands `a`, `b`
or `x`, output `y`, change `t`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Attrs, Block, Equation, Literal, Operand, Value, literal
from bpcompiler.ir.types import BOOL, FLOAT32, FLOAT64, INT64, Aval, Scalar, is_weak
from bpcompiler.primitives import type_rules as rules
from bpcompiler.primitives.arithmetic import mul
from bpcompiler.primitives.declare import (
    AND,
    BITAND,
    BITOR,
    BITXOR,
    COMPARE,
    NOT,
    OR,
    TERNARY,
    TRUTH,
    UNARY,
    Elementwise,
    Text,
    Writer,
    call,
)


def _comparison(name: str, sign: str, evaluate: Any) -> Elementwise:
    def write(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
        left, right = (operand.within(COMPARE + 1) for operand in operands)
        return Text(f"{left} {sign} {right}", COMPARE)

    return Elementwise(name, rules.boolean, evaluate=evaluate, text=write, domain=((-2.0, 2.0), (-2.0, 2.0)))


def _logic(name: str, word: str, level: int, sign: str, sign_level: int, evaluate: Any) -> Elementwise:
    """Python's word between Python bools and in compiled code, the sign between NumPy's."""

    def write(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
        scalar = writer.lowered or is_weak(eqn.output.aval)
        text, at = (word, level) if scalar and word else (sign, sign_level)
        left, right = operands
        return Text(f"{left.within(at)} {text} {right.within(at + 1)}", at)

    return Elementwise(name, rules.boolean, evaluate=evaluate, text=write, domain=(TRUTH, TRUTH))


def _write_not(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    """Of a number always Python's word: on one way here it may be Python's bool, whose `~` is -1 or -2."""
    if writer.lowered or isinstance(eqn.output.aval, Scalar):
        return Text(f"not {operands[0].within(NOT)}", NOT)
    return Text(f"~{operands[0].within(UNARY)}", UNARY)


def _write_select(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    condition, then, otherwise = operands
    if writer.lowered or isinstance(eqn.output.aval, Scalar):
        inner = TERNARY + 1
        return Text(
            f"{then.within(inner)} if {condition.within(inner)} else {otherwise.within(TERNARY)}", TERNARY
        )
    return call("np.where", *map(str, operands))


def _pass_then(emit: Builder, t: Operand, operands: Sequence[Operand], y: Value) -> Operand:
    return emit.one(select, operands[0], t, literal(0.0))


def _pass_otherwise(emit: Builder, t: Operand, operands: Sequence[Operand], y: Value) -> Operand:
    return emit.one(select, operands[0], literal(0.0), t)


def _extremum(name: str, sign: str, evaluate: Any) -> Elementwise:
    """`maximum` or `minimum` as NumPy's: a NaN on either side is the result."""

    def write(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
        aval = eqn.output.aval
        if not writer.lowered:
            is_integer = isinstance(aval, Scalar) and aval.weak and aval.dtype is INT64
            return call(name[:3] if is_integer else f"np.{name}", *map(str, operands))
        a, b = (operand.within(COMPARE + 1) for operand in operands)
        first_is_nan = "" if isinstance(eqn.operands[0], Literal) else f" or {a} != {a}"
        return Text(f"{a} if {a} {sign} {b}{first_is_nan} else {b}", TERNARY)

    def pass_side(mine: int, other: int) -> Any:
        def passes(emit: Builder, t: Operand, operands: Sequence[Operand], y: Value) -> Operand:
            wins = greater if name == "maximum" else less
            tie = emit.one(equal, operands[mine], operands[other])
            half = emit.one(select, tie, emit.one(mul, literal(0.5), t), literal(0.0))
            return emit.one(select, emit.one(wins, operands[mine], operands[other]), t, half)

        return passes

    return Elementwise(
        name,
        rules.arithmetic,
        evaluate=evaluate,
        text=write,
        passes={0: pass_side(0, 1), 1: pass_side(1, 0)},
        domain=((-2.0, 2.0), (-2.0, 2.0)),
    )


def _pass_abs(emit: Builder, t: Operand, operands: Sequence[Operand], y: Value) -> Operand:
    return emit.one(mul, emit.one(sign, operands[0]), t)


def _numpy_function(name: str, infer: rules.Infer, lowered: str = "") -> Elementwise:
    """A step function: its derivative is 0 wherever it has one."""

    def write(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
        return call((writer.lowered and lowered) or f"np.{name}", *map(str, operands))

    return Elementwise(name, infer, evaluate=getattr(np, name), text=write)


def _infer_convert(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    """To `dtype`, weak or not; an integer that stays one keeps its size, unless it shall be `plain`."""
    (aval,) = avals
    if not isinstance(aval, Scalar):
        return (rules.like_operands(attrs["dtype"], avals),)
    keeps = attrs["dtype"] is INT64 and aval.dtype is INT64 and not attrs.get("plain", False)
    return (Scalar(attrs["dtype"], attrs.get("weak", False), aval.size if keeps else None),)


_PYTHON_TYPE = {BOOL: "bool", INT64: "int", FLOAT64: "float"}


def _write_convert(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    dtype, aval = eqn.attrs["dtype"], eqn.output.aval
    if not writer.lowered and not isinstance(aval, Scalar):
        return Text(f"{operands[0].within(UNARY + 2)}.astype(np.{_numpy_name(dtype)})")
    if dtype is BOOL and operands[0].precedence == NOT:
        return operands[0]  # Python's already
    if writer.lowered and (eqn.operands[0].aval.dtype, dtype) == (FLOAT32, FLOAT64):
        return call("np.float64", str(operands[0]))  # Numba's `float` of a float32 is a float32
    if (is_weak(aval) and dtype in _PYTHON_TYPE) or dtype is BOOL:
        return call(_PYTHON_TYPE[dtype], str(operands[0]))
    return call(f"np.{dtype.value}", str(operands[0]))


def _numpy_name(dtype: Any) -> str:
    return "bool_" if dtype is BOOL else str(dtype.value)


def _evaluate_convert(x: Any, *, dtype: Any, weak: bool = False, plain: bool = False) -> Any:
    return np.asarray(x).astype(dtype.value)[()]


def _pass_convert(emit: Builder, t: Operand, operands: Sequence[Operand], y: Value) -> Operand:
    """The engine gives every cotangent its operand's dtype; a tangent takes the output's here."""
    return emit.one(convert, t, dtype=y.aval.dtype, weak=is_weak(y.aval))


def _write_same(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    return operands[0]


greater = _comparison("greater", ">", np.greater)
greater_equal = _comparison("greater_equal", ">=", np.greater_equal)
less = _comparison("less", "<", np.less)
less_equal = _comparison("less_equal", "<=", np.less_equal)
equal = _comparison("equal", "==", np.equal)
not_equal = _comparison("not_equal", "!=", np.not_equal)

logical_and = _logic("logical_and", "and", AND, "&", BITAND, np.logical_and)
logical_or = _logic("logical_or", "or", OR, "|", BITOR, np.logical_or)
logical_xor = _logic("logical_xor", "", BITXOR, "^", BITXOR, np.logical_xor)
logical_not = Elementwise(
    "logical_not", rules.boolean, evaluate=np.logical_not, text=_write_not, domain=(TRUTH,)
)

select = Elementwise(
    "select",
    rules.selecting,
    evaluate=np.where,
    text=_write_select,
    passes={1: _pass_then, 2: _pass_otherwise},
    domain=(TRUTH, (-2.0, 2.0), (-2.0, 2.0)),
)
maximum = _extremum("maximum", ">", np.maximum)
minimum = _extremum("minimum", "<", np.minimum)

sign = _numpy_function("sign", rules.arithmetic)
abs = Elementwise(  # noqa: A001 -- NumPy's name
    "abs",
    rules.arithmetic,
    evaluate=np.abs,
    text=lambda writer, eqn, operands: call(
        "abs" if writer.lowered or isinstance(eqn.output.aval, Scalar) else "np.abs", str(operands[0])
    ),
    passes={0: _pass_abs},
)
floor = _numpy_function("floor", rules.floating)
ceil = _numpy_function("ceil", rules.floating)
trunc = _numpy_function("trunc", rules.floating)
rint = _numpy_function("rint", rules.function)
isnan = _numpy_function("isnan", rules.boolean, "math.isnan")
isinf = _numpy_function("isinf", rules.boolean, "math.isinf")
isfinite = _numpy_function("isfinite", rules.boolean, "math.isfinite")

convert = Elementwise(
    "convert", _infer_convert, evaluate=_evaluate_convert, text=_write_convert, passes={0: _pass_convert}
)
# `alias` gives a value a second name: `dx = dxpy`. `stop_gradient` is the same, and has no derivative.
alias = Elementwise(
    "alias",
    rules.same,
    evaluate=lambda x: x,
    text=_write_same,
    passes={0: lambda emit, t, operands, y: t},
)
stop_gradient = Elementwise("stop_gradient", rules.same, evaluate=lambda x: x, text=_write_same)

FAMILY = (
    *(greater, greater_equal, less, less_equal, equal, not_equal),
    *(logical_and, logical_or, logical_xor, logical_not, select, maximum, minimum),
    *(sign, abs, floor, ceil, trunc, rint, isnan, isinf, isfinite, convert, alias, stop_gradient),
)
