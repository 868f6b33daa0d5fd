"""What a derivative costs: the one rule by which the cheapest of several right forms is chosen."""

from __future__ import annotations

from bpcompiler.transforms.symbolic.expression import Call, Const, Expr, walk
from bpcompiler.transforms.symbolic.operations import ADDITION, OPERATIONS

REUSE = 1  # a part of the stage that stands there word for word


def cost(expr: Expr, stage: Expr) -> int:
    """Return the weighted number of operations. What the stage computed anyway is nearly free."""
    return _cost(expr, {part for part in walk(stage) if isinstance(part, Call)})


def _cost(expr: Expr, computed: set[Expr]) -> int:
    match expr:
        case Call() if expr in computed:
            return REUSE
        case Call("pow", (base, Const(int() as exponent))) if exponent > 0:
            return _cost(base, computed) + ADDITION * (exponent.bit_length() + exponent.bit_count() - 2)
        case Call("log", (Const(),)):
            return REUSE
        case Call(op, args):
            return OPERATIONS[op].cost + sum(_cost(arg, computed) for arg in args)
    return 0


def order(expr: Expr, stage: Expr) -> tuple[int, int, str]:
    """Return the sort key: cost, then length, then the text, so that there is never a tie."""
    text = str(expr)
    return cost(expr, stage), len(text), text
