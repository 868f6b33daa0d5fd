"""The adjoints of branches and loops: regions again.

    if_(c) {A} {B}                      if_(c) {adjoint of A} {adjoint of B}
    for i = first, ..., last {A}        for i = last, ..., first {adjoint of A}
    while_ {A}                          as many turns of {adjoint of A} as there were

A cotangent that a region adds to is handed in and comes out: a loop carries it. The adjoint of a block refers
to the block's own values, of the same turn, as if they were still there; `planning` sees to that afterwards.
It needs to know which region is whose adjoint: a `Pair`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Primitive, Value, free_values, literal
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import INT64, Aval, Scalar, is_weak
from bpcompiler.primitives.arithmetic import add, floordiv, mul, sub
from bpcompiler.primitives.creation import size_value
from bpcompiler.primitives.loops import carries_of, for_
from bpcompiler.primitives.piecewise import convert, greater, select
from bpcompiler.primitives.regions import if_, while_
from bpcompiler.transforms.cotangents import Cotangents, fit
from bpcompiler.transforms.usefulness import useful_values

INTEGER = Scalar(INT64, weak=True)


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A region, the first outputs' adjoint, and how many turns the loop had, where its range does not say."""

    forward: Equation
    adjoint: Equation
    turns: Value | None = None


PullBlock = Callable[[Block, Cotangents, Builder], None]


def pull_back_branch(eqn: Equation, cotangents: Cotangents, emit: Builder, pull: PullBlock) -> Pair | None:
    """Add the adjoint of an `if_`."""
    results = [i for i, out in enumerate(eqn.outputs) if out in cotangents]
    seeds = {i: cotangents.final(eqn.outputs[i]) for i in results}
    wanted = _free(eqn.blocks, [_useful(b, b.results, results, cotangents) for b in eqn.blocks], cotangents)
    if not wanted and not cotangents.touches_tapes(eqn):
        return None
    blocks = [_adjoint_branch(block, seeds, wanted, cotangents, emit, pull) for block in eqn.blocks]
    outputs = emit.emit(if_, eqn.operands[0], blocks=tuple(blocks))
    for value, total in zip(wanted, outputs, strict=True):
        cotangents.put(value, total)
    return Pair(eqn, emit.equations[-1])


def _adjoint_branch(
    block: Block,
    seeds: dict[int, Operand],
    wanted: Sequence[Value],
    cotangents: Cotangents,
    emit: Builder,
    pull: PullBlock,
) -> Block:
    inner = inside(emit)
    own = cotangents.inside(inner, block, wanted)
    for index, ct in seeds.items():
        own.add_result(block.results[index], ct)
    pull(block, own, inner)
    return inner.block([], [exact(inner, own.total_or_zero(value), value.aval) for value in wanted])


def pull_back_loop(eqn: Equation, cotangents: Cotangents, emit: Builder, pull: PullBlock) -> Pair | None:
    """Add the adjoint of a `for_` or `while_`."""
    body, inits = eqn.blocks[-1], eqn.operands[3:] if eqn.primitive is for_ else eqn.operands
    params = body.params[len(body.params) - len(inits) :]
    results = carries_of(body, eqn.attrs)
    carried, useful = _carried(body, params, results, eqn, cotangents)
    wanted = _free([body], [useful], cotangents)
    if not carried and not wanted and not cotangents.touches_tapes(eqn):
        return None
    turns = Value(INTEGER) if eqn.primitive is while_ or eqn.attrs.get("exits") else None
    bounds = _reversed_range(emit, eqn, turns)
    starts = [
        *(exact(emit, cotangents.final_or_zero(eqn.outputs[k]), params[k].aval) for k in carried),
        *(exact(emit, cotangents.total_or_zero(value), value.aval) for value in wanted),
    ]
    inner = inside(emit)
    index = inner.input(body.params[0].aval if eqn.primitive is for_ else INTEGER)
    inner.names[index] = emit.names.get(body.params[0], "i") if eqn.primitive is for_ else "turn"
    totals = [_carry(inner, emit, value) for value in (*(params[k] for k in carried), *wanted)]
    own = cotangents.inside(inner, body, wanted)
    for value, total in zip(wanted, totals[len(carried) :], strict=True):
        own.put(value, total)
    for k, ct in zip(carried, totals, strict=False):
        own.add_result(results[k], ct)
    pull(body, own, inner)
    ends = [exact(inner, own.total_or_zero(v), v.aval) for v in (*(params[k] for k in carried), *wanted)]
    outputs = emit.emit(for_, *bounds, *starts, blocks=(inner.block([index, *totals], ends),))
    pair = Pair(eqn, emit.equations[-1], turns)
    for value, total in zip(wanted, outputs[len(carried) :], strict=True):
        cotangents.put(value, total)
    for k, ct in zip(carried, outputs, strict=False):
        init = inits[k]
        if isinstance(init, Value):
            cotangents.add(init, ct)
    return pair


