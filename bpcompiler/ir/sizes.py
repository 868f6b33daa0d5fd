"""Sizes of dimensions: an int, or an integer polynomial over symbols.

    Size   ::= int | Dim
    Dim    ::= sum of  coefficient * Factor * ... * Factor
    Factor ::= Symbol | Opaque
    Opaque ::= floordiv(Size, Size) | mod(Size, Size) | max(Size, Size) | min(Size, Size)

Polynomials are kept in normal form, so that equal expressions are equal objects: `n + 1 - 1 == n`. A symbol
stands for a dimension of an argument, an integer argument, or an integer that the program computes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Symbol:
    """An unknown integer. Dimensions are never negative; an integer argument may be. `most`: a bound."""

    name: str
    nonnegative: bool = True
    most: int | None = None

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Opaque:
    """An operation that has no polynomial form."""

    operation: str
    left: Size
    right: Size

    def __str__(self) -> str:
        if self.operation in ("max", "min"):
            return f"{self.operation}({self.left}, {self.right})"
        sign = "//" if self.operation == "floordiv" else "%"
        return f"({self.left}) {sign} ({self.right})"


Factor = Symbol | Opaque
Monomial = tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class Dim:
    """A polynomial that is not a constant. Build one with `symbol` and arithmetic."""

    terms: tuple[tuple[Monomial, int], ...]

    def __add__(self, other: Size) -> Size:
        return _sum(_terms(self), _terms(other), 1)

    __radd__ = __add__

    def __sub__(self, other: Size) -> Size:
        return _sum(_terms(self), _terms(other), -1)

    def __rsub__(self, other: Size) -> Size:
        return _sum(_terms(other), _terms(self), -1)

    def __neg__(self) -> Size:
        return _sum({}, _terms(self), -1)

    def __mul__(self, other: Size) -> Size:
        product: dict[Monomial, int] = {}
        for left, a in self.terms:
            for right, b in _terms(other).items():
                monomial = tuple(sorted(left + right, key=str))
                product[monomial] = product.get(monomial, 0) + a * b
        return _polynomial(product)

    __rmul__ = __mul__

    def __str__(self) -> str:
        text = " + ".join(_term_text(monomial, factor) for monomial, factor in self.terms)
        return text.replace("+ -", "- ")


Size = int | Dim


def symbol(name: str, *, nonnegative: bool = True) -> Dim:
    """Return the size that is the unknown `name`."""
    return Dim((((Symbol(name, nonnegative),), 1),))


def as_symbol(size: Size) -> Symbol | None:
    """Return the symbol that a size consists of, or None."""
    if isinstance(size, Dim) and len(size.terms) == 1:
        monomial, coefficient = size.terms[0]
        if coefficient == 1 and len(monomial) == 1 and isinstance(monomial[0], Symbol):
            return monomial[0]
    return None


def floordiv(left: Size, right: Size) -> Size:
    """Return left // right; exact where the polynomials divide."""
    if isinstance(left, int) and isinstance(right, int):
        return left // right
    exact = divide_exactly(left, right)
    return exact if exact is not None else _opaque("floordiv", left, right)


def mod(left: Size, right: Size) -> Size:
    """Return left % right."""
    if isinstance(left, int) and isinstance(right, int):
        return left % right
    return 0 if divide_exactly(left, right) is not None else _opaque("mod", left, right)


def maximum(left: Size, right: Size) -> Size:
    """Return the larger size, decided where the difference is known to have a sign."""
    if is_nonnegative(left - right):
        return left
    return right if is_nonnegative(right - left) else _opaque("max", left, right)


def minimum(left: Size, right: Size) -> Size:
    """Return the smaller size, decided where the difference is known to have a sign."""
    if is_nonnegative(left - right):
        return right
    return left if is_nonnegative(right - left) else _opaque("min", left, right)


def is_nonnegative(size: Size) -> bool:
    """Return True where no value of the symbols makes the size negative (False: not known)."""
    if isinstance(size, int):
        return size >= 0
    return all(coefficient >= 0 and all(map(_factor_nonnegative, m)) for m, coefficient in size.terms)


def divide_exactly(left: Size, right: Size) -> Size | None:
    """Return q with q * right == left for all values of the symbols; None where there is none.

    Only a divisor of one term is divided by: that is what reshapes need.
    """
    divisor = list(_terms(right).items())
    if len(divisor) != 1 or divisor[0][1] == 0:
        return None
    monomial, coefficient = divisor[0]
    quotient: dict[Monomial, int] = {}
    for term, factor in _terms(left).items():
        rest = list(term)
        if factor % coefficient or not _remove_all(rest, monomial):
            return None
        quotient[tuple(rest)] = factor // coefficient
    return _polynomial(quotient)


