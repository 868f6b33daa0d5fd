"""`bp.tree_map`, in plain Python and traced."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest

import bpcompiler as bp
from bpcompiler.errors import StructureError
from tests.frontend.staging import same


class Pair(NamedTuple):
    one: float
    other: float


@dataclass
class Layer:
    W: np.ndarray
    name: str
    inner: Pair


def double(tree):
    return bp.tree_map(lambda x: 2 * x, tree)


def test_structures():
    made = double(
        {"a": [1, 2.5, (np.float32(3.0),)], "b": Layer(np.ones(2), "one", Pair(1.0, 2.0)), "c": None}
    )
    assert made["a"] == [2, 5.0, (6.0,)]
    assert type(made["a"][2][0]) is np.float32
    assert (type(made["b"]), made["b"].name, made["b"].inner) == (Layer, "one", Pair(2.0, 4.0))
    assert made["b"].W.tolist() == [2, 2]
    assert double({"on": True, "by": "name", "f": double, 3: np.bool_(False)}) == {
        "on": True, "by": "name", "f": double, 3: False
    }  # fmt: skip
    assert double(1.5) == 3.0
    assert double([]) == []


def test_several_trees():
    assert bp.tree_map(
        lambda x, y, z: (x, y, z), {"a": 1, "b": [2]}, {"b": [3], "a": 4}, {"a": "s", "b": [{}]}
    ) == {
        "a": (1, 4, "s"),
        "b": [(2, 3, {})],
    }


@pytest.mark.parametrize(
    ("tree", "other", "message"),
    [
        ({"a": [1, 2]}, {"a": [1]}, r'tree\["a"\] is a list of 2, and what goes with it is a list of 1'),
        ([(1, 2)], [[1, 2]], r"tree\[0\] is a tuple of 2, and what goes with it is a list of 2"),
        ({"a": 1}, {"b": 1}, "a dict with the keys 'a', and what goes with it is a dict with the keys 'b'"),
        (Pair(1, [2]), Pair(1, 2), r"tree.other is a list of 1, and what goes with it is a int"),
    ],
)
def test_other_structures_are_errors(tree, other, message):
    with pytest.raises(StructureError, match=message):
        bp.tree_map(lambda x, y: x, tree, other)
    with pytest.raises(ValueError, match=message):
        bp.jit(lambda x: bp.tree_map(lambda x, y: x, tree, other))(1.0)


def of_a_model(x, w):
    model = {"layers": [Layer(w, "one", Pair(x, 1.0)), Layer(2 * w, "two", Pair(3.0, x))], "flag": x > 0}
    moved = bp.tree_map(lambda a, b: a - 0.5 * b, model, double(model))
    moved["layers"].append(Pair(x, x))  # the containers are the function's own
    moved["layers"][0].name = "first"
    return moved


def in_a_loop(tree, n):
    for _ in range(n):
        tree = bp.tree_map(lambda a, b: a * 0.5 + b, tree, double(tree))
    return tree


def under_a_condition(tree, x):
    if x > 1.0:
        tree = bp.tree_map(lambda a: a + x, tree)
    return tree


def by_a_helper(tree):
    found = []
    bp.tree_map(found.append, tree)
    return sum(found[1:], start=found[0])


OUTSIDE = [Layer(np.array([1.0, 2.0]), "outside", Pair(0.5, 2.0))]


def of_what_is_outside(x):
    return bp.tree_map(lambda a: a * x, OUTSIDE)


def test_traced():
    same(of_a_model, (2.0, np.arange(3.0)), (-2.0, np.arange(4.0)))
    same(in_a_loop, ({"a": [1.0, np.ones(2)], "s": "text"}, 3), ({"a": [1.0, np.ones(2)], "s": "text"}, 0))
    same(under_a_condition, ([1.0, (2.0,)], 3.0), ([1.0, (2.0,)], 0.5))
    same(by_a_helper, ({"a": 1.0, "b": [2.0, 3.0]},))
    (layer,) = bp.jit(of_what_is_outside)(3.0)
    assert (layer.W.tolist(), layer.name, layer.inner) == ([3.0, 6.0], "outside", Pair(1.5, 6.0))


SCALE = Layer(np.array([1.0, 2.0]), "outside", Pair(0.5, 2.0))


def weighed(layer, x):
    return np.sum(layer.W * x) * layer.inner.one


def of_an_outside_layer(x):
    return bp.grad(weighed)(SCALE, x)


def test_a_dataclass_from_outside_is_read_at_each_call():
    compiled = bp.jit(of_an_outside_layer)
    assert compiled(2.0).W.tolist() == [1.0, 1.0]
    SCALE.inner = Pair(3.0, 2.0)
    assert compiled(2.0).W.tolist() == [6.0, 6.0]
