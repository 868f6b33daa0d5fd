"""A function applied to the numbers and arrays of nested values; the structure stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpcompiler.errors import StructureError
from bpcompiler.ir.trees import Node, parts, rebuild, step_text

Parts = tuple[str, tuple[Any, ...], tuple[Any, ...]]


def tree_map(function: Callable[..., Any], tree: Any, *more: Any) -> Any:
    """Return a nested value like `tree` with `function(x, ...)` in place of each number or array x.

    What lies at the same place in `more` is the function's further arguments: a number, an array, or whatever
    is there. Containers are lists, tuples, dicts, namedtuples and dataclasses; bool, str, None and other
    objects stay as they are. Raises StructureError where `more` has another container than `tree`.
    """
    return Mapping(function, is_number, parts, lambda made: made).of("tree", tree, more)


def is_number(value: Any) -> bool:
    """Return whether this is a number or an array."""
    return isinstance(value, int | float | np.ndarray | np.generic) and not isinstance(value, bool | np.bool_)


@dataclass(frozen=True, slots=True)
class Mapping:
    """How a function is applied: to what, what the parts of a container are, what becomes of a new one."""

    function: Callable[..., Any]
    is_leaf: Callable[[Any], bool]
    parts: Callable[[Any], Parts | None]
    made: Callable[[Any], Any]

    def of(self, at: str, value: Any, more: tuple[Any, ...]) -> Any:
        """Return a nested value with the function's results as leaves. `at` is the text that leads to it."""
        if self.is_leaf(value):
            return self.function(value, *more)
        found = self.parts(value)
        if found is None:
            return value
        kind, keys, children = found
        node = Node(kind, type(value), keys, ())
        rows = [self._like(at, node, len(children), other) for other in more]
        new = [
            self.of(at + step_text(node, i), child, tuple(row[i] for row in rows))
            for i, child in enumerate(children)
        ]
        return self.made(rebuild(node, new))

    def _like(self, at: str, node: Node, length: int, other: Any) -> list[Any]:
        """Return the parts of another container in the order of the first one's."""
        found = self.parts(other)
        if found is None or found[0] != node.kind or len(found[2]) != length:
            raise _unlike(at, node, length, found, other)
        if node.kind != "dict":
            return list(found[2])
        if set(found[1]) != set(node.keys):
            raise _unlike(at, node, length, found, other)
        return [other[key] for key in node.keys]


def _unlike(at: str, node: Node, length: int, found: Parts | None, other: Any) -> StructureError:
    first = _described(node.type, (node.kind, node.keys, (None,) * length))
    return StructureError(
        f"{at} is {first}, and what goes with it is {_described(type(other), found)}",
        remedy="give nested values of one structure: the same containers, with the same keys",
    )


def _described(cls: type, found: Parts | None) -> str:
    if found is None:
        return f"a {cls.__name__}"
    if found[0] == "dict":
        return f"a dict with the keys {', '.join(map(repr, found[1]))}"
    return f"a {cls.__name__} of {len(found[2])}"
