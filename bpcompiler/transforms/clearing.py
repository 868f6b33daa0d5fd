"""What is cleared in a derivative only to be added to is stored at once.

d[i] = 0.0; d[i + 1] += w; d[i] += v        becomes        d[i + 1] += w; d[i] = v
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value, values_used
from bpcompiler.ir.sizes import Size, Symbol, symbols
from bpcompiler.ir.types import Scalar
from bpcompiler.primitives.indexing import add_at, getslice
from bpcompiler.primitives.stores import checked, setslice
from bpcompiler.transforms.places import Place, are_apart, facts, place


def stored_at_once(block: Block, known: Sequence[Size] = ()) -> Block:
    """Return the block, nested ones included, with such pairs of stores as one.

    `known`: what is not negative in it.
    """
    nested = tuple(_with_inner(eqn, known) if eqn.blocks else eqn for eqn in block.equations)
    defined = {value: eqn for eqn in nested for value in eqn.outputs}
    uses = Counter(value for eqn in nested for value in values_used(eqn))
    uses.update(result for result in block.results if isinstance(result, Value))
    changed: dict[Equation, Equation | None] = {}
    for eqn in nested:
        chain = _chain_to_clearing(eqn, defined, uses, known)
        if chain and not changed.keys() & {*chain}:
            changed.update(_without_clearing(chain, defined))
    kept = [new for eqn in nested if (new := changed.get(eqn, eqn)) is not None]
    return replace(block, equations=tuple(kept))


def _chain_to_clearing(
    last: Equation, defined: Mapping[Value, Equation], uses: Mapping[Value, int], known: Sequence[Size]
) -> list[Equation]:
    """Return the stores from the one that clears to the one that adds there again; [] if that is not so."""
    chain = [last]
    if last.primitive is not add_at or not last.phase or _place(last) is None:
        return []
    while True:
        before = chain[0].operands[0]
        eqn = defined.get(before) if isinstance(before, Value) and uses[before] == 1 else None
        if eqn is None or not eqn.phase:
            return []
        chain.insert(0, eqn)
        if eqn.primitive is setslice and _place(eqn) == _place(last):
            return chain if _is_zero(eqn.operands[1]) and _may_store(last) else []
        if eqn.primitive is not add_at or not are_apart(_place(eqn), _place(last), known):
            return []


def _with_inner(eqn: Equation, known: Sequence[Size]) -> Equation:
    """What is known of an index around does not hold for one of the same name inside."""
    own = {s for block in eqn.blocks for p in block.params for s in _symbols(p)}
    known = [*(fact for fact in known if own.isdisjoint(symbols(fact))), *facts(eqn)]
    return replace(eqn, blocks=tuple(stored_at_once(block, known) for block in eqn.blocks))


def _symbols(param: Value) -> Iterator[Symbol]:
    if isinstance(param.aval, Scalar) and param.aval.size is not None:
        yield from symbols(param.aval.size)


def _without_clearing(
    chain: list[Equation], defined: Mapping[Value, Equation]
) -> dict[Equation, Equation | None]:
    """Return what becomes of each equation: the first goes, the last stores instead of adding.

    The last goes too if it would store what is there already.
    """
    clearing, *middle, last = chain
    spec = checked(last.attrs["spec"])
    stored = replace(last, primitive=setslice, attrs={**last.attrs, "spec": spec})
    if middle and _is_there(last.operands[1], clearing, defined):
        *others, end = middle
        first, *rest = (*others, replace(end, outputs=last.outputs))
        gone: dict[Equation, Equation | None] = {clearing: None, last: None}
    else:
        first, *rest = (*middle, stored)
        gone, middle = {clearing: None}, [*middle, last]
    first = replace(first, operands=(clearing.operands[0], *first.operands[1:]))
    return {**gone, **dict(zip(middle, (first, *rest), strict=True))}


def _is_there(value: Operand, clearing: Equation, defined: Mapping[Value, Equation]) -> bool:
    """Return whether a value is what was read where it is cleared."""
    read = defined.get(value) if isinstance(value, Value) else None
    if read is None or read.primitive is not getslice or read.operands[0] is not clearing.operands[0]:
        return False
    return place(read.attrs["spec"], read.operands[1:]) == _place(clearing)


def _place(eqn: Equation) -> Place | None:
    return place(eqn.attrs["spec"], eqn.operands[2:])


def _is_zero(operand: Operand) -> bool:
    return isinstance(operand, Literal) and operand.value == 0


def _may_store(eqn: Equation) -> bool:
    """Adding converts to the type of the array, storing does not."""
    return eqn.operands[1].aval.dtype is eqn.operands[0].aval.dtype
