"""Programs that leave: early returns, break, continue, for-else, raise and assert, anywhere in loops."""

from __future__ import annotations

import math

import numpy as np

from tests.corpus.program import Program
from tests.corpus.realistic import numbers

SIGNAL = np.array([0.1, 0.4, 0.9, 1.7, 1.2, 2.3, -0.4])
PRESENT = np.array([True, False, True, True, False, True, True])


def first_crossing(signal, level):
    for i in range(1, len(signal)):
        if signal[i] > level:
            return i - 1 + (level - signal[i - 1]) / (signal[i] - signal[i - 1])
    return -level


def missing_values(signal, present):
    total, count = 0.0, 0
    for value, there in zip(signal, present):  # noqa: B905 - as users do
        if not there:
            continue
        total += value * value
        count += 1
    return total / count if count else 0.0 * total


def search_with_else(x, target):
    for i in range(len(x)):
        if x[i] >= target:
            found = x[i] - target
            break
    else:
        found = 10.0 + target
    return found * found


def absorbed_on_the_way(weights, dose):
    layers = 0
    for w in weights:
        if dose < 0.2:
            break
        dose *= math.exp(-abs(w))
        layers += 1
    return dose * (1.0 + 0.1 * layers)


def positive_or_raise(x):
    total = 0.0
    for i in range(len(x)):
        if x[i] <= -1.0:
            raise ValueError(f"x[{i}] is {x[i]}: log1p is not defined there")
        total += math.log1p(x[i])
        assert total < 100.0, total
    return total


def from_two_loops_at_once(x, limit):
    for i in range(len(x)):
        for j in range(i):
            if x[i] * x[j] > limit:
                return x[i] - x[j] + i
    return x[0] * limit


def escape_times(re, im, turns):
    total = 0.0
    for k in range(len(re)):
        a, b, size = re[k], im[k], 0.0
        for n in range(turns):
            size = a * a + b * b
            if size > 16.0:
                total += n - math.log(0.5 * math.log(size))
                break
            a, b = a * a - b * b + re[k], 2.0 * a * b + im[k]
        else:
            total += 0.1 * size
    return total


def barrier_option(volatility, barrier, shocks):
    price = 100.0
    for z in shocks:
        price *= math.exp(volatility * z - 0.5 * volatility**2)
        if price < barrier:
            return 0.1 * price
    return max(price - 100.0, 0.0)


def thrown_ball(speed, angle, drag):
    x, y = 0.0, 0.0
    u, v = speed * math.cos(angle), speed * math.sin(angle)
    dt = 0.05
    while True:
        size = math.hypot(u, v)
        u -= dt * drag * size * u
        v -= dt * (9.81 + drag * size * v)
        x_old, y_old = x, y
        x, y = x + dt * u, y + dt * v
        if y < 0.0:
            break
    part = y_old / (y_old - y)
    return x_old + part * (x - x_old)


def all_kinds_of_leaving(x, quota):
    used, total = 0.0, 1.0
    for i in range(len(x)):
        if x[i] < 0.0:
            continue
        if used + x[i] > quota:
            total *= quota - used
            break
        used += x[i]
        if i == 4:
            return total * used
        total += math.sqrt(1.0 + x[i])
    else:
        total -= used
    return total * total


def while_with_everything(x, n):
    total = x
    while n > 0:
        n -= 1
        if n % 3 == 0:
            continue
        total = total + math.sin(total) / (n + 1)
        if total > 3.0:
            return total * n
        if total < -3.0:
            break
    else:
        total *= 0.5
    return total**2


def newton_or_give_up(a, x):
    for _ in range(8):
        slope = 3.0 * x * x - a
        if abs(slope) < 1e-9:
            raise ZeroDivisionError("flat: choose another start")
        step = (x**3 - a * x - 1.0) / slope
        x -= step
        if abs(step) < 1e-11:
            return x
    return math.nan * x


def helper_returns_early(x, y):
    def root_or_line(t):
        if t > 1.0:
            return math.sqrt(t)
        return 0.5 * (t + 1.0)

    def first_large(*values):
        for value in values:
            if value > 0.5:
                return root_or_line(value)
        return root_or_line(-1.0)

    return first_large(x, y, x + y) * y


NEWTON = (1.5, 1.9)
PROGRAMS = [
    Program(first_crossing, (SIGNAL, 1.5), (0, 1), more=((SIGNAL, 9.0), (SIGNAL[:1], 0.5), (SIGNAL, 0.2))),
    Program(missing_values, (SIGNAL, PRESENT), more=((SIGNAL, np.zeros(7, bool)), (SIGNAL[:0], PRESENT[:0]))),
    Program(search_with_else, (SIGNAL, 1.5), (0, 1), more=((SIGNAL, 9.0), (SIGNAL[:0], 9.0))),
    Program(
        absorbed_on_the_way, (numbers(6), 1.5), (0, 1), more=((numbers(6), 0.1), (numbers(2) * 0.1, 1.5))
    ),
    Program(positive_or_raise, (SIGNAL,), more=((SIGNAL[:0],),)),
    Program(from_two_loops_at_once, (SIGNAL, 1.4), (0, 1), more=((SIGNAL, 99.0), (SIGNAL[:1], 0.5))),
    Program(
        escape_times,
        (np.array([0.4, -0.5, 1.1]), np.array([0.5, 0.3, 0.2]), 12),
        (0, 1),
        more=((np.array([0.4]), np.array([0.5]), 0),),
    ),
    Program(
        barrier_option, (0.1, 80.0, SIGNAL), (0, 1, 2), more=((0.1, 99.0, -SIGNAL), (0.1, 80.0, SIGNAL[:0]))
    ),
    Program(thrown_ball, (12.0, 0.8, 0.02), (0, 1, 2), more=((0.1, 0.8, 0.02),)),
    Program(
        all_kinds_of_leaving,
        (SIGNAL, 3.5),
        (0, 1),
        more=((SIGNAL, 99.0), (SIGNAL[:3], 99.0), (-SIGNAL, 99.0)),
    ),
    Program(while_with_everything, (0.75, 12), more=((2.75, 12), (0.75, 0), (-3.5, 5))),
    Program(newton_or_give_up, NEWTON, (0, 1), rtol=1e-8),
    Program(helper_returns_early, (0.25, 1.75), (0, 1), more=((0.75, 1.75), (0.1, 0.2))),
]
