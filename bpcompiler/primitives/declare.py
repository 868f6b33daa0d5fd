"""The forms of a declaration.

    Elementwise   y[i] = f(x[i], ...), operands broadcast. Its derivative is diagonal, so one rule, how a
                  change `t` passes from an operand to the output, serves both modes.
        smooth    the rule is a formula, derived by SymPy from the operation of the same name
        passes    the rule is written here: `passes[i](emit, t, operands, y)`; None: derivative zero
    Structural    moves or sums elements.
        linear    linear in the operands `linear_in`; the adjoint is `transpose(emit, ct, eqn, i)`
        pull/push anything else: `pull(emit, ct, eqn, i)` and `push(emit, tangent, eqn, i)`

Both modes follow from that; broadcasting, accumulation and zeros are the engine's. In a rule: `emit` adds
equations, `t` or `ct` is the change or cotangent, `y` the output, `eqn` the primal equation.

Text is a `Text`: the source of an expression and how tightly it binds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bpcompiler.ir import sizes
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Operand, Primitive, Value
from bpcompiler.ir.inequalities import follows
from bpcompiler.ir.sizes import Size

Pass = Callable[[Builder, Operand, Sequence[Operand], Value], Operand]
Pull = Callable[[Builder, Operand, Equation, int], Operand]

# How tightly an expression binds, as in Python's grammar.
LAMBDA, TERNARY, OR, AND, NOT, COMPARE, BITOR, BITXOR, BITAND = range(9)
SUM, PRODUCT, UNARY, POWER, ATOM = 10, 11, 12, 13, 15

TWO_NUMBERS = ((-2.0, 2.0), (-2.0, 2.0))
TRUTH = (False, True)  # the domain of an operand that is a bool


@dataclass(frozen=True, slots=True)
class Text:
    """The source of an expression, and its precedence."""

    source: str
    precedence: int = ATOM

    def within(self, precedence: int) -> str:
        """Return the source, in parentheses where it binds less tightly than `precedence`."""
        return self.source if self.precedence >= precedence else f"({self.source})"

    def __str__(self) -> str:
        return self.source


@dataclass(frozen=True, slots=True)
class Writer:
    """What a text rule may ask: the text of a size, and whether Numba or a reader gets the text.

    `whole`: the text of a shape, where that may be another one than that of its sizes. `known`: sizes that
    are not negative.
    """

    size: Callable[[Size], str]
    lowered: bool = False
    whole: Callable[[tuple[Size, ...]], str] | None = None
    known: Sequence[Size] = ()

    def shape(self, shape: tuple[Size, ...]) -> str:
        """Return the text of a shape: `n`, or a tuple."""
        return self.whole(shape) if self.whole is not None else shape_text(map(self.size, shape))

    def room(self, shape: Sequence[Size]) -> str:
        """Return the text of the shape of an array that the compiler makes; the user's own have been checked.

        What a loop computes may be made room for in front of the loop, which may have no turn because a size
        is too small for it.
        """
        return self.shape(tuple(n if follows(n, self.known, 2) else sizes.maximum(n, 0) for n in shape))


def shape_text(parts: Iterable[str]) -> str:
    """Return `n`, or `(n, m)`."""
    texts = list(parts)
    return texts[0] if len(texts) == 1 else f"({', '.join(texts)})"


WriteText = Callable[[Writer, Equation, Sequence[Text]], Text]


@dataclass(frozen=True, eq=False)
class Declared(Primitive):
    """What every declaration has: its meaning on NumPy values, and its text.

    `quotes`: functions that the staged text calls, whose own text stands in the same file.
    """

    evaluate: Callable[..., Any] = field(repr=False, kw_only=True)
    text: WriteText = field(repr=False, kw_only=True)
    quotes: tuple[Callable[..., Any], ...] = field(default=(), repr=False, kw_only=True)


@dataclass(frozen=True, eq=False)
class Elementwise(Declared):
    """See the module's docstring. `domain` is where tests sample the operands."""

    smooth: bool = field(default=False, kw_only=True)
    passes: Mapping[int, Pass] = field(default_factory=dict, repr=False, kw_only=True)
    domain: tuple[tuple[float, float], ...] = field(default=((-2.0, 2.0),), repr=False, kw_only=True)


@dataclass(frozen=True, eq=False)
class Structural(Declared):
    """See the module's docstring. `jointly`: linear in its operands together, not in each apart.

    `annotated`: the other operands only say what those were made of that it is linear in.
    """

    linear_in: tuple[int, ...] | None = field(default=(), kw_only=True)
    jointly: bool = field(default=False, kw_only=True)
    annotated: bool = field(default=False, kw_only=True)
    transpose: Pull | None = field(default=None, repr=False, kw_only=True)
    pull: Pull | None = field(default=None, repr=False, kw_only=True)
    push: Pull | None = field(default=None, repr=False, kw_only=True)

    def is_linear_in(self, index: int) -> bool:
        """Return whether the output is linear in this operand (`linear_in` None: in every one)."""
        return self.transpose is not None and (self.linear_in is None or index in self.linear_in)


def operator_text(sign: str, precedence: int, *, unary: bool = False) -> WriteText:
    """Return the text rule of an operator; the right operand of `-` and its like binds tighter."""

    def write(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
        if unary:
            return Text(f"{sign}{operands[0].within(precedence)}", precedence)
        left, right = operands
        return Text(f"{left.within(precedence)} {sign} {right.within(precedence + 1)}", precedence)

    return write


def call(function: str, *arguments: str, **keywords: str) -> Text:
    """Return the text of a call; a keyword whose text is empty is left out."""
    named = [f"{name}={text}" for name, text in keywords.items() if text]
    return Text(f"{function}({', '.join([*arguments, *named])})")
