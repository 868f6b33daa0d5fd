"""To SymPy and back. SymPy only ever sees exact numbers and symbols, never a rounded literal.

Small numbers (2, 0.5) are exact. Every other literal is a symbol with its sign as an assumption, so that it
comes back as it was written. An operation that SymPy lacks, or would rewrite into a form that loses
digits (log1p), is a function that SymPy knows nothing of but its partials.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any

from bpcompiler.transforms.symbolic.algebra import difference_of_literals, number, plain, product, total
from bpcompiler.transforms.symbolic.expression import OUTPUT, Call, Const, Expr, Symbol, walk
from bpcompiler.transforms.symbolic.libraries import sympy
from bpcompiler.transforms.symbolic.operations import OPERATIONS, partial_of

_LARGEST_EXACT = 64


class UntranslatableError(Exception):
    """SymPy answered with something that is no expression here: a complex number, Piecewise, Abs ..."""


@cache
def _functions() -> dict[str, Callable[..., Any]]:
    """Return SymPy's function for each operation."""
    arithmetic: dict[str, Callable[..., Any]] = {
        "add": lambda a, b: a + b,
        "sub": lambda a, b: a - b,
        "mul": lambda a, b: a * b,
        "div": lambda a, b: a / b,
        "neg": lambda a: -a,
        "pow": lambda a, b: a**b,
        "square": lambda a: a**2,
        "reciprocal": lambda a: 1 / a,
    }
    named = {name: getattr(sympy(), op.sympy) for name, op in OPERATIONS.items() if op.sympy}
    opaque = {name: _opaque(name) for name in OPERATIONS if name not in named | arithmetic}
    return arithmetic | named | opaque


def _opaque(name: str) -> Any:
    """Return a function that SymPy can differentiate by the table's partials and cannot evaluate."""

    def fdiff(self: Any, argindex: int = 1) -> Any:
        known = dict(zip("ab", self.args, strict=False)) | {"y": self}
        return Translation(known).to_sympy(partial_of(name, argindex - 1))

    arity = len(OPERATIONS[name].partials)
    return type(name, (sympy().Function,), {"fdiff": fdiff, "nargs": arity, "is_real": True})


@dataclass(slots=True)
class Translation:
    """The symbols of one stage in both worlds."""

    symbols: dict[str, Any] = field(default_factory=dict)
    literals: dict[str, Const] = field(default_factory=dict)
    spellings: dict[Any, Expr] = field(default_factory=dict)

    def spell_like(self, stage: Expr) -> None:
        """From now on write the stage's own parts as the stage does, and the stage itself as `y`."""
        self.spellings = {self.to_sympy(part): part for part in walk(stage) if isinstance(part, Call)}
        self.spellings[self.to_sympy(stage)] = OUTPUT

    def to_sympy(self, expr: Expr) -> Any:
        """Return SymPy's expression."""
        match expr:
            case Symbol(name):
                return self._symbol(name)
            case Const():
                return self._number(expr)
        return _functions()[expr.op](*[self.to_sympy(arg) for arg in expr.args])

    def _symbol(self, name: str) -> Any:
        return self.symbols.setdefault(name, sympy().Symbol(name, real=True))

    def _number(self, literal: Const) -> Any:
        value = literal.value
        if abs(value) <= _LARGEST_EXACT and plain(value) and Fraction(value).denominator <= _LARGEST_EXACT:
            exact = Fraction(value)
            return sympy().Rational(exact.numerator, exact.denominator)
        name = f"literal {literal}"
        self.literals[name] = literal
        sign = {"positive": True} if value > 0 else {"negative": True} if value < 0 else {"real": True}
        return sympy().Symbol(name, **sign)

    def from_sympy(self, answer: Any) -> Expr:
        """Return the expression, its terms and factors in our order. Raises UntranslatableError."""
        if answer in self.spellings and not answer.is_Number:
            return self.spellings[answer]
        if answer.is_Add and -answer in self.spellings:
            return Call("neg", (self.spellings[-answer],))
        if answer.is_Symbol:
            return self.literals.get(answer.name) or Symbol(answer.name)
        if answer.is_Rational:
            return number(Fraction(answer.p, answer.q))
        if answer.is_Add:
            return total([self.from_sympy(term) for term in _ordered(answer.args)])
        if answer.is_Mul:
            return self._from_mul(answer)
        if answer.is_Pow:
            base, exponent = answer.args
            if _is_negative(exponent):
                return product([], [self._power(base, -exponent)])
            return self._power(base, exponent)
        return self._from_function(answer)

    def _from_mul(self, answer: Any) -> Expr:
        above: list[Expr] = []
        below: list[Expr] = []
        for factor in _ordered(answer.args):
            if factor.is_Pow and _is_negative(factor.args[1]):
                below.append(self._power(factor.args[0], -factor.args[1]))
            elif factor.is_Rational:
                above.append(Const(int(factor.p)))
                below.append(Const(int(factor.q)))
            else:
                above.append(self.from_sympy(factor))
        return product(above, below)

    def _power(self, base: Any, exponent: Any) -> Expr:
        inner = self.from_sympy(base)
        if exponent == 1:
            return inner
        if exponent.is_Rational and exponent.p == 1 and exponent.q == 2:
            return Call("sqrt", (inner,))
        return Call("pow", (inner, _folded(self.from_sympy(exponent))))

    def _from_function(self, answer: Any) -> Expr:
        for name, function in _functions().items():
            if isinstance(function, type) and answer.func is function:
                return Call(name, tuple(self.from_sympy(arg) for arg in answer.args))
        raise UntranslatableError(f"{answer.func.__name__} is no operation here")


def _folded(exponent: Expr) -> Expr:
    """Return an exponent such as `0.3 - 1` as the one literal that it is."""
    match exponent:
        case Call("sub", (Const(left), Const(int() as right))):
            return difference_of_literals(left, right)
    return exponent


def _is_negative(exponent: Any) -> bool:
    return bool(exponent.is_Rational and exponent < 0)


def _ordered(args: Any) -> list[Any]:
    """Return terms or factors in an order that does not depend on hashes: numbers first, then by text."""
    return sorted(args, key=lambda arg: (not arg.is_Number, arg.is_Add, str(arg)))
