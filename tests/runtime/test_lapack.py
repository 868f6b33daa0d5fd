"""Linear algebra in compiled code against SciPy's, over sizes, layouts, dtypes, options and stacks."""

import itertools

import numpy as np
import pytest
import scipy.linalg

from bpcompiler.primitives import lapack as meaning
from bpcompiler.runtime.module import load_module

TEXT = """
from numba import njit
from bpcompiler.runtime.lapack import (
    cholesky_adjoint,
    cholesky_factor,
    lu_factor,
    lu_solve,
    solve_triangle,
    zero_on_diagonal,
)

@njit(error_model="numpy", nogil=True)
def lu(out, a, x, turned):
    lu_factor(out, a)
    lu_solve(x, out, False)
    lu_solve(turned, out, True)
    return zero_on_diagonal(out)

@njit(error_model="numpy", nogil=True)
def cholesky(out, a, lower):
    cholesky_factor(out, a, lower)
    return zero_on_diagonal(out)

@njit(error_model="numpy", nogil=True)
def adjoint(out, low):
    cholesky_adjoint(out, low)

@njit(error_model="numpy", nogil=True)
def triangle(x, a, lower, trans, unit):
    solve_triangle(x, a, lower, trans, unit)
"""

SIZES = (0, 1, 2, 7, 40, 75)  # up to four blocks of the adjoint
DTYPES = ("float64", "float32")
LAYOUTS = {
    "C": np.copy,
    "F": np.asfortranarray,
    "rows of a wider one": lambda a: np.hstack([a, np.full_like(a, np.nan)])[:, : a.shape[1]],
    "every second row and column": lambda a: np.repeat(np.repeat(a, 2, axis=0), 2, axis=1)[::2, ::2],
    "backwards": lambda a: a[::-1, ::-1].copy()[::-1, ::-1],
}


@pytest.fixture(scope="module")
def compiled(shared_cache):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BPCOMPILER_CACHE_DIR", str(shared_cache))
        yield load_module(TEXT, "algebra")


def numbers(*shape, dtype="float64", seed=0):
    return np.random.default_rng([seed, *shape]).normal(size=shape).astype(dtype)


def positive(*shape, dtype="float64"):
    root = numbers(*shape).astype(np.float64)
    return (root @ np.swapaxes(root, -1, -2) + shape[-1] * np.eye(shape[-1])).astype(dtype)


def assert_near(actual, expected, dtype):
    """Equal but for the rounding of sums of up to 75 products, of well-conditioned matrices."""
    scale = max(1.0, np.max(np.abs(expected), initial=0.0))
    np.testing.assert_allclose(actual, expected, rtol=0, atol=75 * 4 * np.finfo(dtype).eps * scale)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("n", SIZES)
def test_lu(compiled, n, layout, dtype):
    a = numbers(n, n, dtype=dtype) + 3 * np.sqrt(n).astype(dtype) * np.eye(n, dtype=dtype)[::-1]
    for sides in ((n,), (n, 1), (n, 4), (n, 0)):
        out, b = np.full((n + 1, n), np.nan, dtype), numbers(*sides, dtype=dtype)
        x, turned = b.copy(), b.copy()
        assert compiled.lu(out, LAYOUTS[layout](a), x, turned) == 0
        assert_near(a @ x, b, dtype)
        assert_near(a.T @ turned, b, dtype)
        np.testing.assert_array_equal(out[-1:], meaning.evaluate_lu_factor(out, a)[-1:])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("lower", [False, True])
