"""The text of expressions in a lowered program: variables, typed literals, what stands inside others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import cast

from bpcompiler.codegen.lowered_indices import Indices
from bpcompiler.codegen.lowered_inline import Inline
from bpcompiler.codegen.lowered_variables import Variables, is_same_number
from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Primitive
from bpcompiler.ir.types import BOOL, FLOAT32, FLOAT64, INT64
from bpcompiler.primitives.declare import ATOM, UNARY, Declared, Text, Writer, call
from bpcompiler.primitives.loops import PRODUCTS, load, store

_INDICES: dict[Primitive, int] = {load: 1, store: 2, **PRODUCTS}  # the operands from here on
_PYTHON: dict[object, type] = {FLOAT64: float, FLOAT32: float, INT64: int, BOOL: bool}


class Expressions:
    """Writes operands and right sides."""

    def __init__(self, block: Block, inline: Inline, names: Variables, writer: Writer) -> None:
        self._inline, self._names, self._writer = inline, names, writer
        self.indices = Indices(block, inline)

    def is_inline(self, eqn: Equation) -> bool:
        """Return whether the equation's result is written where it is used."""
        return len(eqn.outputs) == 1 and eqn.output in self._inline

    def operand(self, operand: Operand) -> Text:
        """Return the text of an operand."""
        if isinstance(operand, Literal):
            return _literal(operand)
        if operand in self._inline:
            return self.expression(self._inline[operand])
        return Text(self._names(operand))

    def operands(self, operands: Sequence[Operand]) -> list[str]:
        """Return the texts of operands that stand between commas."""
        return [str(self.operand(operand)) for operand in operands]

    def index(self, operand: Operand) -> Text:
        """Return the text of an index into an array; it is in bounds and not negative."""
        text = self.operand(operand)
        return text if self.indices.is_plain(operand) else call("unsigned", str(text))

    def expression(self, eqn: Equation) -> Text:
        """Return the text of an equation's right side."""
        texts = [self.operand(operand) for operand in eqn.operands]
        first = _INDICES.get(eqn.primitive, len(texts))
        texts[first:] = map(self.index, eqn.operands[first:])
        if eqn.outputs and is_same_number(eqn):
            return texts[0]
        return cast(Declared, eqn.primitive).text(self._writer, eqn, texts)


def _literal(operand: Literal) -> Text:
    """A number of exactly the operand's type: Numba takes `1` for an integer."""
    dtype = operand.aval.dtype
    text = number_text(_PYTHON[dtype](operand.value))
    if dtype is FLOAT32:
        return Text(f"np.float32({text})")
    return Text(text, UNARY if text.startswith("-") else ATOM)


def number_text(value: bool | int | float) -> str:
    """Return the text of a number, of an infinity or of NaN."""
    if isinstance(value, float) and not math.isfinite(value):
        return "math.nan" if math.isnan(value) else "math.inf" if value > 0 else "-math.inf"
    return repr(value)
