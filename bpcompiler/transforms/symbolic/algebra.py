"""Sums and products in the order a person writes them; the only rewrites that derivatives get without SymPy.

Every rewrite is exact, or changes the last bit at most: structural zeros and ones vanish, signs go to the
front, literals that multiply without rounding are multiplied, equal terms and equal factors are
collected. Nothing is cancelled (`a / a` stays: it is NaN at 0), and no operand is looked into further than
its own sign, factors and terms, so that parts of the stage stay recognisable.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from math import isfinite
from typing import TypeGuard

from bpcompiler.transforms.symbolic.expression import OUTPUT, ZERO, Call, Const, Expr, Symbol, walk


def plain(value: int | float) -> bool:
    """Return whether exact arithmetic may fold a number: 2, -1.0 or 0.375, but not 0.1."""
    if isinstance(value, int):
        return abs(value) < 2**31
    return abs(value) < 2**31 and (value * 1024).is_integer() and str(value) != "-0.0"


def number(value: Fraction) -> Expr:
    """Return the literal of an exact number: an int, a float, or a quotient where neither is exact."""
    if value.denominator == 1:
        return Const(value.numerator)
    if Fraction(float(value)) == value:
        return Const(float(value))
    return Call("div", (Const(value.numerator), Const(value.denominator)))


@dataclass(slots=True)
class Product:
    """`coefficient * above / below`, factors with their powers in order of first occurrence."""

    coefficient: Fraction = Fraction(1)
    above: dict[Expr, int] = field(default_factory=dict)
    below: dict[Expr, int] = field(default_factory=dict)

    def multiply(self, expr: Expr, power: int = 1) -> None:
        """Take a factor in, with its own factors where it is a product."""
        match expr:
            case Const(value) if plain(value) and value != 0:
                self.coefficient *= Fraction(value) ** power
            case Const(value) if value < 0:
                self._flip(power)
                self._collect(Const(-value), power)
            case Call("neg", (operand,)):
                self._flip(power)
                self.multiply(operand, power)
            case Call("mul", (left, right)):
                self.multiply(left, power)
                self.multiply(right, power)
            case Call("div", (left, right)):
                self.multiply(left, power)
                self.multiply(right, -power)
            case Call("pow", (base, Const(int() as exponent))) if exponent > 0:
                self._power(base, power * exponent)
            case _:
                self._collect(expr, power)

    def _power(self, base: Expr, power: int) -> None:
        """Take a power in as one factor; only a sign comes out of its base."""
        if isinstance(base, Call) and base.op == "neg":
            self._flip(power)
            base = base.args[0]
        self._collect(base, power)

    def _flip(self, power: int) -> None:
        if power % 2:
            self.coefficient = -self.coefficient

    def _collect(self, factor: Expr, power: int) -> None:
        side = self.above if power > 0 else self.below
        side[factor] = side.get(factor, 0) + abs(power)

    def _replace(self, factor: Expr, replacement: Expr) -> None:
        """Put another factor of power 1 in a factor's place; it may be there already."""
        factors, self.above = self.above, {}
        for key, power in factors.items():
            self._collect(replacement if key == factor else key, power)

    def _fold_literal(self) -> None:
        """`2 * 0.1 * a` is `0.2 * a`: doubling is exact."""
        for factor, power in self.above.items():
            if isinstance(factor, Const) and isinstance(factor.value, float) and power == 1:
                folded = factor.value * float(self.coefficient)
                if isfinite(folded) and Fraction(folded) == Fraction(factor.value) * self.coefficient:
                    self.coefficient = Fraction(1 if folded > 0 else -1)
                    self._replace(factor, Const(abs(folded)))
                    return

    def _turn_a_difference(self) -> None:
        """`-(y - 1) * y` is `(1 - y) * y`, exactly. The output's own difference goes first."""
        differences = [factor for factor in self.above if self.above[factor] == 1 and _turns(factor)]
        if differences:
            chosen = max(differences, key=lambda factor: OUTPUT in walk(factor))
            self._replace(chosen, Call("sub", chosen.args[::-1]))
            self.coefficient = Fraction(1)

    def expression(self) -> Expr:
        """Return the product as written: sign and number first, `y` last."""
        if self.coefficient == 0:
            return ZERO
        if abs(self.coefficient) != 1:
            self._fold_literal()
        if self.coefficient == -1:
            self._turn_a_difference()
        head, divisor = self._numbers()
        above = [power_of(*item) for item in sorted(self.above.items(), key=_rank)]
        below = [power_of(*item) for item in sorted(self.below.items(), key=_rank)]
        below = ([Const(divisor)] if divisor != 1 else []) + below
        if abs(head) != 1 or not above:
            above = [number(head), *above]
        elif head < 0:
            above[0] = negative(above[0])
        return _quotient(above, below)

    def _numbers(self) -> tuple[Fraction, int]:
        """Split the coefficient: a third divides, a half multiplies (`0.5 * a`, `a / 3`)."""
        odd = self.coefficient.denominator
        while odd % 2 == 0:
            odd //= 2
        if odd == 1:
            return self.coefficient, 1
        return Fraction(self.coefficient.numerator), self.coefficient.denominator


