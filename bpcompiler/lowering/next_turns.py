"""What a turn computes for the next one only is computed last, when the buffer of the carry is free for it.

dc_next = f * dc           df = c * dc
df = c * dc                dc = f * dc
"""

from __future__ import annotations

from dataclasses import replace

from bpcompiler.ir.equations import Block, Equation, Operand, Value, values_used
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import Array
from bpcompiler.lowering.uses import LOOPS
from bpcompiler.primitives import adjoint, indexing, stores
from bpcompiler.primitives.carries import params, results
from bpcompiler.primitives.declare import Elementwise
from bpcompiler.primitives.products import matmul

OVERWRITES = {adjoint.accumulate, indexing.add_at, stores.setitem, stores.setslice}


def with_next_turns_last(program: Program) -> Program:
    """Return the program with the equations of loops in this order."""
    return replace(program, block=_in_block(program.block))


def _in_block(block: Block) -> Block:
    return replace(block, equations=tuple(map(_in_equation, block.equations)))


def _in_equation(eqn: Equation) -> Equation:
    if not eqn.blocks:
        return eqn
    inner = replace(eqn, blocks=tuple(map(_in_block, eqn.blocks)))
    if eqn.primitive not in LOOPS:
        return inner
    *tests, body = inner.blocks
    carries = params(inner, body)
    for number, param in enumerate(carries):
        (result,) = results(inner, number)
        if isinstance(param.aval, Array) and isinstance(result, Value) and result.aval == param.aval:
            body = replace(body, equations=_with_last(body, param, result))
    return replace(inner, blocks=(*tests, body))


def _with_last(body: Block, param: Value, result: Value) -> tuple[Equation, ...]:
    """Return the equations of a body, the one that follows a carry behind all that read that.

    At the very end: what reads it may itself wait to be read.
    """
    equations = body.equations
    at = next((k for k, eqn in enumerate(equations) if result in eqn.outputs), None)
    if at is None or not _is_pure(equations[at]):
        return equations
    versions = _versions(equations, param)
    later = equations[at + 1 :]
    needed = versions.union(equations[at].operands)
    if all(versions.isdisjoint(values_used(eqn)) for eqn in later):
        return equations
    if any(result in values_used(eqn) or _overwrites(eqn, needed) for eqn in later):
        return equations
    return (*equations[:at], *later, equations[at])


def _is_pure(eqn: Equation) -> bool:
    if eqn.primitive in OVERWRITES:
        return False
    return eqn.primitive is matmul or isinstance(eqn.primitive, Elementwise)


def _versions(equations: tuple[Equation, ...], param: Value) -> set[Operand]:
    """Return the values that live in the buffer of a carry, for all that its stores and sums tell."""
    found: set[Operand] = {param}
    for eqn in equations:
        if _overwrites(eqn, found):
            found.update(eqn.outputs)
    return found


def _overwrites(eqn: Equation, values: set[Operand]) -> bool:
    return eqn.primitive in OVERWRITES and eqn.operands[0] in values
