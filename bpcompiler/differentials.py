"""Derivatives of functions with any results: jvp, vjp, hvp, and the matrices made of them.

Tangents and cotangents have the structure of what they belong to; for a leaf without a derivative (an int, a
string) any value stands in its place. Matrices are built column by column, or row by row, from compiled
products with unit vectors. `precise` and `parallel` are those of `bpcompiler.grad`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from bpcompiler.errors import ArgumentError
from bpcompiler.frontend.leaves import is_argument_leaf, is_float_leaf
from bpcompiler.goal import Goal
from bpcompiler.ir.trees import Leaf, Node, Tree, flatten, leaves_of, unflatten
from bpcompiler.transformed import Transformed


def value_goal(precise: bool, parallel: bool = False) -> Goal:
    """Return the goal of a value beside derivatives, which leave the arguments as they are."""
    return Goal("value", precise=precise, parallel=parallel, stores=False)


_transformed: WeakKeyDictionary[Any, dict[Goal, Transformed[..., Any]]] = WeakKeyDictionary()


def transformed(function: Callable[..., Any], goal: Goal) -> Transformed[..., Any]:
    """Return the function transformed; the same object each time, so that it is compiled once."""
    try:
        known = _transformed.setdefault(function, {})
    except TypeError:  # an object that cannot be referred to weakly
        return Transformed(function, goal)
    if goal not in known:
        known[goal] = Transformed(function, goal)
    return known[goal]


def directions(structure: Any, given: Any, what: str) -> tuple[Any, ...]:
    """Return the tangents or cotangents `given` for each floating leaf of `structure`, in its type."""
    leaves: list[Any] = []
    tree = flatten(structure, is_argument_leaf, leaves)
    return tuple(
        _like(leaves[i], part, what) for i, part in _together(tree, given, what) if is_float_leaf(leaves[i])
    )


def _together(tree: Tree, given: Any, what: str) -> Iterator[tuple[int, Any]]:
    """Yield (leaf, its part of `given`)."""
    if isinstance(tree, Leaf):
        yield tree.index, given
    elif isinstance(tree, Node):
        parts = _children(tree, given)
        if parts is None or len(parts) != len(tree.children):
            raise ArgumentError(f"the {what} do not have the structure of what they belong to")
        for child, part in zip(tree.children, parts, strict=True):
            yield from _together(child, part, what)


def _children(node: Node, given: Any) -> list[Any] | None:
    if node.kind == "dict":
        same = isinstance(given, dict) and set(node.keys) == set(given)
        return [given[key] for key in node.keys] if same else None
    if node.kind == "dataclass":
        return (
            [getattr(given, key) for key in node.keys] if all(hasattr(given, k) for k in node.keys) else None
        )
    return list(given) if isinstance(given, (list, tuple)) else None


def _like(leaf: Any, given: Any, what: str) -> Any:
    if isinstance(leaf, np.ndarray):
        array = np.array(given, dtype=leaf.dtype)
        if array.shape != leaf.shape:
            raise ArgumentError(f"the {what} have shape {array.shape} where {leaf.shape} is needed")
        return array
    if np.shape(given):
        raise ArgumentError(f"the {what} have shape {np.shape(given)} where a number is needed")
    return type(leaf)(given)


def jvp(
    function: Callable[..., Any],
    primals: tuple[Any, ...],
    tangents: tuple[Any, ...],
    *,
    precise: bool = False,
    parallel: bool = False,
) -> tuple[Any, Any]:
    """Return `(function(*primals), its derivative along tangents)`: the product of Jacobian and tangent."""
    compiled = transformed(function, Goal("jvp", ..., precise=precise, parallel=parallel))
    result: tuple[Any, Any] = compiled(*primals, directions(tuple(primals), tuple(tangents), "tangents"))
    return result


def vjp(
    function: Callable[..., Any], *primals: Any, precise: bool = False, parallel: bool = False
) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """Return `(function(*primals), pull_back)`; `pull_back(ct)` returns a cotangent for each argument.

    An argument that has no derivative gets None.
    """
    value = transformed(function, value_goal(precise, parallel))(*primals)
    compiled = transformed(function, Goal("vjp", ..., precise=precise, parallel=parallel))
    differentiable = [any(map(is_float_leaf, _leaves(primal))) for primal in primals]

    def pull_back(cotangent: Any) -> tuple[Any, ...]:
        found = iter(compiled(*primals, directions(value, cotangent, "cotangents")))
        return tuple(next(found) if wanted else None for wanted in differentiable)

    return value, pull_back


def _leaves(value: Any) -> list[Any]:
    leaves: list[Any] = []
    flatten(value, is_argument_leaf, leaves)
    return leaves


def hvp(
    function: Callable[..., Any],
    primals: tuple[Any, ...],
    tangents: tuple[Any, ...],
    *,
    precise: bool = False,
    parallel: bool = False,
) -> tuple[Any, ...]:
    """Return the Hessian of a function with one real result, times tangents: forward over reverse."""
    compiled = transformed(function, Goal("hvp", ..., precise=precise, parallel=parallel))
    result: tuple[Any, ...] = compiled(*primals, directions(tuple(primals), tuple(tangents), "tangents"))
    return result


def jacobian(
    function: Callable[..., Any], argnums: Any = 0, *, precise: bool = False, parallel: bool = False
) -> Callable[..., Any]:
    """Return a function that returns the Jacobian: the result's structure, in each leaf the arguments'.

    A leaf has shape `result.shape + argument.shape`. Rows come from reverse mode where there are fewer of
    them than columns, else columns from forward mode.
    """

    def matrix(*args: Any, **kwargs: Any) -> Any:
        called = partial(function, **kwargs) if kwargs else function
        value = transformed(called, value_goal(precise, parallel))(*args)
        chosen = _chosen(args, argnums)
        wanted = argnums if argnums is ... else _as_tuple(argnums)
        outputs, inputs = _leaves(value), _leaves(chosen)
        if _count(outputs) <= _count(inputs):
            compiled = transformed(called, Goal("vjp", wanted, precise=precise, parallel=parallel))
            blocks = _rows(compiled, args, value, inputs)
        else:
            compiled = transformed(called, Goal("jvp", wanted, precise=precise, parallel=parallel))
            blocks = _columns(compiled, args, outputs, inputs)
        return _nested(value, chosen, blocks, single=not isinstance(argnums, tuple))

    return matrix


def hessian(
    function: Callable[..., Any], argnums: Any = 0, *, precise: bool = False, parallel: bool = False
) -> Callable[..., Any]:
    """Return a function that returns the Hessian: the arguments' structure, in each leaf the same again."""

    def matrix(*args: Any, **kwargs: Any) -> Any:
        called = partial(function, **kwargs) if kwargs else function
        chosen = _chosen(args, argnums)
        inputs = _leaves(chosen)
        compiled = transformed(called, Goal("hvp", _as_tuple(argnums), precise=precise, parallel=parallel))
        columns = [
            [_floats(_leaves(compiled(*args, unit))) for unit in _units(inputs, i)]
            for i in range(len(inputs))
        ]
        floats = [leaf for leaf in inputs if is_float_leaf(leaf)]
        blocks = _stacked(
            columns,
            floats,
            [c for c, leaf in zip(columns, inputs, strict=True) if is_float_leaf(leaf)],
            floats,
        )
        single = not isinstance(argnums, tuple)
        return _nested(chosen if not single else chosen[0], chosen, blocks, single=single)

    return matrix


