"""Programs with `for` over traced ranges and arrays: sums, products, recurrences, integrators."""

from __future__ import annotations

import math

import numpy as np

from tests.corpus.program import Program
from tests.corpus.realistic import numbers

WEIGHTS = np.array([0.2, -0.4, 0.9, 0.1, -0.6])
SERIES = np.array([0.5, 1.2, 0.7, -0.3, 0.4, 1.1, 0.2])


# ------------------------------------------------------------------ sums and products


def running_sum(x):
    total = 0.0
    for i in range(len(x)):
        total += x[i] * x[i]
    return total


def running_product(x):
    product = 1.0
    for value in x:
        product *= value
    return product


def compensated_sum(x):
    # Kahan: `lost` is zero for real numbers, and must stay in the program.
    total, lost = 0.0, 0.0
    for value in x:
        y = value**3 - lost
        t = total + y
        lost = (t - total) - y
        total = t
    return total


def starts_as_an_integer(x):
    total = 0
    for i in range(1, x.size):
        total = total + x[i] * x[i - 1]
    return total


def horner_backwards(coefficients, x):
    y = 0.0
    for k in range(len(coefficients) - 1, -1, -1):
        y = y * x + coefficients[k]
    return y


def continued_fraction(x, depth):
    # tan(x) = x / (1 - x^2 / (3 - x^2 / (5 - ...
    value = 2.0 * depth + 1.0
    for k in range(depth, 0, -1):
        value = (2 * k - 1) - x * x / value
    return x / value


def simpson(a, b, rate, intervals):
    h = (b - a) / (2 * intervals)
    total = math.exp(-rate * a * a) + math.exp(-rate * b * b)
    for i in range(1, 2 * intervals):
        weight = 4.0 if i % 2 == 1 else 2.0
        total += weight * math.exp(-rate * (a + i * h) ** 2)
    return total * h / 3.0


def harmonic_numbers_of_a_thousand(s):
    # A long range of constants: a loop, not a thousand statements.
    total = 0.0
    for k in range(1, 1001):
        total += 1.0 / k**s
    return total


def every_third_backwards(x, start):
    total, last = 0.0, -1
    for i in range(start, -1, -3):
        total = 0.5 * total + x[i]
        last = i
    return total * (last + 2)


# ------------------------------------------------------------------ what loops walk over


def rows_and_labels(W, X, labels):
    loss = 0.0
    for i, (row, label) in enumerate(zip(X, labels)):  # noqa: B905 - as users do
        scores = row @ W
        top = np.max(scores)
        loss += top + math.log(np.sum(np.exp(scores - top))) - scores[label]
        loss += 0.01 * i * row[0]
    return loss / len(X)


def backwards_over_an_array(x, discount):
    value = 0.0
    for reward in reversed(x):
        value = reward + discount * value
    return value


def length_of_a_path(points, weights):
    total = 0.0
    for k, ((x0, y0), (x1, y1)) in enumerate(zip(points[:-1], points[1:]), start=1):  # noqa: B905
        total += weights[k] * math.hypot(x1 - x0, y1 - y0)
    for k in reversed(range(len(weights))):
        total = 0.9 * total + weights[k]
    return total


def losses_in_a_list(w, X, y):
    losses = []
    for i in range(len(X)):
        residual = X[i] @ w - y[i]
        losses.append(residual**2)
    return np.mean(np.array(losses)) + max(0.0, w[0])


def loop_variable_afterwards(x, n):
    scale = 1.0
    i = -1
    for i in range(n):
        scale = scale * x / (i + 1)
    return scale * (i + 2)


# ------------------------------------------------------------------ recurrences


def autoregressive_likelihood(phi, log_sigma, series):
    variance = math.exp(2.0 * log_sigma)
    loss = 0.0
    for t in range(2, len(series)):
        error = series[t] - phi[0] * series[t - 1] - phi[1] * series[t - 2]
        loss += 0.5 * error**2 / variance + log_sigma
    return loss


