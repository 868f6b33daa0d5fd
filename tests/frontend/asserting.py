"""Functions with `assert`, in a module whose assertions pytest leaves as they are."""

from __future__ import annotations


def asserts(x):
    assert x >= 0
    assert x < 5, f"{x} is too large"
    return x


def asserts_a_number(x):
    assert x < 5, x
    return x
