"""Calls with arrays: of other sizes, kinds and layouts in turn, with errors and threads in between."""

import itertools
import threading

import numpy as np
import pytest

import bpcompiler as bp
from bpcompiler.errors import OverlapError


@bp.value_and_grad(argnums=(0, 1))
def product(x, w):
    return np.sum(x * x * w)


X = np.linspace(-1.0, 2.0, 5)


def strided(array):
    return np.repeat(array, 3)[::3]


def read_only(array):
    array = array.copy()
    array.flags.writeable = False
    return array


CALLS = {
    "plain": (X, X + 1.0),
    "the same array twice": (X, X),
    "strided": (strided(X), X),
    "read-only": (X, read_only(X)),
    "shorter": (X[:2], X[:2]),
    "nothing": (X[:0], X[:0]),
    "one of one": (X, X[:1]),
    "single precision": (X.astype("f4"), X.astype("f4")),
    "both": (X.astype("f4"), X),
    "rows": (np.outer(X, X), X),
    "number": (X, 2.0),
}


def assert_right(args):
    value, slopes = product(*args)
    x, w = (np.asarray(arg, np.float64) for arg in args)
    rtol = 1e-13 if X.dtype == np.result_type(*args) else 1e-5
    np.testing.assert_allclose(value, np.sum(x * x * w), rtol=rtol, atol=1e-12)
    for slope, arg, full in zip(slopes, args, (2 * x * w, x * x + 0 * w), strict=True):
        while full.ndim > np.ndim(arg):
            full = full.sum(axis=0)
        expected = full.sum(keepdims=np.ndim(arg) > 0) if np.size(arg) == 1 else full
        np.testing.assert_allclose(slope, expected, rtol=rtol, atol=1e-12)
        assert np.shape(slope) == np.shape(arg)
        assert np.asarray(slope).dtype == np.asarray(arg).dtype
    return slopes


@pytest.mark.filterwarnings("ignore:product has been compiled for 9 kinds")
def test_calls_of_all_kinds_may_follow_one_another():
    for first, second in itertools.permutations(CALLS.values(), 2):
        assert_right(first)
        assert_right(second)


def test_results_are_arrays_of_the_caller_s_own():
    kept = [assert_right(CALLS["plain"]) for _ in range(3)]
    arrays = [*itertools.chain(*kept), *CALLS["plain"]]
    for one, other in itertools.combinations(arrays, 2):
        assert not np.shares_memory(one, other)
    for array in itertools.chain(*kept):
        assert array.flags.owndata
        assert array.flags.writeable


@bp.jit
def checked(x, y, n):
    if x[n] < 0.0:
        raise ValueError("x[n] is negative")
    return x + y, np.sum(x)


def test_an_error_is_raised_in_between_and_nothing_else_changes():
    for _ in range(3):
        total, added = checked(X, X, 4)[1], checked(X, X, 4)[0]
        assert total == pytest.approx(X.sum())
        np.testing.assert_array_equal(added, X + X)
        with pytest.raises(ValueError, match="is negative"):
            checked(X, X, 0)
        with pytest.raises(IndexError):
            checked(X, X, 5)
        with pytest.raises(ValueError, match="broadcast"):
            checked(X, X[:3], 4)
        np.testing.assert_array_equal(checked(X, X[:1], 4)[0], X + X[0])


def test_threads_of_different_kinds_do_not_disturb_one_another():
    wrong = []

    def run(args):
        try:
            for _ in range(200):
                assert_right(args)
        except AssertionError as error:
            wrong.append(error)

    kinds = [CALLS[name] for name in ("plain", "strided", "shorter", "one of one", "read-only")]
    threads = [threading.Thread(target=run, args=(args,)) for args in kinds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_sums_do_not_depend_on_where_the_arrays_lie():
    """Small arrays of NumPy's lie close together: machine code must not take them for overlapping ones."""
    for size in (3, 4, 7, 12):
        x, w = np.linspace(1.0, 2.0, size) ** 3, np.linspace(0.1, 0.3, size)
        found, kept = set(), []
        for turn in range(60):
            arguments = (x.copy(), w.copy())
            value, slopes = product(*arguments)
            found.add(float(value))
            kept += [*arguments, slopes, np.empty(turn % 5 + 1)] if turn % 3 else []
        assert len(found) == 1


@bp.jit
def written(x, y):
    x[0] = 5.0
    return x * y


def test_an_array_that_is_written_is_tested_as_ever():
    for _ in range(2):
        x = X.copy()
        np.testing.assert_array_equal(written(x, X), [5.0 * X[0], *(X * X)[1:]])
        assert x[0] == 5.0
        with pytest.raises(ValueError, match="read-only"):
            written(read_only(X), X)
        x = X.copy()
        np.testing.assert_array_equal(written(x, x), [25.0, *(X * X)[1:]])
        y = np.append(X, 1.0)
        with pytest.raises(OverlapError):
            written(y[:-1], y[1:])
