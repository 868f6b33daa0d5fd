"""No call of a compiled loop is planned to be longer than the target."""

import itertools

from bpcompiler.fitting.pace import GROWTH, MOST, TARGET, Pace


def test_a_call_is_as_long_as_the_target_allows():
    pace, calls = Pace(), []
    for _ in range(20):
        calls.append(pace.steps)
        pace.took(pace.steps, pace.steps * 1e-4)
    assert calls[0] == 1
    assert calls[-1] == int(TARGET / 1e-4)
    assert all(later <= GROWTH * earlier for earlier, later in itertools.pairwise(calls))
    pace.took(100, 10.0)  # the steps have become slow
    assert pace.steps == 1
    pace.took(1, 60.0)  # one that compiles
    assert pace.steps == 1


def test_pauses_do_not_slow_it_down():
    pace = Pace()
    for _ in range(10):
        pace.took(4, 1e-5)  # fewer than it allows
    assert GROWTH**5 < pace.steps <= MOST
