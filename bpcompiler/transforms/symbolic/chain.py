"""The chain rule: the derivative that is always right, and that every other form is measured against."""

from __future__ import annotations

from bpcompiler.transforms.symbolic.algebra import difference_of_literals, product, total
from bpcompiler.transforms.symbolic.expression import (
    ONE,
    OUTPUT,
    ZERO,
    Call,
    Const,
    Expr,
    Symbol,
    parse,
    size,
    substitute,
    walk,
)
from bpcompiler.transforms.symbolic.operations import partial_of

_MINUS_SQUARE = parse("-y**2")
_ARITHMETIC = {"add", "sub", "neg", "mul"}
_FEW = 6


def chain_rule(expr: Expr, wrt: str, output: Expr = OUTPUT) -> Expr:
    """Return d expr / d wrt: over all paths, the sum of the products of local partials.

    `output` is the name of the expression's own value; inner values are written out again.
    """
    if isinstance(expr, Symbol):
        return ONE if expr.name == wrt else ZERO
    if isinstance(expr, Const):
        return ZERO
    terms = []
    for position, arg in enumerate(expr.args):
        inner = chain_rule(arg, wrt, arg)
        if inner != ZERO:
            terms.append(product([local_partial(expr, position, output), inner]))
    return total(terms)


def local_partial(call: Call, operand: int, output: Expr) -> Expr:
    """Return the partial of one operation in one operand, with literals among the operands seen through."""
    match call:
        case Call("pow", (base, Const(exponent))) if operand == 0:
            return _power_partial(base, exponent, output)
        case Call("div", (Const(value), _)) if operand == 1 and value == 1:
            formula = _MINUS_SQUARE
        case _:
            formula = partial_of(call.op, operand)
    return substitute(formula, dict(zip("ab", call.args, strict=False)) | {OUTPUT.name: output})


def _power_partial(base: Expr, exponent: int | float, output: Expr) -> Expr:
    if exponent == -1:
        return substitute(_MINUS_SQUARE, {OUTPUT.name: output})
    if exponent == 0.5:
        return product([Const(0.5)], [output])
    if exponent == 1.5:
        return product([Const(1.5), Call("sqrt", (base,))])
    if exponent == 0:
        return ZERO
    lowered = difference_of_literals(exponent, 1)
    if lowered.value in (0, 1):
        return product([Const(exponent), ONE if lowered.value == 0 else base])
    return product([Const(exponent), Call("pow", (base, lowered))])


def is_obvious(stage: Expr) -> bool:
    """Return whether the chain rule is plainly the best form: one operation, or a few of `+ - *`."""
    return size(stage) <= 1 or (
        size(stage) <= _FEW and all(part.op in _ARITHMETIC for part in walk(stage) if isinstance(part, Call))
    )
