"""Outputs of regions that are something else too: carries that no turn changes, branches with equal answers.

Of two outputs of an `if_` that agree in both branches one is enough; `undefined` agrees with everything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value, with_operands
from bpcompiler.primitives.carries import inits, params, results, with_outputs
from bpcompiler.primitives.piecewise import alias
from bpcompiler.primitives.regions import if_, undefined

Replacements = dict[Value, Operand]


def without_identities(block: Block, may_drop: Callable[[Equation, int], bool]) -> tuple[Block, Replacements]:
    """Return the block without such outputs, nested ones included, and what stands for each of them."""
    found: Replacements = {}
    return _narrow_block(block, may_drop, found), found


def _narrow_block(block: Block, may_drop: Callable[[Equation, int], bool], found: Replacements) -> Block:
    def read(operand: Operand) -> Operand:
        return found.get(operand, operand) if isinstance(operand, Value) else operand

    equations = []
    for eqn in block.equations:
        read_ = replace(eqn, operands=tuple(map(read, eqn.operands)))
        equations.append(_narrow_region(read_, may_drop, found) if eqn.blocks else read_)
    return replace(block, equations=tuple(equations), results=tuple(map(read, block.results)))


def _narrow_region(eqn: Equation, may_drop: Callable[[Equation, int], bool], found: Replacements) -> Equation:
    eqn = replace(eqn, blocks=tuple(_narrow_block(inner, may_drop, found) for inner in eqn.blocks))
    while True:
        same = _same_elsewhere(eqn, [k for k in range(len(eqn.outputs)) if may_drop(eqn, k)])
        if not same:
            return eqn
        for k, elsewhere in same.items():
            names = (eqn.outputs[k], *(params(eqn, inner)[k] for inner in eqn.blocks if inner.params))
            _replace(found, names, elsewhere)
        kept = [k for k in range(len(eqn.outputs)) if k not in same]
        eqn = with_outputs(eqn, [with_operands(inner, found) for inner in eqn.blocks], kept)


def _replace(found: Replacements, names: Sequence[Value], elsewhere: Operand) -> None:
    """Take note of what stands for these values, and for what they stood for themselves."""
    while isinstance(elsewhere, Value) and elsewhere in found:
        elsewhere = found[elsewhere]
    for value, now in list(found.items()):
        if now in names:
            found[value] = elsewhere
    found.update(dict.fromkeys(names, elsewhere))


def _same_elsewhere(eqn: Equation, droppable: Sequence[int]) -> dict[int, Operand]:
    """Return the outputs that are values from outside, by number; else one that is another output."""
    outside = {k: found for k in droppable if (found := _unchanged(eqn, k)) is not None}
    if outside or eqn.primitive is not if_:
        return outside
    for k in droppable:
        for other in range(len(eqn.outputs)):
            if other != k and _agree(eqn, k, other):
                return {k: eqn.outputs[other]}
    return {}


def _unchanged(eqn: Equation, number: int) -> Operand | None:
    """Return the value from outside that an output is; None if it is not."""
    if eqn.primitive is if_:
        then, otherwise = map(_number, eqn.blocks, results(eqn, number))
        return then if _equal(then, otherwise) else None
    (result,), outside = results(eqn, number), inits(eqn)[number]
    own = params(eqn, eqn.blocks[-1])[number]
    return outside if result is own or _equal(result, outside) else None


def _agree(eqn: Equation, number: int, other: int) -> bool:
    """Return whether one output of an `if_` may stand for the first, wherever that is defined."""
    if eqn.outputs[number].aval != eqn.outputs[other].aval:
        return False
    blocks = zip(eqn.blocks, results(eqn, number), results(eqn, other), strict=True)
    return all(_equal(mine, its) or _is_undefined(block, mine) for block, mine, its in blocks)


def _number(block: Block, result: Operand) -> Operand:
    """Return the number that a result is only another name for, else the result."""
    made = next((eqn for eqn in block.equations if result in eqn.outputs), None)
    is_name = made is not None and made.primitive is alias and isinstance(made.operands[0], Literal)
    return made.operands[0] if made is not None and is_name else result


def _is_undefined(block: Block, result: Operand) -> bool:
    return any(eqn.primitive is undefined and eqn.output is result for eqn in block.equations)


def _equal(left: Operand, right: Operand) -> bool:
    if isinstance(left, Literal) and isinstance(right, Literal):
        return left.aval == right.aval and repr(left.value) == repr(right.value)  # 0.0 is not -0.0
    return left is right
