"""Reading other values in place of some, in nested blocks too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bpcompiler.ir.equations import Block, Equation, Operand, Value


def substituted(operand: Operand, instead: Mapping[Value, Operand]) -> Operand:
    """Return what stands for an operand: itself, or what is read instead, as often as that is replaced."""
    while isinstance(operand, Value) and operand in instead:
        operand = instead[operand]
    return operand


def in_equation(eqn: Equation, instead: Mapping[Value, Operand]) -> Equation:
    """Return the equation reading other values; its outputs and params stay."""
    operands = tuple(substituted(operand, instead) for operand in eqn.operands)
    if not eqn.blocks:
        return eqn if operands == eqn.operands else replace(eqn, operands=operands)
    return replace(eqn, operands=operands, blocks=tuple(in_block(block, instead) for block in eqn.blocks))


def in_block(block: Block, instead: Mapping[Value, Operand]) -> Block:
    """Return the block reading other values."""
    equations = tuple(in_equation(eqn, instead) for eqn in block.equations)
    results = tuple(substituted(result, instead) for result in block.results)
    return Block(block.params, equations, results)


def retyped(block: Block, instead: Mapping[Value, Operand]) -> Block:
    """Return the block reading other values, of which more or less may be known: what size an integer is.

    What is computed of those gets the type that follows; nothing else does.
    """
    now = dict(instead)
    equations: list[Equation] = []
    for old in block.equations:
        eqn = replace(old, operands=tuple(substituted(operand, now) for operand in old.operands))
        if eqn.blocks:
            eqn = replace(eqn, blocks=tuple(retyped(inner, now) for inner in eqn.blocks))
        elif eqn.operands != old.operands and len(eqn.outputs) == 1:
            (aval,) = eqn.primitive.infer(tuple(o.aval for o in eqn.operands), eqn.attrs, ())
            if aval != eqn.output.aval:
                now[eqn.output] = new = Value(aval)
                eqn = replace(eqn, outputs=(new,))
        equations.append(eqn)
    results = tuple(substituted(result, now) for result in block.results)
    return Block(block.params, tuple(equations), results)