def _carried(
    body: Block, params: Sequence[Value], results: Sequence[Operand], eqn: Equation, cotangents: Cotangents
) -> tuple[list[int], set[Value]]:
    """Return which carries have a cotangent in the reverse, and the values of the body that have one."""
    carried = {k for k, out in enumerate(eqn.outputs) if out in cotangents}
    while True:
        useful = useful_values(body, [results[k] for k in carried], cotangents.active)
        more = {k for k, param in enumerate(params) if param in useful} - carried
        if not more:
            return sorted(carried), useful
        carried |= more


def _useful(
    block: Block, results: Sequence[Operand], wanted: Iterable[int], cotangents: Cotangents
) -> set[Value]:
    return useful_values(block, [results[i] for i in wanted], cotangents.active)


def _free(blocks: Iterable[Block], useful: Iterable[set[Value]], cotangents: Cotangents) -> list[Value]:
    """Return the values from outside that the blocks add cotangents to, in order of first use.

    What is added to a view is added to what it is a view of.
    """
    found: dict[Value, None] = {}
    for block, values in zip(blocks, useful, strict=True):
        for value in free_values(block):
            if value in cotangents.active and value in values:
                found[cotangents.base(value)] = None
    return list(found)


def inside(emit: Builder) -> Builder:
    """Return a builder for a nested block: the same tables of names, place and phase."""
    inner = Builder()
    inner.names, inner.derivatives = emit.names, emit.derivatives
    inner.origin, inner.phase = emit.origin, emit.phase
    return inner


def _carry(inner: Builder, emit: Builder, value: Value) -> Value:
    total = inner.input(value.aval)
    inner.derivatives[total] = ("d{}", value)
    if value in emit.names:
        inner.names[total] = f"d{emit.names[value]}"
    return total


def exact(emit: Builder, ct: Operand, aval: Aval) -> Operand:
    """Return a cotangent in exactly this type."""
    ct = fit(emit, ct, aval)
    if isinstance(ct, Literal):
        return literal(float(ct.value), like=aval)
    if isinstance(aval, Scalar) and is_weak(ct.aval) != is_weak(aval):
        return emit.one(convert, ct, dtype=aval.dtype, weak=aval.weak)
    return ct


# ------------------------------------------------------------------ the range of the reverse


def _reversed_range(emit: Builder, eqn: Equation, turns: Value | None) -> tuple[Operand, Operand, Operand]:
    if eqn.primitive is while_:
        assert turns is not None
        return literal(0), turns, literal(1)
    start, stop, step = eqn.operands[:3]
    before = _minus(emit, start, step)
    if turns is not None:
        last: Operand = _plus(emit, before, _times(emit, turns, step))
    elif isinstance(step, Literal) and step.value in (1, -1):
        last = _minus(emit, stop, step)
    else:
        last = _last(emit, start, stop, step)
    return last, before, _minus(emit, literal(0), step)


def _last(emit: Builder, start: Operand, stop: Operand, step: Operand) -> Operand:
    """The last index of a range; of an empty one a number from which the reverse is empty too."""
    sign: Operand
    if isinstance(step, Literal):
        sign = literal(1 if step.value > 0 else -1)
    else:
        up = emit.one(greater, step, literal(0))
        sign = emit.one(select, up, literal(1), literal(-1))
    steps = emit.one(floordiv, _minus(emit, _minus(emit, stop, start), sign), step)
    return _plus(emit, start, _times(emit, steps, step))


def _size(operand: Operand) -> Size | None:
    return operand.aval.size if isinstance(operand.aval, Scalar) else None


def _as_operand(emit: Builder, size: Size) -> Operand:
    return literal(size) if isinstance(size, int) else emit.one(size_value, size=size)


def _combined(
    emit: Builder, left: Operand, right: Operand, on_sizes: Callable[[Size, Size], Size], primitive: Primitive
) -> Operand:
    """Return the result as a size where both sides are sizes."""
    a, b = _size(left), _size(right)
    if a is not None and b is not None:
        return _as_operand(emit, on_sizes(a, b))
    return emit.one(primitive, left, right)


def _plus(emit: Builder, left: Operand, right: Operand) -> Operand:
    return _combined(emit, left, right, lambda a, b: a + b, add)


def _minus(emit: Builder, left: Operand, right: Operand) -> Operand:
    return _combined(emit, left, right, lambda a, b: a - b, sub)


def _times(emit: Builder, left: Operand, right: Operand) -> Operand:
    if isinstance(right, Literal) and right.value == 1:
        return left
    return _combined(emit, left, right, lambda a, b: a * b, mul)
