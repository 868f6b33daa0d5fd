"""How many turns a chunk has, and how many chunks a loop.

They depend on the sizes of arguments alone: so what is added up does not depend on the threads.
"""

from __future__ import annotations

from dataclasses import dataclass

from bpcompiler.ir import sizes
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.sizes import Size, Symbol
from bpcompiler.primitives.creation import size_value
from bpcompiler.primitives.regions import as_size

WORTH = 400_000  # additions in a chunk: 30 to 100 us, some times what it takes to start a thread
MOST = 64  # chunks of a loop
MOST_WITH_ARRAYS = 16  # if each has arrays of its own to add up


@dataclass(frozen=True, slots=True)
class Lengths:
    """Of a loop up to `stop`: symbols for the turns in a chunk, the chunks, and the chunk at hand."""

    stop: Size
    step: int
    turns: Size
    chunks: Size
    chunk: Size


def lengths_of(emit: Builder, stop: Size, step: int, work: Size, most: int, number: int) -> Lengths:
    """Add the equations that say how long the chunks of `range(0, stop, step)` are, for this work in a turn.

    `number` tells the symbols from those of other loops.
    """
    count = sizes.floordiv(stop + step - 1, step)
    least = sizes.floordiv(WORTH, work + 1)
    turns = _named(emit, "turns", sizes.maximum(least, sizes.floordiv(count, most)) + 1, number)
    chunks = _named(emit, "chunks", sizes.floordiv(count + turns - 1, turns), number)
    return Lengths(stop, step, turns, chunks, sizes.symbol(f"chunk#{number}"))


def _named(emit: Builder, name: str, size: Size, number: int) -> Size:
    """Return the symbol of a size that gets a variable."""
    symbol = Symbol(f"{name}#{number}")
    value = emit.one(as_size, emit.one(size_value, size=size), symbol=symbol)
    emit.names[value] = name
    return sizes.symbol(symbol.name)
