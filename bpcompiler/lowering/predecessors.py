"""What a loop computes for its next turn may be written over what it had for this one.

    z = z + w * c      in a loop that carries z: no new array, for an element reads z only where it is stored

It may not where an element reads others of the carry (`u[1:]`, a transposed or broadcast one), nor where the
carry is not read at all: there may be no array yet.
"""

from __future__ import annotations

from collections.abc import Mapping

from bpcompiler.ir.equations import Block, Equation, Operand, Value, values_used
from bpcompiler.ir.types import Array
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.declare import Elementwise
from bpcompiler.primitives.piecewise import alias, stop_gradient

OTHERWISE = {alias, stop_gradient, accumulate}  # other names; what is in place wherever it stands
Defined = Mapping[Value, Equation]


def predecessors(body: Block, carried: Mapping[Value, Operand]) -> dict[Value, Value]:
    """Return each result that may be written over the carry that it follows; `carried`: param -> result."""
    defined = {value: eqn for eqn in body.equations for value in eqn.outputs}
    return {
        result: param
        for param, result in carried.items()
        if isinstance(result, Value) and _may_follow(param, result, body, defined)
    }


def _may_follow(param: Value, result: Value, body: Block, defined: Defined) -> bool:
    eqn = defined.get(result)
    if eqn is None or eqn.primitive in OTHERWISE or result.aval != param.aval:
        return False
    read = _elements_read(result, param, defined)
    arrays = {value for value in read if isinstance(value.aval, Array)}
    return param in read and not arrays & _coming_from(param, body)


def _elements_read(result: Value, param: Value, defined: Defined) -> set[Value]:
    """Return the values that an element of `result` is computed from: their elements at its own place."""
    found, seen, waiting = set[Value](), set[Value](), [result]
    while waiting:
        value = waiting.pop()
        if value in seen:
            continue
        seen.add(value)
        eqn = defined.get(value)
        if (
            eqn is not None
            and value.aval.shape == param.aval.shape
            and isinstance(eqn.primitive, Elementwise)
        ):
            waiting += [operand for operand in eqn.operands if isinstance(operand, Value)]
        else:
            found.add(value)
    return found


def _coming_from(param: Value, body: Block) -> set[Value]:
    """Return the values that are computed from a carry in a turn, however."""
    found = {param}
    for eqn in body.equations:
        if not found.isdisjoint(values_used(eqn)):
            found.update(eqn.outputs)
    return found - {param}
