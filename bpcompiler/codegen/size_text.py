"""The text of sizes: `x.shape[0] - 1`, or the user's own name for it, `n - 1`; and of whole shapes."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager

from bpcompiler.codegen.wrapping import enclosed
from bpcompiler.ir import sizes
from bpcompiler.ir.equations import Block, Operand, Value
from bpcompiler.ir.sizes import Dim, Factor, Opaque, Size, Symbol
from bpcompiler.ir.types import Array, Aval, Scalar
from bpcompiler.primitives.declare import shape_text


class SizeText:
    """Knows where each symbol of a program can be read, and which variables hold which sizes.

    `counted`: the arrays whose size the user writes `len(x)`.
    """

    def __init__(self, block: Block, name: Callable[[Value], str], counted: Container[Operand] = ()) -> None:
        self._symbols: dict[Symbol, str] = {}
        self._variables: dict[Size, str] = {}
        self._arrays: dict[str, Array] = {}
        for value in block.params:
            self._bind(value, name(value), by_len=value in counted)
            self.hold(value.aval, name(value))

    def _bind(self, value: Value, name: str, *, by_len: bool) -> None:
        aval = value.aval
        if isinstance(aval, Array):
            for axis, size in enumerate(aval.shape):
                if (symbol := sizes.as_symbol(size)) is not None:
                    text = f"len({name})" if by_len and axis == 0 else f"{name}.shape[{axis}]"
                    self._symbols.setdefault(symbol, text)
        elif aval.size is not None and (symbol := sizes.as_symbol(aval.size)) is not None:
            self._symbols.setdefault(symbol, name)

    def bind(self, aval: Aval, text: str) -> None:
        """Take note that a symbol is what this expression is, from here on."""
        if (
            isinstance(aval, Scalar)
            and aval.size is not None
            and (s := sizes.as_symbol(aval.size)) is not None
        ):
            self._symbols[s] = text
            self._variables.pop(aval.size, None)

    @contextmanager
    def scope(self) -> Iterator[None]:
        """Forget at the end what was taken note of meanwhile."""
        before = dict(self._symbols), dict(self._variables), dict(self._arrays)
        yield
        self._symbols, self._variables, self._arrays = before

    def define(self, aval: Scalar, variable: str) -> None:
        """Take note that from here on a variable holds a size."""
        if isinstance(aval.size, Dim):
            self._variables.setdefault(aval.size, variable)

    def hold(self, aval: Aval, variable: str) -> None:
        """Take note that from here on a variable holds an array. Another one in it will be of that type."""
        if isinstance(aval, Array):
            self._arrays.setdefault(variable, aval)

    def is_like(self, aval: Aval, variable: str) -> bool:
        """Return whether a variable holds an array of this type."""
        return self._arrays.get(variable) == aval

    def shape(self, shape: tuple[Size, ...]) -> str:
        """Return the text of the shape of an array at hand, `A.shape`, or of a tuple."""
        if len(shape) > 1 and any(isinstance(size, Dim) for size in shape):
            named = any(size in self._variables for size in shape)
            found = next((name for name, aval in self._arrays.items() if aval.shape == shape), "")
            if found and not named:
                return f"{found}.shape"
        return shape_text(map(self, shape))

    def __call__(self, size: Size) -> str:
        """Return the text of a size, to stand between commas or brackets."""
        if isinstance(size, int):
            return str(size)
        if size in self._variables:
            return self._variables[size]
        terms = sorted(size.terms, key=_rank)
        text = " + ".join(self._term(monomial, coefficient) for monomial, coefficient in terms)
        return text.replace("+ -", "- ")

    def _term(self, monomial: tuple[Factor, ...], coefficient: int) -> str:
        if not monomial:
            return str(coefficient)
        alone = len(monomial) == 1 and coefficient == 1
        factors = " * ".join(self._factor(factor, alone=alone) for factor in monomial)
        if coefficient in (1, -1):
            return factors if coefficient == 1 else f"-{factors}"
        return f"{coefficient} * {factors}"

    def _factor(self, factor: Factor, *, alone: bool) -> str:
        if isinstance(factor, Symbol):
            single = Dim((((factor,), 1),))
            text = self._variables.get(single) or self._symbols[factor]
            return text if alone else _as_operand(text, " ")
        return self._opaque(factor) if alone else _as_operand(self._opaque(factor), " ")

    def _opaque(self, factor: Opaque) -> str:
        left, right = self(factor.left), self(factor.right)
        if factor.operation in ("max", "min"):
            return f"{factor.operation}({left}, {right})"
        sign = "//" if factor.operation == "floordiv" else "%"
        return f"{_as_operand(left, '+-')} {sign} {_as_operand(right, '+-*/% ')}"


def _rank(term: tuple[tuple[Factor, ...], int]) -> int:
    """`n - 1 - i`: what is added comes first, numbers stand before what is taken away."""
    monomial, coefficient = term
    return 1 if not monomial else 0 if coefficient > 0 else 2


def _as_operand(text: str, loose: str) -> str:
    is_call = text.startswith(("max(", "min(", "len(")) and enclosed(text[3:]) == text[4:-1]
    return f"({text})" if any(sign in text for sign in loose) and not is_call else text
