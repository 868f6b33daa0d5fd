"""Tangents and cotangents have the structure of what they belong to: each leaf has its part of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bpcompiler.errors import ArgumentError
from bpcompiler.ir.trees import Leaf, Node, Tree, flatten, unflatten


def together(tree: Tree, given: Any, what: str) -> Iterator[tuple[int, Any]]:
    """Yield (leaf, its part of `given`). Raises ArgumentError where the structures differ."""
    if isinstance(tree, Leaf):
        yield tree.index, given
    elif isinstance(tree, Node):
        parts = _children(tree, given)
        if parts is None or len(parts) != len(tree.children):
            raise ArgumentError(f"the {what} do not have the structure of what they belong to")
        for child, part in zip(tree.children, parts, strict=True):
            yield from together(child, part, what)


def _children(node: Node, given: Any) -> list[Any] | None:
    if node.kind == "dict":
        same = isinstance(given, dict) and set(node.keys) == set(given)
        return [given[key] for key in node.keys] if same else None
    if node.kind == "dataclass":
        return (
            [getattr(given, key) for key in node.keys] if all(hasattr(given, k) for k in node.keys) else None
        )
    return list(given) if isinstance(given, (list, tuple)) else None


@dataclass(frozen=True, slots=True)
class Leaves:
    """A structure's leaves, and the numbers among themselves of those that have a derivative."""

    tree: Tree
    values: tuple[Any, ...]
    floats: tuple[int, ...]

    @classmethod
    def of(cls, value: Any, is_leaf: Callable[[Any], bool], is_float: Callable[[Any], bool]) -> Leaves:
        """Return the leaves of a value."""
        found: list[Any] = []
        tree = flatten(value, is_leaf, found)
        return cls(tree, tuple(found), tuple(i for i, leaf in enumerate(found) if is_float(leaf)))

    def with_floats(self, parts: Mapping[int, Any]) -> Any:
        """Return the structure with these for its floating leaves; the others pass through."""
        return unflatten(self.tree, [parts.get(i, leaf) for i, leaf in enumerate(self.values)])


def arranged(outer: Leaves, inner: Leaves, blocks: Mapping[tuple[int, int], Any]) -> Any:
    """Return the structure of `outer`, in each floating leaf that of `inner`: the blocks by their numbers."""
    return outer.with_floats(
        {
            leaf: inner.with_floats({i: blocks[row, column] for column, i in enumerate(inner.floats)})
            for row, leaf in enumerate(outer.floats)
        }
    )
