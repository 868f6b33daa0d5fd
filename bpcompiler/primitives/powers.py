"""`**` and `%`. In a rule: operands `a`, `b`, output `y`, change `t`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpcompiler.errors import UnsupportedError
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Attrs, Block, Equation, Operand, Value, literal
from bpcompiler.ir.types import FLOAT64, INT64, Aval, Scalar
from bpcompiler.primitives import type_rules as rules
from bpcompiler.primitives.arithmetic import counting, floordiv, mul, neg, sub
from bpcompiler.primitives.declare import POWER, PRODUCT, UNARY, Elementwise, Text, Writer, operator_text
from bpcompiler.primitives.functions import log
from bpcompiler.primitives.piecewise import equal, select


def _infer_pow(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    """An integer to an integer power is an integer where the exponent is known not to be negative."""
    (result,) = rules.arithmetic(avals, attrs, blocks)
    if result.dtype is not INT64:
        return (result,)
    exponent = avals[1].size if isinstance(avals[1], Scalar) else None
    if not isinstance(exponent, int):
        raise UnsupportedError(
            "an integer to a power whose sign is not known", remedy="make the base a float: float(n) ** k"
        )
    if exponent < 0:
        return (rules.like_operands(FLOAT64, avals),)
    return (result,)


def _write_pow(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    base, exponent = operands
    spaced = f"{base.within(POWER + 1)} ** {exponent.within(UNARY)}"
    simple = base.source.isidentifier() and exponent.source.isalnum()
    return Text(spaced.replace(" ", "") if simple else spaced, POWER)


def _power(a: Any, b: Any) -> Any:
    integers = np.issubdtype(np.result_type(a), np.integer) and np.issubdtype(np.result_type(b), np.integer)
    return np.power(np.asarray(a, float) if integers and np.any(np.asarray(b) < 0) else a, b)


def _pass_base(emit: Builder, t: Operand, operands: Sequence[Operand], y: Value) -> Operand:
    """b * a**(b-1) * t, and 0 where b is 0, whatever a is."""
    a, b = operands
    slope = emit.one(mul, b, emit.one(pow, a, emit.one(sub, b, literal(1))))
    return emit.one(select, emit.one(equal, b, literal(0)), literal(0.0), emit.one(mul, slope, t))


def _pass_exponent(emit: Builder, t: Operand, operands: Sequence[Operand], y: Value) -> Operand:
    """y * log(a) * t, and 0 where a is 0: the limit for positive exponents."""
    a, _ = operands
    slope = emit.one(mul, y, emit.one(log, a))
    return emit.one(select, emit.one(equal, a, literal(0)), literal(0.0), emit.one(mul, slope, t))


# A literal exponent or base is differentiated by SymPy; `passes` is for two unknowns.
pow = Elementwise(  # noqa: A001 -- Python's name
    "pow",
    _infer_pow,
    evaluate=counting(_power),
    text=_write_pow,
    smooth=True,
    passes={0: _pass_base, 1: _pass_exponent},
    domain=((0.5, 2.0), (-2.0, 2.0)),
)


def _pass_dividend(emit: Builder, t: Operand, operands: Sequence[Operand], y: Value) -> Operand:
    return t


def _pass_divisor(emit: Builder, t: Operand, operands: Sequence[Operand], y: Value) -> Operand:
    """a % b = a - b * floor(a / b), and floor is constant almost everywhere."""
    a, b = operands
    return emit.one(neg, emit.one(mul, emit.one(floordiv, a, b), t))


mod = Elementwise(
    "mod",
    rules.with_size(rules.SIZE_RULES["mod"]),
    evaluate=counting(np.mod),
    text=operator_text("%", PRODUCT),
    passes={0: _pass_dividend, 1: _pass_divisor},
    domain=((-2.0, 2.0), (0.5, 2.0)),
)

FAMILY = (pow, mod)
