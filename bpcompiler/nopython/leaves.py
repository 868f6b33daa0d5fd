"""What goes into a flat function, leaf by leaf, and the tuples that come out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpcompiler.frontend.leaf_names import parameters_of, roots
from bpcompiler.frontend.leaves import is_argument_leaf, is_float_leaf
from bpcompiler.ir.trees import ITEMS, Leaf, Node, Tree, flatten, leaves_of, paths_of
from bpcompiler.outline import Outline


@dataclass(frozen=True, slots=True)
class Parameter:
    """One leaf of the arguments. `path`: how Python reaches it from the function's parameters."""

    name: str
    path: str
    type: str  # Numba's: float64, float64[:, :]


def parameters(
    function: Callable[..., Any],
    outline: Outline,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    taken: set[str],
) -> list[Parameter]:
    """Return the parameters: the leaves of the call, in order. Their names are taken then.

    Behind the function's own come tangents or cotangents, which only leaves with a derivative have.
    """
    leaves: list[Any] = []
    tree = flatten((tuple(args), dict(kwargs)), is_argument_leaf, leaves)
    paths = {
        i: path for name, child in roots(parameters_of(function), tree) for i, path in paths_of(child, name)
    }
    own = len(outline.input_names) - len(outline.hidden)
    used = [i for i, leaf in enumerate(leaves) if i < own or is_float_leaf(leaf)]
    wanted = [outline.input_names[i] if i < own else f"t{i - own}" for i in used]
    names = distinct(wanted, taken)
    return [Parameter(name, paths[i], type_of(leaves[i])) for name, i in zip(names, used, strict=True)]


def distinct(wanted: Iterable[str], taken: set[str]) -> list[str]:
    """Return the names; one that is taken, or no name, gets a number."""
    found: list[str] = []
    for name in wanted:
        base = name if name.isidentifier() else "x"
        unique, number = base, 0
        while unique in taken:
            number += 1
            unique = f"{base}_{number}"
        taken.add(unique)
        found.append(unique)
    return found


def type_of(leaf: Any) -> str:
    """Return Numba's type of a leaf, as `runtime.flat.fits` compares it."""
    if isinstance(leaf, np.ndarray):
        return f"{leaf.dtype.name}[{', '.join(':' * leaf.ndim) or '()'}]"
    return {float: "float64", int: "int64"}.get(type(leaf)) or np.dtype(type(leaf)).name


def in_tuples(tree: Tree, texts: Callable[[int], str]) -> str:
    """Return the text of a result: its leaves, in tuples where there were containers.

    What is static (None, a string) is left out; where nothing else is there, it is None.
    """
    if isinstance(tree, Leaf):
        return texts(tree.index)
    if not isinstance(tree, Node):
        return "None"
    if tree.kind in ITEMS:  # a list of which an array has the items is the array
        return in_tuples(tree.children[0], texts)
    children = [in_tuples(child, texts) for child in tree.children if _has_leaves(child)]
    return f"({', '.join(children)}{',' if len(children) == 1 else ''})"


def _has_leaves(tree: Tree) -> bool:
    return any(True for _ in leaves_of(tree))
