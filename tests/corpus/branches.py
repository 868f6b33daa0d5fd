"""Programs that branch on traced values: both branches are compiled, the one that is taken differentiated."""

from __future__ import annotations

import math

import numpy as np

from tests.corpus.program import Program
from tests.corpus.realistic import numbers

BRACKETS = ((11_604.0, 0.0), (17_005.0, 0.14), (66_760.0, 0.24), (277_825.0, 0.42))


def huber_by_if(residual, delta):
    size = abs(residual)
    if size <= delta:
        return 0.5 * residual**2
    return delta * (size - 0.5 * delta)


def income_tax(income, children):
    taxable = income - 3_000.0 * children
    if taxable <= 12_000.0:
        tax = 0.0
    elif taxable <= 17_000.0:
        share = (taxable - 12_000.0) / 10_000.0
        tax = (922.0 * share + 1_400.0) * share
    elif taxable <= 66_000.0:
        share = (taxable - 17_000.0) / 10_000.0
        tax = (181.0 * share + 2_397.0) * share + 930.0
    else:
        tax = 0.42 * taxable - 10_600.0
    surcharge = 0.055 * tax if tax > 16_000.0 else 0.0
    return income - tax - surcharge


def tax_by_brackets(income, rate_scale):
    tax, below = 0.0, 0.0
    for upper, rate in BRACKETS:
        if income > below:
            tax += rate_scale * rate * (min(income, upper) - below)
        below = upper
    if income > below:
        tax += rate_scale * 0.45 * (income - below)
    return tax


def soft_clip(x, limit):
    if x > limit:
        y = limit + math.tanh(x - limit)
    elif x < -limit:
        y = -limit + math.tanh(x + limit)
    else:
        y = x
    return y * y


def logistic_without_overflow(x):
    if x >= 0:
        return 1.0 / (1.0 + math.exp(-x))
    z = math.exp(x)
    return z / (1.0 + z)


def smoothstep(x, low, high):
    if low < x < high:
        t = (x - low) / (high - low)
        return t * t * (3.0 - 2.0 * t)
    return 0.0 if x <= low else 1.0


def trapezoidal_membership(x, a, b, c, d):
    return (
        0.0
        if x <= a or x >= d
        else (x - a) / (b - a)
        if x < b
        else (d - x) / (d - c)
        if x > c
        else 1.0 + 0.0 * x
    )


def drag_coefficient(reynolds, roughness):
    if reynolds < 0.1:
        return 24.0 / reynolds
    if reynolds < 1_000.0:
        return 24.0 / reynolds * (1.0 + 0.15 * reynolds**0.687)
    if roughness > 0.05 and not reynolds > 1e6:
        return 0.44 * (1.0 + roughness)
    return 0.44


def bound_in_one_branch(x, y):
    heated = x > 1.0
    if heated:
        excess = x - 1.0
        y = y + excess**2
    loss = y * y
    if heated:
        loss += 0.5 * excess
    return loss


def guards_by_and_or(x, y, z):
    value = x * z
    if y != 0.0 and x / y > 1.0:
        value = value + x / y
    if z < 0.0 or math.sqrt(z) > 1.0:
        value = value - z
    return value * (2.0 if not (x > y or z > y) else 1.0)


def largest_and_smallest(x, y, z):
    spread = max(x, y, z) - min(x, y, z)
    middle = x + y + z - max(x, max(y, z)) - min(min(x, y), z)
    return spread * middle + max([x * y, z])


def parabola_root(a, b, c):
    discriminant = b * b - 4.0 * a * c
    if discriminant < 0:
        raise ValueError(f"no real root: the discriminant is {discriminant}")
    q = -0.5 * (b + math.sqrt(discriminant)) if b > 0 else -0.5 * (b - math.sqrt(discriminant))
    root = q / a
    assert a * root * root + b * root + c < 1e-6, "not a root"
    return root


def one_array_or_the_other(w, v):
    better = w if np.sum(w * w) < np.sum(v * v) else v
    if better[0] > 0:
        step = 0.1 * better
    else:
        norm = np.sqrt(np.sum(better**2))
        step = better / norm
    return np.sum((better - step) ** 3)


