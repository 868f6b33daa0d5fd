"""The index of a loop is read as that, not as the size that is called like it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bpcompiler.ir import sizes
from bpcompiler.ir.equations import Block, Equation, Operand, Value
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Symbol
from bpcompiler.ir.substitution import in_equation, substituted
from bpcompiler.ir.types import Scalar
from bpcompiler.primitives.creation import size_value
from bpcompiler.primitives.loops import for_

Indices = Mapping[Symbol, Value]


def with_plain_indices(program: Program) -> Program:
    """Return the program where no size is just the index of a loop around it."""
    return replace(program, block=_in_block(program.block, {}))


def _in_block(block: Block, indices: Indices) -> Block:
    instead: dict[Value, Operand] = {}
    equations: list[Equation] = []
    for old in block.equations:
        index = _index(old, indices)
        if index is not None:
            instead[old.output] = index
            continue
        eqn = in_equation(old, instead)
        inner = {**indices, **_bound(eqn)}
        blocks = tuple(_in_block(each, inner) for each in eqn.blocks)
        equations.append(replace(eqn, blocks=blocks) if blocks else eqn)
    results = tuple(substituted(result, instead) for result in block.results)
    return Block(block.params, tuple(equations), results)


def _index(eqn: Equation, indices: Indices) -> Value | None:
    if eqn.primitive is not size_value:
        return None
    symbol = sizes.as_symbol(eqn.attrs["size"])
    index = None if symbol is None else indices.get(symbol)
    return index if index is not None and index.aval == eqn.output.aval else None


def _bound(eqn: Equation) -> Indices:
    if eqn.primitive is not for_:
        return {}
    index = eqn.blocks[0].params[0]
    size = index.aval.size if isinstance(index.aval, Scalar) else None
    symbol = None if size is None else sizes.as_symbol(size)
    return {} if symbol is None else {symbol: index}