def _as_tuple(argnums: Any) -> tuple[Any, ...]:
    return argnums if isinstance(argnums, tuple) else (argnums,)


def _chosen(args: tuple[Any, ...], argnums: Any) -> tuple[Any, ...]:
    wanted = range(len(args)) if argnums is ... else _as_tuple(argnums)
    try:
        return tuple(args[i] for i in wanted)
    except (IndexError, TypeError):
        raise ArgumentError(
            f"argnums={argnums!r} names no argument of this call", remedy="give positions, from 0"
        ) from None


def _floats(leaves: list[Any]) -> list[Any]:
    return [leaf for leaf in leaves if is_float_leaf(leaf)]


def _count(leaves: list[Any]) -> int:
    return sum(int(np.size(leaf)) for leaf in leaves if is_float_leaf(leaf))


def _units(leaves: list[Any], which: int) -> Iterator[tuple[Any, ...]]:
    """Yield the unit vectors of leaf `which`: a direction for each floating leaf."""
    if not is_float_leaf(leaves[which]):
        return
    for element in range(int(np.size(leaves[which]))):
        unit = [np.zeros_like(leaf) if isinstance(leaf, np.ndarray) else type(leaf)(0.0) for leaf in leaves]
        if isinstance(leaves[which], np.ndarray):
            unit[which].flat[element] = 1.0
        else:
            unit[which] = type(leaves[which])(1.0)
        yield tuple(part for part, leaf in zip(unit, leaves, strict=True) if is_float_leaf(leaf))