def garch_likelihood(omega, alpha, beta, returns):
    variance = omega / (1.0 - alpha - beta)
    loss = 0.0
    for r in returns:
        loss += 0.5 * (math.log(variance) + r * r / variance)
        variance = omega + alpha * r * r + beta * variance
    return loss


def scalar_kalman_filter(q, r, observations):
    mean, variance, loss = 0.0, 1.0, 0.0
    for y in observations:
        variance = variance + q
        total = variance + r
        gain = variance / total
        error = y - mean
        loss += 0.5 * (math.log(total) + error * error / total)
        mean, variance = mean + gain * error, (1.0 - gain) * variance
    return loss


def double_exponential_smoothing(alpha, beta, series):
    level, trend, loss = series[0], series[1] - series[0], 0.0
    for t in range(1, len(series)):
        forecast = level + trend
        loss += (series[t] - forecast) ** 2
        previous, level = level, alpha * series[t] + (1.0 - alpha) * forecast
        trend = beta * (level - previous) + (1.0 - beta) * trend
    return loss


def fibonacci_like(a, b, n):
    for _ in range(n):
        a, b = b, 0.5 * (a + b)
    return a * b


def recurrent_cell(W, U, b, inputs):
    h = np.zeros(len(b))
    for t in range(len(inputs)):
        h = np.tanh(W @ h + U @ inputs[t] + b)
    return np.sum(h**2)


def matrix_polynomial(A, coefficients, v):
    out = np.zeros_like(v)
    for c in coefficients:
        out = A @ out + c * v
    return out @ v


def markov_chain(P, p, reward, steps):
    total, discount = 0.0, 1.0
    for _ in range(steps):
        total += discount * (p @ reward)
        p, discount = p @ P, 0.9 * discount
    return total


# ------------------------------------------------------------------ integrators


def predator_prey(alpha, beta, gamma, delta, hares, lynx, steps):
    def rates(h, l):
        return alpha * h - beta * h * l, delta * h * l - gamma * l

    dt = 0.05
    for _ in range(steps):
        h1, l1 = rates(hares, lynx)
        h2, l2 = rates(hares + 0.5 * dt * h1, lynx + 0.5 * dt * l1)
        h3, l3 = rates(hares + 0.5 * dt * h2, lynx + 0.5 * dt * l2)
        h4, l4 = rates(hares + dt * h3, lynx + dt * l3)
        hares += dt / 6.0 * (h1 + 2.0 * h2 + 2.0 * h3 + h4)
        lynx += dt / 6.0 * (l1 + 2.0 * l2 + 2.0 * l3 + l4)
    return math.log(hares) ** 2 + math.log(lynx) ** 2


def leapfrog(state, stiffness, steps):
    dt = 0.1
    for _ in range(steps):
        state["v"] = state["v"] - 0.5 * dt * stiffness * np.sin(state["x"])
        state["x"] = state["x"] + dt * state["v"]
        state["v"] = state["v"] - 0.5 * dt * stiffness * np.sin(state["x"])
    return np.sum(0.5 * state["v"] ** 2 - stiffness * np.cos(state["x"]))


def pendulum_as_a_tuple(theta, omega, steps):
    state = (theta, omega)
    for _ in range(steps):
        angle, speed = state
        speed = speed - 0.1 * math.sin(angle)
        state = (angle + 0.1 * speed, speed)
    return state[0] ** 2 + 0.5 * state[1]


LABELS = np.array([2, 0, 1, 1])
NOTHING = np.zeros(0)
MATRIX = numbers(3, 3, seed=4) * 0.4
STOCHASTIC = np.array([[0.8, 0.2, 0.0], [0.1, 0.7, 0.2], [0.3, 0.0, 0.7]])


def with_the_turn_before(u):
    # An array that the first turn does not have, shorter than u: none at all where u is empty.
    total = 0.0
    for t in range(1, len(u)):
        if t > 1:
            total += np.sum(before) * u[0]  # noqa: F821 -- made in the turn before
        before = np.tanh(u[1:]) * u[t]  # noqa: F841
    return total


