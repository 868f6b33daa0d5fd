"""Local gradients of statements that mix bools and floats."""

import numpy as np

from tests.transforms.programs import traced


def minus_where(x, u):
    return np.sum((u - x * (x > u)) ** 2)


def test_a_bool_array_as_a_partial_is_counted():
    x, u = 0.4, np.array([0.1, 0.3, 0.9])
    found = traced(minus_where, (x, u), {}, (0, 1))
    mask = x > u
    residual = u - x * mask
    expected = [np.sum(-2 * residual * mask), *(2 * residual)]
    np.testing.assert_allclose(found.gradient(), expected, rtol=1e-14)
    np.testing.assert_allclose(found.by_forward(), expected, rtol=1e-14)
