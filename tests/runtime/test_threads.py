"""Chunks on threads: each once, by whoever is free; alone where no thread is to be had."""

import ctypes

import llvmlite.binding
import numpy as np
import pytest
from numba import njit

from bpcompiler.runtime import threads


@njit(no_cpython_wrapper=True)
def one_chunk(chunk, counts, amount):
    counts[chunk] += amount


@njit
def count(chunks, amount):
    counts = np.zeros(chunks)
    threads.in_chunks(one_chunk, chunks, (counts, amount))
    return counts


@njit(no_cpython_wrapper=True)
def too_much(chunk, sizes):
    sizes[chunk] = np.empty(sizes[chunk]).size


@njit
def allocate(sizes):
    threads.in_chunks(too_much, sizes.size, (sizes,))
    return sizes


@pytest.fixture(autouse=True)
def as_before():
    before = threads.set_threads(1)
    yield
    threads.set_threads(before)


@pytest.mark.parametrize("wanted", [1, 2, 7, 1000])
def test_each_chunk_runs_once(wanted):
    threads.set_threads(wanted)
    for chunks in (0, 1, 2, 5, 1000):
        np.testing.assert_array_equal(count(chunks, 2.0), np.full(chunks, 2.0))


def test_in_plain_python_chunks_run_in_order():
    seen = []
    threads.in_chunks(lambda chunk, factor: seen.append(chunk * factor), 3, (10,))
    assert seen == [0, 10, 20]


def test_memory_that_a_chunk_does_not_get_is_an_error():
    threads.set_threads(3)
    with pytest.raises(MemoryError, match="chunk"):
        allocate(np.array([1, 2**58, 3]))
    np.testing.assert_array_equal(allocate(np.array([1, 2, 3])), [1, 2, 3])


def test_without_threads_the_caller_works_alone():
    """The system refuses to start a thread."""
    refuse = ctypes.CFUNCTYPE(ctypes.c_int, *[ctypes.c_void_p] * 4)(lambda *_: 11)
    real = ctypes.cast(ctypes.CDLL(None).pthread_create, ctypes.c_void_p).value
    llvmlite.binding.add_symbol(threads.START, ctypes.cast(refuse, ctypes.c_void_p).value)
    try:
        alone = njit(count.py_func)
        threads.set_threads(4)
        np.testing.assert_array_equal(alone(9, 1.0), np.ones(9))
    finally:
        llvmlite.binding.add_symbol(threads.START, real)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"BPCOMPILER_NUM_THREADS": "3", "OMP_NUM_THREADS": "2"}, 3),
        ({"OMP_NUM_THREADS": "2"}, 2),
        ({"BPCOMPILER_NUM_THREADS": "100000"}, threads.MOST),
    ],
)
def test_the_environment_says_how_many(environment, expected, monkeypatch):
    for variable in threads.VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    assert threads.threads_wanted() == expected


@pytest.mark.parametrize("said", [None, "many", "0", "-1", ""])
def test_else_there_is_one_for_each_processor(said, monkeypatch):
    for variable in threads.VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    if said is not None:
        monkeypatch.setenv(threads.VARIABLES[0], said)
    assert 1 <= threads.threads_wanted() <= threads.MOST