def _rows(
    compiled: Transformed[..., Any], args: tuple[Any, ...], value: Any, inputs: list[Any]
) -> dict[tuple[int, int], NDArray[Any]]:
    outputs, floats = _leaves(value), _floats(inputs)
    rows = [
        [_floats(_leaves(compiled(*args, unit))) for unit in _units(outputs, i)] for i in range(len(outputs))
    ]
    wanted = [r for r, leaf in zip(rows, outputs, strict=True) if is_float_leaf(leaf)]
    return _stacked(rows, _floats(outputs), wanted, floats)


def _stacked(
    rows: Any, outer: list[Any], wanted: list[list[list[Any]]], inner: list[Any]
) -> dict[tuple[int, int], NDArray[Any]]:
    """Return the block of each (row leaf, column leaf): the rows of a leaf, stacked."""
    return {
        (i, j): np.array([row[j] for row in wanted[i]], dtype=np.asarray(leaf).dtype).reshape(
            np.shape(leaf) + np.shape(inner[j])
        )
        for i, leaf in enumerate(outer)
        for j in range(len(inner))
    }


def _columns(
    compiled: Transformed[..., Any], args: tuple[Any, ...], outputs: list[Any], inputs: list[Any]
) -> dict[tuple[int, int], NDArray[Any]]:
    outer, inner = _floats(outputs), _floats(inputs)
    columns = [
        [_floats(_leaves(compiled(*args, unit)[1])) for unit in _units(inputs, i)]
        for i, leaf in enumerate(inputs)
        if is_float_leaf(leaf)
    ]
    return {
        (i, j): np.moveaxis(
            np.array([c[i] for c in columns[j]], dtype=np.asarray(leaf).dtype).reshape(
                (int(np.size(inner[j])), *np.shape(leaf))
            ),
            0,
            -1,
        ).reshape(np.shape(leaf) + np.shape(inner[j]))
        for i, leaf in enumerate(outer)
        for j in range(len(inner))
    }


def _nested(
    value: Any, chosen: tuple[Any, ...], blocks: dict[tuple[int, int], NDArray[Any]], *, single: bool
) -> Any:
    """Arrange the blocks: the value's structure, in each leaf the structure of the arguments."""
    outputs: list[Any] = []
    inputs: list[Any] = []
    outer = flatten(value, is_argument_leaf, outputs)
    inner = flatten(chosen[0] if single else chosen, is_argument_leaf, inputs)
    column = {i: j for j, i in enumerate(i for i in leaves_of(inner) if is_float_leaf(inputs[i]))}
    row = {i: j for j, i in enumerate(i for i in leaves_of(outer) if is_float_leaf(outputs[i]))}

    def entry(i: int) -> Any:
        if i not in row:
            return outputs[i]
        found = [_number(blocks[row[i], column[k]]) if k in column else inputs[k] for k in range(len(inputs))]
        return unflatten(inner, found)

    return unflatten(outer, [entry(i) for i in range(len(outputs))])


def _number(block: NDArray[Any]) -> Any:
    return block if block.shape else float(block)
