"""A minimum cut by Dinic's algorithm (1970): shortest augmenting paths in layers."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from itertools import pairwise

INFINITE = float("inf")
Node = Hashable


class Network:
    """A directed graph with capacities."""

    def __init__(self) -> None:
        self._edges: dict[Node, dict[Node, float]] = {}

    def edge(self, start: Node, end: Node, capacity: float) -> None:
        """Add capacity from one node to another."""
        forward = self._edges.setdefault(start, {})
        forward[end] = forward.get(end, 0.0) + capacity
        self._edges.setdefault(end, {}).setdefault(start, 0.0)

    def reachable_after_cut(self, source: Node, sink: Node) -> set[Node]:
        """Return the source's side of a minimum cut: what it still reaches when no more can flow."""
        while sink in (levels := self._levels(source)):
            order = {node: list(ends) for node, ends in self._edges.items()}
            while self._push(source, sink, levels, order):
                pass
        return set(levels)

    def _levels(self, source: Node) -> dict[Node, int]:
        levels, waiting = {source: 0}, deque([source])
        while waiting:
            node = waiting.popleft()
            for end, capacity in self._edges.get(node, {}).items():
                if capacity > 0 and end not in levels:
                    levels[end] = levels[node] + 1
                    waiting.append(end)
        return levels

    def _push(
        self, source: Node, sink: Node, levels: dict[Node, int], order: dict[Node, list[Node]]
    ) -> float:
        """Send flow along one path of the layers and return how much."""
        path = [source]
        while path[-1] != sink:
            node = path[-1]
            ends = order[node]
            while ends and not self._leads_on(node, ends[-1], levels):
                ends.pop()
            if ends:
                path.append(ends[-1])
            elif len(path) == 1:
                return 0.0
            else:
                path.pop()
                order[path[-1]].pop()
        steps = list(pairwise(path))
        flow = min(self._edges[start][end] for start, end in steps)
        for start, end in steps:
            self._edges[start][end] -= flow
            self._edges[end][start] += flow
        return flow

    def _leads_on(self, start: Node, end: Node, levels: dict[Node, int]) -> bool:
        return self._edges[start][end] > 0 and levels.get(end) == levels[start] + 1
