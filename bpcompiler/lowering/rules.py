"""The lowering of every structural primitive: an explicit list of families."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Symbol
from bpcompiler.lowering import (
    accumulation,
    determinants,
    draws,
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
from bpcompiler.lowering.fusion.contraction import contracted
from bpcompiler.lowering.fusion.fuse import fused
from bpcompiler.lowering.fusion.gathering.gathered import gathered
from bpcompiler.lowering.fusion.numbering import numbered
from bpcompiler.lowering.fusion.plain_indices import with_plain_indices
from bpcompiler.lowering.fusion.recomputing import recomputed
from bpcompiler.lowering.fusion.reuse import reused
from bpcompiler.lowering.fusion.single_turns import without_single_turns
from bpcompiler.lowering.fusion.unread import without_unread
from bpcompiler.lowering.hoisting import hoisted
from bpcompiler.lowering.interchange.interchange import interchanged
from bpcompiler.lowering.interchange.profit import Lengths
from bpcompiler.lowering.invariants import with_calls_in_front
from bpcompiler.lowering.kept_arrays import with_kept_arrays
from bpcompiler.lowering.strips.in_strips import in_strips
from bpcompiler.lowering.strips.profit import Profit
from bpcompiler.lowering.strips.room import with_room
from bpcompiler.lowering.unit_products import without_unit_products

for family in (
    *(reductions, order, movement, indexing, products, accumulation, linalg, determinants),
    *(draws, regions, storing, tapes),
):
    lower.RULES.update(family.RULES)


Pass = Callable[[Program], Program]
Check = Callable[[Program, str], Program]
FUSION: tuple[Pass, ...] = (
    *(without_single_turns, recomputed, without_unread),
    *(fused, numbered, without_unread),
    *(contracted, numbered, without_unread),
)
# Of derivatives only: the order of their sums is open.
SUMS: tuple[Pass, ...] = (with_plain_indices, gathered, fused, numbered, without_unread)


def lowered(
    program: Program,
    checked: Check = lambda program, after: program,
    passes: Sequence[Pass] = FUSION,
    sizes: Mapping[Symbol, int] | None = None,
    late: Sequence[Pass] = (),
    sums: Sequence[Pass] = SUMS,
) -> Program:
    """Return the program in few loops over elements; `checked` is asked between the passes.

    `sizes`: of the call at hand. They decide on the form of loops, which are right for all sizes. `late`:
    passes on loops that have taken their form, in front of the last one.
    """
    if sizes:
        program = checked(without_unit_products(program), without_unit_products.__name__)
        program = checked(in_strips(program, Profit(sizes)), in_strips.__name__)
    program = with_kept_arrays(lower.lower(program))
    if sizes:
        program = checked(interchanged(program, Lengths(sizes)), interchanged.__name__)
    for step in (*passes, *sums):
        program = checked(step(program), step.__name__)
    for step in (with_room, reused, hoisted, with_calls_in_front, *late, reused):
        program = checked(step(program), getattr(step, "__name__", "a late pass"))
    return program
