"""Calls of BLAS and LAPACK that are the same in each turn of a loop are made once, in front of it.

    for ...: lu_factor(a_lu, a) ...        becomes        lu_factor(a_lu, a)  for ...: ...

Each fills a buffer of its own, which nothing else writes to in the loop, from what no turn changes. It never
faults: what is wrong with the result is found where it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bpcompiler.ir.equations import Block, Equation, Value, equations_of
from bpcompiler.ir.program import Program
from bpcompiler.lowering.fusion.memory import Memory
from bpcompiler.lowering.uses import LOOPS
from bpcompiler.primitives.lapack import cholesky_factor, lu_factor
from bpcompiler.primitives.loops import empty, gemm, gemv

FILLS = {gemm, gemv, lu_factor, cholesky_factor}


def with_calls_in_front(program: Program) -> Program:
    """Return the lowered program, its buffers hoisted, with such calls in front of their loops."""
    if not any(eqn.primitive in FILLS for eqn in equations_of(program.block)):
        return program
    hoisting = _Hoisting(program.block)
    return replace(program, block=hoisting.block(program.block))


class _Hoisting:
    def __init__(self, block: Block) -> None:
        self.memory = Memory(block)
        self.empty = {eqn.output for eqn in equations_of(block) if eqn.primitive is empty}

    def block(self, block: Block) -> Block:
        equations: list[Equation] = []
        for eqn in block.equations:
            inner = replace(eqn, blocks=tuple(map(self.block, eqn.blocks))) if eqn.blocks else eqn
            if eqn.primitive in LOOPS:
                moved = self._invariants(inner)
                equations += moved
                inner = _without(inner, moved)
            equations.append(inner)
        return replace(block, equations=tuple(equations))

    def _invariants(self, loop: Equation) -> list[Equation]:
        body = loop.blocks[-1]
        inside = {*body.params, *(value for eqn in body.equations for value in eqn.outputs)}
        moved: list[Equation] = []
        for eqn in body.equations:
            if self._fills_a_buffer(eqn) and not inside & {*_values(eqn)} and self._alone(eqn, loop):
                moved.append(eqn)
                inside.discard(eqn.output)
        return moved

    def _fills_a_buffer(self, eqn: Equation) -> bool:
        whole = not eqn.attrs.get("beta") and eqn.attrs.get("parts") is None
        if eqn.primitive not in FILLS or not whole or self.memory.needs_checks(eqn):
            return False
        return eqn.operands[0] in self.empty

    def _alone(self, eqn: Equation, loop: Equation) -> bool:
        """Whether nothing else in the loop writes to what the call writes or reads."""
        buffers = {self.memory.buffer(value) for value in _values(eqn)}
        others = (inner for inner in loop.blocks[-1].equations if inner is not eqn)
        writes = {access.buffer for inner in others for access in self.memory.of(inner) if access.writes}
        return not buffers & writes


def _values(eqn: Equation) -> Iterable[Value]:
    return (operand for operand in eqn.operands if isinstance(operand, Value))


def _without(loop: Equation, moved: list[Equation]) -> Equation:
    *others, body = loop.blocks
    kept = tuple(eqn for eqn in body.equations if eqn not in moved)
    return replace(loop, blocks=(*others, replace(body, equations=kept)))
