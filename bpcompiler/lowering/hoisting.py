"""Buffers that a loop allocates in each turn, for that turn alone, are allocated once in front of it.

    for ...: t = np.empty(n) ...        becomes        t = np.empty(n)  for ...: ...

A buffer stays inside if its size may differ from turn to turn, might be negative where the loop does not run,
or if a turn hands the buffer on to the next one or out of the loop.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bpcompiler.ir import sizes
from bpcompiler.ir.equations import Block, Equation, Operand, Value, equations_of
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Symbol
from bpcompiler.ir.types import Scalar
from bpcompiler.lowering.uses import LOOPS
from bpcompiler.primitives import shapes
from bpcompiler.primitives.in_place import IN_PLACE
from bpcompiler.primitives.loops import carries_of, empty, for_
from bpcompiler.primitives.regions import as_size, if_

SAME_BUFFER = {*IN_PLACE, shapes.reshape}


def hoisted(program: Program) -> Program:
    """Return the lowered program with the buffers of single turns allocated in front of their loops."""
    return replace(program, block=_in_block(program.block))


def _in_block(block: Block) -> Block:
    equations: list[Equation] = []
    for eqn in block.equations:
        inner = replace(eqn, blocks=tuple(map(_in_block, eqn.blocks))) if eqn.blocks else eqn
        if eqn.primitive in LOOPS:
            moved, inner = _split(inner)
            equations.extend(moved)
        equations.append(inner)
    return replace(block, equations=tuple(equations))


def _split(loop: Equation) -> tuple[list[Equation], Equation]:
    """Return what a loop need not do in each turn, and the loop without it."""
    *others, body = loop.blocks
    bound = set(_bound_in(body))
    handed_on = {result for result in carries_of(body, loop.attrs) if isinstance(result, Value)}
    moved = [
        eqn
        for eqn in body.equations
        if eqn.primitive is empty and _is_fixed(eqn, bound) and not handed_on & _versions(body, {eqn.output})
    ]
    if not moved:
        return [], loop
    kept = tuple(eqn for eqn in body.equations if eqn not in moved)
    return moved, replace(loop, blocks=(*others, replace(body, equations=kept)))


def _bound_in(body: Block) -> Iterable[Symbol]:
    """Yield the symbols that stand for another number in each turn: of indices, and computed ones."""
    inner = list(equations_of(body))
    values = [*body.params, *(param for eqn in inner for block in eqn.blocks for param in block.params)]
    values += [eqn.output for eqn in inner if eqn.primitive is as_size]
    for value in values:
        if isinstance(value.aval, Scalar) and value.aval.size is not None:
            yield from sizes.symbols(value.aval.size)


def _is_fixed(eqn: Equation, bound: set[Symbol]) -> bool:
    return all(
        sizes.is_nonnegative(size) and not bound & set(sizes.symbols(size)) for size in eqn.attrs["shape"]
    )


def _versions(block: Block, buffer: set[Value]) -> set[Value]:
    """Return the values that live in the buffer, those of nested blocks included."""
    found = set(buffer)
    for eqn in block.equations:
        if eqn.primitive in SAME_BUFFER and eqn.operands[0] in found:
            found.update(eqn.outputs)
        elif eqn.primitive in LOOPS:
            found = _through_loop(eqn, found)
        elif eqn.primitive is if_:
            for branch in eqn.blocks:
                found |= _versions(branch, found)
                found |= _matching(eqn.outputs, branch.results, found)
    return found


def _through_loop(eqn: Equation, found: set[Value]) -> set[Value]:
    """A buffer may go from carry to carry, so until nothing more is found."""
    inits = eqn.operands[3:] if eqn.primitive is for_ else eqn.operands
    body = eqn.blocks[-1]
    params = body.params[1:] if eqn.primitive is for_ else body.params
    while True:
        more = found | _matching(params, inits, found)
        more = _versions(body, more)
        results = carries_of(body, eqn.attrs)
        more |= _matching(params, results, more)
        more |= _matching(eqn.outputs, inits, more) | _matching(eqn.outputs, results, more)
        if more == found:
            return found
        found = more


def _matching(values: tuple[Value, ...], given: Iterable[Operand], found: set[Value]) -> set[Value]:
    return {value for value, operand in zip(values, given, strict=True) if operand in found}
