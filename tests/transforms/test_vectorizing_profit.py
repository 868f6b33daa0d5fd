"""Where outer-loop vectorization is worth while: a judgement on the sizes of a call."""

from __future__ import annotations

import numpy as np
import pytest

from bpcompiler.transforms.vectorizing.profit import Profit
from tests.transforms.turns import arrays_of, common_part, sample, traced


@pytest.mark.parametrize(
    ("sizes", "worth_while"),
    [((25, 10), True), ((8, 10), False), ((5000, 10), False), ((1000, 100), False), ((25, 4), False)],
    ids=["as in a mixture", "few turns", "many turns", "too much inside", "few turns around"],
)
def test_it_is_worth_while(sizes, worth_while):
    found = traced(common_part, sample(*sizes), 0)
    assert (arrays_of(found, Profit(found.tracing.sizes)) is not None) is worth_while


def test_it_is_not_worth_while_without_sums_inside():
    def scaled(A, B, x):
        for _ in range(100):
            for k in range(len(A)):
                x[k] = x[k] * A[k, 0] + 1.0
        return np.sum(x)

    found = traced(scaled, sample(25, 10), 2)
    assert arrays_of(found, Profit(found.tracing.sizes)) is None
    assert arrays_of(found, lambda loop, around: True) is not None


def test_it_is_not_worth_while_to_copy_what_is_hardly_read():
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

    for columns, worth_while in ((10, True), (1000, False)):
        found = traced(corner, (np.ones((25, columns)), np.ones((25, 4)), np.ones(25)), 0)
        assert (arrays_of(found, Profit(found.tracing.sizes)) is not None) is worth_while
