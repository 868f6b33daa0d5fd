"""What kind of loop it is: loops of one kind are fused, for a serial loop would hold up a vectorised one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from enum import Enum

from bpcompiler.ir.equations import Block, Equation, Operand, Value, has_effect, values_used
from bpcompiler.ir.types import Array
from bpcompiler.lowering.fusion.memory import Memory
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.arithmetic import add, mul
from bpcompiler.primitives.creation import size_value
from bpcompiler.primitives.loops import PRODUCTS, for_, load, store
from bpcompiler.primitives.piecewise import maximum, minimum

IN_ANY_ORDER = {accumulate, maximum, minimum}
INDEXING = {add, mul, size_value}


class Character(Enum):
    """How the turns of a loop depend on one another."""

    OUTER = "holds other loops, or products"
    INDEPENDENT = "its turns could run at once, but for sums"
    SERIAL = "each turn needs the one before"
    MOVING = "its turns copy elements that are not side by side"


def character(loop: Equation, memory: Memory) -> Character:
    """Return the kind of a `for`."""
    (body,) = loop.blocks
    if any(eqn.primitive is for_ or eqn.primitive in PRODUCTS for eqn in body.equations):
        return Character.OUTER
    if has_effect(loop) or any(eqn.blocks for eqn in body.equations):
        return Character.SERIAL
    if _carries_numbers_in_order(body) or _hands_elements_on(loop, memory):
        return Character.SERIAL
    return Character.MOVING if _moves_far(body) else Character.INDEPENDENT


def _moves_far(body: Block) -> bool:
    """Whether a loop only copies, in another order: what is computed of the copy waits for it."""
    moving: set[Operand] = {body.params[0]}
    far = False
    for eqn in body.equations:
        if eqn.primitive is load:
            far |= not moving.isdisjoint(eqn.operands[1:-1])
        elif eqn.primitive in INDEXING and not eqn.output.aval.dtype.is_float:
            moving.update(eqn.outputs if not moving.isdisjoint(eqn.operands) else ())
        elif eqn.primitive is not store:
            return False
    return far


def _carries_numbers_in_order(body: Block) -> bool:
    """Whether a number goes from turn to turn by more than a sum or an extreme."""
    uses = Counter(value for eqn in body.equations for value in values_used(eqn))
    uses.update(result for result in body.results if isinstance(result, Value))
    defined = {value: eqn for eqn in body.equations for value in eqn.outputs}
    return any(
        not isinstance(param.aval, Array) and not _is_reduced(param, result, uses, defined)
        for param, result in zip(body.params[1:], body.results, strict=True)
    )


def _is_reduced(param: Value, result: Operand, uses: Counter[Value], defined: dict[Value, Equation]) -> bool:
    while result is not param:
        eqn = defined.get(result) if isinstance(result, Value) else None
        if eqn is None or eqn.primitive not in IN_ANY_ORDER or uses[eqn.output] != 1:
            return False
        result = eqn.operands[0]
    return uses[param] == 1


def _hands_elements_on(loop: Equation, memory: Memory) -> bool:
    """Whether a turn reads, or writes again, what another turn wrote."""
    index = loop.blocks[0].params[0]
    written = {access.buffer for access in memory.of(loop) if access.writes}
    sums = set(_sums_in_place(loop.blocks[0]))
    places: dict[Value, tuple[object, ...] | None] = {}
    for eqn in loop.blocks[0].equations:
        for access in memory.of(eqn):
            if access.buffer not in written:
                continue
            if eqn.primitive not in (load, store) or access.indices is None:
                return True
            if index not in access.indices and eqn not in sums:
                return True
            if places.setdefault(access.buffer, access.indices) != access.indices:
                return True
    return False


def _sums_in_place(body: Block) -> Iterator[Equation]:
    """Yield the loads and stores of sums that stand in an array: as open in their order as other sums."""
    uses = Counter(value for eqn in body.equations for value in values_used(eqn))
    uses.update(result for result in body.results if isinstance(result, Value))
    defined: dict[Operand, Equation] = {value: eqn for eqn in body.equations for value in eqn.outputs}
    for eqn in body.equations:
        if eqn.primitive is not store:
            continue
        total = defined.get(eqn.operands[1])
        if total is None or total.primitive is not accumulate or uses[total.output] != 1:
            continue
        before = defined.get(total.operands[0])
        if before is None or before.primitive is not load or uses[before.output] != 1:
            continue
        if before.operands == (eqn.operands[0], *eqn.operands[2:]):
            yield from (before, eqn)
