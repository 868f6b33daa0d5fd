"""Small programs as people write them: learning, and the idioms of plain Python."""

from __future__ import annotations

import enum
import functools
import itertools
import math
import operator
from collections import OrderedDict, defaultdict, deque
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import ClassVar

import numpy as np

from tests.corpus.program import Program
from tests.corpus.realistic import numbers, softmax

LAYERS = (3, 4, 2)
DATA = np.array([[0.5, 1.2, -0.3], [1.5, -0.7, 0.8], [-1.1, 0.4, 0.9], [0.3, 0.3, -1.4]])
TARGET = np.array([0.2, -0.4, 0.9, 0.1])


# ------------------------------------------------------------------ learning


def network_by_names(params, x):
    h = x
    depth = len([name for name in params if name.startswith("W")])
    for layer in range(1, depth + 1):
        h = h @ params[f"W{layer}"] + params[f"b{layer}"]
        if layer < depth:
            h = np.tanh(h)
    return np.mean((h - 0.5) ** 2)


def regularised(params, x, *, penalties=("W",), strength=1e-2):
    penalty = sum(np.sum(v**2) for k, v in sorted(params.items()) if k.startswith(penalties))
    return network_by_names(params, x) + strength * penalty


def contrastive(anchor, positive, negatives, margin=0.5):
    def distance(u, v):
        return np.sqrt(np.sum((u - v) ** 2) + 1e-8)

    return sum(max(0.0, margin + distance(anchor, positive) - distance(anchor, n)) for n in negatives)


class Activation(enum.Enum):
    RELU = "relu"
    TANH = "tanh"
    SOFTPLUS = "softplus"


ACTIVATIONS = {
    Activation.RELU: lambda z: np.maximum(z, 0.0),
    Activation.TANH: np.tanh,
    Activation.SOFTPLUS: lambda z: np.log1p(np.exp(z)),
}


class Layer:
    count: ClassVar[int] = 0

    def __init__(self, weights, bias, activation=Activation.TANH):
        self.weights, self.bias, self.activation = weights, bias, activation

    def __call__(self, x):
        return ACTIVATIONS[self.activation](x @ self.weights + self.bias)


class Sequential:
    def __init__(self, *layers):
        self.layers = list(layers)

    def __len__(self):
        return len(self.layers)

    def __iter__(self):
        return iter(self.layers)

    def __call__(self, x):
        return functools.reduce(lambda h, layer: layer(h), self, x)


def layers_as_objects(w1, w2, x):
    model = Sequential(Layer(w1, 0.1, Activation.SOFTPLUS), Layer(w2, -0.2))
    return np.sum(model(x)) / len(model)


def momentum_steps(w, rate, steps=3):
    velocity = [0.0] * len(w)
    history = []
    for _ in range(steps):
        gradient = [2.0 * wi * (i + 1) for i, wi in enumerate(w)]
        velocity = [0.9 * v - rate * g for v, g in zip(velocity, gradient, strict=True)]
        w = [wi + v for wi, v in zip(w, velocity, strict=True)]
        history.append(sum(wi * wi for wi in w))
    return history[-1] + 0.1 * min(len(history), 3)


def attention_scores(query, keys, values):
    d = keys.shape[-1]
    weights = softmax(keys @ query / math.sqrt(d))
    return float((weights @ values).sum())


def fourier_features(x, frequencies):
    angles = np.outer(x, frequencies)
    features = np.concatenate([np.sin(angles), np.cos(angles)], axis=1)
    return np.sum(features.mean(axis=0) ** 2)


def embeddings(table, tokens):
    vectors = table[np.array(tokens)]
    return np.sum(vectors.mean(axis=0) ** 2) + vectors[0, 0]


def outside_data(w):
    residual = DATA @ w - TARGET
    return residual @ residual / len(TARGET)


# ------------------------------------------------------------------ idioms


def keyword_arguments(x, **options):
    power = options.pop("power", 2)
    return options.get("scale", 1.0) * x**power + sum(options.values())


def star_arguments(first, *rest, weights=(1.0, 0.5)):
    head, *tail = rest
    return first * head + sum(w * t for w, t in zip(weights, tail))  # noqa: B905 - as users do


def partial_and_compose(x, y):
    def compose(*functions):
        return functools.reduce(lambda f, g: lambda v: g(f(v)), functions)

    scale = functools.partial(operator.mul, y)
    return compose(scale, math.sin, lambda v: v**2)(x)


def collections_of_all_kinds(x, y):
    groups = defaultdict(list)
    for name, value in (("a", x), ("b", y), ("a", x * y)):
        groups[name].append(value)
    ordered = OrderedDict((k, sum(v)) for k, v in groups.items())
    window = deque([x, y], maxlen=2)
    window.append(ordered["a"])
    return math.prod(window) + ordered["b"] ** 2


def namespaces(x):
    config = SimpleNamespace(rate=0.5, steps=3, name="decay")
    state = SimpleNamespace(value=x, trace=[])
    for _ in range(config.steps):
        state.value -= config.rate * state.value**2
        state.trace.append(state.value)
    return sum(state.trace) if config.name == "decay" else state.value


