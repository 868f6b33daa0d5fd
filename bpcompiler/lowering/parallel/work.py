"""How much a turn of a loop does, as a size: so that chunks are worth a thread, whatever the arguments.

The unit is an addition. A loop inside counts as often as it runs, where that is a size; else TURNS times.
"""

from __future__ import annotations

from collections.abc import Container

from bpcompiler.ir import sizes
from bpcompiler.ir.equations import Block, Equation, equations_of
from bpcompiler.ir.sizes import Dim, Monomial, Size, Symbol, as_symbol
from bpcompiler.lowering.fusion.ranges import Sizes, size_of
from bpcompiler.primitives import arithmetic, piecewise, simd
from bpcompiler.primitives.creation import size_value
from bpcompiler.primitives.loops import for_, load, store
from bpcompiler.primitives.regions import as_size

TURNS = 16
FUNCTION, DIVISION = 16, 4
FREE = {size_value, as_size}
MOVES = {load, store, piecewise.convert}
COSTS = {**dict.fromkeys(simd.FUNCTIONS, FUNCTION), arithmetic.div: DIVISION}


def work_of(body: Block, known: Container[Symbol], loops: Sizes) -> Size:
    """Return what a turn of a loop with this body costs: its greatest terms, over symbols known there."""
    return _greatest(_work(body, known, loops))


def only_moves(loop: Equation) -> bool:
    """Return whether a loop computes nothing: one thread may move numbers as fast as memory takes them."""
    inside = (eqn.primitive for block in loop.blocks for eqn in equations_of(block))
    return all(primitive in FREE | MOVES or primitive is for_ for primitive in inside)


def _work(block: Block, known: Container[Symbol], loops: Sizes) -> Size:
    total: Size = 0
    for eqn in block.equations:
        total = total + _work_of_equation(eqn, known, loops)
    return total


def _work_of_equation(eqn: Equation, known: Container[Symbol], loops: Sizes) -> Size:
    if not eqn.blocks:
        return 0 if eqn.primitive in FREE else COSTS.get(eqn.primitive, 1)
    once: Size = 0
    for block in eqn.blocks:
        once = once + _work(block, known, loops)
    if eqn.primitive is not for_:
        return once
    stop = size_of(eqn.operands[1], loops)
    symbol = as_symbol(stop) if isinstance(stop, Dim) else None
    if symbol is not None and symbol.most is not None:
        return once * symbol.most
    if stop is None or not sizes.is_nonnegative(stop) or any(s not in known for s in sizes.symbols(stop)):
        return once * TURNS
    return once * stop


def _greatest(work: Size) -> Size:
    """Return the size without the terms that another one is a multiple of."""
    if not isinstance(work, Dim):
        return work
    monomials = [monomial for monomial, _ in work.terms]
    kept = [(m, count) for m, count in work.terms if not any(_divides(m, other) for other in monomials)]
    return Dim(tuple(kept))


def _divides(one: Monomial, other: Monomial) -> bool:
    left = list(other)
    for factor in one:
        if factor not in left:
            return False
        left.remove(factor)
    return bool(left)
