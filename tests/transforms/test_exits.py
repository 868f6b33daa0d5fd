"""What a reverse keeps of a loop that may be left: no condition for each turn, and tapes that have a size."""

import numpy as np
import pytest

from bpcompiler.ir.types import BOOL
from bpcompiler.transforms.forward import forward
from bpcompiler.transforms.planning.report import kept_by
from bpcompiler.transforms.reverse import reverse
from tests.transforms.programs import traced

U = np.linspace(0.5, 1.5, 6)
A = np.linspace(0.2, 1.3, 12).reshape(3, 4)


def broken(u, limit):
    total = 1.0
    for i in range(len(u)):
        if u[i] > limit:
            break
        total = total * u[i] + u[i]
    return total


def returned(u, limit):
    total = 0.0
    for i in range(len(u)):
        total += u[i] ** 2
        if total > limit:
            return total * u[i]
    return total


def broken_or_returned(u, limit):
    total = 0.5
    for i in range(len(u)):
        if u[i] > limit:
            break
        total = total * u[i] + u[i]
        if total > limit:
            return total * 2.0
        total = total * total
    return total


def left_inside(u, limit):
    total = 0.5
    for i in range(len(u)):
        if i % 2 == 0:
            total = total * u[i]
        elif total * u[i] > limit:
            break
        total = total * total + u[i]
    else:
        total = total * 3.0
    return total


def in_a_loop(A, limit):
    total = 1.0
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            if A[i, j] * total > limit:
                break
            total += A[i, j] ** 2 * total
    return total


def out_of_both(A, limit):
    total = 1.0
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            if A[i, j] * total > limit:
                return total * A[i, 0]
            total += A[i, j] ** 2 * total
    return total


def while_true(u, limit):
    total, i = 1.0, 0
    while True:
        total = total * u[i] + 1.0
        if total > limit or i == len(u) - 1:
            return total
        i += 1


# The limits stop each in its first turn, on the way, in the last turn, and never.
CASES = [
    *((f, U, limit) for f in (broken, while_true) for limit in (0.1, 0.95, 1.4, 99.0)),
    *((returned, U, limit) for limit in (0.1, 2.0, 6.3, 99.0)),
    *((broken_or_returned, U, limit) for limit in (0.1, 0.8, 1.0, 2.5, 99.0)),
    *((left_inside, U, limit) for limit in (0.1, 0.9, 3.0, 99.0)),
    *((f, A, limit) for f in (in_a_loop, out_of_both) for limit in (0.1, 0.7, 3.0, 9.0, 999.0)),
]


@pytest.mark.parametrize(("function", "x", "limit"), CASES)
def test_gradients_of_loops_that_are_left(function, x, limit):
    found = traced(function, (x, limit), {}, 0)
    np.testing.assert_allclose(found.gradient(), found.by_forward(), rtol=1e-12)


@pytest.mark.parametrize("function", [broken, returned, broken_or_returned, in_a_loop, out_of_both])
def test_no_condition_is_kept_for_each_turn(function):
    x = A if function in (in_a_loop, out_of_both) else U
    found = traced(function, (x, 1.0), {}, 0)
    kept = list(kept_by(reverse(found.program, found.wrt)))
    assert all(each.shape is not None for each in kept)
    conditions = [each for each in kept if each.tape.aval.dtype is BOOL]
    assert [len(each.shape) for each in conditions] == ([1] if function is in_a_loop else [])


def test_second_derivatives_of_loops_that_are_left():
    for limit in (0.95, 99.0):
        found = traced(broken_or_returned, (U, limit), {}, 0)
        np.testing.assert_allclose(found.hessian(reverse), found.hessian(forward), rtol=1e-11, atol=1e-12)


def endless(x):
    for _ in range(10**12):
        x = 0.5 * (x + 2.0 / x)
        if abs(x * x - 2.0) < 1e-12:
            break
    return x


def test_a_range_that_has_no_room_keeps_what_its_turns_need():
    found = traced(endless, (1.0,), {}, 0)
    (kept,) = kept_by(reverse(found.program, found.wrt))
    assert kept.shape is None
    np.testing.assert_allclose(found.gradient(), found.by_forward(), rtol=1e-12)