def early_returns(x, mode, strict=False):
    if mode is None:
        return x
    if isinstance(mode, str) and mode.lower() == "log":
        if strict:
            raise ValueError("strict")
        return math.log1p(x * x)
    return x**3 if callable(mode) else -x


def try_and_finally(x, options):
    steps = []
    try:
        scale = options["scale"]
    except KeyError:
        scale = 2.0
    else:
        steps.append("given")
    finally:
        steps.append("done")
    with np.errstate(divide="ignore"):
        return scale * x * len(steps)


def flags_and_walrus(xs, limit=10):
    total, seen = 0.0, set()
    for i, x in enumerate(xs):
        if (key := i % 3) in seen or not 0 <= i < limit:
            continue
        seen.add(key)
        total += x ** (key + 1)
        if (n := len(seen)) == 3:
            total *= n
            break
    else:
        total = -total
    return total


def polynomial_by_horner(coefficients, x):
    result = 0.0
    for c in reversed(coefficients):
        result = result * x + c
    return result


def matrix_of_lists(a, b):
    rows = [
        [sum(x * y for x, y in zip(row, column, strict=True)) for column in zip(*b, strict=True)] for row in a
    ]
    return sum(rows[i][i] for i in range(len(rows))) + rows[0][1]


def sorted_by_name(params):
    ranked = sorted(params.items(), key=lambda pair: (-len(pair[0]), pair[0]))
    return sum((i + 1) * value**2 for i, (_, value) in enumerate(ranked))


def memoised(x, n=6):
    cache = {}

    def term(k):
        if k not in cache:
            cache[k] = 1.0 if k == 0 else term(k - 1) * x / k
        return cache[k]

    return sum(term(k) for k in range(n))


@dataclass
class Settings:
    scale: float = 1.5
    offsets: list = field(default_factory=lambda: [0.1, 0.2])


def nested_dataclasses(settings, x):
    return settings.scale * x + sum(o * x**i for i, o in enumerate(settings.offsets))


def string_dispatch(x, expression="sin|square|half"):
    table = {"sin": math.sin, "square": lambda v: v * v, "half": lambda v: 0.5 * v}
    for name in expression.split("|"):
        x = table[name.strip()](x)
    return x


def any_and_all(xs, flags):
    if all(flags.values()):
        return sum(xs)
    if any(k.startswith("a") and v for k, v in flags.items()):
        return math.prod(xs)
    return xs[0]


NETWORK = {
    f"{kind}{layer}": numbers(*((m, n) if kind == "W" else (n,)), seed=layer) * 0.5
    for layer, (m, n) in enumerate(itertools.pairwise(LAYERS), 1)
    for kind in "Wb"
}
PROGRAMS = [
    Program(network_by_names, (NETWORK, DATA)),
    Program(regularised, (NETWORK, DATA)),
    Program(
        contrastive,
        (numbers(3), numbers(3, seed=1), [numbers(3, seed=2), numbers(3, seed=3)]),
        (0, 1, 2),
    ),
    Program(layers_as_objects, (numbers(3, 4), numbers(4, 2), DATA), (0, 1, 2)),
    Program(momentum_steps, ([1.0, -0.5], 0.1), (0, 1)),
    Program(attention_scores, (numbers(3), DATA, numbers(4, 2)), (0, 1, 2)),
    Program(fourier_features, (numbers(4), np.array([0.5, 1.0, 2.0])), (0, 1)),
    Program(embeddings, (numbers(5, 3), [1, 3, 1, 4])),
    Program(outside_data, (numbers(3),)),
    Program(keyword_arguments, (1.5,), kwargs={"power": 3, "scale": 2.0, "shift": 0.5}),
    Program(star_arguments, (1.5, 0.5, 2.0, -1.0), (0, 1, 2, 3), name="star_arguments_with_weights"),
    Program(partial_and_compose, (0.7, 1.3), (0, 1)),
    Program(collections_of_all_kinds, (0.7, 1.3), (0, 1)),
    Program(namespaces, (0.7,)),
    Program(early_returns, (0.7, "LOG")),
    Program(try_and_finally, (0.7, {"rate": 1.0})),
    Program(flags_and_walrus, ([0.5, 1.5, -0.3, 0.9],)),
    Program(polynomial_by_horner, ([1.0, -2.0, 0.5], 1.5), (0, 1)),
    Program(matrix_of_lists, ([[1.0, 2.0], [3.0, 4.0]], [[0.5, -1.0], [1.5, 2.5]]), (0, 1)),
    Program(sorted_by_name, ({"beta": 0.5, "a": 1.5, "alpha": -0.3},)),
    Program(memoised, (0.7,)),
    Program(nested_dataclasses, (Settings(2.0, [0.3, -0.4]), 1.5), (0, 1)),
    Program(string_dispatch, (0.7,)),
    Program(any_and_all, ([0.5, 1.5], {"a": True, "b": False})),
]
