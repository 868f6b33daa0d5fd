"""What only derivatives need: adding a contribution to a cotangent."""

from __future__ import annotations

import numpy as np

from bpcompiler.ir.equations import Attrs, Block
from bpcompiler.ir.types import Aval
from bpcompiler.primitives.declare import SUM, Elementwise, operator_text
from bpcompiler.primitives.type_rules import broadcast_shapes


def _infer(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    """The type of the cotangent so far; a contribution may be broadcast to it, not the other way round."""
    total, contribution = avals
    broadcast_shapes(total.shape, contribution.shape)
    return (total,)


# total + contribution. Printed as `dx += ...` where the buffer of `total` is owned: see `ownership`.
accumulate = Elementwise(
    "accumulate",
    _infer,
    evaluate=np.add,
    text=operator_text("+", SUM),
    passes={0: lambda emit, t, operands, y: t, 1: lambda emit, t, operands, y: t},
    domain=((-2.0, 2.0), (-2.0, 2.0)),
)

FAMILY = (accumulate,)
