"""The loops for PyTorch and autograd, which run each operation by itself: on arrays where there are any.

`xp` is `torch` or `autograd.numpy`: they agree on these names.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.benchmarks import loops_functions
from tests.benchmarks.harness import optional


def predator_prey(xp, *arguments):
    """The user's own function: its operators are theirs too."""
    return loops_functions.predator_prey(*arguments)


def heat(xp, u, alpha, steps, observed):
    for _ in range(steps):
        inner = u[1:-1] + alpha * (u[:-2] - 2 * u[1:-1] + u[2:])
        u = xp.concatenate((u[:1], inner, u[-1:]))
    return xp.sum((u - observed) ** 2)


def mixture(xp, weights, means, log_diagonals, lower, X):
    centred = X[:, None, :] - means
    z = xp.exp(log_diagonals) * centred + xp.einsum("kij,nkj->nki", xp.tril(lower, -1), centred)
    scores = weights + xp.sum(log_diagonals, 1) - 0.5 * xp.sum(z * z, 2)
    total = scores[:, 0]
    for k in range(1, len(weights)):
        total = xp.logaddexp(total, scores[:, k])
    return xp.sum(total)


def alignment(xp, x, y, gap):
    """By anti-diagonals, which are as long as they are inside the table."""
    n, m = len(x), len(y)
    backwards = y[np.arange(m - 1, -1, -1)]
    gap = xp.reshape(gap, (1,))
    before, last = gap * 0.0, xp.concatenate((gap, gap))
    for s in range(2, n + m + 1):
        low, high = max(1, s - m), min(n, s - 1)
        was, old = max(0, s - 1 - m), max(0, s - 2 - m)
        change = (x[low - 1 : high] - backwards[m - s + low : m - s + high + 1]) ** 2
        up = last[low - 1 - was : high - was] + gap
        left = last[low - was : high + 1 - was] + gap
        both = before[low - 1 - old : high - old] + change
        cells = -xp.logaddexp(xp.logaddexp(-up, -left), -both)
        edges = ((s * gap,) if s <= m else ()), ((s * gap,) if s <= n else ())
        before, last = last, xp.concatenate((*edges[0], cells, *edges[1]))
    return last[-1]


FUNCTIONS = {f.__name__: f for f in (predator_prey, heat, mixture, alignment)}


def by_torch(
    function: Callable[..., Any], argnums: tuple[int, ...], arguments: tuple[Any, ...]
) -> Callable[[], object]:
    """Return the call of PyTorch's value and gradient of a function of (xp, *arguments). Its tensors are
    leaves once and for all."""
    torch = optional("torch")
    tensors = [tensor(torch, a, i in argnums) for i, a in enumerate(arguments)]
    wanted = [tensors[i] for i in argnums]

    def call():
        value = function(torch, *tensors)
        return value.detach(), torch.autograd.grad(value, wanted)

    return call


def tensor(torch: Any, argument: Any, wanted: bool) -> Any:
    """Return the argument as a tensor; integers, as numbers of steps, stay what they are."""
    if isinstance(argument, float):
        return torch.tensor(argument, dtype=torch.float64, requires_grad=wanted)
    if isinstance(argument, np.ndarray):
        return torch.tensor(argument, requires_grad=wanted)
    return argument


def by_autograd(
    function: Callable[..., Any], argnums: tuple[int, ...], arguments: tuple[Any, ...]
) -> Callable[[], object]:
    """Return the call of autograd's value and gradient of a function of (xp, *arguments)."""
    xp = optional("autograd.numpy")

    def of_wanted(wanted):
        given = list(arguments)
        for position, value in zip(argnums, wanted, strict=True):
            given[position] = value
        return function(xp, *given)

    value_and_grad = optional("autograd").value_and_grad(of_wanted)
    return lambda: value_and_grad(tuple(arguments[i] for i in argnums))
