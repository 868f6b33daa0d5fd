"""Loops whose turns do not wait for one another compute several turns at once.

LLVM does that by itself but for two things: it must know vector functions, and that a sum's order is open.
So in such loops, and only there, `exp` becomes `simd.exp`, and an `accumulate` `simd.add`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from bpcompiler.ir.equations import (
    Block,
    Equation,
    Literal,
    Operand,
    Value,
    has_effect,
    values_used,
)
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import Array, is_float
from bpcompiler.primitives import powers, simd
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.loops import for_, store


def in_vectors(program: Program) -> Program:
    """Return the lowered program with vector functions and sums in any order where they are of use."""
    return replace(program, block=_block(program.block))


def _block(block: Block) -> Block:
    return replace(block, equations=tuple(map(_equation, block.equations)))


def _equation(eqn: Equation) -> Equation:
    if not eqn.blocks:
        return eqn
    if eqn.primitive is not for_ or not _is_independent(eqn):
        return replace(eqn, blocks=tuple(map(_block, eqn.blocks)))
    (body,) = eqn.blocks
    return replace(eqn, blocks=(replace(body, equations=tuple(map(_in_simd, body.equations))),))


def _in_simd(eqn: Equation) -> Equation:
    if not eqn.outputs or not is_float(eqn.output.aval) or isinstance(eqn.output.aval, Array):
        return eqn
    if eqn.primitive is powers.pow and any(isinstance(operand, Literal) for operand in eqn.operands):
        return eqn  # LLVM makes something simpler of most of them
    other = simd.add if eqn.primitive is accumulate else simd.FUNCTIONS.get(eqn.primitive)
    return eqn if other is None else replace(eqn, primitive=other)


def _is_independent(loop: Equation) -> bool:
    """Whether the turns could run at once, but for sums."""
    (body,) = loop.blocks
    if loop.attrs.get("exits") or has_effect(loop) or any(eqn.blocks for eqn in body.equations):
        return False
    return _carries_sums_only(body) and not _hands_elements_on(body)


def _carries_sums_only(body: Block) -> bool:
    uses = Counter(value for eqn in body.equations for value in values_used(eqn))
    uses.update(result for result in body.results if isinstance(result, Value))
    defined = {value: eqn for eqn in body.equations for value in eqn.outputs}
    return all(
        isinstance(param.aval, Array) or _is_sum(param, result, uses, defined)
        for param, result in zip(body.params[1:], body.results, strict=True)
    )


def _is_sum(param: Value, result: Operand, uses: Counter[Value], defined: dict[Value, Equation]) -> bool:
    while result is not param:
        eqn = defined.get(result) if isinstance(result, Value) else None
        if eqn is None or eqn.primitive is not accumulate or uses[eqn.output] != 1:
            return False
        result = eqn.operands[0]
    return uses[param] == 1


def _hands_elements_on(body: Block) -> bool:
    """Whether a turn reads, or writes again, what another one wrote: an array at two places."""
    places: dict[Value, set[tuple[Operand, ...]]] = {param: set() for param in body.params[1:]}
    for eqn in body.equations:
        array = eqn.operands[0] if eqn.operands else None
        if isinstance(array, Value) and array in places:
            places[array].add(eqn.operands[2 if eqn.primitive is store else 1 :])
            if eqn.primitive is store:
                places[eqn.output] = places[array]
    return any(len(found) > 1 for found in places.values())