def results_of_equal_types(x, weights):
    # One branch makes a list and adds it up, the other loops: both give (float, array).
    if x > 0:
        terms = [x * k for k in (1.0, 2.0, 3.0)]
        total, kept = sum(terms), weights * terms[-1]
    else:
        total = 0.0
        for k in range(3):
            total -= x**k
        kept = weights + x
    return total * np.sum(kept * kept)


def gradient_clipping(g, limit):
    norm = np.linalg.norm(g)
    if norm > limit:
        g = g * (limit / norm)
    return g[0] + 2.0 * g[1] + np.sum(g**3)


def pulse_of_a_beat(t, rate):
    phase = (t * rate) % 1.0
    height = 0.05 * phase
    if phase < 0.5:
        systole = phase < 0.3
        height = math.sin(math.pi * phase / 0.3) if systole else -math.sin(math.pi * (phase - 0.3))
    return height**2


def highest_peak(x):
    # The largest by hand, then a parabola through it and its neighbours.
    best = 1
    for i in range(2, len(x) - 1):
        if x[i] > x[best]:
            best = i
    left, middle, right = x[best - 1], x[best], x[best + 1]
    curvature = left - 2.0 * middle + right
    return middle - (right - left) ** 2 / (8.0 * curvature) if curvature < 0.0 else middle


PROGRAMS = [
    Program(huber_by_if, (0.5, 1.0), (0, 1), more=((2.5, 1.0), (-2.5, 1.0))),
    Program(income_tax, (41_000.0, 1.0), (0, 1), more=((9_000.0, 0.0), (15_000.0, 0.5), (90_000.0, 2.0))),
    Program(tax_by_brackets, (52_000.0, 0.9), (0, 1), more=((8_000.0, 1.0), (400_000.0, 1.1))),
    Program(soft_clip, (1.75, 1.0), (0, 1), more=((-1.75, 1.0), (0.25, 1.0))),
    Program(logistic_without_overflow, (0.75,), more=((-0.75,), (-800.0,), (800.0,))),
    Program(smoothstep, (0.4, 0.0, 1.5), (0, 1, 2), more=((-1.0, 0.0, 1.5), (2.0, 0.0, 1.5))),
    Program(
        trapezoidal_membership,
        (0.75, 0.0, 1.0, 2.0, 3.0),
        (0, 1, 2, 3, 4),
        more=((2.5, 0.0, 1.0, 2.0, 3.0), (1.5, 0.0, 1.0, 2.0, 3.0), (4.0, 0.0, 1.0, 2.0, 3.0)),
    ),
    Program(
        drag_coefficient,
        (250.0, 0.01),
        (0, 1),
        more=((0.05, 0.01), (1e5, 0.08), (1e5, 0.01), (2e6, 0.08)),
    ),
    Program(bound_in_one_branch, (1.5, 0.75), (0, 1), more=((0.5, 0.75),)),
    Program(guards_by_and_or, (3.0, 1.5, 0.25), (0, 2), more=((1.0, 0.0, 4.0), (1.0, 2.0, -0.5))),
    Program(largest_and_smallest, (0.5, 2.0, 1.25), (0, 1, 2), more=((3.0, -1.0, 0.5),)),
    Program(parabola_root, (1.5, 4.0, -2.0), (0, 1, 2), more=((1.5, -4.0, -2.0),)),
    Program(
        one_array_or_the_other,
        (numbers(3), numbers(3, seed=1) * 2.0),
        (0, 1),
        more=((numbers(3) * 9.0, np.array([-0.5, 0.25, 1.0])),),
    ),
    Program(results_of_equal_types, (0.75, numbers(3)), (0, 1), more=((-0.75, numbers(3)),)),
    Program(gradient_clipping, (numbers(4), 0.5), (0, 1), more=((numbers(4), 50.0),)),
    Program(
        highest_peak,
        (np.array([0.1, 0.7, 0.2, 1.3, 1.1, 0.4]),),
        more=((np.array([0.1, 0.7, 0.2]),), (np.array([3.0, 0.7, 2.0]),)),
    ),
    Program(pulse_of_a_beat, (0.7, 1.3), (0, 1), more=((0.1, 1.3), (0.3, 1.3))),
]