def product(sizes: tuple[Size, ...]) -> Size:
    """Return the number of elements of a shape."""
    result: Size = 1
    for size in sizes:
        result = result * size
    return result


def symbols(size: Size) -> Iterator[Symbol]:
    """Yield the symbols of a size."""
    if isinstance(size, Dim):
        for monomial, _ in size.terms:
            for factor in monomial:
                if isinstance(factor, Symbol):
                    yield factor
                else:
                    yield from symbols(factor.left)
                    yield from symbols(factor.right)


def divisors(size: Size) -> Iterator[Size]:
    """Yield what a size divides by, and what that divides by before it."""
    if isinstance(size, Dim):
        for monomial, _ in size.terms:
            for factor in monomial:
                if isinstance(factor, Opaque):
                    yield from divisors(factor.left)
                    yield from divisors(factor.right)
                    if factor.operation in ("floordiv", "mod"):
                        yield factor.right


def substitute(size: Size, known: Mapping[Symbol, Size]) -> Size:
    """Return the size with symbols replaced."""
    if isinstance(size, int):
        return size
    total: Size = 0
    for monomial, coefficient in size.terms:
        term: Size = coefficient
        for factor in monomial:
            term = term * _substitute_factor(factor, known)
        total = total + term
    return total


def evaluate(size: Size, values: Mapping[Symbol, int]) -> int:
    """Return the number that a size is for given values of its symbols."""
    result = substitute(size, values)
    if not isinstance(result, int):
        raise KeyError(f"no value for {', '.join(map(str, symbols(result)))}")
    return result


def solve(left: Size, right: Size) -> tuple[Symbol, Size] | None:
    """Return (symbol, size) such that left == right exactly where symbol == size; None where not linear.

    The symbol that was made last is eliminated, so that what an early argument is called stays.
    """
    difference = _terms(left - right)
    candidates = [
        (monomial[0], coefficient)
        for monomial, coefficient in difference.items()
        if len(monomial) == 1 and isinstance(monomial[0], Symbol) and coefficient in (1, -1)
    ]
    for candidate, coefficient in sorted(candidates, key=lambda pair: pair[0].name, reverse=True):
        rest = _polynomial({m: c for m, c in difference.items() if m != (candidate,)})
        if candidate not in set(symbols(rest)):
            return candidate, rest * -coefficient
    return None


_OPERATIONS: dict[str, Callable[[Size, Size], Size]] = {
    "floordiv": floordiv,
    "mod": mod,
    "max": maximum,
    "min": minimum,
}


def _opaque(operation: str, left: Size, right: Size) -> Dim:
    return Dim((((Opaque(operation, left, right),), 1),))


def _terms(size: Size) -> dict[Monomial, int]:
    if isinstance(size, Dim):
        return dict(size.terms)
    return {(): size} if size else {}


def _polynomial(terms: dict[Monomial, int]) -> Size:
    kept = {monomial: coefficient for monomial, coefficient in terms.items() if coefficient}
    if not kept or list(kept) == [()]:
        return kept.get((), 0)
    return Dim(tuple(sorted(kept.items(), key=lambda term: (-len(term[0]), str(term[0])))))


def _sum(left: dict[Monomial, int], right: dict[Monomial, int], sign: int) -> Size:
    total = dict(left)
    for monomial, coefficient in right.items():
        total[monomial] = total.get(monomial, 0) + sign * coefficient
    return _polynomial(total)


def _factor_nonnegative(factor: Factor) -> bool:
    if isinstance(factor, Symbol):
        return factor.nonnegative
    left, right = is_nonnegative(factor.left), is_nonnegative(factor.right)
    return left or right if factor.operation == "max" else left and right


def _remove_all(factors: list[Factor], divisor: Monomial) -> bool:
    for factor in divisor:
        if factor not in factors:
            return False
        factors.remove(factor)
    return True


def _substitute_factor(factor: Factor, known: Mapping[Symbol, Size]) -> Size:
    if isinstance(factor, Symbol):
        return known.get(factor, Dim((((factor,), 1),)))
    left, right = substitute(factor.left, known), substitute(factor.right, known)
    return _OPERATIONS[factor.operation](left, right)


def _term_text(monomial: Monomial, coefficient: int) -> str:
    if not monomial:
        return str(coefficient)
    factors = "*".join(f"({factor})" if "//" in str(factor) else str(factor) for factor in monomial)
    return factors if coefficient == 1 else f"-{factors}" if coefficient == -1 else f"{coefficient}*{factors}"
