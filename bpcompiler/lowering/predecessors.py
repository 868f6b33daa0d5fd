"""What a loop computes for its next turn may be written over what it had for this one.

    z = z + w * c      in a loop that carries z: no new array, for an element reads z only where it is stored
    h = tanh(x + g)    no new array either, once nobody needs the old h any more
    h = g @ w          the same, by BLAS

It may not where an element reads others of the carry (`u[1:]`, a transposed or broadcast one), nor where the
carry is not read in each turn: there may be no array yet.
"""

from __future__ import annotations

from collections.abc import Mapping

from bpcompiler.ir.equations import Block, Equation, Operand, Value
from bpcompiler.ir.types import Array
from bpcompiler.lowering.sharing import NOWHERE, Roots, Sharing
from bpcompiler.primitives import broadcasting, indexing, shapes
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.declare import Elementwise
from bpcompiler.primitives.piecewise import alias, stop_gradient
from bpcompiler.primitives.products import matmul
from bpcompiler.primitives.tapes import recall

OTHERWISE = {alias, stop_gradient, accumulate}  # other names; what is in place wherever it stands
# What is read where its operand stands.
MOVES = {
    *(shapes.transpose, broadcasting.expand_dims, broadcasting.squeeze, broadcasting.broadcast_to),
    *(indexing.getslice, indexing.getitem),
}


def predecessors(body: Block, carried: Mapping[Value, Operand]) -> dict[Value, Value]:
    """Return each result that may follow a carry in its buffer; `carried`: param -> result."""
    defined = {value: eqn for eqn in body.equations for value in eqn.outputs}
    read = {operand for eqn in body.equations for operand in eqn.operands}
    return {
        result: param
        for param, result in carried.items()
        if isinstance(result, Value) and result.aval == param.aval
        if param in read and _may_follow(defined.get(result))
    }


def _may_follow(eqn: Equation | None) -> bool:
    if eqn is None or eqn.primitive in OTHERWISE:
        return False
    if eqn.primitive is matmul:
        return eqn.output.aval.dtype.is_float
    return isinstance(eqn.primitive, Elementwise) or (eqn.primitive is recall and bool(eqn.operands))


def reads_elsewhere(sharing: Sharing, eqn: Equation, param: Value) -> bool:
    """Return whether an element of what follows a carry is computed from other elements of that.

    A product of the carry is computed beside it, and copied: that takes less time than a new array.
    """
    if eqn.primitive is matmul:
        return False
    read = _elements_read(sharing, eqn.output) - {param}
    return any(_stands_in(sharing, value) & sharing.roots(param) for value in read)


def _elements_read(sharing: Sharing, result: Value) -> set[Operand]:
    """Return the arrays that an element of `result` is computed from: their elements at its own place."""
    found, seen, waiting = set[Operand](), set[Value](), [result]
    while waiting:
        value = waiting.pop()
        if value in seen:
            continue
        seen.add(value)
        eqn = sharing.defined.get(value)
        same_place = value.aval.shape == result.aval.shape
        if eqn is not None and same_place and isinstance(eqn.primitive, Elementwise):
            waiting += [operand for operand in eqn.operands if isinstance(operand, Value)]
        elif isinstance(value.aval, Array):
            found.add(value)
    return found


def _stands_in(sharing: Sharing, operand: Operand) -> Roots:
    """The buffers that an array is read from."""
    eqn = sharing.defined.get(operand) if isinstance(operand, Value) else None
    if eqn is None or eqn.primitive not in MOVES:
        return sharing.roots(operand)
    return NOWHERE.union(*(_stands_in(sharing, each) for each in eqn.operands))
