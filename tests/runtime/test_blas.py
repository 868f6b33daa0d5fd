"""Matrix products in compiled code against NumPy's, over sizes, layouts, dtypes, transposes and beta."""

import itertools
import json

import numpy as np
import pytest

from bpcompiler.runtime.module import load_module

TEXT = """
from numba import njit
from bpcompiler.runtime.blas import dot, gemm, gemv

@njit(error_model="numpy", nogil=True)
def product(out, a, b, trans_a, trans_b, beta):
    gemm(out, a, b, trans_a, trans_b, beta)

@njit(error_model="numpy", nogil=True)
def apply(out, a, x, trans_a, beta):
    gemv(out, a, x, trans_a, beta)

@njit(error_model="numpy", nogil=True)
def inner(x, y):
    return dot(x, y)
"""

SIZES = (0, 1, 2, 5)
DTYPES = ("float64", "float32")
MATRICES = {
    "C": lambda a: a.copy(),
    "F": lambda a: np.asfortranarray(a),
    "rows of a wider one": lambda a: np.hstack([a, np.full_like(a, np.nan)])[:, : a.shape[1]],
    "columns of a taller one": lambda a: np.asfortranarray(np.vstack([a, np.full_like(a, np.nan)]))[
        : a.shape[0]
    ],
    "every second row": lambda a: np.repeat(a, 2, axis=0)[::2],
    "every second column": lambda a: np.repeat(a, 2, axis=1)[:, ::2],
    "backwards": lambda a: a[::-1, ::-1].copy()[::-1, ::-1],
    "read-only": lambda a: frozen(a.copy()),
}
VECTORS = {
    "C": lambda x: x.copy(),
    "every second": lambda x: np.repeat(x, 2)[::2],
    "backwards": lambda x: x[::-1].copy()[::-1],
    "backwards by threes": lambda x: np.repeat(x[::-1], 3)[::-3],
    "odd bytes": lambda x: odd_bytes(x),
}


def frozen(a):
    a.flags.writeable = False
    return a


def odd_bytes(x):
    """Return the vector with a step in bytes that is no multiple of its item size."""
    records = np.zeros(x.size, [("x", x.dtype), ("padding", "i1", 3)])
    records["x"] = x
    return records["x"]


@pytest.fixture(scope="module")
def compiled(shared_cache):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BPCOMPILER_CACHE_DIR", str(shared_cache))
        yield load_module(TEXT, "products")


def numbers(shape, dtype, seed=0):
    return np.random.default_rng([seed, *shape]).normal(size=shape).astype(dtype)


