"""Which equations Python may refuse for the numbers that they meet, though they have no effect to say so."""

from __future__ import annotations

from bpcompiler.ir.equations import Equation
from bpcompiler.ir.types import INT64
from bpcompiler.primitives import arithmetic, piecewise
from bpcompiler.primitives.declare import Elementwise

# Other integers may be a division by zero, a negative power, or too large a float.
NEVER_REFUSED = {
    *(arithmetic.add, arithmetic.sub, arithmetic.mul, arithmetic.neg),
    *(piecewise.select, piecewise.alias, piecewise.maximum, piecewise.minimum),
}


def may_be_refused(eqn: Equation) -> bool:
    """Return whether an elementwise operation on integers may raise: it must stay where the user has it."""
    if not isinstance(eqn.primitive, Elementwise) or eqn.output.aval.dtype is not INT64:
        return False
    if eqn.primitive is piecewise.convert:
        return eqn.operands[0].aval.dtype.is_float
    return eqn.primitive not in NEVER_REFUSED
