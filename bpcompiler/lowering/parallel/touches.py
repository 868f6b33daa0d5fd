"""What a loop does to each buffer, and with which of its indices.

The index of a loop may be said by other values: a size that is the index, NumPy's integer of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bpcompiler.ir.equations import Block, Equation, Operand, Value, equations_of
from bpcompiler.ir.sizes import Symbol, as_symbol
from bpcompiler.ir.types import INT64, Scalar
from bpcompiler.lowering.fusion.memory import Memory
from bpcompiler.primitives.creation import size_value
from bpcompiler.primitives.loops import for_, load, store
from bpcompiler.primitives.piecewise import convert

Places = tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Touch:
    """One reading or writing. `places` are the indices, None where it may be of any part."""

    eqn: Equation
    buffer: Value
    view: Value
    places: Places | None
    writes: bool


class Touches:
    """Everything that a loop does to arrays, by buffer."""

    def __init__(self, loop: Equation, memory: Memory) -> None:
        self._index = dict(_indices(loop.blocks[0], {}))
        self.of: dict[Value, list[Touch]] = {}
        for eqn in equations_of(loop.blocks[0]):
            for access in () if eqn.blocks else memory.of(eqn):
                touch = Touch(eqn, access.buffer, access.view, self.places(eqn), access.writes)
                self.of.setdefault(access.buffer, []).append(touch)

    def places(self, eqn: Equation) -> Places | None:
        """Return where an element is loaded or stored, in terms of the loops' indices."""
        if eqn.primitive not in (load, store):
            return None
        first = 1 if eqn.primitive is load else 2
        return tuple(map(self.index, eqn.operands[first:]))

    def index(self, operand: Operand) -> Operand:
        """Return the index of a loop that an operand is; the operand itself if it is another number."""
        return self._index.get(operand, operand) if isinstance(operand, Value) else operand


def _indices(body: Block, known: Mapping[Symbol, Value]) -> Iterator[tuple[Value, Value]]:
    """Yield (value, the index that it is) for the body of a loop and the loops in it."""
    index = body.params[0]
    found = {index: index}
    symbols = {**known, **dict.fromkeys(_symbol(index), index)}
    yield from _in_block(body, found, symbols)


def _in_block(
    block: Block, found: dict[Value, Value], symbols: Mapping[Symbol, Value]
) -> Iterator[tuple[Value, Value]]:
    for eqn in block.equations:
        same = _same_index(eqn, found, symbols)
        if same is not None:
            found[eqn.output] = same
            yield eqn.output, same
        for inner in eqn.blocks:
            if eqn.primitive is for_:
                yield from _indices(inner, symbols)
            else:
                yield from _in_block(inner, found, symbols)


def _same_index(eqn: Equation, found: Mapping[Value, Value], symbols: Mapping[Symbol, Value]) -> Value | None:
    if eqn.primitive is size_value:
        symbol = as_symbol(eqn.attrs["size"])
        return None if symbol is None else symbols.get(symbol)
    if eqn.primitive is convert and eqn.output.aval.dtype is INT64:
        operand = eqn.operands[0]
        return found.get(operand) if isinstance(operand, Value) else None
    return None


def _symbol(index: Value) -> tuple[Symbol, ...]:
    size = index.aval.size if isinstance(index.aval, Scalar) else None
    symbol = None if size is None else as_symbol(size)
    return () if symbol is None else (symbol,)
