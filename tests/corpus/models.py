"""Models people fit: networks, losses, statistics, as NumPy users write them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tests.corpus.program import Program

_random = np.random.default_rng(3)
SINGLE = np.float32


def normal(*shape, scale=1.0):
    return scale * _random.standard_normal(shape)


def linear_regression(w, b, X, y):
    residual = X @ w + b - y
    return np.mean(residual**2)


def two_layer_relu(w1, b1, w2, b2, x, y):
    h = x.dot(w1) + b1
    h_relu = np.maximum(h, 0)
    y_pred = h_relu.dot(w2) + b2
    loss = np.square(y_pred - y).mean()
    return loss


def deep_network(params, X, labels):
    layers = len(params) // 2
    A = X
    for l in range(1, layers):
        A = np.tanh(A @ params["W" + str(l)] + params[f"b{l}"])
    scores = A @ params[f"W{layers}"] + params[f"b{layers}"]
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    log_probs = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    rows = np.arange(X.shape[0])
    return -np.mean(log_probs[rows, labels])


def hinge_loss(W, X, y, reg):
    scores = X.dot(W)
    num = X.shape[0]
    correct = scores[np.arange(num), y]
    margins = np.maximum(0, scores - correct[:, np.newaxis] + 1.0)
    return (np.sum(margins) - num * 1.0) / num + reg * np.sum(W * W)


def maxout(x, w1, b1, w2, b2):
    return np.sum(np.maximum(x @ w1 + b1, x @ w2 + b2))


def leaky_relu(x, slope):
    return np.sum(np.where(x > 0, x, slope * x) ** 2)


def logsumexp(x):
    top = x.max()
    return top + np.log(np.exp(x - top).sum())


def layer_norm(x, gain, bias, target):
    mean = x.mean(axis=-1, keepdims=True)
    centred = x - mean
    variance = np.mean(centred * centred, axis=-1, keepdims=True)
    out = gain * centred / np.sqrt(variance + 1e-5) + bias
    return np.sum((out - target) ** 2)


def float32_network(w, b, x, y):
    h = np.tanh(x @ w + b) * 0.5
    return np.sum((h - y) ** 2) / x.shape[0]


def gram(X):
    G = X.T @ X
    return np.sum(G * G) - np.trace(G)


def quadratic_form(x, A, b):
    return 0.5 * x @ A @ x - b @ x + x.T @ x


def cosine_similarity(u, v):
    return np.dot(u, v) / (np.linalg.norm(u) * np.sqrt(np.sum(v**2)))


def pairwise_distances(X, Y):
    difference = X[:, None, :] - Y[None, :, :]
    distance = np.sqrt(np.sum(difference**2, axis=-1))
    return np.sum(np.exp(-distance)) + distance[0, 1]


def gaussian_mixture(alphas, means, icf, x):
    logs = np.sum(icf[:, None] * 0.0, axis=1)
    for k in range(2):
        logs = logs + icf[k]
    scaled = (x[:, None, :] - means[None, :, :]) * np.exp(icf)
    inner = alphas - 0.5 * np.sum(scaled * scaled, axis=2) + np.sum(icf, axis=-1)
    top = np.max(inner, axis=1, keepdims=True)
    per_point = np.log(np.sum(np.exp(inner - top), axis=1)) + np.squeeze(top, axis=1)
    normaliser = np.log(np.sum(np.exp(alphas - np.max(alphas)))) + np.max(alphas)
    return np.sum(per_point) - x.shape[0] * normaliser + np.mean(logs)


@dataclass
class Layer:
    W: np.ndarray
    b: np.ndarray
    activation: str = "tanh"

    def __call__(self, x):
        out = x @ self.W + self.b
        return np.tanh(out) if self.activation == "tanh" else out


def dataclass_layers(layers, x):
    for layer in layers:
        x = layer(x)
    return np.sum(x**2)


def nested_containers(params, x):
    out = x
    for weights, (shift, scale) in params["blocks"]:
        out = np.tanh(out @ weights) * scale + shift
    return out.sum() * params["gain"] + len(params["name"])


def attention(Q, K, V):
    scores = Q @ K.T / math.sqrt(Q.shape[-1])
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = weights / weights.sum(axis=-1, keepdims=True)
    return np.sum((weights @ V) ** 2)


def attention_of_a_batch(Q, K, V):
    scores = Q @ K.transpose(0, 2, 1) / math.sqrt(Q.shape[-1])
    weights = np.exp(scores - np.max(scores, axis=2, keepdims=True))
    weights = weights / np.sum(weights, axis=2, keepdims=True)
    return np.sum((weights @ V) ** 2)


def returns_aux(w, X):
    scores = X @ w
    return np.sum(scores**2), {"scores": scores, "count": X.shape[0]}


LABELS = np.array([2, 0, 1, 1])
NETWORK = {"W1": normal(3, 4), "b1": normal(4), "W2": normal(4, 3), "b2": normal(3)}
BLOCKS = [(normal(3, 3), (normal(3), 0.5)), (normal(3, 2), [normal(2), np.float64(1.5)])]

PROGRAMS = [
    Program(linear_regression, (normal(3), 0.5, normal(6, 3), normal(6)), (0, 1)),
    Program(
        two_layer_relu,
        (normal(4, 5), normal(5), normal(5, 2), normal(2), normal(3, 4), normal(3, 2)),
        (0, 1, 2, 3, 4),
    ),
    Program(deep_network, (NETWORK, normal(4, 3), LABELS), (0, 1)),
    Program(hinge_loss, (normal(3, 3), normal(4, 3), LABELS, 0.1), (0, 1, 3)),
    Program(maxout, (normal(4, 3), normal(3, 2), normal(2), normal(3, 2), normal(2)), (0, 1, 2, 3, 4)),
    Program(leaky_relu, (normal(3, 4), 0.1), (0, 1)),
    Program(logsumexp, (normal(5) * 3.0 + 700.0,)),
    Program(layer_norm, (normal(3, 4), normal(4), normal(4), normal(3, 4)), (0, 1, 2)),
    Program(
        float32_network,
        tuple(normal(*shape).astype(SINGLE) for shape in ((3, 2), (2,), (4, 3), (4, 2))),
        (0, 1, 2),
        rtol=1e-5,
    ),
    Program(gram, (normal(4, 3),)),
    Program(quadratic_form, (normal(3), normal(3, 3), normal(3)), (0, 1, 2)),
    Program(cosine_similarity, (normal(4), normal(4)), (0, 1)),
    Program(pairwise_distances, (normal(3, 2), normal(4, 2)), (0, 1)),
    Program(gaussian_mixture, (normal(3), normal(3, 2), normal(3, 2, scale=0.3), normal(5, 2)), (0, 1, 2)),
    Program(
        dataclass_layers,
        ([Layer(normal(3, 2), normal(2)), Layer(normal(2, 2), normal(2), "none")], normal(4, 3)),
        (0, 1),
    ),
    Program(nested_containers, ({"blocks": BLOCKS, "gain": 1.5, "name": "net"}, normal(4, 3)), (0, 1)),
    Program(attention, (normal(3, 4), normal(5, 4), normal(5, 2)), (0, 1, 2)),
    Program(attention_of_a_batch, (normal(2, 3, 4), normal(2, 5, 4), normal(2, 5, 2)), (0, 1, 2)),
    Program(returns_aux, (normal(3), normal(4, 3)), has_aux=True, name="returns_aux_arrays"),
]
