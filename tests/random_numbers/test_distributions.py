"""What is drawn has the distribution that it should have. Keys are fixed: a test that passes always does."""

from collections import Counter
from itertools import permutations

import numpy as np
import pytest
from scipy.special import gammaincc, ndtr

from bpcompiler.random import choice, integers, normal, permutation, uniform

N = 200_000
KEYS = [(0, 0), (2024, 1), (-5, 2**40)]


def distance(numbers, cdf):
    """Return Kolmogorov and Smirnov's: above 1.63 in one of a hundred samples."""
    expected = cdf(np.sort(numbers))
    steps = np.arange(len(numbers) + 1) / len(numbers)
    apart = max(np.max(steps[1:] - expected), np.max(expected - steps[:-1]))
    return apart * np.sqrt(len(numbers))


def chance(counts):
    """Return how likely counts are that are as uneven as these, were all equally likely."""
    counts = np.asarray(counts, float)
    excess = np.sum((counts - counts.mean()) ** 2) / counts.mean()
    return gammaincc((len(counts) - 1) / 2, excess / 2)


@pytest.mark.parametrize("key", KEYS)
def test_uniform(key):
    drawn = uniform(key, size=N)
    assert 0.0 <= drawn.min() < drawn.max() < 1.0
    assert distance(drawn, lambda x: x) < 1.63
    low, high = uniform(key, -3.0, 5.0, N), np.unique((drawn * 2.0**53) % 256)
    np.testing.assert_array_equal(low, -3.0 + 8.0 * drawn)
    assert len(high) == 256  # the last bits are random, too


@pytest.mark.parametrize("key", KEYS)
def test_normal(key):
    drawn = normal(key, size=N)
    assert distance(drawn, ndtr) < 1.63
    for power, moment, deviation in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        assert abs(np.mean(drawn**power) - moment) < 3 * np.sqrt(deviation / N)
    np.testing.assert_array_equal(normal(key, 2.0, 0.5, N), 2.0 + 0.5 * drawn)


@pytest.mark.parametrize("n", [2, 3, 10, 1000])
def test_integers_and_choices(n):
    for function in (integers, choice):
        drawn = function((1, n), n, size=N)
        assert chance(np.bincount(drawn, minlength=n)) > 0.01
    assert set(integers((1, n), -n, n, size=N, endpoint=True)) == set(range(-n, n + 1))


def test_neighbours_keys_and_functions_are_independent():
    rows = [
        *(uniform((3, t), size=N) for t in range(4)),
        *(uniform((s, 3), size=N) for s in range(3)),
        ndtr(normal((3, 0), size=N)),
        integers((3, 0), 2**53, size=N) / 2**53,
        choice((3, 0), 2**53, size=N) / 2**53,
    ]
    rows += [np.roll(rows[0], 1), np.roll(rows[0], 2)]
    correlations = np.corrcoef(rows) - np.eye(len(rows))
    assert np.max(np.abs(correlations)) < 4 / np.sqrt(N)


def test_every_order_is_as_likely():
    orders = Counter(tuple(permutation((9, t), 4)) for t in range(4800))
    assert set(orders) == set(permutations(range(4)))
    assert chance(list(orders.values())) > 0.01


def test_every_part_is_as_likely():
    parts = Counter(tuple(choice((9, t), 4, 2, replace=False)) for t in range(2400))
    assert set(parts) == set(permutations(range(4), 2))
    assert chance(list(parts.values())) > 0.01


def test_what_is_drawn_does_not_depend_on_how_much():
    for function in (uniform, normal, lambda key, size: integers(key, 99, size=size)):
        whole = function((5, 6), size=60)
        np.testing.assert_array_equal(function((5, 6), size=7), whole[:7])
        np.testing.assert_array_equal(function((5, 6), size=(3, 4, 5)).ravel(), whole)
        assert function((5, 6), size=None) == whole[0]
    whole = choice((5, 6), 100, 100, replace=False)
    np.testing.assert_array_equal(choice((5, 6), 100, (2, 5), replace=False).ravel(), whole[:10])
    assert sorted(whole) == list(range(100))
    assert not np.array_equal(whole, permutation((5, 6), 100))


def test_elements_and_rows():
    table = np.arange(12.0).reshape(4, 3)
    np.testing.assert_array_equal(permutation((1, 2), table), table[permutation((1, 2), 4)])
    np.testing.assert_array_equal(choice((1, 2), table, 5), table[choice((1, 2), 4, 5)])
    assert choice((1, 2), [10, 20, 30]) in (10, 20, 30)
    assert permutation((1, 2), 0).shape == choice((1, 2), 0, 0).shape == (0,)
    assert type(integers((1, 2), 9)) is type(choice((1, 2), 9)) is int
    assert type(uniform((1, 2))) is type(normal((1, 2), 1, 2)) is float
