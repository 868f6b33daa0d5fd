"""The lowering of every structural primitive: an explicit list of families."""

from __future__ import annotations

from bpcompiler.ir.program import Program
from bpcompiler.lowering import (
    accumulation,
    determinants,
    indexing,
    linalg,
    lower,
    movement,
    order,
    products,
    reductions,
    regions,
    storing,
    tapes,
)
from bpcompiler.lowering.hoisting import hoisted

for family in (
    *(reductions, order, movement, indexing, products, accumulation, linalg, determinants),
    *(regions, storing, tapes),
):
    lower.RULES.update(family.RULES)


def lowered(program: Program) -> Program:
    """Return the program in loops over elements."""
    return hoisted(lower.lower(program))
