"""What LLVM is told of new arrays: that they overlap nothing, and that they are used until they are freed."""

import re

import numba
import numpy as np
import pytest

import bpcompiler as bp
from bpcompiler.runtime.passes import use_fewer_passes
from tests.allocations import kept


@numba.njit
def rows(x, n):
    total = 0.0
    for i in range(n):
        row = np.empty(x.shape[0])
        for j in range(x.shape[0]):
            row[j] = x[j] * i
        total += row[i % x.shape[0]]
    return total


@numba.njit
def made(x):
    out, same = np.empty(x.shape), np.empty(0)
    for i in range(x.shape[0]):
        out[i] = 2.0 * x[i]
    return out, out[1:], same, out.reshape((1, x.shape[0]))


X = np.linspace(1.0, 2.0, 7)


def fresh(function):
    again = numba.njit(function.py_func)
    use_fewer_passes(again)
    return again


def test_arrays_are_what_they_were_and_are_freed():
    assert fresh(rows)(X, 5) == rows(X, 5)
    for found, expected in zip(fresh(made)(X), made(X), strict=True):
        np.testing.assert_array_equal(found, expected)
    assert kept(fresh(rows), X, 50) == 0
    assert kept(fresh(made), X) == 0


def test_the_address_is_marked():
    function = fresh(made)
    function(X)
    (text,) = function.inspect_llvm().values()
    assert re.search(r"define internal .*noalias .*@bp.own_memory", text)
    assert len(re.findall(r"call .*@bp.own_memory", text)) == 2


def softened(w, x):
    h = np.tanh(x * w)
    z = h / np.sum(h)
    s = np.exp(z - np.max(z))
    return np.sum(s / np.sum(s) * x) + np.sum(h * z)


@pytest.mark.parametrize("size", [7, 12, 20])
def test_sums_of_loops_that_write_arrays_are_the_same_in_every_call(size):
    """What is on the heap in between moves the arrays of each call, closer together or farther apart."""
    gradient, random = bp.value_and_grad(softened), np.random.default_rng(size)
    w, x = random.normal(size=(2, size))
    found, heap = set(), []
    for _ in range(400):
        arguments = w.copy(), x.copy()
        value, slope = gradient(*arguments)
        found.add(value.tobytes() + slope.tobytes())
        heap.append((*arguments, slope, np.empty(random.integers(1, 40)), bytearray(random.integers(1, 600))))
        if random.random() < 0.3:
            del heap[random.integers(len(heap)) :]
    assert len(found) == 1
