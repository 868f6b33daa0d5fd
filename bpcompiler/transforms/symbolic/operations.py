"""The operations: one line each, in the order easy to hard.

In a partial, `a` and `b` are the operands and `y` the operation's own output. Partials are written so
that they stay accurate where the textbook form does not: `1 - a` and `1 + a` are exact near the ends of
arcsin and arctanh, where `1 - a**2` cancels. `tanh` is the exception, `1 - y**2` is what everyone writes:
it is right to rounding of the largest slope, not of the slope in the tail.

`hypot` has a kink at (0, 0), where `a / y` is NaN; whoever wants another convention there selects it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from bpcompiler.transforms.symbolic.expression import Expr, parse

ADDITION, DIVISION, ROOT, TRANSCENDENTAL = 2, 8, 10, 40  # rough nanoseconds, times ten, in a vector loop


@dataclass(frozen=True, slots=True)
class Operation:
    """What an operation is to each library. An empty SymPy name: SymPy only sees a function with partials."""

    partials: tuple[str, ...]
    float64: Callable[..., Any]
    mpmath: str
    sympy: str
    cost: int


def _elementwise(scalar: Callable[[float], float]) -> Callable[..., Any]:
    """Return a function of arrays from one of Python's floats, for what NumPy lacks."""
    return np.vectorize(scalar, otypes=[np.float64])


OPERATIONS: dict[str, Operation] = {
    "add": Operation(("1", "1"), np.add, "", "", ADDITION),
    "sub": Operation(("1", "-1"), np.subtract, "", "", ADDITION),
    "neg": Operation(("-1",), np.negative, "", "", 1),
    "mul": Operation(("b", "a"), np.multiply, "", "", ADDITION),
    "div": Operation(("1 / b", "-y / b"), np.divide, "", "", DIVISION),
    "pow": Operation(("b * a**(b - 1)", "log(a) * y"), np.power, "", "", 60),
    "square": Operation(("2 * a",), np.square, "", "", ADDITION),
    "reciprocal": Operation(("-y**2",), np.reciprocal, "", "", DIVISION),
    "sqrt": Operation(("0.5 / y",), np.sqrt, "sqrt", "sqrt", ROOT),
    "cbrt": Operation(("1 / (3 * y**2)",), np.cbrt, "", "", TRANSCENDENTAL),
    "exp": Operation(("y",), np.exp, "exp", "exp", TRANSCENDENTAL),
    "exp2": Operation(("log(2) * y",), np.exp2, "", "", TRANSCENDENTAL),
    "expm1": Operation(("exp(a)",), np.expm1, "expm1", "", TRANSCENDENTAL),
    "log": Operation(("1 / a",), np.log, "log", "log", TRANSCENDENTAL),
    "log2": Operation(("1 / (log(2) * a)",), np.log2, "", "", TRANSCENDENTAL),
    "log10": Operation(("1 / (log(10) * a)",), np.log10, "log10", "", TRANSCENDENTAL),
    "log1p": Operation(("1 / (1 + a)",), np.log1p, "log1p", "", TRANSCENDENTAL),
    "sin": Operation(("cos(a)",), np.sin, "sin", "sin", TRANSCENDENTAL),
    "cos": Operation(("-sin(a)",), np.cos, "cos", "cos", TRANSCENDENTAL),
    "tan": Operation(("1 + y**2",), np.tan, "tan", "tan", TRANSCENDENTAL),
    "arcsin": Operation(("1 / sqrt((1 - a) * (1 + a))",), np.arcsin, "asin", "asin", TRANSCENDENTAL),
    "arccos": Operation(("-1 / sqrt((1 - a) * (1 + a))",), np.arccos, "acos", "acos", TRANSCENDENTAL),
    "arctan": Operation(("1 / (1 + a**2)",), np.arctan, "atan", "atan", TRANSCENDENTAL),
    "sinh": Operation(("cosh(a)",), np.sinh, "sinh", "sinh", TRANSCENDENTAL),
    "cosh": Operation(("sinh(a)",), np.cosh, "cosh", "cosh", TRANSCENDENTAL),
    "tanh": Operation(("1 - y**2",), np.tanh, "tanh", "tanh", TRANSCENDENTAL),
    "arcsinh": Operation(("1 / sqrt(1 + a**2)",), np.arcsinh, "asinh", "asinh", TRANSCENDENTAL),
    "arccosh": Operation(("1 / sqrt((a - 1) * (a + 1))",), np.arccosh, "acosh", "acosh", TRANSCENDENTAL),
    "arctanh": Operation(("1 / ((1 - a) * (1 + a))",), np.arctanh, "atanh", "atanh", TRANSCENDENTAL),
    # 2 / sqrt(pi), rounded once
    "erf": Operation(
        ("1.1283791670955126 * exp(-a**2)",), _elementwise(math.erf), "erf", "erf", TRANSCENDENTAL
    ),
    "erfc": Operation(
        ("-1.1283791670955126 * exp(-a**2)",), _elementwise(math.erfc), "erfc", "erfc", TRANSCENDENTAL
    ),
    "hypot": Operation(("a / y", "b / y"), np.hypot, "hypot", "", ROOT + DIVISION),
    "arctan2": Operation(
        ("b / (a**2 + b**2)", "-a / (a**2 + b**2)"), np.arctan2, "atan2", "", TRANSCENDENTAL
    ),
}


@cache
def partial_of(op: str, operand: int) -> Expr:
    """Return the partial of an operation in an operand, in `a`, `b` and `y`."""
    return parse(OPERATIONS[op].partials[operand])
