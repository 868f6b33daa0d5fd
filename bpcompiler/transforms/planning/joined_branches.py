"""A branch whose adjoint is done where the branch is taken: nothing has to be handed out for it.

    if m > 0.0:                                  if m > 0.0:
        z = math.exp(m)                              z = math.exp(m)
        total += z                                   total += z
    else:                                            dm = z
        total += m                               else:
    if m > 0.0:                                      total += m
        dm = z                                       dm = 1.0
    else:
        dm = 1.0

So it is in the turns of a loop that is joined with its adjoint, if all that the adjoint reads from outside of
the branch is known before it. Elsewhere the forward pass comes first, and is not mixed with anything.
"""

from __future__ import annotations

from dataclasses import replace

from bpcompiler.ir.equations import Equation, equations_of
from bpcompiler.transforms.adjoint_regions import Pair
from bpcompiler.transforms.planning.earlier import Earlier
from bpcompiler.transforms.planning.parts import Around, Parts, Planner, read_from_outside, without_tapes


def with_joined_branch(parts: Parts, pair: Pair, around: Around, plan: Planner) -> Parts | None:
    """Return the parts with one branch for the two; None where that must not be."""
    branch, adjoint = pair.forward, pair.adjoint
    earlier = Earlier(parts.program, parts.count, branch)
    both = [*zip(branch.blocks, adjoint.blocks, strict=True)]
    read = [value for own, back in both for value in read_from_outside(own, back)]
    read += [value for _, back in both for value in earlier.bound_in(equations_of(back))]
    moved = earlier.needed_for(read)
    if moved is None:
        return None
    tapes: list[Equation] = []
    blocks = []
    for own, back in both:
        planned = plan(parts.inside(own, back, back), around)
        parts = parts.named_as(planned)
        block, opened = without_tapes(planned.block)
        blocks.append(block)
        tapes += opened
    outputs = (*branch.outputs, *adjoint.outputs)
    one = replace(branch, outputs=outputs, blocks=tuple(blocks))
    return parts.with_one(pair, [*tapes, one], [], moved, {})
