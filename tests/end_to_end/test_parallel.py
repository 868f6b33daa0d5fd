"""parallel=True: chunks of a loop give the same bits in any order, on any threads, in any process."""

import json
import multiprocessing
import os
import subprocess
import sys
import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

import bpcompiler as bp
from bpcompiler.errors import NeedsValueError
from bpcompiler.goal import Goal
from bpcompiler.lowering.parallel import lengths
from bpcompiler.lowering.strips.in_strips import in_strips
from bpcompiler.runtime import threads
from tests.end_to_end.chunked import assert_order_does_not_matter, in_chunks_of_one_turn
from tests.end_to_end.running import Run, numbers
from tests.end_to_end.test_corpus import is_single, once_by_id, run_of
from tests.generators import arrays
from tests.lowering.test_strips import Always, mixture, sizes_of

RNG = np.random.default_rng(0)


@once_by_id
def test_chunks_of_the_corpus_run_in_any_order(program, monkeypatch):
    run, rtol = run_of(program), 1e-4 if is_single(program) else 1e-9
    assert_order_does_not_matter(run.program, run.flat(), monkeypatch, rtol)
    for size in sizes_of(run.program):
        strips = in_strips(run.program, Always(size))
        if strips is not run.program:
            assert_order_does_not_matter(strips, run.flat(), monkeypatch, rtol)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
        HealthCheck.function_scoped_fixture,
    ],
)
@given(program=arrays.programs())
def test_chunks_of_random_programs_run_in_any_order(program, monkeypatch):
    run = Run(program.function, Goal("value_and_grad", program.argnums), program.args, {})
    try:
        _ = run.derivation
    except NeedsValueError:  # a branch on a traced number
        assume(False)
    try:
        assert_order_does_not_matter(run.program, run.flat(), monkeypatch, 1e-9)
    except (ArithmeticError, ValueError):  # CPython's `math` raises where machine code has NaN
        assume(False)


# ------------------------------------------------------------------ machine code


def elements(x):
    return np.sum(np.tanh(x) * np.exp(-x * x) + np.log1p(x * x))


def classes(W, X):
    scores = np.sum(X[:, None, :] * W[None, :, :], axis=2)
    top = np.max(scores, axis=1)
    return np.sum(top + np.log(np.sum(np.exp(scores - top[:, None]), axis=1))) - np.min(scores)


def neighbours(u):
    flow = u[1:] - u[:-1]
    return np.sum(np.sqrt(1.0 + flow * flow)) + np.max(u.astype(np.float32))


def rows_of_a_loop(A, w):
    out = np.zeros(len(A))
    for i in range(len(A)):
        p = 0.0
        for j in range(A.shape[1]):
            p += A[i, j] * w[j]
        out[i] = p * p
    return np.sum(out)


CASES = {
    "elements": (elements, (RNG.normal(size=20_000),)),
    "classes": (classes, (RNG.normal(size=(7, 5)), RNG.normal(size=(3_000, 5)))),
    "neighbours": (neighbours, (RNG.normal(size=20_001),)),
    "strips": (
        mixture,
        (
            RNG.normal(size=9),
            RNG.normal(size=(9, 10)),
            RNG.normal(size=(9, 10, 10)),
            RNG.normal(size=(3_000, 10)),
        ),
    ),
    "rows": (rows_of_a_loop, (RNG.normal(size=(3_000, 7)), RNG.normal(size=7))),
}
by_case = pytest.mark.parametrize("case", CASES)


@pytest.fixture(autouse=True)
def four_threads():
    """More than there may be processors."""
    before = threads.set_threads(4)
    yield
    threads.set_threads(before)


