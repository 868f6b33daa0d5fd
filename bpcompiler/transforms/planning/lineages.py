"""Arrays that a loop writes to in place: how one version becomes the next, so that it can be taken back.

The lineage of a carried array is the way from the version at the start of a turn to that at its end: stores,
loops that carry it, branches that may store. If every link can be undone, a reverse loop can carry the array
backwards, and the tape holds the elements that were overwritten and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bpcompiler.ir.equations import Block, Equation, Operand, Value
from bpcompiler.ir.types import Array
from bpcompiler.primitives.indexing import add_at, result_shape
from bpcompiler.primitives.loops import carries_of, for_
from bpcompiler.primitives.piecewise import alias
from bpcompiler.primitives.regions import if_
from bpcompiler.primitives.stores import setitem, setslice
from bpcompiler.transforms.planning.replay import is_replayed

STORES = {setitem, setslice, add_at}


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """`eqn` makes `after` of `before`. `inner`: the links inside its blocks, where it is a region."""

    eqn: Equation
    before: Value
    after: Value
    inner: tuple[tuple[Link, ...], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Lineage:
    """The links of a loop's carry number `carry`, in order."""

    loop: Equation
    carry: int
    links: tuple[Link, ...]

    @property
    def start(self) -> Value:
        """The version at the start of a turn."""
        return carried_param(self.loop, self.carry)

    @property
    def final(self) -> Value:
        """The version after the loop."""
        return self.loop.outputs[self.carry]

    def versions(self) -> Iterator[Value]:
        """Yield the versions of a turn that are there where the array is carried backwards."""
        yield from _versions(self.links)
        yield self.links[-1].after


def _versions(links: tuple[Link, ...]) -> Iterator[Value]:
    for link in links:
        yield link.before
        if link.eqn.primitive is if_:
            for inner in link.inner:
                yield from (before for before in _versions(inner) if before is not link.before)


def carried_param(loop: Equation, carry: int) -> Value:
    """Return the parameter of a loop's body that holds a carry."""
    body = loop.blocks[-1]
    return body.params[len(body.params) - len(loop.outputs) + carry]


def lineages_of(loop: Equation, paired: Mapping[Equation, object]) -> Iterator[Lineage]:
    """Yield the lineage of each array that a loop carries and stores into, where it can be undone."""
    body = loop.blocks[-1]
    for carry, result in enumerate(carries_of(body, loop.attrs)):
        param = carried_param(loop, carry)
        if isinstance(param.aval, Array):
            links = _links(body, param, result, paired)
            if links:
                yield Lineage(loop, carry, links)


def _links(
    block: Block, start: Value, end: Operand, paired: Mapping[Equation, object]
) -> tuple[Link, ...] | None:
    """Return the links from one version to another; () if they are the same, None if there is no such way."""
    defined = {value: eqn for eqn in block.equations for value in eqn.outputs}
    links: list[Link] = []
    while end is not start:
        eqn = defined.get(end) if isinstance(end, Value) else None
        link = _link(eqn, end, paired) if eqn is not None and isinstance(end, Value) else None
        if link is None:
            return None
        links.append(link)
        end = link.before
    return tuple(reversed(links))


def _link(eqn: Equation, after: Value, paired: Mapping[Equation, object]) -> Link | None:
    if eqn.primitive in STORES or eqn.primitive is alias:
        before = eqn.operands[0]
        return Link(eqn, before, after) if isinstance(before, Value) else None
    if not eqn.blocks or eqn not in paired or is_replayed(eqn):
        return None
    index = eqn.outputs.index(after)
    return _branch_link(eqn, index, paired) if eqn.primitive is if_ else _loop_link(eqn, index, paired)


def _loop_link(eqn: Equation, index: int, paired: Mapping[Equation, object]) -> Link | None:
    inits = eqn.operands[3:] if eqn.primitive is for_ else eqn.operands
    init, body = inits[index], eqn.blocks[-1]
    inner = _links(body, carried_param(eqn, index), carries_of(body, eqn.attrs)[index], paired)
    if inner is None or not isinstance(init, Value):
        return None
    return Link(eqn, init, eqn.outputs[index], (inner,))


def _branch_link(eqn: Equation, index: int, paired: Mapping[Equation, object]) -> Link | None:
    """Both branches start from one version, of the array outside."""
    start = next((s for s in (_origin(b, b.results[index]) for b in eqn.blocks) if s is not None), None)
    if start is None:
        return None
    inner = [_links(block, start, block.results[index], paired) for block in eqn.blocks]
    if any(links is None for links in inner):
        return None
    return Link(eqn, start, eqn.outputs[index], tuple(links for links in inner if links is not None))


def _origin(block: Block, end: Operand) -> Value | None:
    """Return the version from outside that a branch's version came from."""
    defined = {value: eqn for eqn in block.equations for value in eqn.outputs}
    while isinstance(end, Value) and end in defined:
        eqn = defined[end]
        if eqn.primitive in STORES or eqn.primitive is alias:
            end = eqn.operands[0]
        elif eqn.primitive is for_:
            end = eqn.operands[3 + eqn.outputs.index(end)]
        else:
            return None
    return end if isinstance(end, Value) else None


def part_of(store: Equation) -> Array:
    """Return the type of what a store overwrites."""
    x, _, *indices = (operand.aval for operand in store.operands)
    return Array(x.dtype, result_shape(store.attrs["spec"], (x, *indices)))


def regions_in(links: tuple[Link, ...]) -> Iterator[Link]:
    """Yield the links that are regions, those inside regions too."""
    for link in links:
        if link.inner:
            yield link
        for inner in link.inner:
            yield from regions_in(inner)


def stores_in(links: tuple[Link, ...]) -> Iterator[Equation]:
    """Yield the stores among links, those inside regions too."""
    for link in links:
        if link.eqn.primitive in STORES:
            yield link.eqn
        for inner in link.inner:
            yield from stores_in(inner)
