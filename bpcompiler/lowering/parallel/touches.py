"""What a loop does to each buffer, and with which of its indices.

The index of a loop may be said by other values: a size that is the index, NumPy's integer of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value, equations_of
from bpcompiler.ir.sizes import Dim, Symbol, as_symbol
from bpcompiler.ir.types import INT64, Scalar
from bpcompiler.lowering.fusion.memory import Memory
from bpcompiler.lowering.fusion.ranges import Sizes, size_of
from bpcompiler.primitives.arithmetic import add
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

    def __init__(self, loop: Equation, memory: Memory, sizes: Sizes) -> None:
        self._memory = memory
        self._index = dict(_indices(loop.blocks[0], {}))
        self._turn = set(_places_of_turn(loop, self.index, sizes))
        self.of: dict[Value, list[Touch]] = {}
        for eqn in equations_of(loop.blocks[0]):
            for access in () if eqn.blocks else memory.of(eqn):
                places = None if access.indices is None else tuple(map(self.index, access.indices))
                touch = Touch(eqn, access.buffer, access.view, places, access.writes)
                self.of.setdefault(access.buffer, []).append(touch)

    def is_in(self, array: Value, buffer: Value) -> bool:
        """Return whether an array lives in a buffer."""
        return self._memory.buffer(array) is buffer

    def is_own(self, place: Operand) -> bool:
        """Return whether no other turn has this index: it is the loop's, or one of its strip."""
        return place in self._turn

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


def _places_of_turn(loop: Equation, index: Callable[[Operand], Operand], known: Sizes) -> Iterator[Operand]:
    """Yield the loop's index, and what is the index plus less than a step: `start + j`."""
    own, step = loop.blocks[0].params[0], loop.operands[2]
    yield own
    inner = [eqn for eqn in equations_of(loop.blocks[0]) if eqn.primitive is for_]
    short = {eqn.blocks[0].params[0] for eqn in inner if _is_at_most(eqn, step, known)}
    for eqn in equations_of(loop.blocks[0]):
        if eqn.primitive is add:
            places = {index(operand) for operand in eqn.operands}
            if own in places and len(places) == 2 and places & short:
                yield eqn.output


def _is_at_most(loop: Equation, step: Operand, known: Sizes) -> bool:
    """Whether the index of a loop stays below a step."""
    start, stop, own_step = loop.operands[:3]
    size = size_of(stop, known)
    symbol = as_symbol(size) if isinstance(size, Dim) else None
    most = size if isinstance(size, int) else None if symbol is None else symbol.most
    counts_up = all(isinstance(operand, Literal) and operand.value >= 0 for operand in (start, own_step))
    return counts_up and isinstance(step, Literal) and most is not None and most <= step.value


def _symbol(index: Value) -> tuple[Symbol, ...]:
    size = index.aval.size if isinstance(index.aval, Scalar) else None
    symbol = None if size is None else as_symbol(size)
    return () if symbol is None else (symbol,)
