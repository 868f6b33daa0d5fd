"""Decides for each value that an adjoint needs whether it is kept, computed again or restored.

The network: a value is a pair of nodes, "wanted" and "computed". The edge between them is cut, at the cost of
keeping it, or computing it is paid for, and then its operands are wanted too. What must not be computed can
only be kept; what is defined outside of regions, and the indices of loops, are there for nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bpcompiler.ir.equations import Equation, Value
from bpcompiler.primitives.loops import for_
from bpcompiler.transforms.planning.costs import (
    cost_of_computing,
    cost_of_keeping,
    cost_of_reading,
    elements,
    turns_of,
)
from bpcompiler.transforms.planning.exits import Left
from bpcompiler.transforms.planning.homes import Binders, Home, blocks_of
from bpcompiler.transforms.planning.lineages import Lineage, part_of, stores_in
from bpcompiler.transforms.planning.mincut import INFINITE, Network
from bpcompiler.transforms.planning.replay import inputs_of, is_replayed
from bpcompiler.transforms.planning.untouched import LastRead, Untouched

SOURCE, SINK = "source", "sink"


@dataclass(frozen=True, slots=True, eq=False)
class Carry:
    """A carry of a loop: at the start and at the end of a turn, and after the loop."""

    loop: Equation
    index: int
    param: Value
    result: Value

    @property
    def final(self) -> Value:
        """The value after the loop."""
        return self.loop.outputs[self.index]


@dataclass(frozen=True, slots=True, eq=False)
class Decisions:
    """`kept` and `computed`: values; `restored`: lineages. What is in none of them was not wanted.

    `handed`: carries whose value at the end of a turn is that at the start of the next one, which is kept.
    `left`: what is wanted of the last turns of loops. `last`: where what is computed is still in an array.
    """

    kept: Collection[Value]
    computed: Collection[Value]
    restored: Collection[Lineage]
    handed: Collection[Carry] = ()
    left: Collection[Left] = ()
    last: Mapping[Value, LastRead] = field(default_factory=dict)


def decide(
    wanted: Iterable[Value],
    homes: Mapping[Value, Home],
    bound: Binders,
    lineages: Iterable[Lineage],
    forced: Collection[Value],
    carries: Collection[Carry],
) -> Decisions:
    """Return the cheapest way to have what is wanted. `forced`: what has to be kept if it is wanted.

    `carries`: those of the loops that have an adjoint.
    """
    wanted, lineages = list(wanted), list(lineages)
    outermost = [line for line in lineages if line.final not in homes and not is_replayed(line.loop)]
    untouched = [Untouched(line) for line in outermost]
    while True:
        first = _decide(wanted, _Graph(homes, bound, lineages, forced, (), untouched))
        left = [each for each in untouched if not any(each.has(line.start) for line in first.restored)]
        if len(left) == len(untouched):
            break
        untouched = left  # an array that is restored does not hold its last elements
    handed = [c for c in carries if c.param in first.kept and c.result in first.kept]
    if not handed:
        return first
    return replace(_decide(wanted, _Graph(homes, bound, lineages, forced, handed, untouched)), handed=handed)


def _decide(wanted: Iterable[Value], graph: _Graph) -> Decisions:
    for value in wanted:
        graph.want(SOURCE, value)
    near = graph.network.reachable_after_cut(SOURCE, SINK)
    seen = [value for value in graph.seen if ("wanted", value) in near]
    return Decisions(
        [value for value in seen if ("computed", value) not in near],
        {value for value in seen if ("computed", value) in near},
        [lineage for lineage in graph.lineages if lineage in near],
        left=graph.left,
        last=graph.last,
    )


class _Graph:
    def __init__(
        self,
        homes: Mapping[Value, Home],
        bound: Binders,
        lineages: Iterable[Lineage],
        forced: Collection[Value],
        handed: Collection[Carry],
        untouched: Sequence[Untouched],
    ) -> None:
        self.handed = {carry.result: carry for carry in handed}
        self.homes, self.bound, self.forced = homes, bound, forced
        self.network = Network()
        self.seen: dict[Value, None] = {}
        self.lineages: dict[Lineage, None] = {}
        self.left: dict[Left, None] = {}
        self.last: dict[Value, LastRead] = {}
        self._untouched = untouched
        self._stores: set[Equation] = set()
        self._lineage_of = {version: line for line in lineages for version in line.versions()}

    def want(self, by: object, value: Value) -> None:
        """Add that `by` needs a value."""
        home = self.homes.get(value)
        if home is None or is_index(value, home):
            return
        if home.left is not None:
            self.left[home.left] = None
            self.want(by, home.left.after)
            return
        self.network.edge(by, ("wanted", value), INFINITE)
        if value in self.seen:
            return
        self.seen[value] = None
        if home.replay is not None:
            for outside in inputs_of(home.replay):
                self.want(("wanted", value), outside)
        if home.is_there:
            self.network.edge(("wanted", value), ("computed", value), INFINITE)
            return
        self.network.edge(("wanted", value), ("computed", value), cost_of_keeping(value, home))
        self._compute(value, home)

    def _compute(self, value: Value, home: Home) -> None:
        node = ("computed", value)
        last = None if value in self.forced else self._last_read(value, home)
        if last is not None:
            self._read_again(node, last, home)
            self.last[value] = last
            return
        lineage = self._lineage_of.get(value)
        if lineage is not None and value not in self.forced:
            self.network.edge(node, lineage, INFINITE)
            self._restore(lineage)
            return
        if home.eqn is not None and is_replayed(home.eqn):
            for outside in inputs_of(home.eqn):
                self.want(node, outside)
            return
        if value in self.handed and value not in self.forced:
            self.want(node, self.handed[value].param)
            self.want(node, self.handed[value].final)
            return
        cost = cost_of_computing(home.eqn, home) if home.eqn is not None else None
        if cost is None or value in self.forced or home.eqn is None or value not in home.eqn.outputs:
            self.network.edge(node, SINK, INFINITE)
            return
        self.network.edge(node, SINK, cost)
        for operand in self.bound.reads(home.eqn, blocks_of(home.chain)):
            self.want(node, operand)

    def _last_read(self, value: Value, home: Home) -> LastRead | None:
        found = (array.read(value, home) for array in self._untouched)
        return next((read for read in found if read is not None), None)

    def _read_again(self, node: object, last: LastRead, home: Home) -> None:
        indices = {*last.indices}
        self.network.edge(node, SINK, cost_of_reading(home))
        for value in self.bound.reads(last.access, blocks_of(home.chain)):
            if value in indices or value not in last.access.operands:
                self.want(node, value)

    def _restore(self, lineage: Lineage) -> None:
        """What was overwritten is kept, at a cost; where it stood, and the last version, are wanted."""
        if lineage in self.lineages:
            return
        self.lineages[lineage] = None
        self.want(lineage, lineage.final)
        for eqn in stores_in(lineage.links):
            if eqn not in self._stores:  # loops inside one another share what they keep
                self._stores.add(eqn)
                self.network.edge(("overwritten", eqn), SINK, self._overwritten(eqn))
            self.network.edge(lineage, ("overwritten", eqn), INFINITE)
            for index in eqn.operands[2:]:
                if isinstance(index, Value):
                    self.want(lineage, index)

    def _overwritten(self, eqn: Equation) -> float:
        return elements(part_of(eqn)) * turns_of(self.homes[eqn.output])


def is_index(value: Value, home: Home) -> bool:
    """Return whether a value is the index of a loop over a range: the reverse has the same one."""
    region = home.chain[-1][0]
    return home.eqn is None and region.primitive is for_ and value is home.block.params[0]
