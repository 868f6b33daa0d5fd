"""The user's own exceptions under traced conditions: class, `__init__`, arguments, attributes, text."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from bpcompiler.errors import NeedsValueError, UnsupportedError
from bpcompiler.goal import Goal
from bpcompiler.ir.equations import equations_of
from tests.end_to_end import raising
from tests.end_to_end.running import Run
from tests.frontend.staging import traced


def outcome(call):
    try:
        return call()[0]
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is compared
        kept = {key: value for key, value in vars(error).items() if key != "__notes__"}
        return type(error).__name__, str(error), error.args, kept


@pytest.mark.parametrize("function", raising.FUNCTIONS, ids=lambda function: function.__name__)
def test_the_program_raises_what_python_does(function):
    for x in (0.5, 2.0):
        run = Run(function, Goal("value_and_grad", (0,)), (x,), {})
        expected = outcome(lambda: [function(x)])  # noqa: B023
        assert outcome(run.evaluated) == expected
        if function not in (raising.record, raising.reads_outside):
            assert outcome(run.staged) == expected


@pytest.mark.parametrize(
    "function", [raising.derived, raising.given_attributes, raising.containers], ids=lambda f: f.__name__
)
def test_compiled_code_raises_it_too(function):
    run = Run(function, Goal("value_and_grad", (0,)), (2.0,), {})
    assert outcome(run.compiled) == outcome(lambda: [function(2.0)])
    with pytest.raises((raising.Derived, raising.Plain, AssertionError)):  # the very class
        run.compiled()


def test_a_class_that_needs_its_module_is_named_only():
    assert "Stands for" in Run(raising.reads_outside, Goal("value", (0,)), (0.5,), {}).derivation.source


def test_it_is_raised_at_the_line_of_the_raise():
    def fail(x):
        raise raising.Above(x, 1)

    def f(x):
        if x > 1:
            fail(x)
        return x

    (check,) = [e for e in equations_of(traced(f, 0.5).program.block) if e.primitive.name == "check"]
    assert check.origin is not None
    assert check.origin.text == "raise raising.Above(x, 1)"


# ------------------------------------------------------------------ what is decided while tracing


@pytest.mark.parametrize("function", [raising.too_short, raising.asserted], ids=lambda f: f.__name__)
def test_values_in_what_sizes_decide(function):
    for u in (np.array([0.5, 1.5]), np.array([0.5, 1.0, 2.0])):
        run = Run(function, Goal("value_and_grad", (0,)), (u,), {})
        expected = outcome(lambda: [function(copy.deepcopy(u))])  # noqa: B023
        assert outcome(run.evaluated) == expected
        assert outcome(run.staged) == expected


# ------------------------------------------------------------------ what cannot be


@pytest.mark.parametrize(
    ("function", "args", "error", "message"),
    [
        (raising.cuts_the_message, (0.5,), NeedsValueError, "a text with traced values in it"),
        (raising.shows_an_array, (0.5, np.ones(2)), NeedsValueError, "formatting needs the number"),
        (raising.returns_a_text, (0.5,), NeedsValueError, "formatting needs the number"),
        (raising.is_a_key, (0.5,), NeedsValueError, "formatting needs the number"),
        (raising.class_inside, (0.5,), UnsupportedError, "a class with methods that is defined inside"),
    ],
    ids=lambda each: getattr(each, "__name__", None),
)
def test_what_the_program_cannot_raise_is_refused(function, args, error, message):
    with pytest.raises(error, match=message) as caught:
        traced(function, *args)
    assert caught.value.origin is not None
    assert caught.value.remedy


def test_texts_of_integers_that_the_call_knows_are_made_now():
    run = Run(raising.counted_names, Goal("value", (0,)), (1.5, 3), {})
    assert run.evaluated() == [raising.counted_names(1.5, 3)]


def stores_then_raises(u):
    u[0] = 5.0
    if len(u) < 3:
        raise ValueError("short")
    return np.sum(u)


def test_what_was_stored_before_the_raise_stays_written():
    u = np.ones(2)
    run = Run(stores_then_raises, Goal("value"), (u,), {})
    with pytest.raises(ValueError, match="short"):
        run.compiled()
    assert u.tolist() == [5.0, 1.0]
