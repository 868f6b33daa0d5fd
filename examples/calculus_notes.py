"""The worked examples of the calculus notes: each function, its gradient's source, and known numbers.

    python examples/calculus_notes.py

Exits with an error if one number is off. The numbers are derived by hand; those of the last network come from
60-digit central differences.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

import bpcompiler as bp

Array: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """A function, where to differentiate it, and what must come out."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    value: float
    gradient: tuple[Any, ...]  # in as many of the first arguments


def product_of_sum(x: float, y: float, z: float) -> float:
    """f = (x + y) z: an addition hands its cotangent on, a product swaps its factors."""
    q = x + y
    f = q * z
    return f


def fork(a: float, b: float, c: float) -> float:
    """f = (a + b) (b + c): b is used twice, so its adjoint is a sum of two."""
    d = a + b
    e = b + c
    f = d * e
    return f


def gates(x: float, y: float, z: float, w: float) -> float:
    """f = 2 (x y + max(z, w)): the max gate routes the cotangent to the larger operand."""
    product = x * y
    larger = max(z, w)
    total = product + larger
    f = total * 2
    return f


def neuron(w: list[float], x: list[float]) -> float:
    """A sigmoid neuron in two dimensions, its weights and inputs in lists."""
    dot = w[0] * x[0] + w[1] * x[1] + w[2]
    f = 1.0 / (1 + math.exp(-dot))
    return f


def staged(x: float, y: float) -> float:
    """f = (x + sigmoid(y)) / (sigmoid(x) + (x + y)^2), in eight stages."""
    sigy = 1.0 / (1 + math.exp(-y))
    num = x + sigy
    sigx = 1.0 / (1 + math.exp(-x))
    xpy = x + y
    xpysqr = xpy**2
    den = sigx + xpysqr
    invden = 1.0 / den
    f = num * invden
    return f


def matrix_product(W: Array, X: Array, ct: Array) -> float:
    """D = W.dot(X), weighted by D's cotangent: dW = ct X^T and dX = W^T ct."""
    D = W.dot(X)
    return np.sum(ct * D)


def two_layers(w1: Array, b1: Array, w2: Array, b2: Array, x: Array, target: Array) -> float:
    """The mean squared error of a two-layer ReLU network, in its parameters and in its input."""
    hidden = np.maximum(x @ w1 + b1, 0.0)
    out = hidden @ w2 + b2
    return np.mean((out - target) ** 2)


def deep(params: dict[str, Array], x: Array, onehot: Array) -> float:
    """The softmax cross-entropy of a network with any number of layers, its parameters in a dict."""
    layers = len(params) // 2
    a = x
    for i in range(1, layers):
        a = np.maximum(a @ params[f"W{i}"] + params[f"b{i}"], 0.0)
    logits = a @ params[f"W{layers}"] + params[f"b{layers}"]
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    log_total = np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return np.sum(onehot * (log_total - shifted)) / x.shape[0]


def hinge(scores: Array, label: int) -> float:
    """The multiclass hinge loss with margin 10: wrong classes that come near push, the right one pulls."""
    margins = np.maximum(scores - scores[label] + 10.0, 0.0)
    return np.sum(margins) - 10.0  # the right class is compared with itself


def leaky_relu(x: Array) -> float:
    """A leaky ReLU, summed: slope 1 above zero, 0.01 below."""
    y = np.where(x > 0, x, 0.01 * x)
    return np.sum(y)


def maxout(w1: Array, b1: float, w2: Array, b2: float, x: Array) -> float:
    """A maxout neuron: only the winning piece learns."""
    return max(w1 @ x + b1, w2 @ x + b2)


