"""The entry in front of machine code: what it calls, and that reports of faults are not mixed up."""

import threading

import numba
import numpy as np
import pytest

from bpcompiler.runtime import dispatch
from bpcompiler.runtime.dispatch import MISS, CallPlan, build_entry, build_method
from bpcompiler.runtime.faults import SLOTS, FaultEntry

NEGATIVE = FaultEntry("value", values="f", message="{0} is negative")


@numba.njit(nogil=True)
def root(x, n, fault):
    if x < 0.0:
        fault.view(np.float64)[1] = x
        fault[0] = 1
        return 0.0
    return x ** (1.0 / n)


def plan_of(*kinds):
    plan = CallPlan(len(kinds), (), {}, kinds=list(kinds), inputs=[f"a{i}" for i in range(len(kinds))])
    plan.conditions = [f"type(a{i}) is {plan.constant(kind)}" for i, kind in enumerate(kinds)]
    return plan


def called_with(plan, kernel, faults=()):
    """The transformed function's class: its method, and what it does with other calls."""
    methods = {"__call__": build_method(plan, kernel, faults), "_call_any": lambda self, a, k: (MISS, a, k)}
    return type("Called", (), methods)()


@pytest.fixture(scope="module")
def compiled():
    root(4.0, 2, np.zeros(SLOTS, np.int64))
    return root


def test_numbers_go_straight_to_machine_code(compiled, monkeypatch):
    called = called_with(plan_of(float, int), compiled, (NEGATIVE,))
    monkeypatch.setattr(type(compiled), "__call__", None)
    assert (called(9.0, 2), called(27.0, 3)) == (3.0, 3.0)
    for args in [(9.0,), (9.0, 2.0), (9, 2), (), (9.0, 2, 3), (np.float64(9.0), 2)]:
        assert called(*args) == (MISS, args, {})
    assert called(9.0, n=2) == (MISS, (9.0,), {"n": 2})
    with pytest.raises(OverflowError):
        called(9.0, 2**63)


def test_what_is_not_compiled_yet_is_left_to_numba(compiled):
    assert called_with(plan_of(np.float32, int), compiled, (NEGATIVE,))(np.float32(9.0), 2) == 3.0
    assert dispatch._machine_code(compiled, [float, np.ndarray], True) is compiled
    assert dispatch._machine_code(compiled, [], True) is compiled
    assert dispatch._machine_code(len, [float, int], True) is len


def test_a_report_serves_again_only_while_it_is_empty(compiled):
    entry = build_entry(plan_of(float, int), compiled, (NEGATIVE,))
    for x in (4.0, -1.0, 4.0, -2.0, -3.0, 4.0):
        if x < 0:
            with pytest.raises(ValueError, match=f"^{x} is negative"):
                entry((x, 2), {})
        else:
            assert entry((x, 2), {}) == 2.0


def test_threads_have_reports_of_their_own(compiled):
    called, wrong = called_with(plan_of(float, int), compiled, (NEGATIVE,)), []

    def call(x):
        for _ in range(2000):
            try:
                found = str(called(x, 2))
            except ValueError as error:
                found = str(error)
            if found != (str(x**0.5) if x > 0 else f"{x} is negative"):
                wrong.append((x, found))

    threads = [threading.Thread(target=call, args=(x,)) for x in (-1.0, 4.0, -2.0, 9.0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
