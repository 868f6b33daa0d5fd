"""The workloads for PyTorch and autograd: `xp` is `torch` or `autograd.numpy`, which agree on most names."""

from __future__ import annotations

import types

from tests.benchmarks import functions as calls
from tests.benchmarks import loops_eager
from tests.benchmarks.harness import optional
from tests.benchmarks.workloads import functions


def with_modules(function, **modules):
    """Return the user's own function with other modules in the place of `np` and `math`."""
    return types.FunctionType(function.__code__, vars(functions) | modules)


def spine(xp, x, y):
    return with_modules(calls.f, math=xp)(x, y)


def descend(xp, x, y, rate, steps):
    if xp.__name__ == "torch":
        x, y = (xp.tensor(v, dtype=xp.float64) for v in (x, y))
    return with_modules(functions.descend, math=xp)(x, y, rate, steps)


def elementwise(xp, x):
    return with_modules(functions.elementwise, np=xp)(x)


def two_layers(xp, w1, b1, w2, b2, X, y):
    if xp.__name__ == "torch":
        return xp.nn.functional.mse_loss(xp.addmm(b2, xp.relu(xp.addmm(b1, X, w1)), w2), y)
    return with_modules(functions.two_layers, np=xp)(w1, b1, w2, b2, X, y)


def network(xp, w1, b1, w2, b2, w3, b3, images, labels):
    if xp.__name__ != "torch":
        return with_modules(calls.network, np=xp)(w1, b1, w2, b2, w3, b3, images, labels)
    linear, relu = xp.nn.functional.linear, xp.relu
    hidden = relu(linear(relu(linear(images, w1.T, b1)), w2.T, b2))
    return xp.nn.functional.cross_entropy(linear(hidden, w3.T, b3), labels)


def mixture(xp, *arguments):
    if xp.__name__ != "torch":
        return loops_eager.mixture(xp, *arguments)
    weights, means, log_diagonals, lower, X = arguments
    factors = xp.tril(lower, -1) + xp.diag_embed(xp.exp(log_diagonals))
    z = (X - means[:, None, :]) @ factors.mT
    scores = (weights + log_diagonals.sum(1))[:, None] - 0.5 * (z * z).sum(2)
    return xp.logsumexp(scores, 0).sum()


def gaussian_process(xp, log_lengthscales, log_amplitude, log_noise, X, y):
    if xp.__name__ == "torch":
        solve = lambda L, b, lower: xp.linalg.solve_triangular(L, b[:, None], upper=not lower)[:, 0]
        np_like = TorchLike(xp)
    else:
        solve, np_like = optional("autograd.scipy.linalg").solve_triangular, xp
    function = with_modules(functions.gaussian_process, np=np_like, solve_triangular=solve)
    return function(log_lengthscales, log_amplitude, log_noise, X, y)


class TorchLike:
    """PyTorch under the two names that NumPy writes otherwise."""

    def __init__(self, torch):
        self.torch = torch

    def __getattr__(self, name):
        return getattr(self.torch, name)

    def eye(self, n):
        return self.torch.eye(n, dtype=self.torch.float64)

    def sum(self, x, axis=None):
        return self.torch.sum(x) if axis is None else self.torch.sum(x, axis)


def lstm(xp, wx, wh, b, inputs, targets):
    if xp.__name__ == "torch":
        return lstm_of_torch(xp, wx, wh, b, inputs, targets)
    sigmoid = lambda x: 1.0 / (1.0 + xp.exp(-x))
    return with_modules(functions.lstm, np=xp, sigmoid=sigmoid)(wx, wh, b, inputs, targets)


def lstm_of_torch(torch, wx, wh, b, inputs, targets):
    """One product for the inputs of all steps, and sums once: nothing stored into."""
    steps, batch, _ = inputs.shape
    h = c = torch.zeros(batch, len(wh), dtype=torch.float64)
    hidden = []
    for product in torch.unbind(inputs @ wx + b):
        enter, forget, show, new = torch.chunk(product + h @ wh, 4, dim=1)
        c = torch.sigmoid(forget) * c + torch.sigmoid(enter) * torch.tanh(new)
        h = torch.sigmoid(show) * torch.tanh(c)
        hidden.append(h)
    return torch.mean((torch.stack(hidden) - targets) ** 2)
