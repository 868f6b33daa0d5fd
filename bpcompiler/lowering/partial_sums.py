"""A sum of a derivative in an innermost loop becomes two, that take turns.

An addition has to wait for the one before: four cycles a turn, whatever else there is to do. In

    dalpha, other = other, dalpha + w

it waits for the one before that. The order of the additions is not the user's in derivatives, and only there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Equation, Operand, Value, literal, values_used
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import Array, is_float
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.indexing import add_at
from bpcompiler.primitives.loops import for_
from bpcompiler.primitives.stores import setitem, setslice

ON_ELEMENTS = {add_at, setitem, setslice}


def with_partial_sums(program: Program) -> Program:
    """Return the program with two sums for one in the innermost loops of derivatives."""
    if not any(eqn.blocks for eqn in program.equations):
        return program
    return replace(program, block=_block(program.block))


def _block(block: Block) -> Block:
    equations: list[Equation] = []
    for eqn in block.equations:
        inner = replace(eqn, blocks=tuple(map(_block, eqn.blocks))) if eqn.blocks else eqn
        sums = list(_sums(inner)) if _is_innermost(inner) else []
        equations += _split(inner, sums) if sums else [inner]
    return replace(block, equations=tuple(equations))


def _is_innermost(eqn: Equation) -> bool:
    """Whether a loop of the derivative works on numbers only: arrays become loops inside."""
    if eqn.primitive is not for_ or not eqn.phase or eqn.attrs.get("exits"):
        return False
    return not any(inner.blocks or _is_nest(inner) for inner in eqn.blocks[0].equations)


def _is_nest(eqn: Equation) -> bool:
    if eqn.primitive in ON_ELEMENTS:
        return isinstance(eqn.operands[1].aval, Array)
    return any(isinstance(value.aval, Array) for value in eqn.outputs)


def _sums(eqn: Equation) -> Iterator[int]:
    """Yield the carries that are sums: read by nothing but the addition."""
    (body,) = eqn.blocks
    uses = Counter(value for each in body.equations for value in values_used(each))
    uses.update(result for result in body.results if isinstance(result, Value))
    defined = {value: each for each in body.equations for value in each.outputs}
    for k, (param, result) in enumerate(zip(body.params[1:], body.results, strict=True)):
        number = is_float(param.aval) and not isinstance(param.aval, Array)
        if number and result is not param and _is_sum(param, result, uses, defined):
            yield k


def _is_sum(param: Value, result: Operand, uses: Counter[Value], defined: dict[Value, Equation]) -> bool:
    while result is not param:
        eqn = defined.get(result) if isinstance(result, Value) else None
        if eqn is None or eqn.primitive is not accumulate or uses[eqn.output] != 1:
            return False
        result = eqn.operands[0]
    return uses[param] == 1


def _split(eqn: Equation, sums: list[int]) -> list[Equation]:
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
