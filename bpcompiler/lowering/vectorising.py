"""Loops whose turns do not wait for one another compute several turns at once.

LLVM does that by itself but for two things: it must know vector functions, and that the order of a sum or of
an extreme is open. So in such loops, and only there, `exp` becomes `simd.exp`, `accumulate` `simd.add`. In
other innermost loops a sum in any order becomes two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bpcompiler.ir.equations import Block, Equation, Literal, Value, has_effect, literal
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import Array, is_float
from bpcompiler.lowering.blocks import summed
from bpcompiler.lowering.fusion.character import Character, character
from bpcompiler.lowering.fusion.memory import Memory
from bpcompiler.lowering.partial_sums import in_turns
from bpcompiler.lowering.reduced import reductions_of, sums_of
from bpcompiler.primitives import powers, simd
from bpcompiler.primitives.loops import for_

PRODUCTS = range(3, 7)
SIMPLE_POWERS = (-1, 0, 0.5, 1, 2)  # of which LLVM makes something simple


def in_vectors(program: Program) -> Program:
    """Return the lowered program with vector functions and sums in any order where they are of use."""
    memory, names = Memory(program.block), dict(program.names)
    found = [each for eqn in program.equations for each in _outermost(eqn, memory, names)]
    return replace(program, block=replace(program.block, equations=tuple(found)), names=names)


def _outermost(eqn: Equation, memory: Memory, names: dict[Value, str]) -> Iterator[Equation]:
    """Long sums are in blocks where they are not in a loop: in one they are rows, mostly, and short.

    A loop that carries other numbers, too, is one of the user's, who adds up in order there.
    """
    if eqn.attrs.get("threads"):  # chunks of long loops
        (body,) = eqn.blocks
        inside = tuple(each for inner in body.equations for each in _outermost(inner, memory, names))
        yield replace(eqn, blocks=(replace(body, equations=inside),))
        return
    for each in _equation(eqn, memory):
        if each.primitive is for_ and not each.attrs.get("exits") and not has_effect(each):
            reductions = reductions_of(each.blocks[0])
            numbers = [k for k, value in enumerate(each.outputs) if not isinstance(value.aval, Array)]
            yield from summed(each, sums_of(reductions) if numbers == list(reductions) else (), names)
        else:
            yield each


def _equation(eqn: Equation, memory: Memory) -> list[Equation]:
    if not eqn.blocks:
        return [eqn]
    if not _is_innermost(eqn):
        return [replace(eqn, blocks=tuple(_block(inner, memory) for inner in eqn.blocks))]
    (body,) = eqn.blocks
    reductions = reductions_of(body)
    if character(eqn, memory) is not Character.INDEPENDENT:
        return in_turns(eqn, sums_of(reductions))
    in_any_order = {step for steps in reductions.values() for step in steps}
    equations = tuple(_in_simd(each, each in in_any_order) for each in body.equations)
    return [replace(eqn, blocks=(replace(body, equations=equations),))]


def _block(block: Block, memory: Memory) -> Block:
    return replace(block, equations=tuple(each for eqn in block.equations for each in _equation(eqn, memory)))


def _is_innermost(eqn: Equation) -> bool:
    """Whether it is a `for` without blocks in it that goes on to its end."""
    if eqn.primitive is not for_ or eqn.attrs.get("exits"):
        return False
    return not any(inner.blocks for inner in eqn.blocks[0].equations)


def _in_simd(eqn: Equation, in_any_order: bool) -> Equation:
    if not eqn.outputs or not is_float(eqn.output.aval) or isinstance(eqn.output.aval, Array):
        return eqn
    if eqn.primitive is powers.pow and isinstance(eqn.operands[1], Literal):
        return _literal_power(eqn, eqn.operands[1].value)
    table = simd.ANY_ORDER if in_any_order else simd.FUNCTIONS
    other = table.get(eqn.primitive)
    return eqn if other is None else replace(eqn, primitive=other)


def _literal_power(eqn: Equation, exponent: float) -> Equation:
    """Of small whole powers Numba makes products, within four units in the last place."""
    if exponent in SIMPLE_POWERS:
        return eqn
    if exponent in PRODUCTS:
        return replace(eqn, operands=(eqn.operands[0], literal(int(exponent))))
    return replace(eqn, primitive=simd.FUNCTIONS[powers.pow])
