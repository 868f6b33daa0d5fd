"""What many calls leave behind: `python -m tests.leaks` makes a million of each kind, the tests a thousand.

Counted are Numba's blocks of memory, Python's, and references to the arguments; the command also shows by how
much the process has grown.
"""

from __future__ import annotations

import gc
import math
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import bpcompiler as bp
from tests.allocations import counting
from tests.api.nopython_functions import called

SCALE = 2.0


def scalar(x, y):
    return math.exp(x) * y + SCALE


def arrays(p):
    return np.sum(p["a"] * p["b"] @ p["w"])


def growing(x, limit):
    steps = 0.0
    while np.sum(x) < limit:  # its tapes grow
        x = x * 1.5
        steps += np.sum(x)
    return steps


def chosen(x, i):
    return x[i[0]] * SCALE


def raised(x):
    if x[0] < 0.0:
        raise ValueError(f"{x[0]} is negative")
    return np.sum(x)


def trained(w, x, y, steps):
    state = bp.optim.adam(0.1).init(w)
    value = 0.0
    for t in range(steps):
        rows = bp.random.choice((3, t), len(y), 2)
        value, gradient = bp.value_and_grad(squares)(w, x[rows], y[rows])
        w, state = bp.optim.adam(0.1).update(w, gradient, state)
    return w, value


def squares(w, x, y):
    return np.sum((x @ w - y) ** 2)


def stepped(w, x, y):
    return squares(w - 0.1 * bp.grad(squares)(w, x, y), x, y)


def gradient_of(case: Case) -> Callable[..., Any]:
    return bp.value_and_grad(case.function)


def machine_code_of(case: Case) -> Callable[..., Any]:
    return bp.jit(case.function)


def flat(case: Case) -> Callable[..., Any]:
    return gradient_of(case).njit(*case.args)


def called_flat(case: Case) -> Callable[..., Any]:
    """A function of Numba's that calls the flat one. An exception would leave its arguments behind."""
    return called(flat(case))


@dataclass(frozen=True)
class Case:
    """A kind of call; those with `error` fail each time."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    error: type[Exception] | None = None
    share: float = 1.0  # of the calls that the command makes
    made: Callable[[Case], Callable[..., Any]] = gradient_of


LINE = (np.ones(3), np.ones((4, 3)), np.ones(4))
CASES = {
    "numbers": Case(scalar, (0.5, 3.0)),
    "a dict of arrays": Case(arrays, ({"a": np.ones((2, 3)), "b": np.ones(3), "w": np.ones(3)},), share=0.1),
    "tapes that grow": Case(growing, (np.ones(3), 1000.0), share=0.1),
    "an index out of bounds": Case(chosen, (np.ones(3), np.array([3])), IndexError, share=0.1),
    "an exception of the user's": Case(raised, (-np.ones(3),), ValueError, share=0.1),
    "a training loop": Case(trained, (*LINE, 3), made=machine_code_of),
    "a gradient in a gradient": Case(stepped, LINE),
    "a flat function": Case(squares, LINE, made=called_flat),
    "an index out of bounds in a flat function": Case(
        chosen, (np.ones(3), np.array([3])), IndexError, share=0.1, made=flat
    ),
}


@dataclass(frozen=True)
class Left:
    """What is there after the calls that was not there before them."""

    numba_blocks: int
    python_blocks: int
    references: int
    megabytes: float


def left_by(case: Case, calls: int) -> Left:
    """Return what so many calls leave behind, after some that may compile and remember."""
    gradient = case.made(case)
    repeat(gradient, case, 50)
    before = facts(case)
    with counting() as counts:
        repeat(gradient, case, calls)
    after = facts(case)
    more = (after[i] - before[i] for i in range(3))
    return Left(counts.kept, *more)


def repeat(call: Callable[..., Any], case: Case, times: int) -> None:
    for _ in range(times):
        try:
            call(*case.args)
        except Exception as error:
            if not isinstance(error, case.error or ()):
                raise


def facts(case: Case) -> tuple[int, int, float]:
    gc.collect()
    return sys.getallocatedblocks(), sum(map(sys.getrefcount, case.args)), resident()


def resident() -> float:
    """Return the process's megabytes in memory, 0 where the system does not tell."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6 if status.exists() else 0.0


def main() -> None:
    for name, case in CASES.items():
        calls = int(1_000_000 * case.share)
        print(f"{calls:9,d} calls, {name}: {left_by(case, calls)}", flush=True)


if __name__ == "__main__":
    main()
