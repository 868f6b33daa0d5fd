"""Where outer-loop vectorization is worth while: a judgement on the sizes of a call."""

from __future__ import annotations

import numpy as np
import pytest

from bpcompiler.transforms.vectorizing.profit import Profit
from tests.transforms.turns import arrays_of, common_part, sample, traced


def is_worth_while(function, *args):
    found = traced(function, args, 0)
    return arrays_of(found, Profit(found.tracing.sizes)) is not None


@pytest.mark.parametrize(
    ("sizes", "worth_while"),
    [((25, 10), True), ((8, 10), False), ((5000, 10), False), ((1000, 100), False), ((25, 4), False)],
    ids=["as in a mixture", "few turns", "many turns", "too much inside", "few turns around"],
)
def test_loops_of_many_short_loops_are(sizes, worth_while):
    assert is_worth_while(common_part, *sample(*sizes)) is worth_while


def test_loops_without_sums_inside_are_not():
    def scaled(A, B, x):
        for _ in range(100):
            for k in range(len(A)):
                x[k] = x[k] * A[k, 0] + 1.0
        return np.sum(x)

    assert not is_worth_while(scaled, *sample(25, 10))
    assert arrays_of(traced(scaled, sample(25, 10), 0), lambda loop, around: True) is not None


def test_what_is_hardly_read_is_not_copied():
    def corner(A, B, x):
        total = 0.0
        for n in range(10):
            for k in range(len(A)):
                s = 0.0
                for j in range(B.shape[1]):
                    s += A[k, j] * n
                x[k] = s
            total += np.sum(x)
        return total

    for columns, worth_while in ((4, True), (1000, False)):
        assert is_worth_while(corner, np.ones((25, columns)), np.ones((25, 4)), np.ones(25)) is worth_while


def rows(A, x):
    total = 0.0
    for k in range(len(A)):
        s = 0.0
        for j in range(A.shape[1]):
            s += A[k, j] * x[j]
        total += s * s
    return total


def columns(A, x):
    total = 0.0
    for k in range(A.shape[1]):
        s = 0.0
        for j in range(len(A)):
            s += A[j, k] * x[j]
        total += s * s
    return total


def rows_of_what_is_made_in_each_turn(A, x):
    total = 0.0
    for n in range(100):
        B = A * n
        for k in range(len(A)):
            s = 0.0
            for j in range(A.shape[1]):
                s += B[k, j] * x[j]
            total += s * s
    return total


def rows_that_are_stored(A, x):
    out = np.zeros(A.shape)
    for k in range(len(A)):
        s = 0.0
        for j in range(A.shape[1]):
            s += x[j]
            out[k, j] = s * x[k]
    return np.sum(out)


@pytest.mark.parametrize("function", [rows, rows_of_what_is_made_in_each_turn, rows_that_are_stored])
def test_rows_are_not_read_out_of_order(function):
    assert not is_worth_while(function, np.ones((30, 30)), np.ones(30))


def test_columns_are_read_as_they_stand():
    assert is_worth_while(columns, np.ones((30, 30)), np.ones(30))