def assert_equals(actual, expected, dtype):
    """Equal up to the rounding of 60 products of numbers around 1 and their sum, in any order."""
    np.testing.assert_allclose(actual, expected, rtol=0, atol=60 * 3 * np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("transposes", list(itertools.product((False, True), repeat=2)))
def test_gemm_is_matmul(compiled, dtype, transposes):
    for m, n, k in itertools.product(SIZES, repeat=3):
        a, b, old = numbers((m, k), dtype, 1), numbers((k, n), dtype, 2), numbers((m, n), dtype, 3)
        left, right = (x.T if flag else x for x, flag in zip((a, b), transposes, strict=True))
        for beta in (0.0, 1.0, -0.5):
            out = old.copy()
            compiled.product(out, left.copy(), right.copy(), *transposes, beta)
            assert_equals(out, a @ b + np.dtype(dtype).type(beta) * old, dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("rows", [127, 128, 1000])
def test_gemm_with_many_rows(compiled, dtype, rows):
    a, b, old = numbers((rows, 10), dtype, 1), numbers((10, 7), dtype, 2), numbers((rows, 7), dtype, 3)
    for transposes, beta in itertools.product(itertools.product((False, True), repeat=2), (0.0, 1.0)):
        left, right = (x.T.copy() if flag else x for x, flag in zip((a, b), transposes, strict=True))
        out = old.copy()
        compiled.product(out, left, right, *transposes, beta)
        assert_equals(out, a @ b + beta * old, dtype)


@pytest.mark.parametrize("dtype", DTYPES)
def test_gemm_takes_any_layout(compiled, dtype):
    for m, n, k in [(5, 4, 6), (1, 9, 9), (9, 1, 9), (9, 9, 1), (1, 1, 40), (40, 1, 1)]:
        a, b = numbers((m, k), dtype, 1), numbers((k, n), dtype, 2)
        for left, right in itertools.product(MATRICES.values(), repeat=2):
            out = np.full((m, n), np.nan, dtype)
            compiled.product(out, left(a), right(b), False, False, 0.0)
            assert_equals(out, a @ b, dtype)


@pytest.mark.parametrize("dtype", DTYPES)
def test_gemm_writes_to_any_layout(compiled, dtype):
    layouts = [layout for name, layout in MATRICES.items() if name != "read-only"]
    for (m, n, k), layout in itertools.product([(5, 4, 6), (1, 9, 9), (9, 1, 9), (2, 2, 2)], layouts):
        a, b, old = numbers((m, k), dtype, 1), numbers((k, n), dtype, 2), numbers((m, n), dtype, 3)
        for beta in (0.0, 1.0):
            out = layout(old.copy() if beta else np.full_like(old, np.nan))
            around = out if out.base is None else out.base
            outside = around.size - out.size
            compiled.product(out, a, b, False, False, beta)
            assert_equals(out, a @ b + beta * old, dtype)
            assert outside == 0 or np.count_nonzero(np.isnan(around)) in {0, outside}


@pytest.mark.parametrize("dtype", DTYPES)
def test_gemv_writes_to_any_layout(compiled, dtype):
    for (m, k), layout in itertools.product([(9, 8), (1, 50), (3, 3)], VECTORS.values()):
        a, x, old = numbers((m, k), dtype, 1), numbers((k,), dtype, 2), numbers((m,), dtype, 3)
        for beta in (0.0, 1.0):
            out = layout(old.copy() if beta else np.full_like(old, np.nan))
            compiled.apply(out, a, x, False, beta)
            assert_equals(out, a @ x + beta * old, dtype)


@pytest.mark.parametrize("dtype", DTYPES)
def test_gemm_repeats_broadcast_operands(compiled, dtype):
    row, b = numbers((7,), dtype), numbers((7, 6), dtype)
    out = np.empty((8, 6), dtype)
    compiled.product(out, np.broadcast_to(row, (8, 7)), b, False, False, 0.0)
    assert_equals(out, np.broadcast_to(row @ b, (8, 6)), dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("transpose", [False, True])
def test_gemv_is_matmul(compiled, dtype, transpose):
    for m, k in [*itertools.product(SIZES, repeat=2), (9, 8), (1, 50), (50, 1)]:
        a, x, old = numbers((m, k), dtype, 1), numbers((k,), dtype, 2), numbers((m,), dtype, 3)
        for matrix, vector in [*itertools.product(MATRICES.values(), [VECTORS["C"]]),
                               *itertools.product([MATRICES["C"]], VECTORS.values())]:  # fmt: skip
            for beta in (0.0, 1.0, -0.5):
                out = np.full_like(old, np.nan) if beta == 0.0 else old.copy()
                compiled.apply(out, matrix(a.T if transpose else a), vector(x), transpose, beta)
                assert_equals(out, a @ x + np.dtype(dtype).type(beta) * old, dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", [*SIZES, 60])
def test_dot_is_numpys(compiled, dtype, size):
    x, y = numbers((size,), dtype, 1), numbers((size,), dtype, 2)
    for left, right in itertools.product(VECTORS.values(), repeat=2):
        result = compiled.inner(left(x), right(y))
        assert_equals(result, x @ y, dtype)
    assert_equals(
        compiled.inner(np.broadcast_to(x[:1], (size,)) if size else x, y), x[:1].sum() * y.sum(), dtype
    )


@pytest.mark.parametrize("size", [2, 9])
def test_infinities_and_nans_spread_as_in_numpy(compiled, size):
    a, b = numbers((size, size), "float64", 1), numbers((size, size), "float64", 2)
    a[0, 0], a[1, 1], b[0, 1] = np.inf, np.nan, 0.0
    with np.errstate(invalid="ignore"):
        expected, applied = a @ b, a @ b[:, 1].copy()
    out, vector = np.full((size, size), np.nan), np.full(size, np.nan)
    compiled.product(out, a, b, False, False, 0.0)
    compiled.apply(vector, a, b[:, 1].copy(), False, 0.0)
    np.testing.assert_array_equal(np.isnan(out), np.isnan(expected))
    np.testing.assert_array_equal(np.isinf(out), np.isinf(expected))
    np.testing.assert_array_equal(np.isnan(vector), np.isnan(applied))


def test_numbers_of_other_kinds_serve_as_flags_and_beta(compiled):
    a, b, out = numbers((9, 5), "float32"), numbers((5, 6), "float32"), np.ones((9, 6), "float32")
    compiled.product(out, a, b, 0, 0, 2)
    assert_equals(out, a @ b + 2, "float32")


def test_what_does_not_fit_is_a_typing_error(compiled):
    from numba import TypingError

    a = np.ones((3, 3))
    with pytest.raises(TypingError, match="2-d arrays of one dtype"):
        compiled.product(a, a, a.astype("float32"), False, False, 0.0)
    with pytest.raises(TypingError, match="float64 or float32"):
        compiled.product(*[a.astype("int64")] * 3, False, False, 0.0)


def test_in_python_the_functions_are_numpys():
    from bpcompiler.runtime import blas

    a, b, x = numbers((3, 4), "float32"), numbers((5, 4), "float32"), numbers((4,), "float32")
    out, vector = np.ones((3, 5), "float32"), np.full(3, np.nan, "float32")
    blas.gemm(out, a, b, False, True, 2.0)
    blas.gemv(vector, a, x, False, 0.0)
    assert_equals(out, a @ b.T + 2, "float32")
    assert_equals(vector, a @ x, "float32")
    assert blas.dot(x, x) == np.dot(x, x)


WARM = """
import sys, json
import numpy as np
from bpcompiler.runtime.module import load_module
module = load_module(sys.argv[1], "products")
a = np.arange(49.0).reshape(7, 7)
out = np.empty((7, 7))
module.product(out, a, a, False, False, 0.0)
assert (out == a @ a).all()
from bpcompiler.runtime.blas_install import _kernel
import scipy.linalg, scipy.linalg.cython_blas
assert scipy.linalg.cython_blas.__pyx_capi__ and scipy.linalg.inv(np.eye(2))[0, 0] == 1
print(json.dumps([sum(module.product.stats.cache_hits.values()), _kernel("gemm", "float64").cache_hits]))
"""


def test_a_second_process_compiles_neither_caller_nor_kernel(python, tmp_path):
    def run():
        return json.loads(python(WARM, TEXT))

    assert run() == [0, 0]
    assert run() == [1, 1]
    for path in (tmp_path / "cache").glob("machine/bp_blas_*"):
        path.unlink()
    assert run() == [1, 0]  # the caller's code met the stand-in, which compiled the kernel again
    assert run() == [1, 1]
