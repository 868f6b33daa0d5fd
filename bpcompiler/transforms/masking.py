"""The side of a `select` that was not taken contributes exactly 0, however far back its operands reach.

`np.where(x > 0, np.log(x), 0.0)`: the cotangent of the logarithm is 0 where x is 0, but 0 times its slope
there is NaN. So a cotangent remembers the conditions that made it zero, and a slope is multiplied inside the
select:
`dx = np.where(x > 0, dy / x, 0.0)`.
"""

from __future__ import annotations

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Operand, Value, literal
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.piecewise import alias, convert, maximum, minimum, select
from bpcompiler.transforms.cotangents import Masks
from bpcompiler.transforms.symbolic.expression import Const, Expr

# A zero that passes through these stays one: they hand it on, or select it.
HAND_ON = {accumulate, alias, convert, maximum, minimum, select}


def masks_of_select(eqn: Equation, operand: Value) -> Masks:
    """Return the mask that an equation puts on the cotangent of one of its operands."""
    if eqn.primitive is not select:
        return ()
    condition, then, otherwise = eqn.operands
    if not isinstance(condition, Value) or then is otherwise:
        return ()
    return ((condition, operand is otherwise),)


def keeps_zeros(eqn: Equation, partial: Expr | None) -> bool:
    """Return whether 0 stays 0 on its way back through an equation, whatever the operands are."""
    return isinstance(partial, Const) if partial is not None else eqn.primitive in HAND_ON


def masked(emit: Builder, ct: Operand, masks: Masks) -> Operand:
    """Return the cotangent with zeros where the masks say."""
    for condition, zero_if in masks:
        sides = (literal(0.0), ct) if zero_if else (ct, literal(0.0))
        ct = emit.one(select, condition, *sides)
    return ct
