"""Errors tell the user's place: file, line, column, text, remedy; Python's own arrive as themselves."""

from __future__ import annotations

import math

import pytest

from bpcompiler.errors import LimitError, NeedsValueError, OutsideWriteError, SourceError, UnsupportedError
from tests.frontend.plain import Limits, PlainHooks, Traced, interpret, interpreter

DATA = [1]


def helper(v):
    return [1, 2][v] + v


def spread(x):
    y = helper(0)
    return (y +
            helper(x))  # fmt: skip


def test_the_innermost_place_is_named():
    with pytest.raises(NeedsValueError) as caught:
        interpret(spread, Traced(0.5))
    origin = caught.value.origin
    assert (origin.function, origin.source_line) == ("helper", "    return [1, 2][v] + v")
    assert origin.column == 11
    lines = str(caught.value).splitlines()
    assert lines[0].startswith(f"{__file__}:{origin.line}:12: ")
    assert lines[1:3] == ["    return [1, 2][v] + v", "           ^"]


def test_the_caret_stands_at_the_operation_on_its_own_line():
    def f(x):
        return [
            1,
            -math.gamma(x),
        ]

    with pytest.raises(NotImplementedError) as caught:
        interpret(f, Traced(0.5))
    assert caught.value.origin.source_line.strip() == "-math.gamma(x),"
    assert caught.value.origin.column == 13


def test_columns_count_characters():
    def f(x):
        return "äöü", DATA.append(x)

    with pytest.raises(OutsideWriteError) as caught:
        interpret(f, 1)
    assert caught.value.origin.column == caught.value.origin.source_line.index("DATA")


@pytest.mark.parametrize(
    ("error", "f"),
    [
        (KeyError, lambda: {}["a"]),
        (NameError, lambda: undefined),  # noqa: F821
        (ZeroDivisionError, lambda: 1 / 0),
        (ValueError, lambda: math.sqrt(-1)),
        (AttributeError, lambda: math.nope),
        (TypeError, lambda: helper()),
        (IndexError, lambda: helper(5)),
    ],
)
def test_pythons_errors_get_a_note_with_the_users_line(error, f):
    with pytest.raises(error) as caught:
        interpret(f)
    notes = caught.value.__notes__
    assert len(notes) == 1
    assert f'File "{__file__}", line ' in notes[0]
    assert notes[0].splitlines()[1].strip()


def test_the_users_own_error_arrives_as_itself_with_its_cause():
    class Own(Exception):
        pass

    own = Own("x")

    def f():
        try:
            {}["a"]
        except KeyError as cause:
            raise Own("x") from cause

    with pytest.raises(Own) as caught:
        interpret(f)
    assert isinstance(caught.value.__cause__, KeyError)
    assert "raise Own" in caught.value.__notes__[0]
    assert own.args == caught.value.args


def test_the_librarys_errors_are_not_swallowed():
    def f(x):
        try:
            DATA.append(1)
        except Exception:
            return "swallowed"
        finally:
            x = 1

    with pytest.raises(OutsideWriteError):
        interpret(f, 1)


def test_a_long_loop_is_a_limit_error_at_its_line():
    def f():
        n = 0
        for i in range(100):
            n += i
            while True:
                n += 1
        return n

    with pytest.raises(LimitError) as caught:
        interpret(f, limits=Limits(loop_statements=500))
    assert "while True" in caught.value.origin.text


def test_a_long_comprehension_is_a_limit_error():
    with pytest.raises(LimitError):
        interpret(lambda: sum(i for i in range(10_000)), limits=Limits(loop_statements=500))
    assert interpret(lambda: sum(i for i in range(400)), limits=Limits(loop_statements=500)) == sum(
        range(400)
    )


def test_endless_recursion_is_a_limit_error():
    def f(n):
        return f(n + 1)

    with pytest.raises(LimitError, match="deep"):
        interpret(f, 0)


def test_deep_recursion_within_the_limit():
    def depth(n):
        return 0 if n == 0 else 1 + max([depth(n - 1) for _ in range(1)])

    assert interpret(depth, 300) == 300


async def asynchronous():
    return 1


def generator():
    yield 1


def inner_generator():
    def g():
        yield 1

    return list(g())


def lambda_generator():
    return list((lambda: (yield))())


@pytest.mark.parametrize("f", [asynchronous, generator, inner_generator, lambda_generator])
def test_what_is_not_interpreted_is_named_with_a_remedy(f):
    with pytest.raises(UnsupportedError) as caught:
        interpret(lambda: f())
    assert caught.value.origin is not None
    assert caught.value.remedy


def test_a_helper_without_source_is_named_where_it_is_called():
    namespace = {}
    exec("def f(x):\n    return x\n", namespace)
    with pytest.raises(SourceError) as caught:
        interpret(lambda: helper(0) + namespace["f"](1))
    assert "namespace" in caught.value.origin.source_line


def test_the_interpreter_is_usable_after_an_error():
    m = interpreter(PlainHooks())
    with pytest.raises(ZeroDivisionError):
        m.call(lambda: helper(1 // 0))
    assert m.frames == []
    assert m.origin() is None
    assert m.call(helper, (1,)) == 3
