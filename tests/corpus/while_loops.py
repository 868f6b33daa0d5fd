"""Programs with `while`: iterations to convergence, searches, counters. Data decide how often they turn."""

from __future__ import annotations

import math

import numpy as np

from tests.corpus.program import Program
from tests.corpus.realistic import numbers

MATRIX = np.array([[2.0, -0.5, 0.3], [-0.5, 1.5, 0.2], [0.3, 0.2, 1.0]])


def newton_square_root(x):
    y = x
    while abs(y * y - x) > 1e-10 * x:
        y = 0.5 * (y + x / y)
    return y


def kepler_by_newton(mean_anomaly, eccentricity):
    anomaly = mean_anomaly
    while True:
        error = anomaly - eccentricity * math.sin(anomaly) - mean_anomaly
        anomaly -= error / (1.0 - eccentricity * math.cos(anomaly))
        if abs(error) < 1e-11:
            break
    return math.cos(anomaly) - eccentricity


def secant_method(a, b, c):
    def f(x):
        return x**3 - a * x + b

    x0, x1 = c, c + 0.5
    f0, f1 = f(x0), f(x1)
    turns = 0
    while abs(f1) > 1e-11 and turns < 50:
        x0, x1 = x1, x1 - f1 * (x1 - x0) / (f1 - f0)
        f0, f1 = f1, f(x1)
        turns += 1
    return x1


def bisection_then_newton(p, q):
    low, high = 0.0, 4.0
    while high - low > 1e-10:
        middle = 0.5 * (low + high)
        if middle * math.exp(p * middle) < q:
            low = middle
        else:
            high = middle
    # The bracket is piecewise constant; one step of Newton's makes the root depend on p and q.
    root = 0.5 * (low + high)
    return root - (root * math.exp(p * root) - q) / (math.exp(p * root) * (1.0 + p * root))


def lambert_w(x):
    w = 0.5
    while abs(step := (w * math.exp(w) - x) / (math.exp(w) * (1.0 + w))) > 1e-10:
        w -= step
    return w - step


def fixed_point(x, rate, tolerance=1e-12):
    old = x + 1.0
    while abs(x - old) > tolerance:
        old, x = x, math.cos(rate * x)
    return x * x


def collatz_walk(x, n):
    while n != 1:
        if n % 2 == 0:
            n = n // 2
            x = math.sin(x) + 0.5 * x
        else:
            n = 3 * n + 1
            x = x * 1.1 + 0.05
    return x


def arithmetic_geometric_mean(a, b):
    while abs(a - b) > 1e-11 * a:
        a, b = 0.5 * (a + b), math.sqrt(a * b)
    return a


def bessel_series(x):
    term, total, k = 1.0, 1.0, 0
    while abs(term) > 1e-17 * abs(total):
        k += 1
        term *= -0.25 * x * x / (k * k)
        total += term
    return total


def backtracking_line_search(x, y, slope):
    def energy(x, y):
        return (1.0 - x) ** 2 + slope * (y - x * x) ** 2

    dx = -2.0 * (1.0 - x) - 4.0 * slope * x * (y - x * x)
    dy = 2.0 * slope * (y - x * x)
    start, step, halved = energy(x, y), 1.0, 0
    while energy(x - step * dx, y - step * dy) > start - 1e-4 * step * (dx * dx + dy * dy):
        step, halved = 0.5 * step, halved + 1
    return energy(x - step * dx, y - step * dy) + 0.01 * halved * step


def adaptive_euler(y, rate, end):
    t, step = 0.0, 0.5
    while t < end - 1e-12:
        step = min(step, end - t)
        full = y + step * rate * y * (1.0 - y)
        half = y + 0.5 * step * rate * y * (1.0 - y)
        half += 0.5 * step * rate * half * (1.0 - half)
        if abs(full - half) > 1e-2:
            step *= 0.5
            continue
        t, y = t + step, 2.0 * half - full
        step *= 2.0
    return y


def power_iteration(A, v):
    v = v / np.linalg.norm(v)
    change = 1.0
    while change > 1e-11:
        new = A @ v
        new = new / np.linalg.norm(new)
        change = np.max(np.abs(new - v))
        v = new
    return v @ A @ v


def conjugate_gradients(B, b):
    A = B @ B.T + np.eye(len(b))
    x = np.zeros(len(b))
    r = b - A @ x
    p, rr = r, r @ r
    while rr > 1e-22:
        Ap = A @ p
        alpha = rr / (p @ Ap)
        x = x + alpha * p
        r = r - alpha * Ap
        rr, previous = r @ r, rr
        p = r + rr / previous * p
    return x @ x


def digits_of_a_count(x, n):
    # Two integers steer, one number is carried; n = 0 never turns.
    turns = 0
    while n > 0:
        n, digit = divmod(n, 10)
        x = x / (1.0 + digit) + x * x
        turns += 1
    else:
        x = 2.0 * x
    return x + turns


def cooled_until_cold(temperature, outside, rate):
    minutes = 0.0
    while temperature > outside + 5.0:
        temperature -= rate * (temperature - outside)
        minutes += 1
    return minutes + (temperature - outside) / 5.0


PROGRAMS = [
    Program(newton_square_root, (7.5,), more=((2.25,), (0.25,))),
    Program(kepler_by_newton, (1.25, 0.4), (0, 1), more=((0.5, 0.9),)),
    Program(secant_method, (3.0, 1.0, 1.2), (0, 1)),
    Program(bisection_then_newton, (0.5, 3.0), (0, 1), rtol=1e-9),
    Program(lambert_w, (1.25,), more=((20.0,),)),
    Program(fixed_point, (0.3, 0.9), 1, rtol=1e-9),
    Program(collatz_walk, (0.7, 6), more=((0.7, 1), (0.7, 7), (0.7, 8))),
    Program(arithmetic_geometric_mean, (1.0, 3.0), (0, 1), more=((2.0, 2.5),)),
    Program(bessel_series, (2.5,), more=((0.0,),)),
    Program(backtracking_line_search, (-1.2, 1.0, 10.0), (0, 1, 2), more=((0.9, 0.9, 0.1),)),
    Program(adaptive_euler, (0.1, 2.0, 2.9), (0, 1), more=((0.1, 2.0, 0.0), (0.5, 6.0, 1.9))),
    Program(power_iteration, (MATRIX, np.array([1.0, 0.5, -0.2])), rtol=1e-8),
    Program(conjugate_gradients, (numbers(3, 3) * 0.5, numbers(3)), (0, 1), rtol=1e-9),
    Program(digits_of_a_count, (0.7, 2048), more=((0.7, 0), (0.7, 5))),
    Program(cooled_until_cold, (90.0, 20.0, 0.11), (0, 1, 2), more=((20.0, 20.0, 0.11),)),
]
