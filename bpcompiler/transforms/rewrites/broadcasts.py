"""Rewrites of broadcasts and of sums over what was broadcast."""

from __future__ import annotations

from bpcompiler.ir import sizes
from bpcompiler.ir.equations import Operand, literal
from bpcompiler.ir.types import Array, Aval
from bpcompiler.primitives.arithmetic import add, mul, neg
from bpcompiler.primitives.broadcasting import broadcast_to, expand_dims
from bpcompiler.primitives.broadcasting import sum as sum_
from bpcompiler.primitives.creation import size_value
from bpcompiler.primitives.indexing import add_at
from bpcompiler.primitives.type_rules import broadcast_shapes
from bpcompiler.transforms.rewrites.common import Program, Wanted, unnamed


def narrow(program: Program, eqn: Wanted) -> Operand | None:
    """f(broadcast(x), y) >> f(x, y), f(broadcast(x)) >> broadcast(f(x)): operations broadcast anyway."""
    operands = tuple(_unbroadcast(program, operand) for operand in eqn.operands)
    if operands == eqn.operands:
        return None
    for at, operand in enumerate(operands):
        kept = (*eqn.operands[:at], operand, *eqn.operands[at + 1 :])
        if operand is not eqn.operands[at] and _type(eqn, kept) == eqn.aval:
            return program.make(eqn.primitive, *kept, **eqn.attrs)
    narrow = _type(eqn, operands)
    if narrow.dtype is not eqn.aval.dtype or narrow.shape != broadcast_shapes(
        *(o.aval.shape for o in operands)
    ):
        return None
    return program.make(
        broadcast_to, program.make(eqn.primitive, *operands, **eqn.attrs), shape=eqn.aval.shape
    )


def added_to_number(program: Program, eqn: Wanted) -> Operand | None:
    """dx = np.full(n, c); dx += ct >> dx = c + ct, within a statement or on the way to the arguments."""
    total, part = eqn.operands
    spread = program.definition(total, broadcast_to)
    if (
        spread is None
        or not spread.phase
        or spread.operands[0].aval.shape
        or part.aval.shape != eqn.aval.shape
    ):
        return None
    if not part.aval.shape or (program.is_named(total) and not program.is_near(spread)):
        return None
    return program.make(add, spread.operands[0], part)


def _type(eqn: Wanted, operands: tuple[Operand, ...]) -> Aval:
    (aval,) = eqn.primitive.infer(tuple(operand.aval for operand in operands), eqn.attrs, ())
    return aval


def _unbroadcast(program: Program, operand: Operand) -> Operand:
    """What was broadcast; axes of size 1 in front are broadcasting too."""
    spread = program.definition(operand, broadcast_to)
    if spread is not None and spread.phase:
        return spread.operands[0]
    wider = unnamed(program, operand, expand_dims)
    if wider is not None and wider.attrs["axes"] == tuple(range(len(wider.attrs["axes"]))):
        return wider.operands[0]
    return operand


def of_one_number(program: Program, eqn: Wanted) -> Operand | None:
    """np.broadcast_to(c, n)[None] >> np.broadcast_to(c, (1, n)): moving equal elements changes nothing."""
    spread = program.definition(eqn.operands[0], broadcast_to)
    if spread is None or not spread.phase or spread.operands[0].aval.shape:
        return None
    return program.make(broadcast_to, spread.operands[0], shape=eqn.aval.shape)


def broadcast_again(program: Program, eqn: Wanted) -> Operand | None:
    """broadcast(broadcast(x)) >> broadcast(x); x >> x where it has that shape."""
    (x,) = eqn.operands
    if x.aval == eqn.aval:
        return x
    inner = program.definition(x, broadcast_to)
    return (
        program.make(broadcast_to, inner.operands[0], **eqn.attrs)
        if inner is not None and inner.phase
        else None
    )


def sum_of_equals(program: Program, eqn: Wanted) -> Operand | None:
    """np.sum(np.broadcast_to(c, n)) >> n * c, along axes on which all is equal."""
    x, axes = eqn.operands[0], eqn.attrs["axes"]
    spread = program.definition(x, broadcast_to)
    if spread is None or not spread.phase or not x.aval.dtype.is_float:
        return None
    narrow = spread.operands[0]
    own = (1,) * (len(x.aval.shape) - len(narrow.aval.shape)) + narrow.aval.shape
    if any(own[axis] != 1 for axis in axes):
        return None
    total = program.make(mul, _count(program, x, axes), narrow)
    if not total.aval.shape:
        return (
            program.make(broadcast_to, total, shape=eqn.aval.shape) if isinstance(eqn.aval, Array) else total
        )
    if eqn.attrs["keepdims"] and len(narrow.aval.shape) == len(own):
        return program.make(broadcast_to, total, shape=eqn.aval.shape)
    return None


def _count(program: Program, x: Operand, axes: tuple[int, ...]) -> Operand:
    count = sizes.product(tuple(x.aval.shape[axis] for axis in axes))
    return literal(count) if isinstance(count, int) else program.make(size_value, size=count)


def added_number(program: Program, eqn: Wanted) -> Operand | None:
    """dx[1:] += np.full(n, c) >> dx[1:] += c."""
    total, part, *indices = eqn.operands
    spread = program.definition(part, broadcast_to)
    if spread is None or not spread.phase or part.aval.dtype is not spread.operands[0].aval.dtype:
        return None
    return program.make(add_at, total, spread.operands[0], *indices, **eqn.attrs)


def sum_of_negated(program: Program, eqn: Wanted) -> Operand | None:
    """np.sum(-x) >> -np.sum(x)."""
    inner = unnamed(program, eqn.operands[0], neg)
    return (
        program.make(neg, program.make(sum_, inner.operands[0], **eqn.attrs)) if inner is not None else None
    )
