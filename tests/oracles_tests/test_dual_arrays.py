"""Arrays of dual numbers keep the semantics of NumPy: stores, views, aliases, shapes; and others agree."""

import importlib
import math
from math import exp as exponential

import autograd
import autograd.numpy
import numpy as np
import numpy as other_name  # noqa: ICN001 -- users do
import pytest
from scipy import special

from tests.corpus import models
from tests.oracles import differences, dual, trees

INDEX = [0, 0, 1]
ACTIVATIONS = {"tanh": np.tanh, "exp": math.exp}
BIAS = np.array([0.5, -0.5])


def store_through_a_view(x):
    y = x * 1
    z = y[1:]
    z[0] = x[0] * 5
    return np.sum(y * y)


def update_through_a_view(x):
    y = x * 1
    row = y[0:2]
    row *= 3
    return np.sum(y)


def store_into_the_argument(x):
    y = x
    y[0] = 5
    return x[0] * x[1]


def read_repeated_indices(x):
    return np.sum(x[INDEX] ** 2)


def add_to_repeated_indices(x):
    y = np.zeros(2)
    y[INDEX] += x
    return y @ np.array([1, 10])


def add_at_repeated_indices(x):
    y = np.zeros(2)
    np.add.at(y, INDEX, x)
    return y @ [1.0, 10.0]


def running_product(x):
    prod = 1
    for i in range(len(x)):
        prod *= x[i]
    return prod


def stores_of_every_kind(x):
    y = np.empty((2, 3))
    y[:] = 1.0
    y[0] = x
    y[1, ::2] += x[:2]
    y[y > 2.75] *= x[1]
    np.multiply(y, 2.0, out=y)
    y[-1, -1] -= 7
    y[..., 0] += 2
    y[0][..., 1] += x[0]
    y.sort(axis=0)
    z = np.zeros_like(y)
    z.fill(x[0])
    y.T[...] -= z.T[::-1] * np.add.outer(x, x[:2])
    return np.sum(np.exp(-y) * y)


def out_parameter(x, out):
    out[:] = x
    out += x[0]
    return out.sum() + x.sum()


# The first seven stand in the project's table of programs on which other tools are silently wrong.
STORES = [
    (store_through_a_view, ([1.0, 2.0, 3.0],), [52, 0, 6]),
    (update_through_a_view, ([1.0, 2.0, 3.0],), [3, 3, 1]),
    (store_into_the_argument, ([1.0, 2.0],), [0, 5]),
    (read_repeated_indices, ([1.0, 2.0, 3.0],), [4, 4, 0]),
    (add_to_repeated_indices, ([1.0, 2.0, 3.0],), [0, 1, 10]),
    (add_at_repeated_indices, ([1.0, 2.0, 3.0],), [1, 1, 10]),
    (running_product, ([2.0, 2.0, 2.0],), [4, 4, 4]),
    (out_parameter, ([1.0, 2.0], [9.0, 9.0]), [4, 2]),
]


@pytest.mark.parametrize(
    ("function", "args", "expected"), STORES, ids=lambda item: getattr(item, "__name__", "")
)
def test_stores_and_aliases_are_numpys(function, args, expected):
    arrays = tuple(map(np.array, args))
    np.testing.assert_array_equal(dual.gradient(function, arrays), expected)
    for array, before in zip(arrays, args, strict=True):
        np.testing.assert_array_equal(array, before)


def test_stores_of_every_kind_agree_with_differences():
    args = (np.array([1.5, 3.0, 0.25]),)
    expected = differences.gradient(stores_of_every_kind, args)
    np.testing.assert_allclose(dual.gradient(stores_of_every_kind, args), expected.gradient, rtol=1e-9)


class Model:
    def __init__(self, rate):
        self.rate = rate

    @property
    def squared(self):
        return np.square(self.rate)

    def loss(self, x):
        return np.sum(np.exp(-self.squared * x))


def imports_inside(x):
    import math as m

    return m.sin(np.sum(x)) + other_name.log(np.sum(x))


def names_from_everywhere(x, activation=math.tanh):
    total = activation(x[0]) + exponential(x[1]) + ACTIVATIONS["exp"](x[0])
    return total + np.sum(ACTIVATIONS["tanh"](x) * BIAS) + special.erf(x[0]) + special.expit(x).sum()


def a_closure_over_modules():
    module = importlib.import_module("math")
    function = np.cos

    def inside(x):
        return module.sin(x[0]) * function(x)[1]

    return inside


REACHED = [
    Model(1.25).loss,
    imports_inside,
    names_from_everywhere,
    a_closure_over_modules(),
    lambda x, scale=math.tau: scale * np.sum(np.exp(x)),
]


