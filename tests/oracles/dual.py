"""Derivatives of a user's program by dual numbers, in CPython, from the program as it stands.

    gradient(f, (x, y), argnums=(0, 1))     -> structure of each argument, float64
    value(f, (x, y))                        -> the result, computed on duals
    directional(f, (x, y), (dx, dy))        -> the output's derivative along the tangents
    jacobian(f, (x,))                       -> array: outputs by inputs, both flat
    hessian(f, (x,)), second_directional(f, (x,), (u,), (v,))

The caller's arguments are never changed: they are rebuilt with duals in them. float32 is computed in float64.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any

import numpy as np

from tests.oracles import layout, trees
from tests.oracles.arrays import as_objects, lift
from tests.oracles.number import Dual, constant, level_of, plain
from tests.oracles.patching import shims, substitute

Function = Callable[..., Any]
Argnums = int | Sequence[int]
Seeds = dict[int, Any]


def value(function: Function, args: Sequence[Any], kwargs: Mapping[str, Any] | None = None) -> Any:
    """Return what the program returns, computed on duals without derivatives."""
    return trees.map_leaves(_without_tangents, _run(function, args, kwargs, {}, 0))


def gradient(
    function: Function,
    args: Sequence[Any],
    kwargs: Mapping[str, Any] | None = None,
    argnums: Argnums = 0,
    *,
    has_aux: bool = False,
) -> Any:
    """Return the gradient of a scalar program: one structure for an int, else a tuple of them.

    Leaves that are no floats pass through. With `has_aux` the program returns (scalar, anything).
    """
    chosen = _chosen(argnums)
    size = trees.count([args[position] for position in chosen])
    result = _run(function, args, kwargs, _seed_all(args, chosen), 1)
    out = _scalar(result[0] if has_aux else result)
    flat = np.array([plain(_tangent(out, 1, key)) for key in range(size)], dtype=np.float64)
    return _as_arguments(args, argnums, flat)


def jacobian(
    function: Function,
    args: Sequence[Any],
    kwargs: Mapping[str, Any] | None = None,
    argnums: Argnums = 0,
) -> Any:
    """Return the derivatives as a matrix: flat differentiable outputs by flat inputs."""
    chosen = _chosen(argnums)
    size = trees.count([args[position] for position in chosen])
    outputs = _numbers(_run(function, args, kwargs, _seed_all(args, chosen), 1))
    rows = [[plain(_tangent(out, 1, key)) for key in range(size)] for out in outputs]
    return np.array(rows, dtype=np.float64).reshape(len(outputs), size)


def directional(
    function: Function,
    args: Sequence[Any],
    tangents: Sequence[Any],
    kwargs: Mapping[str, Any] | None = None,
) -> Any:
    """Return the output's derivative along `tangents`, in the output's structure.

    There is a tangent for each argument, of its structure; None stands for zero.
    """
    seeded = _run(function, args, kwargs, _seed_along(args, [(1, tangents)]), 1)
    return trees.map_leaves(lambda leaf: _leaf_tangent(leaf, 1), seeded)


def second_directional(
    function: Function,
    args: Sequence[Any],
    first: Sequence[Any],
    second: Sequence[Any],
    kwargs: Mapping[str, Any] | None = None,
) -> Any:
    """Return the second derivative along `first` and `second`, in the output's structure."""
    seeds = _seed_along(args, [(1, first), (2, second)])
    result = _run(function, args, kwargs, seeds, 2)
    inner = trees.map_leaves(lambda leaf: _leaf_tangent(leaf, 2, keep=True), result)
    return trees.map_leaves(lambda leaf: _leaf_tangent(leaf, 1), inner)


def hessian(
    function: Function,
    args: Sequence[Any],
    kwargs: Mapping[str, Any] | None = None,
    argnums: Argnums = 0,
) -> Any:
    """Return the second derivatives of a scalar program as a matrix over its flat inputs."""
    chosen = _chosen(argnums)
    size = trees.count([args[position] for position in chosen])
    out = _scalar(_run(function, args, kwargs, _seed_all(args, chosen, levels=(1, 2)), 2))
    rows = [_tangent(out, 2, key) for key in range(size)]
    entries = [[plain(_tangent(row, 1, key)) for key in range(size)] for row in rows]
    return np.array(entries, dtype=np.float64).reshape(size, size)


def _run(
    function: Function, args: Sequence[Any], kwargs: Mapping[str, Any] | None, seeds: Seeds, levels: int
) -> Any:
    """Return the program's result on the arguments, with the seeded ones in place of theirs."""
    options = dict(kwargs or {})
    duals = [seeds.get(position, argument) for position, argument in enumerate(args)]
    # Warnings are about primals at the ends of a domain; those tests are about the function itself.
    with shims(function, list(args), options), np.errstate(all="ignore"):
        ready = trees.map_leaves(_own_copy, duals)
        return function(*ready, **trees.map_leaves(_own_copy, options))


