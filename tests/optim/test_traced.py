"""Optimisers inside of traced functions: the same bits and structures, through derivatives, as one loop."""

import dataclasses
from types import FunctionType
from typing import NamedTuple

import numpy as np
import pytest

import bpcompiler as bp
from bpcompiler.ir.trees import flatten
from tests.allocations import allocated

o = bp.optim
OPTIMIZERS = [
    o.sgd(0.1),
    o.momentum(0.02),
    o.nesterov(0.02, 0.7),
    o.adagrad(0.1),
    o.rmsprop(0.01),
    o.adam(0.05),
    o.adamw(0.05, weight_decay=0.1),
    o.sgd(o.exponential(0.1, 4, 0.5)),
    o.clip_by_norm(0.5, o.adam(o.warm_up(3, o.cosine(0.1, 5, 0.01)))),
]
NAMES = [type(optimizer).__name__ for optimizer in OPTIMIZERS]


def gradient(params):
    """Written out, so that the optimiser alone is compared. What has no gradient comes back as it is."""
    w, (b, layers) = params["w"], params["rest"]
    return {
        "w": w * np.array([1.0, 5.0]) + b,
        "rest": [2 * (b - 0.5) + w[0], [{**layer, "v": np.cos(layer["v"])} for layer in layers]],
    }


def parameters():
    layers = [
        {"v": np.array([[1.0], [0.2 * i]]), "units": i, "activation": "relu", "b": None} for i in (2, 3)
    ]
    return {"w": np.array([0.5, -1.0]), "rest": [0.25, layers]}


def run_on(gradient, optimizer, params, steps):
    state = optimizer.init(params)
    for _ in range(steps):
        params, state = optimizer.update(params, gradient(params), state)
    return params, state


def run(optimizer, params, steps):
    return run_on(gradient, optimizer, params, steps)


def leaves(value):
    found = []
    flatten(value, lambda leaf: isinstance(leaf, (int, float, np.ndarray, np.generic)), found)
    return found


def staged(transform, *args):
    """The staged source's function, run by CPython, which takes no time to compile."""
    names = {}
    exec(str(transform.specialize(*args).source), names)
    return next(each for each in names.values() if isinstance(each, FunctionType))


def same_bits(function, params, counts):
    compiled = staged(bp.jit(function), params(), counts[0])
    for steps in counts:
        pairs = zip(leaves(compiled(params(), steps)), leaves(function(params(), steps)), strict=True)
        for one, other in pairs:
            np.testing.assert_array_equal(one, other, strict=True)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=NAMES)
def test_the_same_bits_traced_and_untraced(optimizer):
    same_bits(lambda params, steps: run(optimizer, params, steps), parameters, (8, 0, 1, 3))


class Affine(NamedTuple):
    scale: np.ndarray
    shift: np.float32


@dataclasses.dataclass
class Model:
    layers: tuple[Affine, ...]
    rate: float
    name: str
    units: int


def error(model, x):
    for layer in model.layers:
        x = layer.scale * x + layer.shift
    return np.mean(x**2) * model.rate


def train(model, x, steps):
    optimizer = bp.optim.clip_by_norm(1.0, bp.optim.adamw(bp.optim.warm_up(2, 0.1)))
    state = optimizer.init(model)
    for _ in range(steps):
        model, state = optimizer.update(model, bp.grad(error)(model, x), state)
    return model, state


def test_structures_and_float32_stay():
    layer = Affine(np.ones(3, np.float32), np.float32(0.5))
    model = Model((layer, layer), 0.5, "two", 2)
    x = np.arange(3, dtype=np.float32)
    (plain, before), (compiled, after) = train(model, x, 4), bp.jit(train)(model, x, 4)
    for found, state in ((plain, before), (compiled, after)):
        assert type(found) is Model
        assert type(found.layers[1]) is type(state.m.layers[1]) is Affine
        assert (found.name, found.units, state.v.units, state.count) == ("two", 2, 2, 4)
        types = [leaf.dtype for leaf in found.layers[0]] + [leaf.dtype for leaf in state.v.layers[1]]
        assert types == [np.float32] * 4
        assert type(found.rate) is type(state.m.rate) is float
    np.testing.assert_allclose(compiled.layers[0].scale, plain.layers[0].scale, rtol=1e-6)
    assert model.layers[0].scale.tolist() == [1, 1, 1]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_arrays_without_dimensions_stay_arrays(dtype):
    def descend(w, steps):
        return run_on(lambda w: 2 * w, o.clip_by_norm(0.5, o.adamw(0.1)), w, steps)

    assert type(descend(np.array(2.0, dtype), 3)[0]) is np.ndarray
    same_bits(descend, lambda: np.array(2.0, dtype), (3, 0))


# ------------------------------------------------------------------ derivatives through steps


def after_three(make):
    def loss(rate, params):
        params, _ = run(make(rate), params, 3)
        return np.sum(params["w"] ** 2) + params["rest"][0] * np.sum(params["rest"][1][0]["v"])

    return loss


