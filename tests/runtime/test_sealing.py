"""Sealed functions compile for arrays of their own kinds, and refuse others before anything happens."""

import numba
import numpy as np
import pytest

from bpcompiler.runtime.dispatch import MISS, CallPlan, build_entry, build_method
from bpcompiler.runtime.module import load_module
from bpcompiler.runtime.sealing import ArrayKind, Refused, is_sealed, refusals, sealed

TEXT = """
from numba import njit


@njit
def count(x, n):
    return x.size + n
"""
FLOATS = ArrayKind(np.dtype("float64"), 1)
X = np.arange(6.0)


def read_only():
    array = X.copy()
    array.flags.writeable = False
    return array


OTHERS = {
    "dtype": X.astype("float32"),
    "integers": np.arange(6),
    "byte order": X.astype(">f8"),
    "dimensions": X.reshape(2, 3),
    "no dimension": np.array(1.0),
    "text": np.array(["a"]),
    "objects": X.astype(object),
    "records": np.zeros(3, [("a", "f8")]),
}
LAYOUTS = {"C": X, "strided": X[::2], "reversed": X[::-1], "of nothing": X[:0], "read-only": read_only()}


@pytest.fixture(scope="module")
def count():
    return load_module(TEXT, "count").count


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
@pytest.mark.parametrize("compiled_before", [False, True])
def test_other_arrays_are_refused(count, other, compiled_before):
    function = sealed(count, {0: FLOATS})
    if compiled_before:
        assert function(X, 1) == 7
    before = list(function.overloads)
    with pytest.raises(refusals()):
        function(other, 1)
    assert list(function.overloads) == before


def test_every_layout_is_compiled_once(count):
    function = sealed(count, {0: FLOATS})
    for _ in range(2):
        for array in LAYOUTS.values():
            assert function(array, 1) == array.size + 1
    assert len(function.overloads) == 3  # C, of any strides, and read-only


def test_one_that_is_written_or_of_a_layout_takes_no_other(count):
    written = sealed(count, {0: ArrayKind(np.dtype("float64"), 1, written=True)})
    assert written(X, 1) == 7
    with pytest.raises(Refused):
        written(LAYOUTS["read-only"], 1)
    square, transposed = np.ones((2, 2)), np.ones((2, 2)).T
    for layout, right, wrong in (("C", square, transposed), ("F", transposed, square)):
        function = sealed(count, {0: ArrayKind(np.dtype("float64"), 2, layout=layout)})
        assert function(right, 1) == 5
        for array in (wrong, np.ones((4, 4))[::2, ::2]):
            with pytest.raises(Refused):
                function(array, 1)


def test_kinds_share_a_function_and_nobody_else_does(count):
    function = sealed(count, {0: FLOATS})
    assert sealed(count, {0: ArrayKind(np.dtype("float64"), 1)}) is function
    assert sealed(count, {0: ArrayKind(np.dtype("float32"), 1)}) is not function
    assert (is_sealed(function), is_sealed(count)) == (True, False)
    assert count(OTHERS["dtype"], 1) == 7


def test_what_has_no_arrays_or_is_not_of_numba_is_left_alone(count):
    assert sealed(count, {}) is count
    assert sealed(len, {0: FLOATS}) is len


@numba.njit
def doubled(x, out):
    if x.shape[0] != 6:
        return False, 0.0
    for i in range(x.shape[0]):
        out[i] = 2.0 * x[i]
    return True, x[0]


def plan():
    made = CallPlan(1, (), {}, inputs=["a0"], kinds=[np.ndarray], arrays={0: FLOATS}, sealed=True)
    made.conditions = [f"type(a0) is {made.constant(np.ndarray)}"]
    made.kind_conditions = [f"a0.dtype is {made.constant(X.dtype)}", "a0.ndim == 1"]
    made.size_conditions = ["len(a0) == 6"]
    made.made, made.returned, made.result = {"r1": "empty(a0.shape)"}, ("r0",), "(r0, r1)"
    made.tests_sizes = True
    return made


def test_machine_code_tests_what_the_method_does_not():
    kernel = sealed(doubled, {0: FLOATS})
    methods = {"__call__": build_method(plan(), kernel, ()), "_call_any": lambda self, args, kwargs: MISS}
    called, entry = type("Called", (), methods)(), build_entry(plan(), kernel, ())
    for array in (X, X[::-1], X, LAYOUTS["read-only"]):
        for first, found in (called(array), entry((array,), {})):
            assert first == array[0]
            np.testing.assert_array_equal(found, 2.0 * array)
    for array in [*OTHERS.values(), X[:5], np.arange(7.0), np.ma.array(X), 1.0, None]:
        assert called(array) is MISS
        assert entry((array,), {}) is MISS


def test_the_machine_code_s_own_errors_are_not_taken_for_refusals():
    def kernel(x, out):
        raise MemoryError

    method = build_method(plan(), kernel, ())
    with pytest.raises(MemoryError):
        type("Called", (), {"__call__": method, "_call_any": lambda self, args, kwargs: MISS})()(X)
