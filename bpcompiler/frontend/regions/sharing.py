"""Arrays whose storage differs between the ways into a join.

Where two storages meet that nothing else refers to, the joined array simply is one of its own. Else it is
borrowed: reading it is exact as long as none of the arrays that it may be is written to, and writing to it is
an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bpcompiler.frontend.regions.blocks import trace_of
from bpcompiler.frontend.regions.joins import Join
from bpcompiler.frontend.regions.slots import references
from bpcompiler.frontend.storage import Borrowed, Storage

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter


def settle(m: Interpreter, join: Join, joined: Sequence[Any]) -> None:
    """Take note of the joined arrays that are not of their own. The joined state is in place."""
    if not join.pairs:
        return
    trace = trace_of(m)
    here = trace.place()
    kept = references(m.state.snapshot())
    for mine, other, index in join.pairs:
        if any(
            each is not None and (each.array is not None or each in trace.perhaps) for each in (mine, other)
        ):
            trace.perhaps[joined[index].storage] = join.leaves[index].name or "an array"
        lenders = _lenders(join, (mine, other), kept)
        lenders += _joined_since(join, joined, (mine, other), index)
        if lenders:
            name = join.leaves[index].name
            _lend(m, join, joined[index].storage, lenders, name)
            places = [trace.bound.get((each, name), here) for each in (mine, other)]
            text = f"{name or 'this array'} is one of several arrays, which one depends on traced values"
            trace.ambiguous[joined[index].storage] = (places[0], places[1], text)


def _lenders(join: Join, pair: Sequence[Storage | None], kept: set[Storage]) -> list[Storage]:
    """Return the storages of a pair that something else refers to after the join, or may refer to."""
    found: list[Storage] = []
    for side, storage in enumerate(pair):
        if storage is None:
            continue
        partners = {id(each[1 - side]) for each in join.pairs if each[side] is storage}
        borrowed = join.marks[side].borrowed.get(storage)  # what is borrowed already stays so
        if storage in kept or storage in join.trace.listed or len(partners) > 1 or borrowed is not None:
            found.append(storage)
        found += [lender for lender, _ in borrowed.versions] if borrowed is not None else []
    return list(dict.fromkeys(found))


def _joined_since(
    join: Join, joined: Sequence[Any], pair: Sequence[Storage | None], index: int
) -> list[Storage]:
    """Return the joined storages that a lender has become itself: what it lent is theirs from now on."""
    marks = [join.marks[side].borrowed.get(each) for side, each in enumerate(pair) if each is not None]
    older = [lender for borrowed in marks if borrowed is not None for lender, _ in borrowed.versions]
    return [
        joined[k].storage
        for *sides, k in join.pairs
        if k != index and any(side is lender for side in sides for lender in older)
    ]


def _lend(m: Interpreter, join: Join, storage: Storage, lenders: Sequence[Storage], name: str) -> None:
    """Let a storage be a borrowed one, as of now."""
    trace = trace_of(m)
    visible = [each for each in lenders if each.initial not in join.local]
    versions = tuple((each, trace.versions.get(each, each.initial)) for each in visible)
    trace.borrowed[storage] = Borrowed(versions, name)
