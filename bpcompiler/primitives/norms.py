"""Functions of two numbers or of a square that are smooth but for one point, where a convention holds.

Lengths have slope 0 at 0. In a rule: operands `a`, `b` or `x`, output `y`, change `t`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Operand, Value, literal
from bpcompiler.primitives import type_rules as rules
from bpcompiler.primitives.arithmetic import div, mul, sub
from bpcompiler.primitives.declare import Elementwise, Text, Writer, call
from bpcompiler.primitives.functions import exp, function_text
from bpcompiler.primitives.piecewise import equal, select


def _unless_zero(emit: Builder, y: Value, slope: Operand, t: Operand) -> Operand:
    """Return slope * t, and 0 where the length `y` is 0."""
    at_zero = emit.one(equal, y, literal(0))
    return emit.one(select, at_zero, literal(0.0), emit.one(mul, slope, t))


def _pass_root(emit: Builder, t: Operand, operands: Sequence[Operand], y: Value) -> Operand:
    return _unless_zero(emit, y, emit.one(div, literal(0.5), y), t)


def _pass_side(index: int) -> Any:
    def passes(emit: Builder, t: Operand, operands: Sequence[Operand], y: Value) -> Operand:
        return _unless_zero(emit, y, emit.one(div, operands[index], y), t)

    return passes


def _pass_share(index: int) -> Any:
    """exp(a - y): the share of `a` in the sum."""

    def passes(emit: Builder, t: Operand, operands: Sequence[Operand], y: Value) -> Operand:
        return emit.one(mul, emit.one(exp, emit.one(sub, operands[index], y)), t)

    return passes


def _write_logaddexp(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    return call("np.logaddexp", *map(str, operands))


# The square root of a sum of squares: as `sqrt`, but for its slope at 0.
root = Elementwise(
    "root",
    rules.function,
    evaluate=np.sqrt,
    text=function_text("math.sqrt", "np.sqrt"),
    passes={0: _pass_root},
    domain=((0.1, 3.0),),
)
hypot = Elementwise(
    "hypot",
    rules.function,
    evaluate=np.hypot,
    text=function_text("math.hypot", "np.hypot"),
    passes={0: _pass_side(0), 1: _pass_side(1)},
    domain=((-2.0, 2.0), (0.3, 2.0)),
)
logaddexp = Elementwise(
    "logaddexp",
    rules.function,
    evaluate=np.logaddexp,
    text=_write_logaddexp,
    passes={0: _pass_share(0), 1: _pass_share(1)},
    domain=((-2.0, 2.0), (-2.0, 2.0)),
)

FAMILY = (root, hypot, logaddexp)
