"""Scalar expressions: the grammar, its text, and a few walks over it.

    Expr  ::= Call(op, args) | Symbol(name) | Const(value)
    op    ::= "add" | "sub" | "mul" | "div" | "neg" | "pow" | "exp" | ...     (operations.py)

The text is Python's: `str(parse("1.0/(1+exp(-a))")) == "1.0 / (1 + exp(-a))"`. Literals are printed by
`repr`, so they come back bit for bit, and parentheses only stand where the evaluation order needs them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Call:
    """An operation on its arguments."""

    op: str
    args: tuple[Expr, ...]

    def __str__(self) -> str:
        return _text(self)[0]


@dataclass(frozen=True, slots=True)
class Symbol:
    """An input of the stage, or `y`, its output."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, eq=False)
class Const:
    """A literal. Equal only to the same literal: neither `1 == 1.0` nor `0.0 == -0.0` holds here."""

    value: int | float

    def __str__(self) -> str:
        kind = float if isinstance(self.value, float) else int
        return kind.__repr__(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Const) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


Expr: TypeAlias = Call | Symbol | Const

OUTPUT = Symbol("y")  # the stage's own output, in a derivative
ZERO, ONE, TWO = Const(0), Const(1), Const(2)

_INFIX = {"add": ("+", 1), "sub": ("-", 1), "mul": ("*", 2), "div": ("/", 2)}
_NEG, _POW, _ATOM = 3, 4, 5
_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Pow: "pow",
}  # fmt: skip
_NUMBER_NAMES = {"inf": Const(float("inf")), "nan": Const(float("nan"))}


def _text(expr: Expr) -> tuple[str, int]:
    """Return the text and how tightly its outermost operator binds."""
    if not isinstance(expr, Call):
        text = str(expr)
        return text, _NEG if text.startswith("-") else _ATOM
    if expr.op in _INFIX:
        sign, level = _INFIX[expr.op]
        return f"{_wrapped(expr.args[0], level)} {sign} {_wrapped(expr.args[1], level + 1)}", level
    if expr.op == "neg":
        return f"-{_wrapped(expr.args[0], _POW)}", _NEG
    if expr.op == "pow":
        return f"{_wrapped(expr.args[0], _ATOM)}**{_wrapped(expr.args[1], _NEG)}", _POW
    return f"{expr.op}({', '.join(str(arg) for arg in expr.args)})", _ATOM


def _wrapped(expr: Expr, level: int) -> str:
    text, own = _text(expr)
    return text if own >= level else f"({text})"


@lru_cache(4096)
def parse(text: str) -> Expr:
    """Return the expression that a text stands for. Raises ValueError where it is not in the grammar."""
    try:
        return _read(ast.parse(text, mode="eval").body)
    except (SyntaxError, RecursionError) as error:
        raise ValueError(f"not an expression: {text!r}") from error


def _read(tree: ast.expr) -> Expr:
    match tree:
        case ast.BinOp(left, operator, right) if type(operator) in _OPERATORS:
            return Call(_OPERATORS[type(operator)], (_read(left), _read(right)))
        case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as value)):
            return Const(-value)
        case ast.UnaryOp(ast.USub(), operand):
            return _negative(_read(operand))
        case ast.Call(ast.Name(op), args, []):
            return Call(op, tuple(_read(arg) for arg in args))
        case ast.Name(name):
            return _NUMBER_NAMES.get(name) or Symbol(name)
        case ast.Constant(int() | float() as value) if not isinstance(value, bool):
            return Const(value)
    raise ValueError(f"not in the grammar: {ast.unparse(tree)!r}")


def _negative(expr: Expr) -> Expr:
    """`-inf` is a literal like `-2`; everything else is a negation."""
    if isinstance(expr, Const) and expr in _NUMBER_NAMES.values():
        return Const(-expr.value)
    return Call("neg", (expr,))


def walk(expr: Expr) -> Iterator[Expr]:
    """Yield the expression and everything in it, operands after their operation, left to right."""
    yield expr
    if isinstance(expr, Call):
        for arg in expr.args:
            yield from walk(arg)


def symbols(expr: Expr) -> tuple[str, ...]:
    """Return the names in order of first occurrence."""
    return tuple(dict.fromkeys(part.name for part in walk(expr) if isinstance(part, Symbol)))


def size(expr: Expr) -> int:
    """Return the number of operations."""
    return sum(isinstance(part, Call) for part in walk(expr))


def substitute(expr: Expr, replacements: Mapping[str, Expr]) -> Expr:
    """Return the expression with symbols replaced, all at once."""
    if isinstance(expr, Symbol):
        return replacements.get(expr.name, expr)
    if isinstance(expr, Call):
        return Call(expr.op, tuple(substitute(arg, replacements) for arg in expr.args))
    return expr