EXAMPLES = [
    Example(product_of_sum, (-2.0, 5.0, -4.0), -12.0, (-4.0, -4.0, 3.0)),
    Example(fork, (-1.0, 3.0, 4.0), 14.0, (7.0, 9.0, 2.0)),
    Example(gates, (3.0, -4.0, 2.0, -1.0), -20.0, (-8.0, 6.0, 2.0, 0.0)),
    Example(
        neuron,
        ([2.0, -3.0, -3.0], [-1.0, -2.0]),
        0.7310585786300049,  # s = sigmoid(1), and every derivative is a multiple of s (1 - s)
        (
            [-0.19661193324148185, -0.3932238664829637, 0.19661193324148185],
            [0.3932238664829637, -0.5898357997244456],
        ),
    ),
    Example(staged, (3.0, -4.0), 1.5456448841066441, (2.0595697955721652, 1.5922327514838093)),
    Example(
        matrix_product,
        (
            np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),
            np.array([[1.0, 0.0], [-1.0, 2.0], [3.0, 1.0]]),
            np.array([[1.0, -1.0], [2.0, 0.0]]),
        ),
        35.0,
        (
            np.array([[1.0, -3.0, 2.0], [2.0, -2.0, 6.0]]),
            np.array([[9.0, -1.0], [12.0, -2.0], [15.0, -3.0]]),
        ),
    ),
    Example(
        two_layers,
        (
            np.array([[1.0, -1.0, 0.5], [0.5, 1.0, -1.0]]),
            np.array([0.0, 0.25, 2.0]),
            np.array([[1.0], [-2.0], [4.0]]),
            np.array([0.5]),
            np.array([[1.0, 2.0], [-1.0, 1.0]]),
            np.array([[1.0], [0.0]]),
        ),
        2.5,
        (
            np.array([[1.0, -6.0, 12.0], [2.0, 0.0, 0.0]]),
            np.array([1.0, 2.0, -4.0]),
            np.array([[2.0], [-3.25], [-0.5]]),
            np.array([-1.0]),
            np.array([[5.0, -5.5], [-8.0, 12.0]]),
        ),
    ),
    Example(
        deep,
        (
            {
                "W1": np.array([[0.5, -0.25, 1.0], [-0.75, 0.5, 0.25]]),
                "b1": np.array([0.1, 0.2, -0.3]),
                "W2": np.array([[0.5, -1.0], [0.75, 0.25], [-0.5, 1.5]]),
                "b2": np.array([0.05, -0.1]),
                "W3": np.array([[1.0, -0.5, 0.25], [0.5, 0.75, -1.0]]),
                "b3": np.array([0.0, 0.1, -0.2]),
            },
            np.array([[1.0, -0.5], [-1.5, 2.0], [0.5, 1.5]]),
            np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]]),
        ),
        1.227094148549143,
        (
            {
                "W1": np.array(
                    [
                        [-0.11267453070793859, -0.23428352236936428, -0.02114193577359695],
                        [0.056337265353969296, 0.7149047155251556, -0.45778666479857594],
                    ]
                ),
                "b1": np.array([-0.11267453070793859, 0.4038977445740397, -0.1549584022551325]),
                "W2": np.array(
                    [
                        [-0.21971533488048026, 0.0],
                        [0.45707984724114936, 0.6159716073554591],
                        [0.029391344576258648, -0.049603606005714576],
                    ]
                ),
                "b2": np.array([0.19651010030277224, 0.3500134931402104]),
                "W3": np.array(
                    [
                        [0.31020507516168927, 0.006095674204847685, -0.31630074936653696],
                        [0.2366667514222407, -0.17737941920976524, -0.05928733221247545],
                    ]
                ),
                "b3": np.array([0.21394230714202045, -0.048071159928342565, -0.16587114721367788]),
            },
        ),
    ),
    Example(hinge, (np.array([13.0, -7.0, 11.0]), 0), 8.0, (np.array([-1.0, 0.0, 1.0]),)),
    Example(leaky_relu, (np.array([-2.0, 0.5, 3.0]),), 3.48, (np.array([0.01, 1.0, 1.0]),)),
    Example(
        maxout,
        (np.array([1.0, 2.0]), 0.5, np.array([-1.0, 4.0]), -1.0, np.array([3.0, 2.0])),
        7.5,
        (np.array([3.0, 2.0]), 1.0, np.array([0.0, 0.0]), 0.0, np.array([1.0, 2.0])),
    ),
]


def leaves(container: Any) -> list[Any]:
    """Return the numbers and arrays of nested dicts, lists and tuples, in order."""
    if isinstance(container, dict):
        return [leaf for value in container.values() for leaf in leaves(value)]
    if isinstance(container, list | tuple):
        return [leaf for value in container for leaf in leaves(value)]
    return [container]


def agrees(actual: Any, expected: Any) -> bool:
    """Return whether two containers hold the same numbers, up to rounding."""
    pairs = list(zip(leaves(actual), leaves(expected), strict=True))
    return all(np.allclose(a, e, rtol=1e-12, atol=1e-14) and np.shape(a) == np.shape(e) for a, e in pairs)


def adjoints(name: str, gradient: Any) -> Iterator[str]:
    """Yield the gradient in an argument as text: a line for a number or list, some for an array."""
    if isinstance(gradient, dict):
        for key, value in gradient.items():
            yield from adjoints(f"{name}[{key!r}]", value)
    elif isinstance(gradient, np.ndarray):
        head = f"d{name} = "
        yield head + np.array2string(gradient, precision=6, prefix=head)
    else:
        yield f"d{name} = {gradient}"


def show(example: Example) -> bool:
    """Print the example's source and numbers, and return whether the numbers are the known ones."""
    argnums = tuple(range(len(example.gradient)))
    compiled = bp.value_and_grad(example.function, argnums=argnums)
    value, gradient = compiled(*example.arguments)
    right = agrees(value, example.value) and agrees(gradient, example.gradient)
    print(f"\n{'=' * 100}\n{example.function.__doc__}\n")
    print(compiled.source)
    print(f"value = {value}")
    for name, adjoint in zip(inspect.signature(example.function).parameters, gradient, strict=False):
        print("\n".join(adjoints(name, adjoint)))
    print("as known" if right else f"WRONG: {example}")
    return right


def forward_against_reverse() -> bool:
    """Print both modes on `fork`, and return whether they agree: a sweep an input, or one sweep for all."""
    point = (-1.0, 3.0, 4.0)
    directions = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    forward = tuple(bp.jvp(fork, point, direction)[1] for direction in directions)
    reverse = bp.grad(fork, argnums=(0, 1, 2))(*point)
    print(f"\n{'=' * 100}\nForward mode, three sweeps: {forward}\nReverse mode, one sweep:    {reverse}")
    return agrees(forward, reverse)


def main() -> int:
    """Show every example, and return how many were wrong."""
    right = [show(example) for example in EXAMPLES]
    right.append(forward_against_reverse())
    print(f"\n{sum(right)} of {len(right)} checks passed")
    return right.count(False)


if __name__ == "__main__":
    raise SystemExit(main())
