"""The loops in JAX: as its documentation would have them, and in the best form we know."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.benchmarks.harness import optional


def lotka_volterra(alpha, beta, gamma, delta, hares, lynx, steps, *, wrap, unroll=1):
    lax = optional("jax").lax
    dt = 0.001

    def rates(h, l):
        return alpha * h - beta * h * l, delta * h * l - gamma * l

    def step(state, _):
        h, l = state
        h1, l1 = rates(h, l)
        h2, l2 = rates(h + 0.5 * dt * h1, l + 0.5 * dt * l1)
        h3, l3 = rates(h + 0.5 * dt * h2, l + 0.5 * dt * l2)
        h4, l4 = rates(h + dt * h3, l + dt * l3)
        h = h + dt / 6.0 * (h1 + 2.0 * h2 + 2.0 * h3 + h4)
        l = l + dt / 6.0 * (l1 + 2.0 * l2 + 2.0 * l3 + l4)
        return (h, l), None

    (h, l), _ = lax.scan(wrap(step), (hares, lynx), length=steps, unroll=unroll)
    return (h - 1.0) ** 2 + (l - 2.0) ** 2


def heat(u, alpha, steps, observed, *, wrap, unroll=1):
    jax = optional("jax")

    def step(u, _):
        return u.at[1:-1].add(alpha * (u[:-2] - 2 * u[1:-1] + u[2:])), None

    u, _ = jax.lax.scan(wrap(step), u, length=steps, unroll=unroll)
    return jax.numpy.sum((u - observed) ** 2)


def mixture_of_arrays(weights, means, log_diagonals, lower, X):
    """Everything at once: an array of points by components by coordinates."""
    jax = optional("jax")
    np = jax.numpy
    centred = X[:, None, :] - means
    z = np.exp(log_diagonals) * centred + np.einsum("kij,nkj->nki", np.tril(lower, -1), centred)
    scores = weights + np.sum(log_diagonals, axis=1) - 0.5 * np.sum(z * z, axis=2)
    return np.sum(jax.scipy.special.logsumexp(scores, axis=1))


def mixture_by_one_product(weights, means, log_diagonals, lower, X):
    """All factors side by side in one matrix, so that BLAS does nearly everything."""
    jax = optional("jax")
    np = jax.numpy
    count, size = means.shape
    factors = np.tril(lower, -1) + np.exp(log_diagonals)[:, :, None] * np.eye(size)
    z = X @ factors.reshape(count * size, size).T - np.einsum("kij,kj->ki", factors, means).ravel()
    squares = np.sum((z * z).reshape(len(X), count, size), axis=2)
    scores = weights + np.sum(log_diagonals, axis=1) - 0.5 * squares
    return np.sum(jax.scipy.special.logsumexp(scores, axis=1))


def soft_minimum(np, up, left, both):
    low = np.minimum(np.minimum(up, left), both)
    return low - np.log(np.exp(low - up) + np.exp(low - left) + np.exp(low - both))


def alignment_by_rows(x, y, gap):
    """A scan over the rows, in it a scan along the row, as the loops stand."""
    jax = optional("jax")
    np = jax.numpy

    def along(left, inputs):
        up, corner, change = inputs
        new = soft_minimum(np, up + gap, left + gap, corner + change)
        return new, new

    def step(row, inputs):
        i, value = inputs
        first = i * gap
        _, rest = jax.lax.scan(along, first, (row[1:], row[:-1], (value - y) ** 2))
        return np.concatenate([first[None], rest]), None

    row = np.arange(len(y) + 1) * gap
    return jax.lax.scan(step, row, (np.arange(1, len(x) + 1), x))[0][-1]


def alignment_by_diagonals(x, y, gap, *, wrap):
    """A scan over anti-diagonals, whose cells do not wait for each other."""
    jax = optional("jax")
    np = jax.numpy
    n, m = len(x), len(y)
    rows = np.arange(n + 1)

    def step(state, s):
        before, last = state
        column = s - rows
        change = (x[np.maximum(rows - 1, 0)] - y[np.clip(column - 1, 0, m - 1)]) ** 2
        shifted = np.roll(last, 1), np.roll(before, 1)
        inside = (rows > 0) & (column > 0) & (column <= m)
        safe = [np.where(inside, v, 0.0) for v in (shifted[0] + gap, last + gap, shifted[1] + change)]
        new = np.where(inside, soft_minimum(np, *safe), s * gap)
        return (last, new), None

    start = np.zeros(n + 1), np.full(n + 1, gap)
    (_, last), _ = jax.lax.scan(wrap(step), start, np.arange(2, n + m + 1))
    return last[n]


def contenders(name: str) -> dict[str, Any]:
    """Return the forms of one workload: label -> function of the workload's arguments."""
    checkpoint = optional("jax").checkpoint
    plain = lambda step: step
    return {
        "predator_prey": {
            "JAX, `lax.scan`": partial(lotka_volterra, wrap=plain),
            "JAX, `jax.checkpoint` of the step": partial(lotka_volterra, wrap=checkpoint),
        },
        "heat": {
            "JAX, `lax.scan`": partial(heat, wrap=plain),
            "JAX, `jax.checkpoint` of the step": partial(heat, wrap=checkpoint),
        },
        "mixture": {
            "JAX, whole arrays": mixture_of_arrays,
            "JAX, one matrix product": mixture_by_one_product,
        },
        "alignment": {
            "JAX, `lax.scan` of `lax.scan`": alignment_by_rows,
            "JAX, `jax.checkpoint` of a scan of diagonals": partial(alignment_by_diagonals, wrap=checkpoint),
        },
    }[name]


def value_and_grad(function: Any, argnums: tuple[int, ...], static: tuple[int, ...]) -> Any:
    """Return the compiled value and gradient, which waits for its results."""
    jax = optional("jax")
    compiled = jax.jit(jax.value_and_grad(function, argnums=argnums), static_argnums=static)
    return lambda *arguments: jax.block_until_ready(compiled(*arguments))
