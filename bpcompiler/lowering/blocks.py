"""Long sums in blocks, so that their error grows as slowly as that of NumPy's pairwise sums.

    for start in range(0, n, 1024):
        part = 0.0
        for i in simd.block(start, n):
            part = simd.add(part, ...)
        rest += simd.lost(total, part)
        total += part
    total += rest

A block is summed in vectors, or by loops in it, which are in blocks too unless they are the innermost ones.
The totals of blocks are added without loss: `rest` keeps what is rounded off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value, has_effect, literal
from bpcompiler.ir.sizes import is_nonnegative
from bpcompiler.ir.types import Scalar
from bpcompiler.lowering.nests import INDEX, is_literal
from bpcompiler.lowering.reduced import reductions_of, sums_of, versions
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.block_size import BLOCK
from bpcompiler.primitives.loops import for_
from bpcompiler.primitives.simd import block_stop, lost


def summed(loop: Equation, sums: Sequence[int], names: dict[Value, str]) -> list[Equation]:
    """Return the loop with these carries summed in blocks; as it is, where it is short or turns back.

    New values get their names in the table.
    """
    if not sums or not _is_long(loop):
        return [loop]
    (body,) = loop.blocks
    inside = tuple(each for eqn in body.equations for each in _summed_inside(eqn, names))
    return _cut(replace(loop, blocks=(replace(body, equations=inside),)), sums, names)


def _summed_inside(eqn: Equation, names: dict[Value, str]) -> list[Equation]:
    """Return a loop in a loop with the sums in blocks that go on through both."""
    if eqn.primitive is not for_ or eqn.attrs.get("exits") or has_effect(eqn):
        return [eqn]
    if not any(inner.primitive is for_ for inner in eqn.blocks[0].equations):
        return [eqn]
    through = [k for k in sums_of(reductions_of(eqn.blocks[0])) if isinstance(eqn.operands[3 + k], Value)]
    return summed(eqn, through, names)


def _is_long(loop: Equation) -> bool:
    """Whether a loop counts up by ones, and perhaps for longer than a block."""
    start, stop, step = loop.operands[:3]
    if loop.attrs.get("few") or not _is_not_negative(start) or not is_literal(step, 1):
        return False
    if isinstance(start, Literal) and isinstance(stop, Literal):
        return bool(stop.value - start.value > BLOCK)
    return True


def _is_not_negative(start: Operand) -> bool:
    if isinstance(start, Literal):
        return start.value >= 0
    size = start.aval.size if isinstance(start.aval, Scalar) else None
    return size is not None and is_nonnegative(size)


def _cut(loop: Equation, sums: Sequence[int], names: dict[Value, str]) -> list[Equation]:
    emit = Builder()
    emit.names, emit.origin, emit.phase = names, loop.origin, loop.phase
    first, stop, _, *carried = loop.operands
    zeros = [literal(0.0, like=loop.outputs[k].aval) for k in sums]
    block = _block(emit.inside(), loop, sums, zeros)
    found = emit.emit(for_, first, stop, literal(BLOCK), *carried, *zeros, blocks=(block,))
    totals, rests = found[: len(carried)], found[len(carried) :]
    outputs = [totals[k] if k in sums else value for k, value in enumerate(loop.outputs)]
    emit.equations[-1] = replace(emit.equations[-1], outputs=(*outputs, *rests))
    for k, rest in zip(sums, rests, strict=True):
        emit.emit(accumulate, totals[k], rest)
        emit.equations[-1] = replace(emit.equations[-1], outputs=(loop.outputs[k],))
    return emit.equations


def _block(emit: Builder, loop: Equation, sums: Sequence[int], zeros: Sequence[Operand]) -> Block:
    """Return what is done in each block: the loop with fresh sums, which are added to the totals."""
    (body,) = loop.blocks
    start = emit.input(INDEX, "start")
    totals = [emit.input(param.aval, emit.names.get(param, "")) for param in body.params[1:]]
    rests = [emit.input(zero.aval, "rest") for zero in zeros]
    begin = dict(zip(sums, zeros, strict=True))
    given = [begin.get(k, total) for k, total in enumerate(totals)]
    stop = emit.one(block_stop, start, loop.operands[1])
    results = list(emit.emit(for_, start, stop, literal(1), *given, blocks=(body,)))
    lost_now: list[Operand] = []
    for k, rest in zip(sums, rests, strict=True):
        emit.names.update(dict.fromkeys((*versions(body, k), results[k]), "part"))
        lost_now.append(emit.one(accumulate, rest, emit.one(lost, totals[k], results[k])))
        results[k] = emit.one(accumulate, totals[k], results[k])
    return emit.block([start, *totals, *rests], [*results, *lost_now])