@pytest.fixture(scope="module")
def compiled():
    """Each case's value and gradient with respect to its first argument, in small chunks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lengths, "WORTH", 10_000)
        made = {name: bp.value_and_grad(function, parallel=True) for name, (function, _) in CASES.items()}
        for name, (_, args) in CASES.items():
            source = made[name].specialize(*args).lowered_source
            assert "in_chunks" in source
            assert name != "strips" or "[chunk] = rest" in source
            made[name](*args)
    return made


def bits(compiled, case):
    """Return all numbers of a result."""
    return numbers(compiled[case](*CASES[case][1]))


@by_case
def test_the_number_of_threads_changes_no_bit(case, compiled):
    threads.set_threads(1)
    alone = bits(compiled, case)
    for count in (2, 3, 16):
        threads.set_threads(count)
        for _ in range(5):
            np.testing.assert_array_equal(bits(compiled, case), alone)


@by_case
def test_chunks_add_up_to_the_whole(case, compiled):
    function, args = CASES[case]
    expected = numbers(bp.value_and_grad(function)(*args))
    np.testing.assert_allclose(bits(compiled, case), expected, rtol=1e-10, atol=1e-10)


@by_case
def test_arguments_of_any_size(case, compiled):
    """No chunk, one, and the first and last of several."""
    function, args = CASES[case]
    plain = bp.value_and_grad(function)
    for size in (1, 2, 63, 64, 65, 1025):
        few = tuple(each[:size] if each.shape[0] > 1_000 else each for each in args)
        if few[0].shape[0] > 1 or case != "neighbours":
            np.testing.assert_allclose(numbers(compiled[case](*few)), numbers(plain(*few)), rtol=1e-10)


def test_no_element_at_all(compiled):
    value, gradient = compiled["elements"](np.zeros(0))
    assert value == 0.0
    assert gradient.shape == (0,)


def test_a_forked_child_has_threads_too(compiled):
    expected = bits(compiled, "classes")
    context = multiprocessing.get_context("fork")
    with context.Pool(2, initializer=_remember, initargs=(compiled,)) as pool:
        for found in pool.map(_bits_of_child, ["classes"] * 4):
            np.testing.assert_array_equal(found, expected)


_inherited = {}


def _remember(compiled):
    _inherited.update(compiled)


def _bits_of_child(case):
    return bits(_inherited, case)


def test_a_child_forked_while_a_loop_runs(compiled):
    stop = threading.Event()
    busy = threading.Thread(target=lambda: [bits(compiled, "elements") for _ in iter(stop.is_set, True)])
    expected = bits(compiled, "classes")
    busy.start()
    try:
        for _ in range(5):
            child = os.fork()
            if child == 0:
                os._exit(0 if np.array_equal(bits(compiled, "classes"), expected) else 1)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    finally:
        stop.set()
        busy.join()


def test_callers_on_several_threads(compiled):
    expected = {case: bits(compiled, case) for case in CASES}
    wrong = []

    def call(case):
        for _ in range(10):
            if not np.array_equal(bits(compiled, case), expected[case]):
                wrong.append(case)

    callers = [threading.Thread(target=call, args=(case,)) for case in [*CASES] * 2]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert not wrong


ANOTHER = """
import json
import numpy as np
import bpcompiler as bp
from tests.end_to_end import test_parallel
function, args = test_parallel.CASES["elements"]
transformed = bp.value_and_grad(function, parallel=True)
value, gradient = transformed(*args)
kernel = transformed.specialize(*args)._compiled.kernel
hits = sum(kernel.stats.cache_hits.values())
print(json.dumps([value, float(np.sum(gradient)), hits]))
"""


def test_the_next_process_loads_the_machine_code():
    first, second = (_run_another() for _ in range(2))
    assert first[:2] == second[:2]
    assert second[2] == 1


def _run_another():
    """A spawned process, with as many threads as it likes."""
    run = subprocess.run([sys.executable, "-c", ANOTHER], capture_output=True, text=True, check=True)
    return json.loads(run.stdout.splitlines()[-1])


# ------------------------------------------------------------------ what is left alone


def in_order(x):
    total = 0.0
    for i in range(len(x)):
        total += x[i] * x[i]  # the user's order
    return total


def recurrence(x):
    y = np.zeros(len(x))
    for i in range(1, len(x)):
        y[i] = 0.5 * y[i - 1] + x[i]
    return y


def permuted(x, order):
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[order[i]] = x[i]  # two turns may write one element
    return y


@pytest.mark.parametrize(
    ("function", "args"),
    [(in_order, (np.ones(5),)), (recurrence, (np.ones(5),)), (permuted, (np.ones(3), np.array([0, 2, 0])))],
)
def test_turns_that_follow_one_another_stay_in_one_loop(function, args, monkeypatch):
    programs = in_chunks_of_one_turn(Run(function, Goal("value"), args, {}).program, monkeypatch)
    for eqn in () if programs is None else programs[1].block.equations:
        assert not (eqn.attrs.get("threads") and "y[" in eqn.origin.text), eqn.origin.text


def test_precise_sums_stay_in_one_loop(monkeypatch):
    monkeypatch.setattr(lengths, "WORTH", 0)
    transformed = bp.jit(elements, precise=True, parallel=True)
    x = np.ones(3)
    assert "in_chunks" not in transformed.specialize(x).lowered_source


def test_every_transform_takes_parallel():
    x = np.array([0.5, -1.0])
    expected = bp.grad(elements)(x)
    for found in (
        bp.grad(elements, parallel=True)(x),
        bp.jacobian(elements, parallel=True)(x),
        bp.vjp(elements, x, parallel=True)[1](1.0)[0],
    ):
        np.testing.assert_allclose(found, expected, rtol=1e-14)
    assert bp.jvp(elements, (x,), (np.ones(2),), parallel=True)[1] == pytest.approx(np.sum(expected))
    curvature = bp.hessian(elements, parallel=True)(x)
    np.testing.assert_allclose(bp.hvp(elements, (x,), (np.ones(2),), parallel=True)[0], curvature.sum(axis=1))
    assert bp.value_and_grad(elements, parallel=True).value.goal.parallel
