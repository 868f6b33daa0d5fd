"""A fresh process to its first gradient, with an empty cache and with a warm one."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.benchmarks.fresh import process
from tests.benchmarks.harness import Timing, summary, timing_table

HAND = "hand-written, `@njit(cache=True)`"
OURS = "bpcompiler"
FLOOR = "`import numba` alone"

# Each gets one import and one call: what a user's script does. A function must stand in a file.
PROGRAMS = {
    HAND: "from tests.benchmarks.startup_hand import gradient; print(gradient(3.0, -4.0))",
    OURS: "from tests.benchmarks.startup_ours import gradient; print(gradient(3.0, -4.0))",
    FLOOR: "import numba",
}
EXPECTED = "(2.05956979557216"


def run(rounds: int) -> str:
    """Return the section: cold and warm tables. A round takes seconds, so there are fewer of them."""
    cold, warm = measure(max(1, rounds // 4))
    return (
        "## A fresh process\n\nWall time of a Python process that imports, compiles and prints one gradient"
        " of the scalar function.\n\nWith an empty cache (to be at most 1.8 times the hand's):\n\n"
        + timing_table(cold, HAND, {})
        + "\n\nWith a warm cache (to be at most 1.25 times):\n\n"
        + timing_table(warm, HAND, {})
    )


def measure(rounds: int) -> tuple[dict[str, Timing], dict[str, Timing]]:
    """Return cold and warm timings: in each round every program runs in a new folder, then again in it."""
    cold: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    warm: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for turn in range(rounds + 1):
        with tempfile.TemporaryDirectory() as folder:
            for number, (name, code) in enumerate(PROGRAMS.items()):
                times = [checked(name, code, Path(folder, str(number))) for _ in range(2)]
                if turn:  # the first round compiles the libraries' own bytecode
                    cold[name].append(times[0])
                    warm[name].append(times[1])
    return summaries(cold), summaries(warm)


def checked(name: str, code: str, cache: Path) -> float:
    """Return the process's seconds, after a look at what it printed."""
    seconds, printed = process(code, cache)
    if name != FLOOR and not printed.startswith(EXPECTED):
        raise RuntimeError(f"{name} printed {printed}, not {EXPECTED}...")
    return seconds


def summaries(seconds: dict[str, list[float]]) -> dict[str, Timing]:
    return {name: summary(values) for name, values in seconds.items()}
