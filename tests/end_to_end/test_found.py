"""Programs on which something was wrong once, in all of their forms, forward and twice."""

import numpy as np
import pytest

from tests.end_to_end import found_stores  # noqa: F401 - it adds to PROGRAMS
from tests.end_to_end.found import EMPTY, LINE, OTHER, PROGRAMS, ROWS, Found
from tests.end_to_end.imperative_check import EVERY, verdict


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.source)
def test_it_stays_right(program):
    assert verdict(program, EVERY, second=True).startswith("right")


# ------------------------------------------------------------------ which of two arrays a name is


def turns_into_another_array(u, v, A, B):
    for j in range(1, len(A)):
        if 0.5 < u[j]:
            break
        B *= v
        B = A
    return np.sum(A)


def turns_into_a_view(x, u, A):
    c = 0
    while c < 2 and np.sum(A) < x:
        c += 1
        A = u[None]
    A += A
    return np.sum(u)


def turns_into_what_is_written_later(x, u, v):
    c = 0
    while c < len(v):
        if np.any(v > 0.1):
            u = v
        c += 1
    v *= x
    return np.sum(u)


@pytest.mark.parametrize(
    "program",
    [
        Found(turns_into_another_array, (LINE, OTHER, ROWS, 2 * ROWS)),
        Found(turns_into_a_view, (5.0, LINE, ROWS[:1])),
        Found(turns_into_what_is_written_later, (1.0, LINE, OTHER)),
        Found(turns_into_what_is_written_later, (1.0, EMPTY, EMPTY)),
    ],
    ids=lambda program: f"{program.source}_{len(program.args[1])}",
)
def test_it_is_right_or_refused(program):
    assert verdict(program).startswith(("right", "refused"))
