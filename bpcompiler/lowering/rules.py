"""The lowering of every structural primitive: an explicit list of families."""

from __future__ import annotations

from bpcompiler.ir.program import Program
from bpcompiler.lowering import indexing, lower, movement, order, products, reductions

for family in (reductions, order, movement, indexing, products):
    lower.RULES.update(family.RULES)


def lowered(program: Program) -> Program:
    """Return the program in loops over elements."""
    return lower.lower(program)