PROGRAMS = [
    Program(with_the_turn_before, (WEIGHTS,), more=((WEIGHTS[:2],), (WEIGHTS[:1],), (NOTHING,))),
    Program(running_sum, (WEIGHTS,), more=((WEIGHTS[:1],), (NOTHING,))),
    Program(running_product, (SERIES,), more=((np.array([2.0, 0.0, 3.0]),), (NOTHING,))),
    Program(compensated_sum, (SERIES,), more=((NOTHING,),)),
    Program(starts_as_an_integer, (SERIES,), more=((SERIES[:2],),)),
    Program(horner_backwards, (WEIGHTS, 1.25), (0, 1), more=((NOTHING, 1.25), (WEIGHTS[:1], 1.25))),
    Program(continued_fraction, (0.75, 8), more=((0.75, 0), (0.75, 1))),
    Program(simpson, (0.0, 1.5, 0.8, 6), (0, 1, 2), more=((0.5, 1.0, 2.0, 1),)),
    Program(harmonic_numbers_of_a_thousand, (1.5,)),
    Program(every_third_backwards, (SERIES, 6), more=((SERIES, 0), (SERIES, -1))),
    Program(rows_and_labels, (numbers(3, 3), numbers(4, 3, seed=1), LABELS), (0, 1)),
    Program(backwards_over_an_array, (SERIES, 0.9), (0, 1), more=((SERIES[:1], 0.9), (NOTHING, 0.9))),
    Program(length_of_a_path, (numbers(4, 2), WEIGHTS), (0, 1), more=((numbers(1, 2), WEIGHTS[:1]),)),
    Program(losses_in_a_list, (numbers(3) + 2.0, numbers(5, 3, seed=1), WEIGHTS), (0, 1, 2)),
    Program(loop_variable_afterwards, (1.5, 4), more=((1.5, 1), (1.5, 0))),
    Program(
        autoregressive_likelihood,
        (np.array([0.6, -0.2]), -0.3, SERIES),
        (0, 1, 2),
        more=((np.array([0.6, -0.2]), -0.3, SERIES[:2]),),
    ),
    Program(garch_likelihood, (0.1, 0.2, 0.7, SERIES), (0, 1, 2, 3), more=((0.1, 0.2, 0.7, NOTHING),)),
    Program(scalar_kalman_filter, (0.05, 0.4, SERIES), (0, 1, 2), more=((0.05, 0.4, NOTHING),)),
    Program(double_exponential_smoothing, (0.6, 0.3, SERIES), (0, 1, 2), more=((0.6, 0.3, SERIES[:2]),)),
    Program(fibonacci_like, (1.5, -0.5, 7), (0, 1), more=((1.5, -0.5, 0), (1.5, -0.5, 1))),
    Program(
        recurrent_cell,
        (MATRIX, numbers(3, 2), numbers(3), numbers(5, 2, seed=1)),
        (0, 1, 2, 3),
        more=((MATRIX, numbers(3, 2), numbers(3), np.zeros((0, 2))),),
    ),
    Program(
        matrix_polynomial, (MATRIX, SERIES, numbers(3)), (0, 1, 2), more=((MATRIX, NOTHING, numbers(3)),)
    ),
    Program(markov_chain, (STOCHASTIC, np.array([0.5, 0.5, 0.0]), numbers(3), 5), (0, 1, 2)),
    Program(
        predator_prey,
        (0.8, 0.6, 0.9, 0.5, 1.5, 0.7, 12),
        (0, 1, 2, 3, 4, 5),
        more=((0.8, 0.6, 0.9, 0.5, 1.5, 0.7, 0),),
    ),
    Program(leapfrog, ({"x": numbers(2), "v": numbers(2, seed=1)}, 1.5, 6), (0, 1)),
    Program(pendulum_as_a_tuple, (1.25, 0.5, 9), (0, 1), more=((1.25, 0.5, 0),)),
]
