"""What a call costs beyond the bare Numba dispatcher: numbers, outside values, arrays, a dict of arrays."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import njit

import bpcompiler as bp
from tests.benchmarks.functions import f
from tests.benchmarks.hand import f_value_and_grad
from tests.benchmarks.harness import Timing, duration, interleaved, table

POINT = (3.0, -4.0)
A, B, C, D = 0.5, 1.5, 2.5, 3.5
ARRAYS = {f"p{i}": np.linspace(0.0, 1.0, 4) + i for i in range(10)}
FIVE, TEN = tuple(ARRAYS.values())[:5], tuple(ARRAYS.values())


def outside(x, y):
    return (A * x + B) * (C * y + D)


def product(a, b, c, d, e):
    return np.sum(a * b * c * d * e)


def squares(p):
    return np.sum(sum(v * v for v in p.values()))


@njit(cache=True, error_model="numpy")
def outside_by_hand(x, y, a, b, c, d):
    """Return the value of `outside` and its gradient: what is outside is passed."""
    left, right = a * x + b, c * y + d
    return left * right, (a * right, c * left)


@njit(cache=True, error_model="numpy")
def product_by_hand(a, b, c, d, e):
    """Return the value of `product` and its gradient."""
    total = 0.0
    da, db, dc, dd, de = (
        np.empty(a.size),
        np.empty(a.size),
        np.empty(a.size),
        np.empty(a.size),
        np.empty(a.size),
    )
    for i in range(a.size):
        ab, de_ = a[i] * b[i], d[i] * e[i]
        total += ab * c[i] * de_
        da[i], db[i], dc[i] = b[i] * c[i] * de_, a[i] * c[i] * de_, ab * de_
        dd[i], de[i] = ab * c[i] * e[i], ab * c[i] * d[i]
    return total, (da, db, dc, dd, de)


@njit(cache=True, error_model="numpy")
def squares_by_hand(p0, p1, p2, p3, p4, p5, p6, p7, p8, p9):
    """Return the value of `squares` and its gradient: the leaves, not in a dict."""
    gradient = (2 * p0, 2 * p1, 2 * p2, 2 * p3, 2 * p4, 2 * p5, 2 * p6, 2 * p7, 2 * p8, 2 * p9)
    total = 0.0
    for d in gradient:
        for i in range(d.size):
            total += 0.25 * d[i] * d[i]
    return total, gradient


def run(rounds: int) -> str:
    """Return the section: calls by hand and ours, and how much ours add."""
    two = (0, 1)
    scalar, reader = bp.value_and_grad(f, argnums=two), bp.value_and_grad(outside, argnums=two)
    five, ten = bp.value_and_grad(product, argnums=(0, 1, 2, 3, 4)), bp.value_and_grad(squares)
    runs: dict[str, Callable[[], object]] = {
        "scalar by hand": lambda: f_value_and_grad(*POINT),
        "scalar": lambda: scalar(*POINT),
        "outside by hand": lambda: outside_by_hand(*POINT, A, B, C, D),
        "outside": lambda: reader(*POINT),
        "five by hand": lambda: product_by_hand(*FIVE),
        "five": lambda: five(*FIVE),
        "ten by hand": lambda: squares_by_hand(*TEN),
        "ten": lambda: ten(ARRAYS),
    }
    check(runs)
    return section(interleaved(runs, rounds))


def check(runs: dict[str, Callable[[], object]]) -> None:
    """Raise where ours is not the hand's."""
    for name in ("scalar", "outside", "five", "ten"):
        value, gradient = runs[name]()
        expected, slopes = runs[f"{name} by hand"]()
        parts = gradient.values() if isinstance(gradient, dict) else gradient
        np.testing.assert_allclose(value, expected, rtol=1e-13, err_msg=name)
        np.testing.assert_allclose([*parts], slopes, rtol=1e-13, err_msg=name)


def section(timings: dict[str, Timing]) -> str:
    """Return the table."""
    targets = {
        "scalar": ("two numbers", 0.2e-6),
        "outside": ("the same, four numbers read from outside", 0.36e-6),
        "five": ("five arrays", 2e-6),
        "ten": ("a dict of ten arrays", 10e-6),
    }
    rows = []
    for name, (arguments, target) in targets.items():
        ours, hand = timings[name].best, timings[f"{name} by hand"].best
        rows.append((arguments, *map(duration, (ours, hand, ours - hand, target))))
    header = ("a call with", "bpcompiler", "bare dispatcher", "more", "to be at most")
    return (
        "## What a call adds\n\nValue and gradient, the least of many calls, against a function by hand"
        " for Numba that takes and returns the leaves. Arrays have 4 elements.\n\n" + table(header, rows)
    )
