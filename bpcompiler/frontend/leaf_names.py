"""Names of inputs: the parameter's or the key's; where two leaves would share one, the way to each leaf."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from bpcompiler.ir.trees import Leaf, Node, Tree

Path = tuple[tuple[Any, ...], ...]


def parameters_of(function: Any) -> tuple[str, ...]:
    """Return the names of a callable's positional parameters, `self` of a bound method left out."""
    try:
        parameters = inspect.signature(getattr(function, "py_func", function)).parameters.values()
    except (TypeError, ValueError):
        return ()
    return tuple(p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD))


def leaf_names(function: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any], tree: Tree) -> dict[int, str]:
    """Return a name for each leaf, no two the same: they also name the leaves' dimensions.

    `params["W1"]` is W1, `w[0]` is w0; `layers[0].W` is layers0_W where `layers[1].W` is there too.
    """
    found = list(_candidates(roots(parameters_of(function), tree)))
    count = Counter(short for _, short, _ in found)
    names = {index: short if count[short] == 1 else long for index, short, long in found}
    return _distinct(names)


def roots(parameters: tuple[str, ...], tree: Tree) -> Iterator[tuple[str, Tree]]:
    """Yield (name, tree) of each argument."""
    assert isinstance(tree, Node)
    positional, keyword = tree.children
    for i, child in enumerate(_children(positional)):
        yield (parameters[i] if i < len(parameters) else f"arg{i}"), child
    if isinstance(keyword, Node):
        yield from zip(map(str, keyword.keys), keyword.children, strict=True)


def _candidates(roots: Iterator[tuple[str, Tree]]) -> Iterator[tuple[int, str, str]]:
    for name, tree in roots:
        yield from _leaves(tree, name, name)


def _leaves(tree: Tree, short: str, long: str) -> Iterator[tuple[int, str, str]]:
    """Yield (leaf, short name, long name)."""
    if isinstance(tree, Leaf):
        yield tree.index, short, long
    for i, child in enumerate(_children(tree)):
        key = tree.keys[i] if isinstance(tree, Node) and tree.keys else i
        if isinstance(key, str) and key.isidentifier():
            yield from _leaves(child, key, f"{long}_{key}")
        else:
            number = key if isinstance(key, int) and key >= 0 else i
            yield from _leaves(child, f"{short}{number}", f"{long}{number}")


def _children(tree: Tree) -> tuple[Tree, ...]:
    return tree.children if isinstance(tree, Node) else ()


def _distinct(found: dict[int, str]) -> dict[int, str]:
    taken: set[str] = set()
    for index, name in found.items():
        unique, number = name, 0
        while unique in taken:
            number += 1
            unique = f"{name}_{number}"
        taken.add(unique)
        found[index] = unique
    return found


def outside_name(path: Path) -> str:
    """Return the name of what was read on a path: its last name, and the numbers behind it."""
    numbers: list[str] = []
    is_default = len(path) > 2 and path[-3:-1:2] == (("attr", "__dataclass_fields__"),)  # of a dataclass
    for step in reversed(path[:-1] if is_default else path):
        key = step[1] if len(step) > 1 else ""
        if isinstance(key, str) and key.isidentifier():
            return "_".join([key + (numbers[0] if numbers else ""), *numbers[1:]])
        if isinstance(key, int) and key >= 0:
            numbers.insert(0, str(key))
    return "outside"
