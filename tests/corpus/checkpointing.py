"""Programs whose loops keep little: parts that are computed a second time, long loops in segments."""

from __future__ import annotations

import math

import numpy as np

import bpcompiler as bp
from tests.corpus.program import Program
from tests.corpus.realistic import numbers

SERIES = np.array([0.5, 1.2, 0.7, -0.3, 0.4, 1.1, 0.2])


# ------------------------------------------------------------------ bp.checkpoint


def driven_pendulum(angle, speed, drive, steps):
    def step(angle, speed, t):
        force = drive * math.cos(0.3 * t) - math.sin(angle)
        speed = 0.99 * speed + 0.05 * force * math.exp(-0.01 * angle * angle)
        return angle + 0.05 * speed, speed

    for t in range(steps):
        angle, speed = bp.checkpoint(step)(angle, speed, t)
    return angle * angle + speed


@bp.checkpoint
def residual_block(W, b, x):
    hidden = np.tanh(W @ x + b)
    return x + np.tanh(W.T @ hidden) * np.exp(-hidden * hidden)


def residual_network(weights, biases, x):
    for W, b in zip(weights, biases):  # noqa: B905 - as users do
        x = residual_block(W, b, x)
    return np.sum(x**2)


def layers_of_a_list(layers, x):
    for W, b in layers:
        x = residual_block(W, b, x)
    return np.sum(x * x)


def two_parts_of_a_function(x, rate):
    def features(x):
        grown = np.exp(-rate * x * x)
        return np.sin(grown) + grown

    first = bp.checkpoint(features)(x)
    second = bp.checkpoint(features)(first * x)
    return np.sum(first * second)


def helper_that_stores(u, rate, steps):
    def smooth(field):
        field[1:-1] += rate * (field[2:] - 2.0 * field[1:-1] + field[:-2]) * np.cos(field[1:-1])

    for _ in range(steps):
        bp.checkpoint(smooth)(u)
    return np.sum(u**2)


# ------------------------------------------------------------------ checkpoint=


def logistic_map(x, rate, turns):
    total = 0.0
    for _ in range(turns):
        x = rate * x * (1.0 - x)
        total += math.log(abs(rate * (1.0 - 2.0 * x)))
    return total / (turns + 1)


def heat_in_segments(u, alpha, steps, observed):
    for _ in range(steps):
        left = u[0]
        for i in range(1, len(u) - 1):
            here = u[i]
            u[i] = here + alpha * (left - 2 * here + u[i + 1]) * math.exp(-here * here)
            left = here
    return np.sum((u - observed) ** 2)


def waves_that_change_names(u, v, courant, steps):
    for t in range(1, steps):
        v[1:-1] = 2.0 * u[1:-1] - v[1:-1] + courant * np.sin(np.diff(u, 2)) / t
        u, v = v, u
    return u @ u


def iterated_until_steady(x, rate):
    change = 1.0
    while change > 1e-6:
        new = np.tanh(rate * x + 0.1)
        change = np.max(np.abs(new - x))
        x = new
    return np.sum(x**3)


def epochs_of_steps(w, data, rate, epochs):
    losses = 0.0
    for _ in range(epochs):
        for row in data:
            error = math.tanh(w @ row[:-1]) - row[-1]
            losses += error * error
            w = w - rate * error * row[:-1]
    return losses


START = (1.2, 0.3, 0.8)
PROGRAMS = [
    Program(driven_pendulum, (*START, 12), (0, 1, 2), more=((*START, 0), (*START, 1))),
    Program(residual_network, (numbers(3, 2, 2) * 0.5, numbers(3, 2, seed=1), numbers(2)), (0, 1, 2)),
    Program(
        layers_of_a_list,
        ([(numbers(2, 2), numbers(2)), (numbers(2, 2, seed=1), numbers(2))], SERIES[:2]),
        (0, 1),
    ),
    Program(two_parts_of_a_function, (SERIES, 0.7), (0, 1)),
    Program(helper_that_stores, (SERIES, 0.2, 5), (0, 1), more=((SERIES, 0.2, 0),)),
    Program(
        logistic_map,
        (0.3, 2.9, 30),
        (0, 1),
        checkpoint="sqrt",
        more=((0.3, 2.9, 0), (0.3, 2.9, 1), (0.3, 2.9, 25)),
    ),
    Program(
        heat_in_segments,
        (SERIES, 0.2, 11, np.zeros(7)),
        (0, 1),
        checkpoint=2_000,
        more=(
            (SERIES, 0.2, 0, np.zeros(7)),
            (SERIES, 0.2, 4, np.zeros(7)),
            (SERIES[:2], 0.2, 3, np.zeros(2)),
        ),
    ),
    Program(
        waves_that_change_names,
        (numbers(6), numbers(6, seed=1), 0.3, 9),
        (0, 1, 2),
        checkpoint="sqrt",
        more=((numbers(6), numbers(6, seed=1), 0.3, 1), (numbers(6), numbers(6, seed=1), 0.3, 8)),
    ),
    Program(iterated_until_steady, (numbers(3), 0.8), (0, 1), checkpoint="sqrt", rtol=1e-9),
    Program(
        epochs_of_steps,
        (numbers(2), numbers(4, 3), 0.2, 5),
        (0, 1, 2),
        checkpoint="sqrt",
        more=((numbers(2), numbers(4, 3), 0.2, 0), (numbers(2), np.zeros((0, 3)), 0.2, 3)),
    ),
]
