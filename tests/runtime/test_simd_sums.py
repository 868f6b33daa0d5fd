"""Sums and extremes in any order: as exact as NumPy's however long, whatever the alignment."""

import math

import numpy as np
import pytest

from bpcompiler.runtime.module import load_module

TEXT = """
from numba import njit
from bpcompiler.runtime import simd

@njit(error_model="numpy")
def total(x):
    total = 0.0
    rest = 0.0
    for start in range(0, x.shape[0], 1024):
        part = 0.0
        for i in simd.block(start, x.shape[0]):
            part = simd.add(part, float(x[i]))
        rest += simd.lost(total, part)
        total += part
    return total + rest

@njit(error_model="numpy")
def largest(x):
    best = x[0]
    for i in range(x.shape[0]):
        best = simd.maximum(best, x[i])
    return best

@njit(error_model="numpy")
def smallest(x):
    best = x[0]
    for i in range(x.shape[0]):
        best = simd.minimum(best, x[i])
    return best
"""


@pytest.fixture(scope="module")
def kernels(shared_cache):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BPCOMPILER_CACHE_DIR", str(shared_cache))
        yield load_module(TEXT, "sums")


@pytest.mark.parametrize("n", [0, 1, 7, 1023, 1024, 1025, 5000])
def test_every_element_is_added_once(kernels, n):
    x = np.arange(1.0, n + 1.0)
    assert kernels.total(x) == n * (n + 1) / 2
    assert kernels.total(x[::-1]) == n * (n + 1) / 2


def test_a_long_sum_is_exact_to_a_few_units(kernels):
    x = np.full(10_000_000, 0.1)
    assert kernels.total(x) == pytest.approx(math.fsum(x), rel=32 * np.finfo(float).eps, abs=0)
    x = np.random.default_rng(0).normal(size=1_000_000)
    error = abs(kernels.total(x) - math.fsum(x))
    assert error <= 4 * np.finfo(float).eps * np.sum(np.abs(x)) / math.sqrt(x.size) * 16


@pytest.mark.parametrize("where", [0, 3, 1023, 1024, 2500])
def test_infinities_and_nan_come_through(kernels, where):
    x = np.ones(3000)
    for number in (math.inf, -math.inf, math.nan):
        x[where] = number
        np.testing.assert_equal(kernels.total(x), number)
    assert kernels.total(np.full(3000, 1e308)) == math.inf


def test_nothing_depends_on_alignment(kernels):
    x = np.random.default_rng(1).normal(size=4000)
    expected = kernels.total(x)
    for offset in range(1, 9):
        moved = np.empty(x.size + offset)[offset:]
        moved[:] = x
        assert kernels.total(moved) == expected


@pytest.mark.parametrize("n", [1, 2, 9, 40])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_extremes_are_numpys(kernels, n, dtype):
    x = np.random.default_rng(n).normal(size=n).astype(dtype)
    assert kernels.largest(x) == np.max(x)
    assert kernels.smallest(x) == np.min(x)
    for where in range(n):
        y = x.copy()
        y[where] = np.nan
        assert math.isnan(kernels.largest(y))
        assert math.isnan(kernels.smallest(y))
