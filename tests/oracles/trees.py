"""Nested arguments: lists, tuples, named tuples, dicts and dataclasses, and the numbers in them.

A leaf is anything else. A leaf is differentiable if it is a float or an array of floats.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tests.oracles import layout
from tests.oracles.number import Dual


def map_leaves(function: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """Return a tree of the same structure; `others` have that structure too and go along. In order."""
    if isinstance(tree, dict):
        return {key: map_leaves(function, item, *(o[key] for o in others)) for key, item in tree.items()}
    if isinstance(tree, (list, tuple)):
        items = [map_leaves(function, *group) for group in zip(tree, *others, strict=True)]
        return type(tree)(*items) if hasattr(tree, "_fields") else type(tree)(items)
    if dataclasses.is_dataclass(tree) and not isinstance(tree, (type, Dual)):
        return _map_fields(function, tree, others)
    return function(tree, *others)


def _map_fields(function: Callable[..., Any], tree: Any, others: tuple[Any, ...]) -> Any:
    """Return a copy of a dataclass with its fields mapped; `__init__` is not run again."""
    changed = copy.copy(tree)
    for field in dataclasses.fields(tree):
        parts = [getattr(part, field.name) for part in (tree, *others)]
        object.__setattr__(changed, field.name, map_leaves(function, *parts))
    return changed


def leaves(tree: Any) -> list[Any]:
    """Return the leaves in the order in which `map_leaves` visits them."""
    found: list[Any] = []
    map_leaves(found.append, tree)
    return found


def is_float_array(leaf: Any) -> bool:
    return isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f"


def is_differentiable(leaf: Any) -> bool:
    return isinstance(leaf, (float, np.floating)) or is_float_array(leaf)


def differentiable_leaves(tree: Any) -> Iterator[Any]:
    return filter(is_differentiable, leaves(tree))


def count(tree: Any) -> int:
    """The number of real numbers in the differentiable leaves."""
    return sum(int(np.size(leaf)) for leaf in differentiable_leaves(tree))


def flatten(tree: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the differentiable numbers, in float64, in the order of the leaves."""
    parts = [np.ravel(np.asarray(leaf, dtype=np.float64)) for leaf in differentiable_leaves(tree)]
    return np.concatenate([np.zeros(0), *parts])


def unflatten(tree: Any, numbers: Any) -> Any:
    """Return the tree with its differentiable numbers replaced, in float64; what else there is stays."""
    position = 0

    def replace(leaf: Any) -> Any:
        nonlocal position
        if not is_differentiable(leaf):
            return leaf
        start, position = position, position + int(np.size(leaf))
        part = np.asarray(numbers[start:position])
        if is_float_array(leaf):
            array = layout.empty_like(leaf, np.float64)
            array[...] = part.reshape(np.shape(leaf))
            return array
        return float(part[0]) if type(leaf) is float else part[0]

    return map_leaves(replace, tree)
