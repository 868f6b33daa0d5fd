"""Value and gradient of a 784-256-128-10 network on 128 images, float32."""

from __future__ import annotations

import types
from collections.abc import Callable

import numpy as np

import bpcompiler as bp
from tests.benchmarks import functions
from tests.benchmarks.hand import Network
from tests.benchmarks.harness import interleaved, optional, timing_table

BATCH = 128
WEIGHTS = 6
HAND = "hand-written, NumPy and Numba"


def run(rounds: int) -> str:
    """Return the section: timings of all rivals, whose results were compared before."""
    arguments = functions.sample(BATCH)
    runs: dict[str, Callable[[], object]] = {
        HAND: hand(arguments, fresh=True),
        "the same, results in the same buffers each call": hand(arguments, fresh=False),
        "bpcompiler": ours(arguments),
    }
    absent = {}
    for name, make in {"JAX, jit": jax, "PyTorch, eager": torch, "autograd": autograd}.items():
        rival = make(arguments)
        if rival is None:
            absent[name] = "not installed"
        else:
            runs[name] = rival
    check(runs, arguments)
    return (
        "## A network\n\nValue and gradient of a 784-256-128-10 ReLU network's softmax cross-entropy, in all"
        " weights and biases, on 128 images in float32.\n\n"
        + timing_table(interleaved(runs, rounds), HAND, absent)
    )


def check(runs: dict[str, Callable[[], object]], arguments: tuple[np.ndarray, ...]) -> None:
    """Raise where a rival is not the hand, or the hand not a difference quotient in float64."""
    value, gradients = runs[HAND]()
    for name, call in runs.items():
        other, others = call()
        np.testing.assert_allclose(float(other), float(value), rtol=1e-5, err_msg=name)
        for actual, expected in zip(others, gradients, strict=True):
            largest = float(np.max(np.abs(expected)))  # float32 sums of 128 terms, in different orders
            np.testing.assert_allclose(np.asarray(actual), expected, atol=1e-5 * largest, err_msg=name)
    check_by_differences(arguments, gradients)


def check_by_differences(arguments: tuple[np.ndarray, ...], gradients: tuple[np.ndarray, ...]) -> None:
    """Raise where <gradient, direction> is not the central difference along a random direction."""
    rng = np.random.default_rng(1)
    parameters = [a.astype(np.float64) for a in arguments[:WEIGHTS]]
    images, labels = arguments[WEIGHTS].astype(np.float64), arguments[WEIGHTS + 1]
    directions = [rng.normal(size=p.shape) for p in parameters]
    step = 1e-6

    def at(t: float) -> float:
        moved = (p + t * d for p, d in zip(parameters, directions, strict=True))
        return functions.network(*moved, images, labels)

    expected = (at(step) - at(-step)) / (2 * step)
    actual = sum(float(np.sum(g * d)) for g, d in zip(gradients, directions, strict=True))
    np.testing.assert_allclose(actual, expected, rtol=1e-4)


def hand(arguments: tuple[np.ndarray, ...], *, fresh: bool) -> Callable[[], object]:
    network = Network(arguments[:WEIGHTS], BATCH, fresh=fresh)
    return lambda: network(*arguments)


def ours(arguments: tuple[np.ndarray, ...]) -> Callable[[], object]:
    compiled = bp.value_and_grad(functions.network, argnums=tuple(range(WEIGHTS)))
    return lambda: compiled(*arguments)


def jax(arguments: tuple[np.ndarray, ...]) -> Callable[[], object] | None:
    jax = optional("jax")
    if jax is None:
        return None
    function = types.FunctionType(functions.network.__code__, {"np": jax.numpy})
    compiled = jax.jit(jax.value_and_grad(function, argnums=tuple(range(WEIGHTS))))
    on_device = tuple(jax.numpy.asarray(a) for a in arguments)
    return lambda: jax.block_until_ready(compiled(*on_device))


def torch(arguments: tuple[np.ndarray, ...]) -> Callable[[], object] | None:
    torch = optional("torch")
    if torch is None:
        return None
    torch.set_num_threads(1)
    weights = [torch.tensor(a, requires_grad=True) for a in arguments[:WEIGHTS]]
    images, labels = (torch.tensor(a) for a in arguments[WEIGHTS:])
    linear, relu = torch.nn.functional.linear, torch.relu

    def call():
        w1, b1, w2, b2, w3, b3 = weights
        hidden = relu(linear(relu(linear(images, w1.T, b1)), w2.T, b2))
        value = torch.nn.functional.cross_entropy(linear(hidden, w3.T, b3), labels)
        return value.detach(), torch.autograd.grad(value, weights)

    return call


def autograd(arguments: tuple[np.ndarray, ...]) -> Callable[[], object] | None:
    autograd = optional("autograd")
    if autograd is None:
        return None
    function = types.FunctionType(functions.network.__code__, {"np": optional("autograd.numpy")})
    images, labels = arguments[WEIGHTS:]
    value_and_grad = autograd.value_and_grad(lambda weights: function(*weights, images, labels))
    weights = arguments[:WEIGHTS]
    return lambda: value_and_grad(weights)
