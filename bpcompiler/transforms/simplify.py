"""Clean-up of derivative code: a broadcast that the operation does by itself, and what nobody reads.

Only equations of derivatives are touched: the primal is the user's arithmetic, line by line.
"""

from __future__ import annotations

from dataclasses import replace

from bpcompiler.ir.equations import Block, Effect, Equation, Operand, Value, values_used
from bpcompiler.ir.program import Program
from bpcompiler.primitives.broadcasting import broadcast_to
from bpcompiler.primitives.declare import Elementwise


def simplify(program: Program) -> Program:
    """Return the program with tidier derivative code; every value that is left has the type it had."""
    return remove_dead_adjoints(drop_broadcasts(program))


def drop_broadcasts(program: Program) -> Program:
    """Let elementwise operations broadcast by themselves: `2 * x * np.broadcast_to(c, n)` is `2 * x * c`."""
    narrow: dict[Value, Operand] = {}
    equations: list[Equation] = []
    for eqn in program.equations:
        if eqn.primitive is broadcast_to:
            narrow[eqn.output] = eqn.operands[0]
        elif eqn.phase and isinstance(eqn.primitive, Elementwise):
            eqn = _with_narrow_operands(eqn, narrow)
        equations.append(eqn)
    return replace(program, block=Block(program.block.params, tuple(equations), program.block.results))


def _with_narrow_operands(eqn: Equation, narrow: dict[Value, Operand]) -> Equation:
    operands = list(eqn.operands)
    for i, operand in enumerate(operands):
        if isinstance(operand, Value) and operand in narrow:
            trial = (*operands[:i], narrow[operand], *operands[i + 1 :])
            if eqn.primitive.infer(tuple(o.aval for o in trial), eqn.attrs, ()) == (eqn.output.aval,):
                operands[i] = narrow[operand]
    return eqn if tuple(operands) == eqn.operands else replace(eqn, operands=tuple(operands))


def remove_dead_adjoints(program: Program) -> Program:
    """Drop equations of derivatives that nobody reads."""
    live = {result for result in program.outputs if isinstance(result, Value)}
    kept: list[Equation] = []
    for eqn in reversed(program.equations):
        read = any(value in live for value in eqn.outputs)
        if read or not eqn.phase or eqn.primitive.effect is not Effect.NONE:
            kept.append(eqn)
            live.update(values_used(eqn))
    return replace(program, block=Block(program.block.params, tuple(reversed(kept)), program.block.results))
