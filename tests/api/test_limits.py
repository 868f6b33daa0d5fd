"""`bp.set_limits`: what is compiled next goes so far; what has been compiled stays as it is."""

from __future__ import annotations

import math

import pytest

import bpcompiler as bp
from bpcompiler import recall
from bpcompiler.errors import ArgumentError, LimitError
from bpcompiler.goal import Goal

DEFAULTS = {"unroll": 8, "loop_statements": 100_000, "depth": 400}


@pytest.fixture(autouse=True)
def _put_back():
    before = bp.set_limits()
    yield
    bp.set_limits(**before)


def power(x):
    y = 1.0
    for _ in range(10):
        y = y * x
    return y


def of_a_list(x):
    total = 0.0
    for each in [x] * 50:
        total += each
    return total


def nested(x, depth):
    return x if depth == 0 else nested(2 * x, depth - 1)


def has_loop(transformed, *args):
    return "for " in transformed.specialize(*args).source


def test_what_it_returns_is_what_was():
    assert bp.set_limits(unroll=20) == DEFAULTS
    assert bp.set_limits(depth=30) == {**DEFAULTS, "unroll": 20}
    assert bp.set_limits() == {**DEFAULTS, "unroll": 20, "depth": 30}


def test_unroll():
    assert has_loop(bp.jit(power), 1.5)
    bp.set_limits(unroll=10)
    assert not has_loop(bp.jit(power), 1.5)
    bp.set_limits(unroll=0)
    assert has_loop(bp.jit(power), 1.5)
    assert bp.jit(power)(1.5) == power(1.5)


def long_turns(x):
    for _ in range(5):
        a = math.sin(x) * math.cos(x) + math.exp(-x * x) * x**3 - math.tanh(x) / (1 + x * x)
        b = math.sin(a) * math.cos(a) + math.exp(-a * a) * a**3 - math.tanh(a) / (1 + a * a)
        x = x + 0.1 * a * b
    return x


def test_few_turns_that_are_long_stay_a_loop():
    assert has_loop(bp.jit(long_turns), 1.5)
    bp.set_limits(unroll=20)
    assert not has_loop(bp.jit(long_turns), 1.5)
    assert bp.jit(long_turns)(1.5) == pytest.approx(long_turns(1.5), rel=1e-15)


def test_what_was_compiled_stays_as_it_was_traced():
    kept = bp.jit(power)
    kept.specialize(1.5)
    bp.set_limits(unroll=10)
    assert has_loop(kept, 1.5)
    bp.set_limits(unroll=8)
    assert kept(1.5) == power(1.5)


def test_what_is_on_disk_was_traced_with_the_same_limits():
    keys = []
    for unroll in (8, 10, 8):
        bp.set_limits(unroll=unroll)
        keys.append(recall.key_of(power, Goal("value"), (1.5,), {}))
    assert keys[0] == keys[2] != keys[1]


def test_the_source_of_a_recalled_function_is_the_one_that_was_compiled():
    assert bp.jit(power)(1.5) == power(1.5)
    recalled = bp.jit(power)
    assert recalled(1.25) == power(1.25)
    made = recalled.specialize(1.25)
    bp.set_limits(unroll=10)
    assert "for " in made.source


def test_statements_in_loops():
    bp.set_limits(loop_statements=40)
    with pytest.raises(LimitError, match="ran past 40 statements"):
        bp.jit(of_a_list)(1.5)
    bp.set_limits(loop_statements=60)
    assert bp.jit(of_a_list)(1.5) == 75.0


def test_depth():
    class Calls:
        depth = 40

    def of_an_object(x):
        return nested(x, Calls.depth)

    bp.set_limits(depth=20)
    with pytest.raises(LimitError, match="more than 20 deep"):
        bp.jit(of_an_object)(1.5)
    bp.set_limits(depth=60)
    assert bp.jit(of_an_object)(1.5) == 1.5 * 2.0**40


@pytest.mark.parametrize("wrong", [{"unroll": -1}, {"depth": 0}, {"loop_statements": 1.5}, {"unroll": True}])
def test_what_is_not_a_limit(wrong):
    with pytest.raises(ArgumentError, match="is not a limit"):
        bp.set_limits(**wrong)
    assert bp.set_limits() == DEFAULTS
