"""Rewrites of stores: the adjoint of `a[i] += v` clears a part of `da` only to put it back."""

from __future__ import annotations

from bpcompiler.ir.equations import Equation, Operand
from bpcompiler.primitives.indexing import getslice, has_arrays
from bpcompiler.primitives.stores import checked, setslice
from bpcompiler.transforms.rewrites.common import Program, Wanted, is_zero


def put_back(program: Program, eqn: Wanted) -> Operand | None:
    """part = d[i]; d[i] = 0.0; d[i] += part >> d as it was."""
    total, part, *indices = eqn.operands
    cleared, read = program.definition(total, setslice), program.definition(part, getslice)
    if cleared is None or read is None or not is_zero(program, cleared.operands[1]):
        return None
    before, there = cleared.operands[0], _place(eqn, 2)
    same_place = _place(cleared, 2) == _place(read, 1) == there
    if read.operands[0] is not before or not same_place or _may_repeat(eqn, total, indices):
        return None
    return before


def read_back(program: Program, eqn: Wanted) -> Operand | None:
    """d[i] = v; d[i] >> v."""
    x, *indices = eqn.operands
    stored = program.definition(x, setslice)
    if stored is None or _place(stored, 2) != _place(eqn, 1) or _may_repeat(eqn, x, indices):
        return None
    return stored.operands[1]


def _place(eqn: Equation | Wanted, first: int) -> object:
    """Where an equation reads or stores."""
    return checked(eqn.attrs["spec"]), eqn.operands[first:]


def _may_repeat(eqn: Wanted, x: Operand, indices: list[Operand]) -> bool:
    return has_arrays(eqn.attrs["spec"], (x.aval, *(index.aval for index in indices)))
