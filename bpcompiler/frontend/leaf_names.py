"""Names of inputs: the parameter's or the key's; where two leaves would share one, the way to each leaf."""

from __future__ import annotations

import inspect
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

    `params["W1"]` is W1, `w[0]` is w0. Of several leaves of one name the one that lies highest keeps it, the
    others get more of the way to them: beside that W1 `state.m["W1"]` is m_W1; `layers[0].W` is layers0_W
    where `layers[1].W` is there too.
    """
    found = dict(_candidates(roots(parameters_of(function), tree)))
    names = {index: ways.pop(0) for index, ways in found.items()}
    depths = {index: len(ways) for index, ways in found.items()}
    while longer := [i for i in _beaten(names, depths) if found[i]]:
        names.update((index, found[index].pop(0)) for index in longer)
    return _distinct(names)


def _beaten(names: dict[int, str], depths: dict[int, int]) -> Iterator[int]:
    """Yield the leaves whose name another leaf has that lies as high, or higher."""
    leaves: dict[str, list[int]] = {}
    for index, name in names.items():
        leaves.setdefault(name, []).append(index)
    for same in leaves.values():
        highest = min(depths[index] for index in same)
        alone = sum(depths[index] == highest for index in same) == 1
        yield from (index for index in same if not (alone and depths[index] == highest))


def roots(parameters: tuple[str, ...], tree: Tree) -> Iterator[tuple[str, Tree]]:
    """Yield (name, tree) of each argument."""
    assert isinstance(tree, Node)
    positional, keyword = tree.children
    for i, child in enumerate(_children(positional)):
        yield (parameters[i] if i < len(parameters) else f"arg{i}"), child
    if isinstance(keyword, Node):
        yield from zip(map(str, keyword.keys), keyword.children, strict=True)


def _candidates(roots: Iterator[tuple[str, Tree]]) -> Iterator[tuple[int, list[str]]]:
    """Yield (leaf, its names, from the shortest to the one that tells the whole way)."""
    for name, tree in roots:
        yield from _leaves(tree, [name])


def _leaves(tree: Tree, names: list[str]) -> Iterator[tuple[int, list[str]]]:
    if isinstance(tree, Leaf):
        yield tree.index, list(names)
    for i, child in enumerate(_children(tree)):
        key = tree.keys[i] if isinstance(tree, Node) and tree.keys else i
        if isinstance(key, str) and key.isidentifier():
            yield from _leaves(child, [key, *(f"{name}_{key}" for name in names)])
        else:
            number = key if isinstance(key, int) and key >= 0 else i
            yield from _leaves(child, [f"{name}{number}" for name in names])


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
