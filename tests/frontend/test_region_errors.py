"""What cannot be a branch or loop of the program: the message, the line and the remedy."""

from __future__ import annotations

import re

import numpy as np
import pytest

from bpcompiler.errors import Error, LimitError, NeedsValueError, StoreError, UnsupportedError
from bpcompiler.frontend.tracing import trace
from tests.frontend.staging import traced

U, V = np.array([1.0, 2.0]), np.array([3.0, 4.0])


def a_text_that_differs(x):
    if x > 0:
        word = "large"
    else:
        word = "small"
    return {"large": x}.get(word, 0.0)


def a_list_that_grows(x):
    kept = [x]
    if x > 0:
        kept.append(x)
    return sum(kept)


def a_list_that_grows_each_turn(x):
    kept = []
    while x > 1:
        kept.append(x)
        x = x / 2
    return sum(kept)


def two_shapes(x, u):
    y = u if x > 0 else u[1:]
    return y.sum()


def two_dtypes(x, u):
    y = u if x > 0 else u.astype(np.float32)
    return y.sum()


def a_number_or_an_array(x, u):
    y = u if x > 0 else 1.0
    return y * x


def nothing_or_a_number(x):
    y = None if x > 0 else x
    return y


def recursion(x):
    return x if x < 1 else 2 * recursion(x / 2)


def a_shape_from_the_index(x, u):
    y = u
    for i in range(len(u) + int(x)):
        y = u[i:]
    return y.sum()


def a_set(x):
    found = set()
    if x > 0:
        found.add(1)
    return x * len(found)


def turns_of_a_float(x):
    for _ in range(x):
        x = x + 1
    return x


NOT_JOINED = [
    (a_text_that_differs, (1.0,), "word is 'large' on one way", "word", "numbers or arrays"),
    (a_list_that_grows, (1.0,), "the list kept gets more or fewer items", "kept.append", "and use x[:k]"),
    (a_list_that_grows_each_turn, (5.0,), "the list kept gets more or", "kept.append", "and use x[:k]"),
    (two_shapes, (1.0, U), "another shape on each way: (u_0) and (u_0 - 1)", "x > 0", "of one shape"),
    (two_dtypes, (1.0, U), "is float64 on one way and float32 on the other", "x > 0", "astype"),
    (a_number_or_an_array, (1.0, U), "an array on one way", "x > 0", "same shape"),
    (nothing_or_a_number, (1.0,), "is None on one way", "x > 0", "numbers or arrays"),
    (recursion, (5.0,), "calls itself under a condition on traced values", "x < 1", "as a loop"),
    (a_shape_from_the_index, (1.0, U), "differs from turn to turn of a loop", "y.sum()", "range or slice"),
    (a_set, (1.0,), "a set differs between the ways", "if x > 0", "list of numbers"),
    (turns_of_a_float, (3.0,), "range() needs the number of a traced float64", "range(x)", "int argument"),
]


@pytest.mark.parametrize(
    ("function", "args", "message", "text", "remedy"), NOT_JOINED, ids=[f.__name__ for f, *_ in NOT_JOINED]
)
def test_what_cannot_be_joined(function, args, message, text, remedy):
    with pytest.raises(NeedsValueError) as caught:
        traced(function, *args)
    assert message in caught.value.message
    assert caught.value.origin is not None
    assert text in caught.value.origin.source_line
    assert remedy in caught.value.remedy


def test_a_name_that_cannot_be_joined_may_go_unread():
    def f(x):
        if x > 0:
            word = "large"
        else:
            word = "small"
        word = "any"
        return {word: x}["any"]

    traced(f, 1.0)


def test_a_store_into_one_of_two_arrays_names_both_lines():
    def f(c, u, v):
        a = u
        if c > 0:
            a = v
        a[0] = 1.0
        return u, v

    with pytest.raises(Error, match="is one of several arrays") as caught:
        traced(f, 1.0, U, V)
    first = f.__code__.co_firstlineno
    assert [int(line) for line in re.findall(r"\.py:(\d+):", caught.value.message)] == [first + 3, first + 1]
    assert caught.value.origin is not None
    assert caught.value.origin.line == first + 4
    assert "copy" in caught.value.remedy


def test_an_array_that_may_be_another_is_not_read_after_a_store_into_that():
    def f(c, u, v):
        a = u if c > 0 else v
        u[0] = 1.0
        return a.sum()

    with pytest.raises((StoreError, NeedsValueError), match="one of them was written to since") as caught:
        traced(f, 1.0, U, V)
    assert caught.value.origin is not None
    assert "a.sum()" in caught.value.origin.source_line
    assert "(u if c else v).copy()" in caught.value.remedy


def test_a_loop_that_is_too_long_to_unroll_says_why_it_was():
    def f(x, n):
        kept = []
        for i in range(n):
            kept.append(x * i)
            kept.append(x)
        return sum(kept)

    with pytest.raises(LimitError, match="the list kept does not get exactly one item") as caught:
        traced(f, 1.0, 10**7)
    assert caught.value.origin is not None
    assert "for i in range(n)" in caught.value.origin.source_line


def test_what_always_raises_raises_now():
    def f(x):
        if x > 0:
            raise ValueError("one")
        raise ValueError("one")

    with pytest.raises(ValueError, match="one"):
        traced(f, 1.0)


def test_a_try_around_a_branch_that_leaves():
    def f(x):
        for _ in range(3):
            try:
                if x > 1:
                    break
            except ValueError:
                pass
            else:
                x = x + 1
        return x

    with pytest.raises(UnsupportedError, match="the `else` of a `try`"):
        traced(f, 1.0)


def test_an_array_that_one_way_shares_with_another_joined_array_is_not_read_after_a_store():
    def f(u, v, c, d):
        if c > 0:
            if d > 0:
                v = v.copy()
        else:
            u = v
        v[0] = 5.0
        return np.sum(u)

    with pytest.raises((StoreError, UnsupportedError), match="one of several arrays"):
        trace(f, (np.ones(2), np.ones(2), 1.0, 1.0), {})