@pytest.mark.parametrize("n", SIZES)
def test_cholesky(compiled, n, lower, dtype):
    a = positive(n, n, dtype=dtype)
    out = np.full((n, n), np.nan, dtype)
    for layout in LAYOUTS.values():
        other_half = np.triu(np.full_like(a, np.nan), 1)
        half = np.tril(a) + other_half if lower else np.triu(a) + other_half.T
        assert compiled.cholesky(out, layout(half), lower) == 0
        assert_near(out, np.linalg.cholesky(a, upper=not lower), dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n", SIZES)
def test_adjoint_of_cholesky(compiled, n, dtype):
    """What stands above the diagonal of the cotangent is no matter."""
    low, ct = np.linalg.cholesky(positive(n, n, dtype=dtype)), numbers(n, n, dtype=dtype)
    out = ct.copy()
    compiled.adjoint(out, low)
    assert_near(out, meaning.evaluate_cholesky_adjoint(ct, low), dtype)


def test_adjoint_of_a_large_factor(compiled):
    n = 530  # blocks of blocks
    low, ct = np.linalg.cholesky(positive(n, n)), numbers(n, n)
    out = ct.copy()
    compiled.adjoint(out, low)
    np.testing.assert_allclose(out, meaning.evaluate_cholesky_adjoint(ct, low), rtol=0, atol=1e-11)


def test_adjoint_of_cholesky_is_its_derivative(compiled):
    """<ct, d L(a + t v) / dt> = <a_ct, v>, v in the lower triangle."""
    a, ct, v = positive(40, 40), np.tril(numbers(40, 40)), np.tril(numbers(40, 40, seed=1))
    steps = np.array([-2, -1, 1, 2]) * 1e-3
    slopes = [np.sum(ct * np.linalg.cholesky(a + t * v)) for t in steps]
    expected = np.dot(slopes, [1, -8, 8, -1]) / 12e-3
    compiled.adjoint(ct, np.linalg.cholesky(a))
    np.testing.assert_allclose(np.sum(ct * v), expected, rtol=1e-9)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("options", list(itertools.product((False, True), repeat=3)), ids=str)
@pytest.mark.parametrize("n", SIZES)
def test_triangles(compiled, n, options, dtype):
    lower, trans, unit = options
    a = numbers(n, n, dtype=dtype) / dtype_of(n, dtype) + 2 * np.eye(n, dtype=dtype)
    for (name, layout), sides in itertools.product(LAYOUTS.items(), ((n,), (n, 3))):
        b = numbers(*sides, dtype=dtype)
        x = b.copy()
        compiled.triangle(x, layout(a), lower, trans, unit)
        given = {"lower": lower, "trans": int(trans), "unit_diagonal": unit}
        expected = scipy.linalg.solve_triangular(a, b, **given) if n else b
        np.testing.assert_array_equal(np.shape(x), sides, err_msg=name)
        assert_near(x, expected, dtype)


def dtype_of(n, dtype):
    return np.dtype(dtype).type(max(n, 1))


def test_stacks(compiled):
    a, b = positive(3, 5, 5), numbers(3, 5, 2)
    out, x, turned = np.empty((3, 6, 5)), b.copy(), b.copy()
    assert compiled.lu(out, a, x, turned) == 0
    assert_near(a @ x, b, "float64")
    assert_near(a @ turned, b, "float64")
    low = np.empty((3, 5, 5))
    assert compiled.cholesky(low, a, True) == 0
    assert_near(low, np.linalg.cholesky(a), "float64")
    ct = numbers(3, 5, 5)
    expected = np.stack([meaning.evaluate_cholesky_adjoint(*pair) for pair in zip(ct, low, strict=True)])
    compiled.adjoint(ct, low)
    assert_near(ct, expected, "float64")


def test_what_has_no_factor_has_a_zero_on_the_diagonal(compiled):
    out, x = np.empty((4, 3)), np.ones(3)
    equal_rows = np.array([[0.1, 0.7, 0.3], [0.1, 0.7, 0.3], [1.0, 2.0, 3.0]])
    assert compiled.lu(out, equal_rows, x, x.copy()) > 0
    indefinite = np.diag([1.0, 2.0, -3.0])
    assert compiled.cholesky(np.empty((3, 3)), indefinite, True) == 3
