"""Calls leave nothing behind, answered or not. By counting; `python -m tests.leaks` makes a million."""

import pytest

from tests.leaks import CASES, left_by


@pytest.mark.parametrize("name", CASES)
def test_a_thousand_calls_leave_nothing(name):
    left = left_by(CASES[name], 1000)
    assert left.numba_blocks == 0
    assert left.references == 0
    assert left.python_blocks < 100  # a leak would be a thousand
