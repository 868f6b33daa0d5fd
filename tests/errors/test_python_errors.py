"""Python's own errors in the user's code arrive as themselves, with a note of the line; tracebacks."""

import traceback

import numpy as np
import pytest

import bpcompiler as bp
from bpcompiler.errors import NeedsValueError
from tests.errors.cause import place

TABLE = {"a": 1.0}


class OwnError(Exception):
    """The user's."""


def missing_key(x):
    return x * TABLE["b"]


def missing_name(x):
    return x * unknown  # noqa: F821


def own_error(x):
    raise OwnError("mine", 3)


def division(x):
    return x * (1 // 0)


def wrong_types(x):
    return x + "a"


def missing_attribute(x):
    return x.shape[0]


def too_many_indices(x):
    return x[0, 0, 0, 0]


def bad_unpacking(x):
    a, b = [x, x, x]
    return a + b


def helper(x):
    return x[0]


def in_a_helper(x):
    return helper([])


def failed_assertion(x):
    assert len(TABLE) == 2, "two are needed"
    return x


OWN = [
    (missing_key, KeyError, "'b'", 'TABLE["b"]'),
    (missing_name, NameError, "name 'unknown' is not defined", "unknown"),
    (own_error, OwnError, "('mine', 3)", "raise"),
    (division, ZeroDivisionError, "integer division or modulo by zero", "1 // 0"),
    (wrong_types, TypeError, "unsupported operand type(s) for +: 'number' and 'str'", 'x + "a"'),
    (missing_attribute, AttributeError, "'float' object has no attribute 'shape'", "x.shape"),
    (bad_unpacking, ValueError, "too many values to unpack (expected 2)", "a, b"),
    (in_a_helper, IndexError, "list index out of range", None),
    (failed_assertion, AssertionError, "two are needed", "assert len"),
]


@pytest.mark.parametrize(
    ("function", "error", "text", "construct"), OWN, ids=lambda each: getattr(each, "__name__", "")
)
def test_an_own_error_arrives_as_itself_with_the_line(function, error, text, construct):
    with pytest.raises(error) as caught:
        bp.grad(function)(1.0)
    assert type(caught.value) is error
    assert str(caught.value).splitlines()[0] == text
    where = function if construct else helper
    file, line, _, source = place(where, construct or "x[0]")
    assert (
        f'  File "{file}", line {line}, in {where.__qualname__}\n    {source.strip()}'
        in caught.value.__notes__
    )


def test_numpys_error_about_an_array_is_an_index_error():
    with pytest.raises(IndexError, match="too many indices for array"):
        bp.grad(too_many_indices)(np.ones(3))


def test_a_wrong_call_is_pythons_error():
    with pytest.raises(TypeError, match=r"helper\(\) takes 1 positional argument but 2 were given"):
        bp.grad(helper)(1.0, 2.0)
    with pytest.raises(TypeError, match=r"helper\(\) got an unexpected keyword argument 'y'"):
        bp.grad(helper)(1.0, y=2.0)


def raised_from(x):
    try:
        TABLE["b"]
    except KeyError as error:
        raise OwnError("mine") from error


def test_the_cause_that_the_user_gave_stays():
    with pytest.raises(OwnError) as caught:
        bp.grad(raised_from)(1.0)
    assert isinstance(caught.value.__cause__, KeyError)


def frames(error):
    return traceback.extract_tb(error.__traceback__)


def branch(x):
    return sorted([helper([x]), 2.0])[0]


@pytest.mark.parametrize("function", [branch, missing_key, in_a_helper])
def test_the_traceback_has_no_frames_of_the_interpreter(function, monkeypatch):
    with pytest.raises(Exception) as caught:
        bp.grad(function)(1.0)
    assert len(frames(caught.value)) <= 6
    assert not any("interpreter" in frame.filename for frame in frames(caught.value))
    monkeypatch.setenv("BPCOMPILER_TRACEBACK", "full")
    with pytest.raises(Exception) as caught:
        bp.grad(function)(1.0)
    assert any("interpreter" in frame.filename for frame in frames(caught.value))


def test_an_error_of_ours_shows_no_chain():
    def f(x):
        try:
            return TABLE["b"]
        except KeyError:
            return sorted([x, -x])[1]

    with pytest.raises(NeedsValueError) as caught:
        bp.grad(f)(1.0)
    text = "".join(traceback.format_exception(caught.value))
    assert "During handling" not in text
    assert text.count("Traceback") == 1