@pytest.mark.parametrize("function", REACHED)
def test_math_is_found_wherever_the_program_gets_it_from(function):
    before = {name: value for name, value in globals().items() if name != "float"}
    args = (np.array([0.75, 1.5]),)
    found = dual.gradient(function, args)
    np.testing.assert_allclose(found, differences.gradient(function, args).gradient, rtol=1e-9)
    assert all(globals()[name] is value for name, value in before.items())
    assert "float" not in globals()
    assert names_from_everywhere.__defaults__ == (math.tanh,)


AUTOGRAD = ["linear_regression", "maxout", "logsumexp", "layer_norm", "attention", "gaussian_mixture"]


@pytest.mark.parametrize("name", AUTOGRAD)
def test_autograd_gives_the_same_gradient(name, monkeypatch):
    program = next(program for program in models.PROGRAMS if program.id == name)
    argnums = program.argnums if isinstance(program.argnums, tuple) else (program.argnums,)
    expected = dual.gradient(program.function, program.args, argnums=argnums)
    monkeypatch.setattr(models, "np", autograd.numpy)
    found = autograd.grad(program.function, argnum=argnums)(*program.args)
    for ours, theirs in zip(expected, found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-13)


def smooth(x, A):
    y = np.exp(-(x @ A)) * np.sin(x) + x**3
    return np.sum(y * y[::-1]) + np.prod(x + 2.0) + np.sum(A @ A.T) * x[0]


def test_complex_step_gives_the_same_gradient():
    x, A = np.array([0.5, -0.25, 1.0]), np.arange(9.0).reshape(3, 3) / 10
    steps = x + 1e-30j * np.eye(3)
    expected = [smooth(step, A).imag / 1e-30 for step in steps]
    np.testing.assert_allclose(dual.gradient(smooth, (x, A)), expected, rtol=1e-13)


def test_hessian_is_the_derivative_of_the_gradient():
    args = (np.array([0.5, -0.25, 1.0]), np.arange(9.0).reshape(3, 3) / 10)
    found = dual.hessian(smooth, args, argnums=(0, 1))
    np.testing.assert_allclose(found, found.T, rtol=1e-13)
    for row, index in ((0, 0), (1, 2), (2, 7)):
        basis = np.eye(12)[[row, index]]
        u, v = (trees.unflatten(list(args), vector) for vector in basis)
        assert dual.second_directional(smooth, args, u, v) == pytest.approx(found[row, index], rel=1e-13)

    def slope(t):
        moved = (args[0] + t * np.eye(3)[1], args[1])
        return float(dual.gradient(smooth, moved, argnums=1)[0, 2])

    assert differences.along(slope).derivative == pytest.approx(found[1, 5], rel=1e-9)


def test_jacobian_and_directional_agree():
    def outputs(x, p):
        return {"scaled": x * p["s"], "pair": (np.sum(x) ** 2, p["s"]), "count": 3}

    args = (np.array([1.0, 2.0]), {"s": 0.5, "name": "p"})
    jacobian = dual.jacobian(outputs, args, argnums=(0, 1))
    np.testing.assert_array_equal(jacobian, [[0.5, 0, 1], [0, 0.5, 2], [6, 6, 0], [0, 0, 1]])
    along = dual.directional(outputs, args, (np.array([1.0, -1.0]), {"s": 2.0, "name": "p"}))
    np.testing.assert_array_equal(trees.flatten(along), jacobian @ [1.0, -1.0, 2.0])
    assert dual.directional(outputs, args, (None, {"s": 1.0, "name": "p"}))["pair"] == (0.0, 1.0)


def test_structure_of_a_gradient_is_the_arguments():
    args = (
        {
            "w": np.ones((2, 1), np.float32),
            "n": 3,
            "flag": True,
            "label": None,
            "b": [0.5, (np.float32(1.0),)],
        },
    )
    found = dual.gradient(lambda p: np.sum(p["w"] * p["b"][0]) + p["b"][1][0] * p["n"], args)
    assert found["n"] == 3
    assert found["flag"] is True
    assert found["label"] is None
    assert found["b"] == [2.0, (3.0,)]
    np.testing.assert_array_equal(found["w"], [[0.5], [0.5]])


@pytest.mark.parametrize("shape", [(0,), (1,), (2, 0), (0, 3), (1, 1), (2, 1)], ids=str)
def test_small_shapes(shape):
    def f(x):
        y = np.concatenate([x, x]) @ np.ones(x.shape[-1:]) if x.ndim > 1 else np.concatenate([x, x])
        return np.sum(np.exp(y)) + np.sum(x.T @ x) + x.sum(axis=0).sum() + np.prod(x)

    args = (np.full(shape, 0.5),)
    expected = differences.gradient(f, args)
    np.testing.assert_allclose(dual.gradient(f, args), expected.gradient, rtol=1e-9)
