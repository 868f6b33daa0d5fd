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


@dataclass(frozen=True)
class Case:
    """A kind of call; those with `error` fail each time."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    error: type[Exception] | None = None
    share: float = 1.0  # of the calls that the command makes


CASES = {
    "numbers": Case(scalar, (0.5, 3.0)),
    "a dict of arrays": Case(arrays, ({"a": np.ones((2, 3)), "b": np.ones(3), "w": np.ones(3)},), share=0.1),
    "tapes that grow": Case(growing, (np.ones(3), 1000.0), share=0.1),
    "an index out of bounds": Case(chosen, (np.ones(3), np.array([3])), IndexError, share=0.1),
    "an exception of the user's": Case(raised, (-np.ones(3),), ValueError, share=0.1),
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
    gradient = bp.value_and_grad(case.function, argnums=0)
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
