"""The outputs of a region by number: what each is made of, and the region without some of them.

if_      output k: result k of either block
loops    output k: operand k after the range, the parameter for it in every block, its result in the body
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bpcompiler.ir.equations import Block, Equation, Operand, Value
from bpcompiler.primitives.loops import carries_of, for_
from bpcompiler.primitives.regions import if_


def inits(eqn: Equation) -> tuple[Operand, ...]:
    """Return what a loop's carries are on entry; none for an `if_`."""
    return () if eqn.primitive is if_ else eqn.operands[_range_of(eqn) :]


def params(eqn: Equation, block: Block) -> tuple[Value, ...]:
    """Return the carries' parameters in the body or the test of a loop; none for an `if_`."""
    return block.params[len(block.params) - len(inits(eqn)) :]


def results(eqn: Equation, number: int) -> tuple[Operand, ...]:
    """Return what the blocks compute for one output."""
    if eqn.primitive is if_:
        return tuple(block.results[number] for block in eqn.blocks)
    return (carries_of(eqn.blocks[-1], eqn.attrs)[number],)


def parts_of(eqn: Equation, number: int) -> tuple[Operand, ...]:
    """Return all that is needed for one output, besides what decides on blocks and turns."""
    if eqn.primitive is if_:
        return results(eqn, number)
    own = tuple(params(eqn, block)[number] for block in eqn.blocks)
    return (inits(eqn)[number], *own, *results(eqn, number))


def deciding(eqn: Equation) -> tuple[Operand, ...]:
    """Return what decides which block runs, or how often."""
    if eqn.primitive is if_:
        return eqn.operands
    tests = tuple(result for test in eqn.blocks[:-1] for result in test.results)
    stop = eqn.blocks[-1].results[:1] if eqn.attrs.get("exits") else ()
    return (*eqn.operands[: _range_of(eqn)], *tests, *stop)


def with_outputs(eqn: Equation, blocks: Sequence[Block], kept: Sequence[int]) -> Equation:
    """Return the region with other blocks, of the same form, and with these of its outputs only."""
    outputs = tuple(eqn.outputs[k] for k in kept)
    if eqn.primitive is if_:
        narrow = tuple(replace(block, results=_chosen(block.results, 0, kept)) for block in blocks)
        return replace(eqn, outputs=outputs, blocks=narrow)
    *tests, body = (_with_params(eqn, block, kept) for block in blocks)
    body = replace(body, results=_chosen(body.results, len(body.results) - len(eqn.outputs), kept))
    operands = _chosen(eqn.operands, _range_of(eqn), kept)
    return replace(eqn, operands=operands, outputs=outputs, blocks=(*tests, body))


def _with_params(eqn: Equation, block: Block, kept: Sequence[int]) -> Block:
    first = len(block.params) - len(eqn.outputs)
    return replace(block, params=(*block.params[:first], *(block.params[first + k] for k in kept)))


def _chosen(items: tuple[Operand, ...], first: int, kept: Sequence[int]) -> tuple[Operand, ...]:
    return (*items[:first], *(items[first + k] for k in kept))


def _range_of(eqn: Equation) -> int:
    return 3 if eqn.primitive is for_ else 0
