"""Rewrites of stores and of what is added in place.

The adjoint of `a[i] += v` clears a part of `da` only to put it back; that of a view of a view adds to zeros.
"""

from __future__ import annotations

from bpcompiler.ir.equations import Equation, Operand, literal
from bpcompiler.ir.sizes import Size
from bpcompiler.primitives.arithmetic import mul
from bpcompiler.primitives.creation import size_value
from bpcompiler.primitives.indexing import add_at, getitem, getslice
from bpcompiler.primitives.parts import Part, composed
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


def added_twice(program: Program, eqn: Wanted) -> Operand | None:
    """d[i] += v; d[i] += v >> d[i] += 2 * v."""
    total, part, *indices = eqn.operands
    first = program.definition(total, add_at)
    if first is None or not first.phase or not program.is_local(first) or not program.is_near(first):
        return None
    if _place(eqn, 2) is None or _place(first, 2) != _place(eqn, 2):
        return None
    if not _is_same(program, first.operands[1], part):
        return None
    return program.make(add_at, first.operands[0], program.make(mul, literal(2), part), *indices, **eqn.attrs)


def _is_same(program: Program, one: Operand, other: Operand) -> bool:
    """Whether two operands are the same element, read twice."""
    if one is other:
        return True
    for primitive in (getslice, getitem):
        read, again = program.definition(one, primitive), program.definition(other, primitive)
        if read is not None and again is not None:
            return read.operands == again.operands and read.attrs == again.attrs
    return False


def added_to_part(program: Program, eqn: Wanted) -> Operand | None:
    """part = np.zeros(n); part[j] += v; d[i] += part >> d[i, j] += v."""
    total, part, *indices = eqn.operands
    inner = program.definition(part, add_at)
    if inner is None or not inner.phase or not program.is_local(inner):
        return None
    if not is_zero(program, inner.operands[0]) or part.aval.dtype is not total.aval.dtype:
        return None
    if _place(eqn, 2) is None or _place(inner, 2) is None:
        return None

    def as_operand(size: Size) -> Operand:
        return literal(size) if isinstance(size, int) else program.make(size_value, size=size)

    outer, asked = Part(eqn.attrs["spec"], tuple(indices)), Part(inner.attrs["spec"], inner.operands[2:])
    both = composed(outer, total.aval.shape, asked, as_operand)
    if both is None:
        return None
    return program.make(add_at, total, inner.operands[1], *both.indices, spec=both.spec)


def _place(eqn: Equation | Wanted, first: int) -> Place | None:
    """Where an equation reads or stores; None where elements may repeat."""
    return place(eqn.attrs["spec"], eqn.operands[first:])
