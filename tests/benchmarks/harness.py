"""Interleaved timing, tables, and the facts a figure needs beside it."""

from __future__ import annotations

import importlib
import importlib.metadata
import math
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
PACKAGES = ("numpy", "scipy", "numba", "sympy", "jax", "torch", "autograd")
BLOCK_SECONDS = 0.004  # a timed block is this long: far above the clock's grain, far below a slow phase


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds a call: the median over rounds, the quarter points around it, and the least."""

    median: float
    low: float
    high: float
    best: float


def interleaved(
    runs: Mapping[str, Callable[[], object]],
    rounds: int,
    budget: float = math.inf,
    block_seconds: float = BLOCK_SECONDS,
) -> dict[str, Timing]:
    """Return each run's timing. Round by round all take their turn, so a slow phase hits all alike.

    The order rotates, so that nobody always follows the one who spoils the cache. After two rounds, those
    that have spent `budget` seconds take no more turns.
    """
    counts = {name: calls_in_a_block(run, block_seconds) for name, run in runs.items()}
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    names = list(runs)
    for turn in range(rounds):
        shift = turn % len(names)
        for name in names[shift:] + names[:shift]:
            if turn < 2 or sum(seconds[name]) * counts[name] < budget:
                seconds[name].append(block(runs[name], counts[name]))
    return {name: summary(values) for name, values in seconds.items()}


def calls_in_a_block(run: Callable[[], object], seconds: float = BLOCK_SECONDS) -> int:
    """Return how many calls fill a block, after one that may compile."""
    run()
    count = 1
    while (spent := block(run, count) * count) < seconds:
        count = max(2 * count, int(count * seconds / max(spent, 1e-9)))
    return count


def block(run: Callable[[], object], count: int) -> float:
    """Return the seconds a call of `count` calls."""
    turns = range(count)
    start = time.perf_counter()
    for _ in turns:
        run()
    return (time.perf_counter() - start) / count


def summary(values: list[float]) -> Timing:
    if len(values) < 2:
        return Timing(values[0], values[0], values[0], values[0])
    low, median, high = statistics.quantiles(values, n=4)
    return Timing(median, low, high, min(values))


def table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a Markdown table: the first column is text, the others are figures."""
    rule = ("---",) + ("---:",) * (len(header) - 1)
    return "\n".join("| " + " | ".join(row) + " |" for row in (header, rule, *rows))


def timing_table(timings: Mapping[str, Timing], reference: str, absent: Mapping[str, str]) -> str:
    """Return the timings as a table with ratios to `reference`; `absent` gives reasons for empty rows."""
    base = timings[reference].median
    rows = [
        (name, duration(t.median), f"{duration(t.low)} .. {duration(t.high)}", f"{t.median / base:.2f}")
        for name, t in timings.items()
    ]
    rows += [(name, reason, "", "") for name, reason in absent.items()]
    return table(("", "median", "middle half", f"ratio to {reference}"), rows)


def duration(seconds: float) -> str:
    """Return seconds in a unit that needs no exponent."""
    for unit, scale in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if abs(seconds) >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds / 1e-9:.0f} ns"


def optional(name: str) -> ModuleType | None:
    """Return a rival's module, or None where it is not installed."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name == name.partition(".")[0]:  # and not something that the rival misses
            return None
        raise


def versions() -> str:
    """Return the versions a figure depends on, and the processor, on one line."""
    found = [f"Python {platform.python_version()}"]
    for package in PACKAGES:
        try:
            found.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            found.append(f"{package} not installed")
    return ", ".join([*found, processor()])


def processor() -> str:
    """Return the processor's name, where the system tells."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
