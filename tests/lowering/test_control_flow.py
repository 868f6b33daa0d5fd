"""Functions with control flow through `jit`: the same results, types and stores as in Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import bpcompiler as bp
from tests.lowering.compiling import copies

SIZES = (0, 1, 2, 5)


def bound_in_one_branch(x: Any, c: float) -> Any:
    if c > 0:
        y = x * c
    if c > 0:
        return np.sum(y)
    return c


def bound_in_a_loop(x: Any, n: int) -> Any:
    for i in range(n):
        last = x * i
    return np.sum(last) if n > 0 else -1.0


def flags(x: Any) -> Any:
    seen, count = False, 0
    for value in x:
        if value < 0.3:
            seen = True
        if seen:
            count += 1
    return count, seen


def thirds(x: Any) -> Any:
    total = x[0] * 0
    for i in range(len(x)):
        total += x[i] / 3
        x[i] = total
    return total


def collatz(n: int) -> Any:
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


def smoothed(u: Any, k: float, turns: int) -> Any:
    for _ in range(turns):
        u[1:-1] += k * (u[2:] - 2 * u[1:-1] + u[:-2])
    return u


def shifted(u: Any) -> Any:
    u[1:] = u[:-1]
    u[:] = u[::-1] + u
    return np.sum(u)


def ping_pong(u: Any, v: Any, turns: int) -> Any:
    u, v = u.copy(), v.copy()
    for _ in range(turns):
        v[1:-1] = 0.5 * (u[:-2] + u[2:])
        u, v = v, u
    return u, v


def sorted_in_place(x: Any) -> Any:
    for i in range(len(x)):
        for j in range(len(x) - 1 - i):
            if x[j] > x[j + 1]:
                x[j], x[j + 1] = x[j + 1], x[j]
    return x


def sieve(n: int) -> Any:
    prime = np.ones(n + 2, dtype=np.bool_)
    prime[:2] = False
    for i in range(2, n):
        if prime[i]:
            k = i * i
            while k < n:
                prime[k] = False
                k += i
    return prime


def rows(A: Any) -> Any:
    total = np.zeros(A.shape[1])
    for row in A:
        total += row * total + row
    return total


def search(A: Any, value: float) -> Any:
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            if A[i, j] > value:
                return i, j
    return -1, -1


def at_repeated_places(x: Any, at: Any) -> Any:
    x[at] += 1.0
    np.add.at(x, at, 10.0)
    x[at] = np.arange(len(at)) + x[at]
    return x


def vector(n: int, dtype: Any = np.float64) -> Any:
    return np.random.default_rng(n).uniform(size=n).astype(dtype)


CASES: list[tuple[Any, tuple[Any, ...]]] = [
    *((bound_in_one_branch, (vector(3), c)) for c in (2.0, -1.0)),
    *((bound_in_a_loop, (vector(2), n)) for n in (0, 1, 3)),
    *((flags, (vector(n),)) for n in SIZES),
    *((thirds, (vector(n, dtype),)) for n in SIZES[1:] for dtype in (np.float64, np.float32)),
    *((collatz, (n,)) for n in (1, 2, 27)),
    *((smoothed, (vector(n, dtype), 0.2, 3)) for n in SIZES[2:] for dtype in (np.float64, np.float32)),
    *((shifted, (vector(n),)) for n in SIZES),
    *((ping_pong, (vector(n), vector(n), turns)) for n in (2, 5) for turns in (0, 1, 4)),
    *((sorted_in_place, (vector(n),)) for n in SIZES),
    *((sieve, (n,)) for n in (0, 1, 2, 50)),
    *((rows, (vector(3 * n).reshape(n, 3),)) for n in SIZES),
    *((search, (vector(6).reshape(2, 3), value)) for value in (0.0, 0.5, 2.0)),
    *((at_repeated_places, (vector(5), np.array(at))) for at in ([0, 0, 2], [-1, 4, 1])),
]


def same(ours: Any, theirs: Any) -> None:
    """Assert that two results have the same numbers and the same types."""
    if isinstance(theirs, tuple):
        assert isinstance(ours, tuple)
        for one, other in zip(ours, theirs, strict=True):
            same(one, other)
        return
    np.testing.assert_allclose(ours, theirs, rtol=1e-6 if np.asarray(theirs).dtype == np.float32 else 1e-13)
    assert np.asarray(ours).dtype == np.asarray(theirs).dtype


@pytest.mark.parametrize(
    ("function", "args"), CASES, ids=[f"{f.__name__}-{i}" for i, (f, _) in enumerate(CASES)]
)
def test_compiled_code_does_what_python_does(function: Any, args: tuple[Any, ...]) -> None:
    ours, theirs = copies(args), copies(args)
    same(bp.jit(function)(*ours), function(*theirs))
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(one, other)


def test_results_are_fresh() -> None:
    x = np.array([3.0, 1.0, 2.0])
    result = bp.jit(sorted_in_place)(x)
    assert not np.shares_memory(result, x)
    np.testing.assert_array_equal(result, x)