def _own_copy(leaf: Any) -> Any:
    """Return what the program may store into: float arrays as arrays of duals, other arrays as copies."""
    if isinstance(leaf, np.ndarray) and leaf.dtype.kind != "O":
        return lift(leaf) if leaf.dtype.kind == "f" else layout.copy(leaf)
    return substitute(leaf)


def _chosen(argnums: Argnums) -> tuple[int, ...]:
    return (argnums,) if isinstance(argnums, int) else tuple(argnums)


def _seed_all(args: Sequence[Any], chosen: Sequence[int], levels: Sequence[int] = (1,)) -> Seeds:
    """Return the chosen arguments with one direction for each of their numbers, at each level."""
    keys = count()

    def seed(number: Any) -> Any:
        key = next(keys)
        for level in levels:
            number = Dual(number, {key: 1.0}, level)
        return number

    return {
        position: trees.map_leaves(lambda leaf: _seed_leaf(leaf, seed), args[position]) for position in chosen
    }


def _seed_leaf(leaf: Any, seed: Callable[[Any], Any]) -> Any:
    """Return the leaf with each of its numbers seeded, in the order of `trees.flatten`."""
    if not trees.is_differentiable(leaf):
        return leaf
    if not trees.is_float_array(leaf):
        return seed(leaf if type(leaf) is float else np.float64(leaf))
    duals = as_objects(leaf)
    for index in np.ndindex(duals.shape):
        duals[index] = seed(duals[index])
    return lift(duals)


def _seed_along(args: Sequence[Any], directions: Sequence[tuple[int, Sequence[Any]]]) -> Seeds:
    """Return the arguments with direction 0 of each level seeded by its tangents."""
    seeds: Seeds = {}
    for position, argument in enumerate(args):
        flat = [(level, _flat_tangent(argument, tangents[position])) for level, tangents in directions]
        numbers = count()

        def seed(number: Any, flat: Any = flat, numbers: Any = numbers) -> Any:
            index = next(numbers)
            for level, tangent in flat:
                if tangent[index] != 0.0:
                    number = Dual(number, {0: tangent[index]}, level)
            return number

        seeds[position] = trees.map_leaves(lambda leaf, seed=seed: _seed_leaf(leaf, seed), argument)
    return seeds


def _flat_tangent(argument: Any, tangent: Any) -> Any:
    return np.zeros(trees.count(argument)) if tangent is None else trees.flatten(tangent)


def _as_arguments(args: Sequence[Any], argnums: Argnums, flat: Any) -> Any:
    if isinstance(argnums, int):
        return trees.unflatten(args[argnums], flat)
    return tuple(trees.unflatten([args[position] for position in argnums], flat))


def _scalar(result: Any) -> Any:
    if isinstance(result, np.ndarray):
        result = result.reshape(())[()]
    if not isinstance(result, (Dual, int, float, np.number)):
        raise TypeError(f"the program returns {type(result).__name__}, not a scalar")
    return result


def _tangent(number: Any, level: int, key: int) -> Any:
    """Return the derivative along one direction of a level; a number of a lower level has none."""
    return number.tangents.get(key, 0.0) if level_of(number) == level else 0.0


def _numbers(result: Any) -> list[Any]:
    """Return the real numbers of a result, flat."""
    found: list[Any] = []
    for leaf in trees.leaves(result):
        if isinstance(leaf, np.ndarray):
            found += [leaf[index] for index in np.ndindex(leaf.shape)] if leaf.dtype.kind in "fO" else []
        elif isinstance(leaf, (float, Dual)):
            found.append(leaf)
    return found


def _leaf_tangent(leaf: Any, level: int, *, keep: bool = False) -> Any:
    """Return the derivative along direction 0 of a level, of each number; `keep` keeps lower levels.

    A leaf that is no real number passes through.
    """
    if isinstance(leaf, np.ndarray) and leaf.dtype.kind in "fO":
        out = np.empty(leaf.shape, dtype=object)
        for index in np.ndindex(leaf.shape):
            out[index] = constant(_tangent(leaf[index], level, 0))
        return lift(out) if keep else _without_tangents(out)
    if not isinstance(leaf, (float, Dual)):
        return leaf
    tangent = _tangent(leaf, level, 0)
    return tangent if keep else plain(tangent)


def _without_tangents(leaf: Any) -> Any:
    if isinstance(leaf, np.ndarray) and leaf.dtype == object:
        flat = [plain(number) for number in leaf.ravel()]
        return np.array(flat, dtype=np.float64).reshape(leaf.shape)
    return plain(leaf)
