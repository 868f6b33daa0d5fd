"""The pace of Python's garbage collector is what it was, whatever happened inside."""

import gc
from contextlib import suppress

import pytest

import bpcompiler as bp
from bpcompiler.runtime.collecting import RARELY, rare_collections


@pytest.fixture(autouse=True)
def pace():
    before = gc.get_threshold()
    yield gc.set_threshold(700, 10, 10)
    gc.set_threshold(*before)


def test_collections_are_rare_inside_only():
    with suppress(KeyError), rare_collections(), rare_collections():
        assert gc.get_threshold() == RARELY
        raise KeyError
    assert gc.get_threshold() == (700, 10, 10)


@pytest.mark.parametrize("chosen", [(0, 10, 10), (1_000_000, 10, 10), RARELY])
def test_who_has_switched_it_off_or_made_it_rarer_is_left_alone(chosen):
    gc.set_threshold(*chosen)
    with rare_collections():
        assert gc.get_threshold() == chosen
    assert gc.get_threshold() == chosen


def test_what_is_set_inside_stays():
    with rare_collections():
        gc.set_threshold(800, 10, 10)
    assert gc.get_threshold() == (800, 10, 10)


def test_a_call_that_compiles_or_fails_leaves_the_pace_alone():
    def f(x):
        return x.no_such_attribute

    with pytest.raises(AttributeError):
        bp.grad(f)(1.0)
    assert gc.get_threshold() == (700, 10, 10)
