"""Arrays of the caller's, and for him, that nests would read or write across their order have a second copy.

    for i: for j: for k: ... x[j, k] ...      becomes      for i: for j: copy[i, j] = x[i, j]
                                                           for i: for j: for k: ... copy[j, k] ...

That one is laid out as the nests use it. Only for arrays that have fewer elements than the nests have turns.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Equation, Operand, Value
from bpcompiler.ir.program import Program
from bpcompiler.lowering.nests import fill
from bpcompiler.primitives.loops import load


def with_copies(program: Program, loads: Collection[Equation], results: Collection[Operand]) -> Program:
    """Return the program where these equations read copies, made first, and these results are copies."""
    first, last = (Builder(names=program.names, derivatives=program.derivatives) for _ in range(2))
    last.names, last.derivatives = first.names, first.derivatives
    read: dict[Operand, Value] = {}
    for eqn in loads:
        if eqn.operands[0] not in read:
            first.origin, first.phase = eqn.origin, eqn.phase
            read[eqn.operands[0]] = _copy(first, eqn.operands[0])
    given = {}
    for result in results:
        made = next(eqn for eqn in program.equations if result in eqn.outputs)
        last.origin, last.phase = made.origin, made.phase
        given[result] = _copy(last, result)
    inside = _reading(program.block, loads, read)
    equations = (*first.equations, *inside.equations, *last.equations)
    block = replace(
        inside, equations=equations, results=tuple(given.get(result, result) for result in inside.results)
    )
    return replace(program, block=block, names=first.names, derivatives=first.derivatives)


def _reading(block: Block, loads: Collection[Equation], copies: Mapping[Operand, Value]) -> Block:
    def changed(eqn: Equation) -> Equation:
        if eqn.blocks:
            return replace(eqn, blocks=tuple(_reading(inner, loads, copies) for inner in eqn.blocks))
        return replace(eqn, operands=(copies[eqn.operands[0]], *eqn.operands[1:])) if eqn in loads else eqn

    return replace(block, equations=tuple(map(changed, block.equations)))


def _copy(emit: Builder, array: Operand) -> Value:
    assert isinstance(array, Value)
    name = emit.names.get(array, "")
    copy = fill(emit, array.aval, lambda emit, indices: emit.one(load, array, *indices), name)
    if array in emit.derivatives:
        emit.derivatives[copy] = emit.derivatives[array]
    return copy
