"""A reverse loop that only adds up runs forwards: nothing passes from turn to turn, so any order will do.

for i in range(n - 1, -1, -1): dx[i] += w * dy[i]        becomes        for i in range(n): dx[i] += w * dy[i]

That is how one writes it, and memory is read in its order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import (
    Block,
    Effect,
    Equation,
    Literal,
    Operand,
    Value,
    equations_of,
    literal,
    values_used,
)
from bpcompiler.ir.types import Scalar
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.arithmetic import add
from bpcompiler.primitives.carries import inits, params, results
from bpcompiler.primitives.creation import size_value
from bpcompiler.primitives.indexing import add_at
from bpcompiler.primitives.loops import for_
from bpcompiler.primitives.piecewise import alias
from bpcompiler.primitives.regions import if_


def forwards(block: Block) -> Block:
    """Return the block, nested ones included, with loops of derivatives that only add up turned round."""
    equations: list[Equation] = []
    for eqn in block.equations:
        inner = replace(eqn, blocks=tuple(map(forwards, eqn.blocks))) if eqn.blocks else eqn
        equations += _turned(inner) if _may_turn(inner) else [inner]
    return replace(block, equations=tuple(equations))


def _may_turn(eqn: Equation) -> bool:
    if eqn.primitive is not for_ or not eqn.phase or eqn.attrs.get("exits"):
        return False
    step = eqn.operands[2]
    if not isinstance(step, Literal) or step.value != -1:
        return False
    (body,) = eqn.blocks
    ordered = any(
        inner.primitive.effect is not Effect.NONE and not _is_indexed(inner) for inner in equations_of(body)
    )
    return not ordered and only_adds(body, body.params[1:], body.results)


def _is_indexed(eqn: Equation) -> bool:
    """Whether an equation of a tape says which element: then others may come before."""
    return eqn.primitive.name == "recall" and bool(eqn.operands)


def only_adds(block: Block, starts: Sequence[Value], ends: Sequence[Operand]) -> bool:
    """Return whether each end is its start with something added, and nobody else reads what is on the way."""
    uses = Counter(value for eqn in block.equations for value in set(values_used(eqn)))
    uses.update(end for end in ends if isinstance(end, Value))
    defined = {value: eqn for eqn in block.equations for value in eqn.outputs}
    return all(_adds(start, end, uses, defined) for start, end in zip(starts, ends, strict=True))


def _adds(start: Value, end: Operand, uses: Counter[Value], defined: dict[Value, Equation]) -> bool:
    while end is not start:
        eqn = defined.get(end) if isinstance(end, Value) else None
        if eqn is None or not isinstance(end, Value) or uses[end] != 1:
            return False
        before = _before(eqn, end)
        if before is None:
            return False
        end = before
    return uses[start] == 1


def _before(eqn: Equation, after: Value) -> Operand | None:
    """Return what an equation adds to; None if it does something else."""
    if eqn.primitive in (accumulate, add_at, alias):
        before = eqn.operands[0]
        return None if before in eqn.operands[1:] else before
    index = eqn.outputs.index(after)
    if eqn.primitive is for_:
        (body,) = eqn.blocks
        same = eqn.operands.count(eqn.operands[3 + index]) == 1
        own = (body.params[1 + index],), (body.results[index],)
        return eqn.operands[3 + index] if same and only_adds(body, *own) else None
    if eqn.primitive is if_:
        return _before_branch(eqn, index)
    return None


def _before_branch(eqn: Equation, index: int) -> Operand | None:
    """Both branches add to one value, or hand it on; they read it for nothing else."""
    for candidate in {result for block in eqn.blocks for result in _chain(block, block.results[index])}:
        if isinstance(candidate, Value) and all(
            only_adds(block, (candidate,), (block.results[index],)) for block in eqn.blocks
        ):
            return candidate
    return None


def handed_on(block: Block, end: Operand) -> Operand:
    """Return the value that an end of a block is, by other names: regions may hand it through."""
    defined = {value: eqn for eqn in block.equations for value in eqn.outputs}
    while isinstance(end, Value) and end in defined:
        eqn = defined[end]
        before = eqn.operands[0] if eqn.primitive is alias else _through(eqn, end)
        if before is None:
            break
        end = before
    return end


def _through(eqn: Equation, after: Value) -> Operand | None:
    """Return what a region hands through as one of its outputs; None if it computes that."""
    if not eqn.blocks:
        return None
    number = eqn.outputs.index(after)
    if eqn.primitive is if_:
        then, otherwise = (handed_on(block, block.results[number]) for block in eqn.blocks)
        return then if then is otherwise else None
    body, (end,) = eqn.blocks[-1], results(eqn, number)
    return inits(eqn)[number] if handed_on(body, end) is params(eqn, body)[number] else None


def _chain(block: Block, end: Operand) -> list[Operand]:
    """Return the values that an end comes from, by adding."""
    defined = {value: eqn for eqn in block.equations for value in eqn.outputs}
    found = [end]
    while isinstance(end, Value) and end in defined and defined[end].primitive in (accumulate, add_at, alias):
        end = defined[end].operands[0]
        found.append(end)
    return found


def _turned(eqn: Equation) -> list[Equation]:
    """Return the loop over the same indices, upwards: from one after the end to one after the start."""
    emit = Builder()
    emit.origin, emit.phase = eqn.origin, eqn.phase
    last, before = eqn.operands[:2]
    operands = (_next(emit, before), _next(emit, last), literal(1), *eqn.operands[3:])
    return [*emit.equations, replace(eqn, operands=operands)]


def _next(emit: Builder, operand: Operand) -> Operand:
    if isinstance(operand, Literal):
        return literal(int(operand.value) + 1)
    size = operand.aval.size if isinstance(operand.aval, Scalar) else None
    if size is None:
        return emit.one(add, operand, literal(1))
    more = size + 1
    return literal(more) if isinstance(more, int) else emit.one(size_value, size=more)