def _turns(expr: Expr) -> TypeGuard[Call]:
    """Return whether this is a difference of two terms."""
    return isinstance(expr, Call) and expr.op == "sub" and not _is_sum(expr.args[0])


def _is_sum(expr: Expr) -> bool:
    return isinstance(expr, Call) and expr.op in ("add", "sub")


def _quotient(above: list[Expr], below: list[Expr]) -> Expr:
    numerator = reduce(lambda left, right: Call("mul", (left, right)), above)
    if not below:
        return numerator
    return Call("div", (numerator, reduce(lambda left, right: Call("mul", (left, right)), below)))


def _rank(item: tuple[Expr, int]) -> int:
    """Literals, symbols, calls, differences, sums, and last the output."""
    match item[0]:
        case Const():
            return 0
        case Symbol(name):
            return 5 if name == OUTPUT.name else 1
        case Call("sub"):
            return 3
        case Call("add"):
            return 4
    return 2


def power_of(base: Expr, exponent: int) -> Expr:
    """Return `base**exponent` for a positive exponent."""
    return base if exponent == 1 else Call("pow", (base, Const(exponent)))


def negative(expr: Expr) -> Expr:
    """Return the negation, in front of the first factor."""
    match expr:
        case Const(value):
            return Const(-value)
        case Call("neg", (operand,)):
            return operand
        case Call("mul" | "div" as op, (left, right)):
            return Call(op, (negative(left), right))
    return Call("neg", (expr,))


def product(factors: Iterable[Expr], divisors: Iterable[Expr] = ()) -> Expr:
    """Return the product of some factors, over that of some divisors."""
    result = Product()
    for factor in factors:
        result.multiply(factor)
    for divisor in divisors:
        result.multiply(divisor, -1)
    return result.expression()


def _terms(expr: Expr, sign: int) -> Iterable[tuple[Fraction, Expr]]:
    """Yield coefficient and rest of each term; the rest of a number is 1."""
    match expr:
        case Call("add", (left, right)):
            yield from _terms(left, sign)
            yield from _terms(right, sign)
        case Call("sub", (left, right)):
            yield from _terms(left, sign)
            yield from _terms(right, -sign)
        case _:
            term = Product()
            term.multiply(expr)
            coefficient, term.coefficient = term.coefficient * sign, Fraction(1)
            yield coefficient, term.expression()


def total(terms: Iterable[Expr]) -> Expr:
    """Return the sum, equal terms collected; what is subtracted comes last."""
    kept = [term for term in terms if term != ZERO]
    if len(kept) == 1:
        return kept[0]
    collected: dict[Expr, Fraction] = {}
    for coefficient, rest in (pair for term in kept for pair in _terms(term, 1)):
        collected[rest] = collected.get(rest, Fraction(0)) + coefficient
    signed = [(c, product([number(abs(c)), rest])) for rest, c in collected.items() if c != 0]
    positive = [term for c, term in signed if c > 0]
    subtracted = [term for c, term in signed if c < 0]
    if not positive:
        return ZERO if not subtracted else _difference(negative(subtracted[0]), subtracted[1:])
    return _difference(reduce(lambda left, right: Call("add", (left, right)), positive), subtracted)


def _difference(first: Expr, subtracted: list[Expr]) -> Expr:
    return reduce(lambda left, right: Call("sub", (left, right)), subtracted, first)


def difference_of_literals(left: int | float, right: int) -> Const:
    """Return `left - right` as the program would compute it; an int where it is one."""
    value = left - right
    return Const(int(value) if isinstance(value, float) and value.is_integer() and plain(value) else value)
