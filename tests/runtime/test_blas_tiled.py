"""Products by tiles against NumPy in float64: sizes around those of tiles, strips, parts; layouts; beta."""

import functools
import itertools

import numpy as np
import pytest
from numba import njit

from bpcompiler.runtime import blas
from bpcompiler.runtime.blas_memory import REALS
from bpcompiler.runtime.blas_tiled import tiled

DTYPES = ("float64", "float32")
# Rows: tiles of 12 and of 4, whole and not. Columns: strips of 16 and 32. Terms: squares of 4, parts of 256.
SIZES = [(1, 4, 1), (3, 8, 5), (9, 31, 4), (12, 32, 256), (14, 33, 257), (25, 70, 30), (40, 17, 700)]
LAYOUTS = {
    "rows": lambda a: a,
    "columns": np.asfortranarray,
    "rows of a wider one": lambda a: np.hstack([a, np.full_like(a, np.nan)])[:, : a.shape[1]],
    "columns of a taller one": lambda a: np.asfortranarray(np.vstack([a, np.full_like(a, np.nan)]))[: len(a)],
}
LEFT_LAYOUTS = LAYOUTS | {"every second column": lambda a: np.repeat(a, 2, axis=1)[:, ::2]}


@functools.cache
def compiled(dtype):
    multiply = tiled(REALS[dtype])

    @njit(error_model="numpy")
    def product(out, out_down, a, a_down, a_along, b, b_down, b_along, m, n, k, beta):
        multiply(out, out_down, a, a_down, a_along, b, b_down, b_along, m, n, k, beta)

    return product


def multiply(out, a, b, beta):
    places = (out.ctypes.data, out.strides[0], a.ctypes.data, *a.strides, b.ctypes.data, *b.strides)
    compiled(out.dtype.name)(*places, *out.shape, a.shape[1], out.dtype.type(beta))


def arrays(dtype, m, n, k, seed=0):
    rng = np.random.default_rng(seed)
    return (rng.normal(size=shape).astype(dtype) for shape in ((m, n), (m, k), (k, n)))


def check(actual, expected, k):
    """Compare, at an error of a few roundings of the terms' size."""
    tolerance = 8 * np.finfo(actual.dtype).eps * np.sqrt(k)
    np.testing.assert_allclose(actual, expected, rtol=0, atol=tolerance * max(1.0, np.max(np.abs(expected))))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_product_is_numpys(dtype, sizes):
    given, a, b = arrays(dtype, *sizes)
    for left, right, beta in itertools.product(LEFT_LAYOUTS.values(), LAYOUTS.values(), (0.0, 1.0, -0.5)):
        room = np.full((sizes[0] + 1, sizes[1] + 3), 7.0, dtype)
        out = room[:-1, 1:-2]
        out[...] = given if beta else np.nan
        multiply(out, left(a), right(b), beta)
        expected = a.astype(np.float64) @ b.astype(np.float64) + (beta * given if beta else 0.0)
        check(out, expected, sizes[2])
        assert np.all(room[-1] == 7.0)
        assert np.all(room[:, [0, -2, -1]] == 7.0)


@pytest.mark.parametrize("dtype", DTYPES)
def test_an_element_does_not_depend_on_where_it_stands(dtype):
    _, a, b = arrays(dtype, 29, 43, 300)
    whole, single = np.empty((29, 43), dtype), np.empty((1, 1), dtype)
    multiply(whole, a, b, 0.0)
    for i, j in ((0, 0), (11, 31), (28, 42), (25, 5)):
        multiply(single, a[i : i + 1], b[:, j : j + 1].copy(), 0.0)
        assert single[0, 0] == whole[i, j]


@pytest.mark.parametrize("dtype", DTYPES)
def test_what_is_not_a_number_stays_in_its_row_and_column(dtype):
    _, a, b = arrays(dtype, 14, 20, 6)
    a[13, 2], b[1, 19] = np.nan, np.inf
    out = np.empty((14, 20), dtype)
    multiply(out, a, b, 0.0)
    assert np.all(np.isnan(out[13]))
    assert np.all(~np.isfinite(out[:, 19]))
    assert np.all(np.isfinite(out[:13, :19]))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("sizes", [(130, 90, 100), (3, 600, 700)], ids=str)
def test_large_products_are_numpys_whoever_does_them(dtype, sizes):
    @njit(error_model="numpy")
    def product(out, a, b, beta):
        blas.gemm(out, a, b, False, False, beta)

    given, a, b = arrays(dtype, *sizes)
    factors = itertools.product((a, np.asfortranarray(a)), (b, np.asfortranarray(b)))
    for (left, right), beta in itertools.product(factors, (0.0, 2.0)):
        for out in (given.copy(), np.asfortranarray(given)):
            product(out, left, right, beta)
            check(out, a.astype(np.float64) @ b.astype(np.float64) + beta * given, sizes[2])
