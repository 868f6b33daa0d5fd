"""Operators: + - * / // and unary minus."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bpcompiler.ir.equations import Attrs, Block
from bpcompiler.ir.types import INT64, Aval, Scalar
from bpcompiler.primitives import type_rules as rules
from bpcompiler.primitives.declare import PRODUCT, SUM, TWO_NUMBERS, UNARY, Elementwise, operator_text


def counting(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return NumPy's function with Python's bools counted as the integers that they are."""

    def evaluate(*operands: Any) -> Any:
        return function(*(int(x) if type(x) is bool else x for x in operands))

    return evaluate


add = Elementwise(
    "add",
    rules.with_size(rules.SIZE_RULES["add"]),
    evaluate=counting(np.add),
    text=operator_text("+", SUM),
    smooth=True,
    domain=TWO_NUMBERS,
)
sub = Elementwise(
    "sub",
    rules.with_size(rules.SIZE_RULES["sub"]),
    evaluate=counting(np.subtract),
    text=operator_text("-", SUM),
    smooth=True,
    domain=TWO_NUMBERS,
)
mul = Elementwise(
    "mul",
    rules.with_size(rules.SIZE_RULES["mul"]),
    evaluate=counting(np.multiply),
    text=operator_text("*", PRODUCT),
    smooth=True,
    domain=TWO_NUMBERS,
)
div = Elementwise(
    "div",
    rules.floating,
    evaluate=np.true_divide,
    text=operator_text("/", PRODUCT),
    smooth=True,
    domain=((-2.0, 2.0), (0.5, 2.0)),
)


def _infer_neg(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    (result,) = rules.arithmetic(avals, attrs, blocks)
    if isinstance(avals[0], Scalar) and isinstance(result, Scalar) and result.dtype is INT64:
        return (Scalar(INT64, result.weak, rules.negative_size(avals[0])),)
    return (result,)


neg = Elementwise(
    "neg", _infer_neg, evaluate=counting(np.negative), text=operator_text("-", UNARY, unary=True), smooth=True
)


floordiv = Elementwise(
    "floordiv",
    rules.with_size(rules.SIZE_RULES["floordiv"]),
    evaluate=counting(np.floor_divide),
    text=operator_text("//", PRODUCT),
    domain=((-2.0, 2.0), (0.5, 2.0)),
)

FAMILY = (add, sub, mul, div, neg, floordiv)
