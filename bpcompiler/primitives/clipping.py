"""`np.clip`, with one bound or both. On a bound the slope is that inside: `x` has all of it, the bound none.

In a rule: operands `x`, then the bounds; output `y`, change `t`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Operand, Primitive, Value, literal
from bpcompiler.primitives import type_rules as rules
from bpcompiler.primitives.declare import Elementwise, Text, Writer, WriteText
from bpcompiler.primitives.piecewise import greater, less, logical_or, select


def _text(numpy: str, lowered: str) -> WriteText:
    """Compiled code uses Python's `max` and `min`, where a NaN in front stays."""

    def write(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
        return Text((lowered if writer.lowered else numpy).format(*operands))

    return write


def _bound(name: str, beyond: Primitive, evaluate: Any, text: WriteText) -> Elementwise:
    """Return the clip at one bound; `beyond` says where the bound is the result."""

    def inside(emit: Builder, t: Operand, operands: Sequence[Operand], y: Value) -> Operand:
        return emit.one(select, emit.one(beyond, *operands), literal(0.0), t)

    def at_bound(emit: Builder, t: Operand, operands: Sequence[Operand], y: Value) -> Operand:
        return emit.one(select, emit.one(beyond, *operands), t, literal(0.0))

    return Elementwise(
        name,
        rules.arithmetic,
        evaluate=evaluate,
        text=text,
        passes={0: inside, 1: at_bound},
        domain=((-2.0, 2.0), (-0.5, 0.5)),
    )


def _pass_inside(emit: Builder, t: Operand, operands: Sequence[Operand], y: Value) -> Operand:
    x, low, high = operands
    outside = emit.one(logical_or, emit.one(less, x, low), emit.one(greater, x, high))
    return emit.one(select, outside, literal(0.0), t)


def _pass_low(emit: Builder, t: Operand, operands: Sequence[Operand], y: Value) -> Operand:
    """Where the bounds have crossed, the upper one is the result."""
    x, low, high = operands
    t = emit.one(select, emit.one(less, x, low), t, literal(0.0))
    return emit.one(select, emit.one(greater, low, high), literal(0.0), t)


def _pass_high(emit: Builder, t: Operand, operands: Sequence[Operand], y: Value) -> Operand:
    x, low, high = operands
    at_high = emit.one(logical_or, emit.one(greater, x, high), emit.one(greater, low, high))
    return emit.one(select, at_high, t, literal(0.0))


at_least = _bound("at_least", less, np.maximum, _text("np.clip({0}, {1}, None)", "max({0}, {1})"))
at_most = _bound("at_most", greater, np.minimum, _text("np.clip({0}, None, {1})", "min({0}, {1})"))
clip = Elementwise(
    "clip",
    rules.arithmetic,
    evaluate=lambda x, low, high: np.minimum(np.maximum(x, low), high),
    text=_text("np.clip({0}, {1}, {2})", "min(max({0}, {1}), {2})"),
    passes={0: _pass_inside, 1: _pass_low, 2: _pass_high},
    domain=((-2.0, 2.0), (-0.6, -0.3), (0.3, 0.6)),
)

FAMILY = (at_least, at_most, clip)
