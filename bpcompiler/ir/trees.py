"""How nested Python values map to flat lists of leaves: arguments, results, gradients.

    Tree ::= Leaf(i) | Static(value) | Node(kind, type, keys, children)
    kind ::= "list" | "tuple" | "dict" | "namedtuple" | "dataclass" | "items" | "numbers"

A leaf is a number or an array that the program computes with; what is static (bool, str, None, any other
object) is part of the tree. Dicts keep their order. "items" is a list of the elements of one array, its only
child, as many as there are; "numbers" one of Python numbers.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

ITEMS = ("items", "numbers")


@dataclass(frozen=True, slots=True)
class Leaf:
    """Leaf number `index` of the flat list."""

    index: int


@dataclass(frozen=True, slots=True)
class Static:
    """A value that the program does not compute with; compared by identity where it has no `==`."""

    value: Any


@dataclass(frozen=True, slots=True)
class Node:
    """A container. `keys` are a dict's keys, a dataclass's field names; () for sequences."""

    kind: str
    type: type
    keys: tuple[Any, ...]
    children: tuple[Tree, ...]


Tree = Leaf | Static | Node


class Items:
    """What stands for a list of which one array has all the items."""

    __slots__ = ()

    def as_items(self) -> tuple[str, Any]:
        """Return which of the kinds in ITEMS it is, and the array."""
        raise NotImplementedError


def parts(value: Any) -> tuple[str, tuple[Any, ...], tuple[Any, ...]] | None:
    """Return (kind, keys, children) of a container, None for anything else."""
    if type(value) in (list, tuple):
        return type(value).__name__, (), tuple(value)
    if type(value) is dict:
        return "dict", tuple(value), tuple(value.values())
    if isinstance(value, Items):
        kind, items = value.as_items()
        return kind, (), (items,)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return "namedtuple", tuple(value._fields), tuple(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = tuple(field.name for field in dataclasses.fields(value))
        return "dataclass", names, tuple(getattr(value, name) for name in names)
    return None


def flatten(value: Any, is_leaf: Callable[[Any], bool], leaves: list[Any]) -> Tree:
    """Return the tree of a value; its leaves are appended to `leaves`, in order."""
    if is_leaf(value):
        leaves.append(value)
        return Leaf(len(leaves) - 1)
    found = parts(value)
    if found is None:
        return Static(value)
    kind, keys, children = found
    return Node(
        kind,
        list if kind in ITEMS else type(value),
        keys,
        tuple(flatten(child, is_leaf, leaves) for child in children),
    )


def unflatten(
    tree: Tree, leaves: Sequence[Any], build: Callable[[Node, list[Any]], Any] | None = None
) -> Any:
    """Return the value of a tree with these leaves, every container new: `build`, or `rebuild`, makes it."""
    if isinstance(tree, Leaf):
        return leaves[tree.index]
    if isinstance(tree, Static):
        return tree.value
    return (build or rebuild)(tree, [unflatten(child, leaves, build) for child in tree.children])


def rebuild(node: Node, children: list[Any]) -> Any:
    """Return a container like the node with other children."""
    if node.kind == "list":
        return children
    if node.kind == "tuple":
        return tuple(children)
    if node.kind == "dict":
        return dict(zip(node.keys, children, strict=True))
    if node.kind == "namedtuple":
        return node.type(*children)
    if node.kind in ITEMS:
        (items,) = children
        return items.tolist() if node.kind == "numbers" and items.ndim == 1 else list(items)
    record: Any = object.__new__(node.type)  # no __init__: it may compute, and was run before
    for name, child in zip(node.keys, children, strict=True):
        object.__setattr__(record, name, child)
    return record


def leaves_of(tree: Tree) -> Iterator[int]:
    """Yield the indices of a tree's leaves, in order."""
    if isinstance(tree, Leaf):
        yield tree.index
    elif isinstance(tree, Node):
        for child in tree.children:
            yield from leaves_of(child)


def paths_of(tree: Tree, at: str) -> Iterator[tuple[int, str]]:
    """Yield (leaf, text) for each leaf: how Python reaches it from the variable `at`."""
    if isinstance(tree, Leaf):
        yield tree.index, at
    elif isinstance(tree, Node):
        for i, child in enumerate(tree.children):
            yield from paths_of(child, at + step_text(tree, i))


def step_text(node: Node, index: int) -> str:
    """Return the text that reaches a child: `["W1"]`, `[0]`, `.weights`; nothing for a list's only array."""
    if node.kind in ITEMS:
        return ""
    if node.kind == "dict":
        return f"[{quoted(node.keys[index])}]"
    if node.kind in ("namedtuple", "dataclass"):
        return f".{node.keys[index]}"
    return f"[{index}]"


def quoted(key: Any) -> str:
    """Return a key's text, strings in double quotes."""
    text = repr(key)
    return f'"{text[1:-1]}"' if text.startswith("'") and '"' not in text else text


def map_leaves(tree: Tree, function: Callable[[int], int | None]) -> Tree:
    """Return the tree with other leaf numbers; None makes the leaf static None."""
    if isinstance(tree, Leaf):
        new = function(tree.index)
        return Static(None) if new is None else Leaf(new)
    if isinstance(tree, Node):
        children = tuple(map_leaves(child, function) for child in tree.children)
        return dataclasses.replace(tree, children=children)
    return tree
