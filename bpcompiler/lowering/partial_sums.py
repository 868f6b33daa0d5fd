"""A sum in a serial innermost loop becomes two, that take turns.

An addition has to wait for the one before: four cycles a turn, whatever else there is to do. In

    dalpha, other = other, dalpha + w

it waits for the one before that. Only where the order of the additions is open, as in derivatives, and where
no other number goes from turn to turn by way of arithmetic: that takes as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Equation, Value, literal, values_used
from bpcompiler.ir.types import Array
from bpcompiler.primitives.adjoint import accumulate


def in_turns(eqn: Equation, sums: Sequence[int]) -> list[Equation]:
    """Return the loop with two sums for each of these carries and what they add up to, if that is of use."""
    return _split(eqn, sums) if sums and not _waits_for_numbers(eqn.blocks[0], sums) else [eqn]


def _waits_for_numbers(body: Block, sums: Sequence[int]) -> bool:
    """Whether another number's next value depends on a number of the turn before."""
    others = [
        k for k, param in enumerate(body.params[1:]) if k not in sums and not isinstance(param.aval, Array)
    ]
    waiting = {body.params[1 + k] for k in others}
    for eqn in body.equations:
        if not waiting.isdisjoint(values_used(eqn)):
            waiting.update(eqn.outputs)
    return any(body.results[k] in waiting for k in others)


def _split(eqn: Equation, sums: Sequence[int]) -> list[Equation]:
    (body,) = eqn.blocks
    others = [Value(body.params[1 + k].aval) for k in sums]
    partial = [Value(eqn.outputs[k].aval) for k in sums]
    rest = [Value(eqn.outputs[k].aval) for k in sums]
    results, outputs = list(body.results), list(eqn.outputs)
    added = [results[k] for k in sums]
    for k, other, part in zip(sums, others, partial, strict=True):
        results[k], outputs[k] = other, part
    block = Block((*body.params, *others), body.equations, (*results, *added))
    zeros = (literal(0.0, like=other.aval) for other in others)
    loop = replace(eqn, operands=(*eqn.operands, *zeros), blocks=(block,), outputs=(*outputs, *rest))
    emit = Builder()
    emit.origin, emit.phase = eqn.origin, eqn.phase
    for k, part, other in zip(sums, partial, rest, strict=True):
        emit.emit(accumulate, part, other)
        emit.equations[-1] = replace(emit.equations[-1], outputs=(eqn.outputs[k],))
    return [loop, *emit.equations]
