"""The text of sizes: `x.shape[0] - 1`, or the user's own name for it, `n - 1`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bpcompiler.ir import sizes
from bpcompiler.ir.equations import Block, Value
from bpcompiler.ir.sizes import Dim, Factor, Opaque, Size, Symbol
from bpcompiler.ir.types import Array, Aval, Scalar


class SizeText:
    """Knows where each symbol of a program can be read, and which variables hold which sizes."""

    def __init__(self, block: Block, name: Callable[[Value], str]) -> None:
        self._symbols: dict[Symbol, str] = {}
        self._variables: dict[Size, str] = {}
        for value in block.params:
            self._bind(value, name)

    def _bind(self, value: Value, name: Callable[[Value], str]) -> None:
        aval = value.aval
        if isinstance(aval, Array):
            for axis, size in enumerate(aval.shape):
                if (symbol := sizes.as_symbol(size)) is not None:
                    self._symbols.setdefault(symbol, f"{name(value)}.shape[{axis}]")
        elif aval.size is not None and (symbol := sizes.as_symbol(aval.size)) is not None:
            self._symbols.setdefault(symbol, name(value))

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
        before = dict(self._symbols), dict(self._variables)
        yield
        self._symbols, self._variables = before

    def define(self, aval: Scalar, variable: str) -> None:
        """Take note that from here on a variable holds a size."""
        if isinstance(aval.size, Dim):
            self._variables.setdefault(aval.size, variable)

    def __call__(self, size: Size) -> str:
        """Return the text of a size, to stand between commas or brackets."""
        if isinstance(size, int):
            return str(size)
        if size in self._variables:
            return self._variables[size]
        text = " + ".join(self._term(monomial, coefficient) for monomial, coefficient in size.terms)
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
        return self._opaque(factor) if alone else f"({self._opaque(factor)})"

    def _opaque(self, factor: Opaque) -> str:
        left, right = self(factor.left), self(factor.right)
        if factor.operation in ("max", "min"):
            return f"{factor.operation}({left}, {right})"
        sign = "//" if factor.operation == "floordiv" else "%"
        return f"{_as_operand(left, '+-')} {sign} {_as_operand(right, '+-*/% ')}"


def _as_operand(text: str, loose: str) -> str:
    return f"({text})" if any(sign in text for sign in loose) else text
