"""Loops whose turns do not wait for one another compute several turns at once.

LLVM does that by itself but for two things: it must know vector functions, and that the order of a sum or of
an extreme is open. So in such loops, and only there, `exp` becomes `simd.exp`, `accumulate` `simd.add`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from bpcompiler.ir.equations import (
    Block,
    Equation,
    Literal,
    Operand,
    Primitive,
    Value,
    has_effect,
    values_used,
)
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import Array, is_float
from bpcompiler.lowering.blocks import Blocks
from bpcompiler.primitives import powers, simd
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.loops import for_, store


def in_vectors(program: Program) -> Program:
    """Return the lowered program with vector functions and sums in any order where they are of use."""
    names = dict(program.names)
    return replace(program, block=_block(program.block, Blocks(names)), names=names)


def _block(block: Block, blocks: Blocks) -> Block:
    found = [each for eqn in block.equations for each in _equations(eqn, blocks)]
    return replace(block, equations=tuple(found))


def _equations(eqn: Equation, blocks: Blocks) -> Iterator[Equation]:
    reductions = independent(eqn)
    if reductions is None:
        yield replace(eqn, blocks=tuple(_block(inner, blocks) for inner in eqn.blocks)) if eqn.blocks else eqn
        return
    (body,) = eqn.blocks
    in_any_order = {step for steps in reductions.values() for step in steps}
    equations = tuple(_in_simd(each, each in in_any_order) for each in body.equations)
    loop = replace(eqn, blocks=(replace(body, equations=equations),))
    sums = [k for k, steps in reductions.items() if steps and steps[0].primitive is accumulate]
    yield from blocks.summed(loop, sums)


def _in_simd(eqn: Equation, in_any_order: bool) -> Equation:
    if not eqn.outputs or not is_float(eqn.output.aval) or isinstance(eqn.output.aval, Array):
        return eqn
    if eqn.primitive is powers.pow and any(isinstance(operand, Literal) for operand in eqn.operands):
        return eqn  # LLVM makes something simpler of most of them
    table = simd.ANY_ORDER if in_any_order else simd.FUNCTIONS
    other = table.get(eqn.primitive)
    return eqn if other is None else replace(eqn, primitive=other)


Reductions = dict[int, list[Equation]]


def independent(loop: Equation) -> Reductions | None:
    """Return how a loop's turns depend on one another, None if they do by more than sums and extremes.

    For each carry that is a float: the equations that add to it, or find the extreme, the last one first.
    """
    if loop.primitive is not for_ or loop.attrs.get("exits") or has_effect(loop):
        return None
    (body,) = loop.blocks
    if any(eqn.blocks for eqn in body.equations) or _hands_elements_on(body):
        return None
    return _reductions(body)


def _reductions(body: Block) -> Reductions | None:
    uses = Counter(value for eqn in body.equations for value in values_used(eqn))
    uses.update(result for result in body.results if isinstance(result, Value))
    defined = {value: eqn for eqn in body.equations for value in eqn.outputs}
    found: Reductions = {}
    for k, (param, result) in enumerate(zip(body.params[1:], body.results, strict=True)):
        if isinstance(param.aval, Array):
            continue
        steps = _steps(param, result, uses, defined)
        if steps is None:
            return None
        if is_float(param.aval):
            found[k] = steps
    return found


def _steps(
    param: Value, result: Operand, uses: Counter[Value], defined: dict[Value, Equation]
) -> list[Equation] | None:
    """Return the equations that make the carry's next value of it, None if anything else reads it."""
    found: list[Equation] = []
    kinds: set[Primitive] = set()
    while result is not param:
        eqn = defined.get(result) if isinstance(result, Value) else None
        if eqn is None or eqn.primitive not in simd.ANY_ORDER or uses[eqn.output] != 1:
            return None
        kinds.add(eqn.primitive)
        found.append(eqn)
        result = eqn.operands[0]
    return found if uses[param] == 1 and len(kinds) <= 1 else None


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