MAKERS = {
    "sgd": o.sgd,
    "momentum": o.momentum,
    "nesterov": o.nesterov,
    "adagrad": o.adagrad,
    "rmsprop": o.rmsprop,
    "adam": o.adam,
    "adamw": o.adamw,
    "clipped": lambda rate: o.clip_by_norm(0.5, o.momentum(rate)),
    "scheduled": lambda rate: o.sgd(o.warm_up(2, o.exponential(rate, 4, 0.5))),
    "cosine": lambda rate: o.sgd(o.cosine(rate, 5, rate**2)),
    "decay": lambda beta: o.momentum(0.1, beta),
    "beta1": lambda beta: o.adam(0.1, beta1=beta),
    "beta2": lambda beta: o.adam(0.1, beta2=1 - beta),
    "epsilon": lambda epsilon: o.adam(0.1, epsilon=epsilon),
}


@pytest.mark.parametrize("name", MAKERS)
def test_derivatives_in_the_rate_and_other_numbers(name):
    loss, at = after_three(MAKERS[name]), 0.08

    def slope(h):
        return (loss(at + h, parameters()) - loss(at - h, parameters())) / (2 * h)

    h = 2e-3
    expected = (64 * slope(h / 4) - 20 * slope(h / 2) + slope(h)) / 45  # Richardson: h**2 and h**4 cancel
    np.testing.assert_allclose(staged(bp.grad(loss), at, parameters())(at, parameters()), expected, rtol=1e-8)


def test_derivatives_in_the_initial_parameters():
    loss = after_three(o.adam)
    found = staged(bp.grad(loss, argnums=1), 0.05, parameters())(0.05, parameters())
    h, moved = 1e-4, [parameters(), parameters()]
    for params, sign in zip(moved, (1, -1), strict=True):
        params["w"][1] += sign * h
    difference = (loss(0.05, moved[0]) - loss(0.05, moved[1])) / (2 * h)
    np.testing.assert_allclose(found["w"][1], difference, rtol=1e-6)


# ------------------------------------------------------------------ what comes out


def squared_error(params, x, y):
    hidden = np.tanh(x @ params["W1"] + params["b1"])
    return np.mean((hidden @ params["W2"] - y) ** 2)


def fit(params, x, y, steps):
    optimizer = bp.optim.adam(1e-2)
    state, error = optimizer.init(params), 0.0
    for _ in range(steps):
        error, grads = bp.value_and_grad(squared_error)(params, x, y)
        params, state = optimizer.update(params, grads, state)
    return params, error


def network():
    rng = np.random.default_rng(0)
    params = {"W1": rng.normal(size=(3, 8)), "b1": np.zeros(8), "W2": rng.normal(size=8)}
    x = rng.normal(size=(20, 3))
    return params, x, np.sin(x[:, 0])


def test_reads_as_written_by_hand():
    source = str(bp.jit(fit).specialize(*network(), 5).source)
    lines = [line.partition("  #")[0].strip() for line in source.splitlines()]
    for name in ("W1", "b1", "W2"):
        start = lines.index(f"m_{name} = beta1 * m_{name} + (1 - beta1) * d{name}")
        assert lines[start + 1 : start + 3] == [
            f"v_{name} = beta2 * v_{name} + (1 - beta2) * d{name}**2",
            f"{name} = {name} - step_size * m_{name} / (np.sqrt(v_{name}) + scale * epsilon)",
        ]
    assert "*, beta1=0.9, beta2=0.999, epsilon=1e-08)" in source


def test_states_as_arguments_are_named_after_their_parameters():
    def step(params, state, x, y):
        grads = bp.grad(squared_error)(params, x, y)
        return bp.optim.adam(1e-2).update(params, grads, state)

    params, x, y = network()
    source = str(bp.jit(step).specialize(params, bp.optim.adam(1e-2).init(params), x, y).source)
    for line in ('W1 = params["W1"]', "count = state.count", 'm_W1 = state.m["W1"]', 'v_W2 = state.v["W2"]'):
        assert f"    {line}\n" in source


def test_one_compiled_loop_that_allocates_nothing_a_step():
    compiled, (params, x, y) = bp.jit(fit), network()
    assert allocated(compiled, params, x, y, 5) == allocated(compiled, params, x, y, 25)
    found, error = compiled(params, x, y, 300)
    expected, last = staged(compiled, params, x, y, 300)(params, x, y, 300)
    np.testing.assert_allclose(error, last, rtol=1e-9)
    np.testing.assert_allclose(found["W1"], expected["W1"], rtol=1e-8)
    assert error < 0.1 * np.mean((np.tanh(x @ params["W1"]) @ params["W2"] - y) ** 2)
    lowered = str(compiled.specialize(params, x, y, 5).lowered_source)
    assert lowered.count("/ (math.sqrt(v_") == 3  # a loop for each parameter


def mismatched(x, y):
    optimizer = bp.optim.adam(0.1)
    params, _ = optimizer.update({"x": x}, {"y": y}, optimizer.init({"x": x}))
    return params["x"]


def of_other_shapes(x, y):
    optimizer = bp.optim.adam(0.1)
    params, _ = optimizer.update(x, y, optimizer.init(x))
    return params


def test_errors_name_the_line_of_the_user():
    with pytest.raises(bp.errors.StructureError) as found:
        bp.jit(mismatched)(1.0, 2.0)
    assert "params, _ = optimizer.update({" in str(found.value)
    with pytest.raises(bp.errors.ShapeError) as found:
        bp.jit(of_other_shapes)(np.ones(3), np.ones(4))
    assert "params, _ = optimizer.update(x, y" in str(found.value)
