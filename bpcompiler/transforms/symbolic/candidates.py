"""Other forms of a derivative, found with SymPy, all equal as real functions.

1. the chain rule with its powers collected and cancelled term by term;
2. SymPy's own derivative;
3. the same with the inner function replaced by its solution from `y = expression`: in the sigmoid
   `y = 1 / (1 + g)` with `g = exp(-a)`, so `g = (1 - y) / y`, and the derivative is `(1 - y) * y`;
4. `y` times the logarithmic derivative: `-0.5 * y / b` for `1 / (a * sqrt(b))`;
5. derivative and chain rule as one factored fraction;
6. such fractions in `exp(-u)` instead of `exp(u)`: `exp(a) / (1 + exp(a))` is `1 / (1 + exp(-a))`.

Nothing here is trusted: trial.py decides. The work is bounded by counting operations and unknowns before
SymPy is asked, never by a clock, so that the answer is the same on a busy machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from math import gcd
from typing import Any

from bpcompiler.transforms.symbolic.expression import OUTPUT, Call, Const, Expr, Symbol, size, symbols
from bpcompiler.transforms.symbolic.libraries import sympy
from bpcompiler.transforms.symbolic.sympy_bridge import Translation, UntranslatableError

_MOST_OPERATIONS, _MOST_SYMBOLS, _MOST_TERMS, _MOST_STEPS = 24, 6, 24, 24


def is_worth_it(expr: Expr, chain: Expr) -> bool:
    """Return whether a stage is small enough for SymPy, and its derivative more than a number."""
    operations = max(size(expr), size(chain) // 4)
    return size(chain) > 0 and operations <= _MOST_OPERATIONS and len(symbols(expr)) <= _MOST_SYMBOLS


def candidates(expr: Expr, wrt: str, chain: Expr) -> list[Expr]:
    """Return forms of d expr / d wrt, without repetition, in a fixed order."""
    translation = Translation()
    translation.spell_like(expr)
    found: dict[str, Expr] = {}
    for form in _until_sympy_fails(_forms(expr, wrt, chain, translation)):
        with suppress(UntranslatableError):
            candidate = translation.from_sympy(form)
            found.setdefault(str(candidate), candidate)
    return list(found.values())


def _until_sympy_fails(forms: Iterator[Any]) -> Iterator[Any]:
    """Yield the forms up to the first on which SymPy itself fails: they are an offer, no more."""
    errors = (ArithmeticError, AttributeError, NotImplementedError, TypeError, ValueError)
    with suppress(*errors, sympy().polys.polyerrors.BasePolynomialError):
        yield from forms


def _forms(expr: Expr, wrt: str, chain: Expr, translation: Translation) -> Iterator[Any]:
    stage, chained = translation.to_sympy(expr), translation.to_sympy(chain)
    derivative = stage.diff(translation.to_sympy(Symbol(wrt)))
    yield chained
    yield derivative
    if terms(expr) > _MOST_TERMS or terms(chain) > _MOST_TERMS:
        return
    kernels = Kernels()
    output = translation.to_sympy(OUTPUT)
    whole, slope = kernels.rational(stage), kernels.rational(derivative)
    if _is_small(slope):
        yield from _solved(kernels, whole, slope, output)
        yield from _fractions(kernels, slope.factor())
    if _is_small(slope / whole):
        yield output * kernels.restored((slope / whole).factor())
    if _is_small(parts := kernels.rational(chained)):
        yield from _fractions(kernels, parts.factor())
        if chained.is_Add:
            yield chained.func(*[_turned(kernels, term.factor()) for term in parts.args])


def _fractions(kernels: Kernels, fraction: Any) -> Iterator[Any]:
    yield kernels.restored(fraction)
    yield _turned(kernels, fraction)


def _is_small(rational: Any) -> bool:
    """Return whether SymPy can factor this in a few milliseconds."""
    return bool(rational.count_ops() <= _MOST_STEPS and len(rational.free_symbols) <= _MOST_SYMBOLS)


def terms(expr: Expr) -> int:
    """Return about how many terms the expression has when multiplied out."""
    match expr:
        case Call("add" | "sub", (left, right)):
            return terms(left) + terms(right)
        case Call("mul" | "div", (left, right)):
            return terms(left) * terms(right)
        case Call("pow", (base, Const(int() as exponent))):
            return int(min(float(terms(base)) ** min(abs(exponent), 64), 1e6)) * max(1, abs(exponent) // 8)
        case Call("neg" | "reciprocal" as op, (operand,)):
            return terms(operand) + (op == "reciprocal")
        case Call("square", (operand,)):
            return terms(operand) ** 2
        case Call(_, args):
            return max(1, *(terms(arg) // 2 for arg in args), 1)
    return 1


@dataclass(slots=True)
class Kernels:
    """What is not rational (functions, roots), each replaced by a symbol; `exp(-u)` is one over `exp(u)`."""

    names: dict[Any, Any] = field(default_factory=dict)

    def rational(self, expr: Any) -> Any:
        """Return the expression with its outermost kernels replaced."""
        if expr.is_Add or expr.is_Mul or (expr.is_Pow and expr.args[1].is_Integer):
            return expr.func(*[self.rational(arg) for arg in expr.args])
        if expr.is_Atom:
            return expr
        kernel, power = _kernel(expr)
        return self._name(kernel) ** power

    def _name(self, kernel: Any) -> Any:
        return self.names.setdefault(kernel, sympy().Symbol(f"kernel {len(self.names)}", real=True))

    def restored(self, expr: Any) -> Any:
        """Return the expression with the kernels back in place."""
        return expr.xreplace({name: kernel for kernel, name in self.names.items()})


def _kernel(expr: Any) -> tuple[Any, int]:
    """Split `g**n`: roots by their denominator, exponentials by their sign."""
    if expr.is_Pow and expr.args[1].is_Rational:
        base, exponent = expr.args
        return base ** sympy().Rational(1, exponent.q), int(exponent.p)
    if isinstance(expr, sympy().exp):
        multiple, rest = expr.args[0].as_coeff_Mul()
        if multiple.is_Integer:
            return sympy().exp(rest), int(multiple)
        if expr.args[0].could_extract_minus_sign():
            return sympy().exp(-expr.args[0]), -1
    return expr, 1


def _solved(kernels: Kernels, stage: Any, derivative: Any, output: Any) -> Iterator[Any]:
    """Yield the derivative in `y`, for the first kernel that `y = stage` can be solved for."""
    above, below = sympy().fraction(sympy().together(stage))
    for kernel in list(kernels.names.values()):
        if not stage.has(kernel) or not derivative.has(kernel):
            continue
        step = _common_step(kernel, above, below)
        solution = _solve(kernel, step, above, below, output)
        if solution is None:
            continue
        unknown = sympy().Symbol("unknown")
        substituted = _in_powers(derivative, kernel, step, unknown)
        if substituted is not None and _is_small(rational := substituted.subs(unknown, solution)):
            yield kernels.restored(rational.factor())
            return


def _common_step(kernel: Any, above: Any, below: Any) -> int:
    """Return n if the kernel occurs in powers of `kernel**n` only."""
    exponents = [m[0] for part in (above, below) for m in sympy().Poly(part, kernel).monoms()]
    return gcd(*exponents) or 1


def _solve(kernel: Any, step: int, above: Any, below: Any, output: Any) -> Any:
    """Return `kernel**step` from `output = above / below`, both of first degree in it, or None."""
    numerator, denominator = sympy().Poly(above, kernel), sympy().Poly(below, kernel)
    if max(numerator.degree(), denominator.degree()) != step:
        return None
    n0, n1 = numerator.nth(0), numerator.nth(step)
    d0, d1 = denominator.nth(0), denominator.nth(step)
    return (n0 - output * d0) / (output * d1 - n1)


def _in_powers(derivative: Any, kernel: Any, step: int, unknown: Any) -> Any:
    """Return the derivative with `kernel**step` written as `unknown`, or None."""
    if step == 1:
        return derivative.subs(kernel, unknown)
    parts = []
    for part in sympy().fraction(sympy().cancel(derivative)):
        monomials = sympy().Poly(part, kernel).terms()
        if any(m[0] % step for m, _ in monomials):
            return None
        parts.append(sympy().Add(*[c * unknown ** (m[0] // step) for m, c in monomials]))
    return parts[0] / parts[1]


def _turned(kernels: Kernels, fraction: Any) -> Any:
    """Return the fraction in `exp(-u)` where that takes `exp(u)` out of the numerator, else as it is."""
    above, below = sympy().fraction(fraction)
    for kernel, name in kernels.names.items():
        if not isinstance(kernel, sympy().exp) or not below.has(name):
            continue
        numerator, denominator = sympy().Poly(above, name), sympy().Poly(below, name)
        if numerator.degree() == denominator.degree() == 1 and numerator.nth(0) == 0:
            inverse = sympy().exp(-kernel.args[0])
            turned = kernels.restored(denominator.nth(1) + denominator.nth(0) * inverse)
            return kernels.restored(numerator.nth(1)) / sympy().powsimp(turned, combine="exp")
    return kernels.restored(fraction)
