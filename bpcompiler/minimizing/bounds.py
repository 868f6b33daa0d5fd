"""Limits of parameters, written as these are nested.

bounds ::= None                         no limits, for all that is below
         | {key: bounds, ...}           of a dict, dataclass or namedtuple; what is left out has none
         | [bounds, ...]                of a list or tuple
         | (low, high)                  of a number or array: None, a number, or an array of its shape
         | [(low, high), ...]           of the elements of a vector
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from bpcompiler.errors import ArgumentError
from bpcompiler.ir.trees import Leaf, Node, Tree, step_text
from bpcompiler.minimizing.vectors import Vector, Vectors


def limits(vectors: Vectors, bounds: Any) -> tuple[Vector, Vector]:
    """Return the least and the greatest values of a vector's elements."""
    low, high = np.full(vectors.size, -np.inf), np.full(vectors.size, np.inf)
    for leaf, path, given in _together(vectors.leaves.tree, bounds, "params"):
        if leaf not in vectors.places:
            raise ArgumentError(f"{path} is no float, so that it has no bounds")
        place, shape = vectors.places[leaf], np.shape(vectors.leaves.values[leaf])
        for side, limit, none in zip((low, high), _pair(given, shape, path), (-np.inf, np.inf), strict=True):
            side[place] = _limit(limit, none, shape, path)
    return low, high


def _together(tree: Tree, given: Any, path: str) -> Iterator[tuple[int, str, Any]]:
    """Yield (leaf, how it is reached, its bounds)."""
    if given is None:
        return
    if isinstance(tree, Leaf):
        yield tree.index, path, given
    elif isinstance(tree, Node):
        parts = _parts(tree, given, path)
        for i, child in enumerate(tree.children):
            yield from _together(child, parts[i], path + step_text(tree, i))
    else:
        raise ArgumentError(f"{path} is no float, so that it has no bounds")


def _parts(node: Node, given: Any, path: str) -> list[Any]:
    if node.keys and isinstance(given, Mapping):
        unknown = [key for key in given if key not in node.keys]
        if unknown:
            raise ArgumentError(f"the bounds of {path} have {unknown[0]!r}, which that has not")
        return [given.get(key) for key in node.keys]
    if not node.keys and isinstance(given, list | tuple) and len(given) == len(node.children):
        return list(given)
    wanted = "a dict" if node.keys else f"a list of {len(node.children)}"
    raise ArgumentError(f"the bounds of {path} are {given!r}, not {wanted}")


def _pair(given: Any, shape: tuple[int, ...], path: str) -> tuple[Any, Any]:
    """Return the least and the greatest value. Two pairs are those of two elements."""
    if isinstance(given, list | tuple):
        if len(given) == 2 and all(map(_is_limit, given)):
            return given[0], given[1]
        if len(shape) == 1 and len(given) == shape[0] and all(map(_is_pair, given)):
            low = [-np.inf if pair[0] is None else pair[0] for pair in given]
            return np.array(low), np.array([np.inf if pair[1] is None else pair[1] for pair in given])
    raise ArgumentError(f"the bounds of {path} are {given!r}, not (low, high)")


def _is_limit(value: Any) -> bool:
    return value is None or isinstance(value, int | float | np.number | np.ndarray)


def _is_pair(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2 and all(map(_is_limit, value))


def _limit(limit: Any, none: float, shape: tuple[int, ...], path: str) -> Any:
    try:
        return np.broadcast_to(none if limit is None else limit, shape).ravel()
    except ValueError:
        message = f"a bound of {path} has shape {np.shape(limit)} where {shape} is needed"
        raise ArgumentError(message) from None
