"""Loops whose turns do not wait for one another compute several turns at once.

LLVM does that by itself but for two things: it must know vector functions, and that the order of a sum or of
an extreme is open. So in such loops, and only there, `exp` becomes `simd.exp`, `accumulate` `simd.add`. In
other innermost loops a sum in any order becomes two.
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
from bpcompiler.lowering.partial_sums import in_turns
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
    if not _is_innermost(eqn):
        yield replace(eqn, blocks=tuple(_block(inner, blocks) for inner in eqn.blocks)) if eqn.blocks else eqn
        return
    (body,) = eqn.blocks
    reductions = reductions_of(body)
    sums = [k for k, (step, *_) in reductions.items() if _adds_floats(step)]
    if not _is_independent(eqn, reductions):
        yield from in_turns(eqn, sums)
        return
    in_any_order = {step for steps in reductions.values() for step in steps}
    equations = tuple(_in_simd(each, each in in_any_order) for each in body.equations)
    yield from blocks.summed(replace(eqn, blocks=(replace(body, equations=equations),)), sums)


def _adds_floats(eqn: Equation) -> bool:
    return eqn.primitive is accumulate and is_float(eqn.output.aval)


def _is_innermost(eqn: Equation) -> bool:
    """Whether it is a `for` without blocks in it that goes on to its end."""
    if eqn.primitive is not for_ or eqn.attrs.get("exits"):
        return False
    return not any(inner.blocks for inner in eqn.blocks[0].equations)


def _in_simd(eqn: Equation, in_any_order: bool) -> Equation:
    if not eqn.outputs or not is_float(eqn.output.aval) or isinstance(eqn.output.aval, Array):
        return eqn
    if eqn.primitive is powers.pow and any(isinstance(operand, Literal) for operand in eqn.operands):
        return eqn  # LLVM makes something simpler of most of them
    table = simd.ANY_ORDER if in_any_order else simd.FUNCTIONS
    other = table.get(eqn.primitive)
    return eqn if other is None else replace(eqn, primitive=other)


Reductions = dict[int, list[Equation]]


def reductions_of(body: Block) -> Reductions:
    """Return the carries that are sums or extremes, which nothing else reads.

    Each with the equations that add to it, or find the extreme, the last one first.
    """
    uses = Counter(value for eqn in body.equations for value in values_used(eqn))
    uses.update(result for result in body.results if isinstance(result, Value))
    defined = {value: eqn for eqn in body.equations for value in eqn.outputs}
    carries = zip(body.params[1:], body.results, strict=True)
    found = {
        k: _steps(param, result, uses, defined)
        for k, (param, result) in enumerate(carries)
        if not isinstance(param.aval, Array)
    }
    return {k: steps for k, steps in found.items() if steps}


def _is_independent(loop: Equation, reductions: Reductions) -> bool:
    """Whether turns do not wait for one another, but for sums and extremes."""
    (body,) = loop.blocks
    if has_effect(loop) or _hands_elements_on(body):
        return False
    carries = zip(body.params[1:], body.results, strict=True)
    return all(
        k in reductions or isinstance(param.aval, Array) or param is result
        for k, (param, result) in enumerate(carries)
    )


def _steps(
    param: Value, result: Operand, uses: Counter[Value], defined: dict[Value, Equation]
) -> list[Equation]:
    """Return the equations of one kind that make the carry's next value, none if anything else reads it."""
    found: list[Equation] = []
    kinds: set[Primitive] = set()
    while result is not param:
        eqn = defined.get(result) if isinstance(result, Value) else None
        if eqn is None or eqn.primitive not in simd.ANY_ORDER or uses[eqn.output] != 1:
            return []
        kinds.add(eqn.primitive)
        found.append(eqn)
        result = eqn.operands[0]
    return found if uses[param] == 1 and len(kinds) == 1 else []


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
