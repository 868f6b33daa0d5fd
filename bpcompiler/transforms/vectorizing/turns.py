"""The turns of a `for_` as sizes: its index, how many there are, what holds of the index in each."""

from __future__ import annotations

from dataclasses import dataclass

from bpcompiler.ir.equations import Equation, Literal, Operand
from bpcompiler.ir.sizes import Dim, Size, Symbol, as_symbol, maximum
from bpcompiler.ir.types import Array


@dataclass(frozen=True, slots=True)
class Turns:
    """`count` turns; in each, `symbol` stands for the index: `start`, `start + 1`, ..."""

    symbol: Symbol
    start: Size
    count: Size

    @property
    def index(self) -> Size:
        """The index as a size."""
        return Dim((((self.symbol,), 1),))


def turns_of(loop: Equation) -> Turns | None:
    """Return the turns of a `for_` that counts upwards by one between known sizes; else None."""
    start, stop, step = map(size_of, loop.operands[:3])
    symbol = as_symbol(size_of(loop.blocks[0].params[0]) or 0)
    if start is None or stop is None or step != 1 or symbol is None:
        return None
    return Turns(symbol, start, maximum(stop - start, 0))


def facts_of(loop: Equation) -> tuple[Size, ...]:
    """Return sizes that are not negative in any turn of a `for_`."""
    start, stop, step = map(size_of, loop.operands[:3])
    index = size_of(loop.blocks[0].params[0])
    if index is None or start is None or stop is None or not isinstance(step, int) or step == 0:
        return ()
    return (index - start, stop - 1 - index) if step > 0 else (start - index, index - stop - 1)


def size_of(operand: Operand) -> Size | None:
    """Return the size that an integer is, where it is known as one."""
    if isinstance(operand, Literal):
        return operand.value if type(operand.value) is int else None
    return None if isinstance(operand.aval, Array) else operand.aval.size
