"""Rewrites of stores: the adjoint of `a[i] += v` clears a part of `da` only to put it back."""

from __future__ import annotations

from bpcompiler.ir.equations import Equation, Operand
from bpcompiler.primitives.indexing import getslice
from bpcompiler.primitives.stores import setslice
from bpcompiler.transforms.places import Place, place
from bpcompiler.transforms.rewrites.common import Program, Wanted, is_zero


def put_back(program: Program, eqn: Wanted) -> Operand | None:
    """part = d[i]; d[i] = 0.0; d[i] += part >> d as it was."""
    total, part = eqn.operands[:2]
    cleared, read = program.definition(total, setslice), program.definition(part, getslice)
    if cleared is None or read is None or not is_zero(program, cleared.operands[1]):
        return None
    before, there = cleared.operands[0], _place(eqn, 2)
    same_place = there is not None and _place(cleared, 2) == _place(read, 1) == there
    return before if same_place and read.operands[0] is before else None


def read_back(program: Program, eqn: Wanted) -> Operand | None:
    """d[i] = v; d[i] >> v."""
    stored, there = program.definition(eqn.operands[0], setslice), _place(eqn, 1)
    if stored is None or there is None or _place(stored, 2) != there:
        return None
    return stored.operands[1]


def _place(eqn: Equation | Wanted, first: int) -> Place | None:
    """Where an equation reads or stores; None where elements may repeat."""
    return place(eqn.attrs["spec"], eqn.operands[first:])
