"""Rewrites of derivative code: the docstring of each says what becomes what.

A rewrite is asked about an equation that is wanted, and answers with an operand that stands for it, or None.
It is used only where both have one type. Most are exact bit for bit. Not so, and meant: division by a number
instead of multiplication by its inverse, multiplication by a count instead of a sum, and the convention that
the side of a `where` that was not taken contributes 0.
"""

from __future__ import annotations

from collections.abc import Sequence

from bpcompiler.ir.equations import Primitive
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.arithmetic import add, mul, neg
from bpcompiler.primitives.broadcasting import broadcast_to, expand_dims, squeeze
from bpcompiler.primitives.broadcasting import sum as sum_
from bpcompiler.primitives.creation import zeros_like
from bpcompiler.primitives.declare import Elementwise
from bpcompiler.primitives.indexing import add_at, getslice
from bpcompiler.primitives.piecewise import alias, convert, select
from bpcompiler.primitives.shapes import reshape, transpose
from bpcompiler.transforms.rewrites import arithmetic, broadcasts, shapes, stores
from bpcompiler.transforms.rewrites.common import Rewrite, Wanted

__all__ = ["Wanted", "rewrites_of"]

REWRITES: dict[Primitive, tuple[Rewrite, ...]] = {
    mul: (
        arithmetic.product_of_numbers,
        arithmetic.times_one,
        arithmetic.into_select,
        arithmetic.times_inverse,
        arithmetic.times_count,
        arithmetic.times_negative,
    ),
    add: (arithmetic.plus_zero, arithmetic.plus_negative, arithmetic.plus_same_product),
    neg: (arithmetic.negated,),
    convert: (arithmetic.converted,),
    select: (arithmetic.same_choice,),
    alias: (arithmetic.same,),
    broadcast_to: (broadcasts.broadcast_again,),
    sum_: (broadcasts.sum_of_equals, broadcasts.sum_of_negated),
    squeeze: (broadcasts.of_one_number, shapes.squeezed),
    expand_dims: (broadcasts.of_one_number, shapes.expanded),
    transpose: (broadcasts.of_one_number, shapes.transposed),
    reshape: (broadcasts.of_one_number, shapes.reshaped),
    getslice: (shapes.whole_slice, stores.read_back, broadcasts.of_one_number),
    zeros_like: (shapes.zeros_again,),
    add_at: (
        stores.put_back,
        shapes.added_to_whole,
        stores.added_to_part,
        stores.added_twice,
        broadcasts.added_number,
    ),
    accumulate: (
        arithmetic.plus_zero,
        broadcasts.added_to_number,
        arithmetic.added_to_a_number,
        arithmetic.twice,
    ),
}


def rewrites_of(primitive: Primitive) -> Sequence[Rewrite]:
    """Return the rewrites that a primitive's equations are tried with, in order."""
    own = REWRITES.get(primitive, ())
    return (*own, broadcasts.narrow) if isinstance(primitive, Elementwise) else own
