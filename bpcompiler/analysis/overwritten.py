"""Arrays that every turn of a loop writes anew, whole, before it reads any of them.

    for n in range(len(X)):
        for k in range(len(scores)):
            scores[k] = ...                 nothing of the turn before is left
        total += np.max(scores)

What they held before a turn does not matter: it has no derivative.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value, equations_of, values_used
from bpcompiler.ir.sizes import Size, as_symbol
from bpcompiler.ir.types import Array, Scalar
from bpcompiler.primitives.indexing import At, Item, is_full
from bpcompiler.primitives.loops import for_
from bpcompiler.primitives.stores import setitem, setslice

# By the index of each loop around a store: how many turns it takes, from 0.
Ranges = Mapping[Value, Size]


def overwritten(block: Block) -> Iterator[Value]:
    """Yield the parameters of loops' bodies that hold such an array."""
    for eqn in equations_of(block):
        if eqn.primitive is for_:
            body = eqn.blocks[0]
            for param in body.params[1:]:
                if isinstance(param.aval, Array) and _written(body, param, {}) is not None:
                    yield param


def _written(block: Block, array: Value, ranges: Ranges) -> Value | None:
    """Return the version that is whole; None unless nothing but what makes it reads the array."""
    users = [eqn for eqn in block.equations if array in values_used(eqn)]
    if len(users) != 1 or array in block.results:
        return None
    (eqn,) = users
    if eqn.primitive in (setitem, setslice):
        return eqn.output if array not in eqn.operands[1:] and _covers(eqn, ranges) else None
    return _written_by_loop(eqn, array, ranges) if eqn.primitive is for_ else None


def _written_by_loop(eqn: Equation, array: Value, ranges: Ranges) -> Value | None:
    (body,), turns = eqn.blocks, _turns(eqn)
    if turns is None or [*values_used(eqn)].count(array) != 1 or array not in eqn.operands[3:]:
        return None
    index = eqn.operands.index(array) - 3
    whole = _written(body, body.params[1 + index], {**ranges, body.params[0]: turns})
    if whole is None or whole is not body.results[index] or _is_read(body, whole):
        return None
    return eqn.outputs[index]


def _is_read(body: Block, version: Value) -> bool:
    """Whether a turn reads what it has written so far; the rest may be old."""
    return body.results.count(version) > 1 or any(version in values_used(eqn) for eqn in body.equations)


def _turns(eqn: Equation) -> Size | None:
    """Return how many turns a loop takes that counts from 0 by 1 to a size; None of any other."""
    start, stop, step = map(_size, eqn.operands[:3])
    return stop if (start, step) == (0, 1) and not eqn.attrs.get("exits") else None


def _size(operand: Operand) -> Size | None:
    if isinstance(operand, Literal):
        return int(operand.value)
    return operand.aval.size if isinstance(operand.aval, Scalar) else None


def _covers(store: Equation, ranges: Ranges) -> bool:
    """Return whether the turns of the loops around store into every element, and each loop does its part.

    A loop whose index is not an index of the array may take no turn at all.
    """
    spec, shape = store.attrs["spec"], store.operands[0].aval.shape
    if len(spec) != len(shape):
        return False
    used = []
    for item, size in zip(spec, shape, strict=True):
        index = _index(store, item, ranges)
        if index is not None and index not in used and ranges[index] == size:
            used.append(index)
        elif not is_full(item, size):
            return False
    return len(used) == len(ranges)


def _index(store: Equation, item: Item, ranges: Ranges) -> Value | None:
    """Return the loop whose index an item is."""
    if not isinstance(item, At) or replace(item, proven=None, checked=False) != At(item.operand):
        return None
    operand = store.operands[item.operand + 1]
    if not isinstance(operand, Value) or not isinstance(operand.aval, Scalar):
        return None
    symbol = None if operand.aval.size is None else as_symbol(operand.aval.size)
    named = {as_symbol(_size(index) or 0): index for index in ranges}
    return operand if operand in ranges else named.get(symbol) if symbol is not None else None
