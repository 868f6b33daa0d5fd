"""Compiled calls on many threads and in other processes: the same bits as one after the other, here."""

from __future__ import annotations

import functools
import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor

import joblib
import numpy as np
import pytest
from joblib.externals.loky import get_reusable_executor
from numba import njit

import bpcompiler as bp
from bpcompiler.ir.trees import flatten
from tests.api import nopython_functions as functions
from tests.api.nopython_functions import example
from tests.api.pooled import call, layers, network, work

THREADS = 8
START_METHODS = multiprocessing.get_all_start_methods()


def assert_same(found, expected):
    leaves = [], []
    for each, into in zip((found, expected), leaves, strict=True):
        flatten(each, lambda value: isinstance(value, (float, int, np.ndarray)), into)
    assert len(leaves[0]) == len(leaves[1])
    for one, other in zip(*leaves, strict=True):
        np.testing.assert_array_equal(one, other)


def at_once(call, jobs):
    """Return what the call answers to each job, all threads starting together."""
    barrier = threading.Barrier(THREADS)

    def run(number):
        barrier.wait()
        return [call(*job) for job in jobs[number::THREADS]]

    with ThreadPoolExecutor(THREADS) as pool:
        parts = list(pool.map(run, range(THREADS)))
    return [parts[i % THREADS][i // THREADS] for i in range(len(jobs))]


@pytest.mark.parametrize("parallel", [False, True])
def test_threads_that_compile_and_call_at_once_agree(parallel):
    jobs = [layers(seed) for seed in range(64)]
    found = at_once(bp.value_and_grad(network, argnums=(0, 1), parallel=parallel), jobs)
    serial = bp.value_and_grad(network, argnums=(0, 1), parallel=parallel)
    assert_same(found, [serial(*job) for job in jobs])


def test_threads_with_loops_and_several_kinds_of_calls_agree():
    trained = bp.jit(functions.train)
    jobs = [(*example(seed, 4 + seed % 2), 5 + seed) for seed in range(32)]
    jobs[::5] = [(params, x.astype(np.float32), y, steps) for params, x, y, steps in jobs[::5]]
    found = at_once(trained, jobs)
    assert_same(found, [bp.jit(functions.train)(*job) for job in jobs])


def test_threads_that_meet_a_new_kind_of_call_trace_it_once():
    traced = bp.jit(functions.train)
    job = (*example(0, 4), 5)
    made = at_once(traced.specialize, [job] * THREADS)
    assert all(each is made[0] for each in made)


def test_threads_in_nopython_code_agree():
    flat = bp.value_and_grad(network, argnums=(0, 1)).njit(*layers(0))
    caller = njit(nogil=True)(lambda w, v, x: flat(w, v, x))
    jobs = [layers(seed) for seed in range(32)]
    assert_same(at_once(caller, jobs), [flat(*job) for job in jobs])


# ------------------------------------------------------------------ processes


@functools.cache
def answers():
    return [call(job) for job in work()]


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # it has threads, and forks
@pytest.mark.parametrize("method", START_METHODS)
def test_pools_of_processes_agree(method):
    expected = answers()
    with multiprocessing.get_context(method).Pool(2) as pool:
        assert_same(pool.map_async(call, work() * 2, chunksize=2).get(timeout=100), expected * 2)


def test_joblib_agrees():
    with joblib.parallel_config("loky", n_jobs=2):
        found = joblib.Parallel()(joblib.delayed(function)(*args) for function, args in work())
    get_reusable_executor().shutdown(wait=True)  # else it waits for five minutes
    assert_same(found, answers())
