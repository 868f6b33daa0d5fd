"""An element that a loop adds to in each turn is a number while the loop runs.

for j: a[i] += x[j]        becomes        total = a[i];  for j: total += x[j];  a[i] = total
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Operand, Value, values_used
from bpcompiler.lowering.fusion.memory import Memory
from bpcompiler.primitives.loops import load, store
from bpcompiler.primitives.piecewise import convert


@dataclass(frozen=True, slots=True)
class _Element:
    """What a carry of a loop is read and written for: one element."""

    carry: int
    read: Equation
    written: Equation


def in_numbers(loop: Equation, memory: Memory) -> list[Equation]:
    """Return the innermost loop; around it, what reads and writes the elements that are numbers in it."""
    (body,) = loop.blocks
    found = [e for k in range(len(loop.outputs)) if (e := _element(loop, k, memory)) is not None]
    if not found:
        return [loop]
    outside, inside = Builder(), Builder()
    outside.origin, outside.phase = inside.origin, inside.phase = loop.origin, loop.phase
    gone = {eqn for element in found for eqn in (element.read, element.written)}
    inside.equations += (eqn for eqn in body.equations if eqn not in gone)
    inits, params = list(loop.operands[3:]), list(body.params[1:])
    results, outputs = list(body.results), list(loop.outputs)
    for element in found:
        k, number = element.carry, element.read.output
        indices = element.read.operands[1:]
        inits[k], params[k] = outside.one(load, loop.operands[3 + k], *indices), number
        results[k], outputs[k] = _typed(inside, element.written.operands[1], number), Value(number.aval)
    operands, block = (*loop.operands[:3], *inits), inside.block([body.params[0], *params], results)
    outside.equations.append(replace(loop, operands=operands, outputs=tuple(outputs), blocks=(block,)))
    for element in found:
        k, indices = element.carry, element.read.operands[1:]
        outside.one(store, loop.operands[3 + k], outputs[k], *indices)
        outside.equations[-1] = replace(outside.equations[-1], outputs=(loop.outputs[k],))
    return outside.equations


def _element(loop: Equation, k: int, memory: Memory) -> _Element | None:
    """Return the one element that a carry is for; an element that is in bounds if the loop has no turn."""
    (body,) = loop.blocks
    param, result = body.params[1 + k], body.results[k]
    uses = [eqn for eqn in body.equations if param in values_used(eqn)]
    if [eqn.primitive for eqn in uses] != [load, store] or uses[1].outputs != (result,):
        return None
    read, written = uses
    used = {value for eqn in body.equations for value in values_used(eqn)}
    if result in used or any(eqn.operands[0] is not param for eqn in uses):
        return None
    accesses = [access for access in memory.of(loop) if access.buffer is memory.buffer(param)]
    places = {(access.view, access.indices) for access in accesses}
    inside = {body.params[0], *(value for eqn in body.equations for value in eqn.outputs)}
    if len(places) != 1 or not inside.isdisjoint(read.operands[1:]):
        return None
    return _Element(k, read, written) if all(access.proven for access in accesses) else None


def _typed(emit: Builder, operand: Operand, like: Value) -> Operand:
    if operand.aval == like.aval:
        return operand
    return emit.one(convert, operand, dtype=like.aval.dtype, weak=False, plain=True)
