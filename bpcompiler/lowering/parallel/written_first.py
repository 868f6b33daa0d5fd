"""Whether a turn writes a whole buffer before it reads any of it: then each chunk may have one of its own.

for j in range(n):
    for k in range(m):
        q[j, k] = ...           the first thing a turn does to q, whatever was in it
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bpcompiler.ir.equations import Block, Equation, Operand, equations_of
from bpcompiler.ir.sizes import Size
from bpcompiler.lowering.fusion.ranges import Sizes, size_of
from bpcompiler.lowering.parallel.reducing import is_number
from bpcompiler.lowering.parallel.touches import Touch, Touches
from bpcompiler.primitives.loops import for_, store


def is_written_first(body: Block, some: Sequence[Touch], touches: Touches, sizes: Sizes) -> bool:
    """Return whether a turn begins with writing every element; `some`: all that it does to the buffer."""
    touching = {touch.eqn for touch in some}
    loops: list[Equation] = []
    block = body
    while (eqn := _first_of(block, touching)) is not None and eqn.primitive is for_:
        loops.append(eqn)
        block = eqn.blocks[0]
    if eqn is None or eqn.primitive is not store or not loops:
        return False
    places = touches.places(eqn)
    if places is None or not _is_everywhere(places, eqn.operands[0].aval.shape, loops, sizes):
        return False
    nest = touching.intersection(equations_of(loops[0].blocks[0]))
    return all(touches.places(inner) == places for inner in nest)


def _first_of(block: Block, touching: Collection[Equation]) -> Equation | None:
    return next((eqn for eqn in block.equations if _touches(eqn, touching)), None)


def _touches(eqn: Equation, touching: Collection[Equation]) -> bool:
    return eqn in touching or any(inner in touching for b in eqn.blocks for inner in equations_of(b))


def _is_everywhere(
    places: Sequence[Operand], shape: Sequence[Size], loops: Sequence[Equation], sizes: Sizes
) -> bool:
    """Whether the places are these loops' indices, each once, and each loop runs through its dimension."""
    by_index = {loop.blocks[0].params[0]: loop for loop in loops}
    if len(places) != len(loops) or set(places) != set(by_index):
        return False
    return all(
        _runs_through(by_index[place], size, sizes)  # type: ignore[index]
        for place, size in zip(places, shape, strict=True)
    )


def _runs_through(loop: Equation, size: Size, sizes: Sizes) -> bool:
    start, stop, step = loop.operands[:3]
    whole = is_number(start, 0) and is_number(step, 1) and not loop.attrs.get("exits")
    return whole and size_of(stop, sizes) == size
