"""What cancels in an expression as a whole is found, and nothing else is taken for it."""

import math

import numpy as np
import pytest

import bpcompiler as bp
from bpcompiler.transforms.symbolic.cancelling import is_independent
from bpcompiler.transforms.symbolic.expression import parse, symbols
from bpcompiler.transforms.symbolic.memo import Memo

CANCELS = [
    ("a - log(exp(a - b) + exp(a - c))", "a"),
    ("a - log(exp(a - b) + exp(a - c) + exp(a - d))", "a"),
    ("(a + b) - a", "a"),
    ("a / (a * b)", "a"),
    ("exp(a) * exp(-a) + b", "a"),
]
STAYS = [
    ("a - log(exp(a - b) + exp(a - c))", "b"),
    ("a - log(exp(a - b) + exp(c))", "a"),
    ("a * a", "a"),
    ("a * 1e-9 + a * b", "a"),
    ("a * 1e-9 - a * 2e-9", "a"),  # differences see nothing; SymPy does
    ("sqrt(-a) - sqrt(-a)", "a"),  # nowhere defined at the points: it stays as it is
]


@pytest.mark.parametrize(("text", "name"), CANCELS)
def test_what_cancels(text, name):
    assert is_independent(parse(text), name, Memo())


@pytest.mark.parametrize(("text", "name"), STAYS)
def test_what_does_not(text, name):
    assert name in symbols(parse(text))
    assert not is_independent(parse(text), name, Memo())


def soft_minimum(a, b, c):
    low = min(a, b, c)
    return low - math.log(math.exp(low - a) + math.exp(low - b) + math.exp(low - c))


def test_a_soft_minimum_has_no_derivative_in_its_pivot():
    gradient = bp.grad(lambda x: soft_minimum(x[0], x[1] * x[2], x[2]))
    x = np.array([0.7, 0.4, 1.1])
    shares = np.exp(-np.array([x[0], x[1] * x[2], x[2]]))
    shares /= shares.sum()
    expected = [shares[0], shares[1] * x[2], shares[1] * x[1] + shares[2]]
    np.testing.assert_allclose(gradient(x), expected, rtol=1e-14)
    assert "dlow" not in gradient.source
