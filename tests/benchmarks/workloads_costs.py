"""What the workloads cost beside time: compiling, memory, and how time grows with their size."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmarks.fresh import process
from tests.benchmarks.harness import duration, optional, table
from tests.benchmarks.loops_memory import megabytes, peak_bytes, seconds

CODE = "from tests.benchmarks.workloads_costs import report; report({!r}, {!r}, {!r})"
OBVIOUS_JAX = "JAX, obvious"
COSTS = (
    *("scalar", "descent", "elementwise7", "two_layers64", "network", "mixture_arrays3", "mixture_loops"),
    *("predator_prey4", "heat200", "process300", "lstm32"),
)
# Each: a measurement of the workload, what grows, its sizes, and the sizes of a call.
GROWTH: tuple[tuple[str, str, tuple[int, ...], Callable[[int], tuple[int, ...]]], ...] = (
    ("elementwise7", "n", (1_000, 10_000, 100_000, 1_000_000, 10_000_000), lambda n: (n,)),
    ("mixture_arrays3", "n", (100, 1_000, 10_000), lambda n: (n,)),
    ("mixture_loops", "n", (100, 1_000, 10_000), lambda n: (n,)),
    ("process300", "n", (50, 100, 200, 400, 800), lambda n: (n,)),
    ("heat200", "cells", (100, 200, 400, 800, 1_600), lambda cells: (cells, 2_000)),
    ("lstm32", "T", (25, 50, 100, 200, 400), lambda steps: (32, steps)),
)


def run(rounds: int, only: str = "") -> str:
    """Return the section; `only` leaves the measurements whose names begin with it."""
    del rounds
    intro = (
        "## Workloads: compiling and memory\n\nThe first call in a fresh process that has loaded NumPy, SciPy"
        " and Numba, with an empty cache folder and with a full one; and what a second call adds to the"
        " process at its peak, its results included."
    )
    rows = [costs(name) for name in COSTS if name.startswith(only)]
    header = ("", "first call", "with a full cache", "memory", "the expert's", OBVIOUS_JAX)
    growths = [growth(*case) for case in GROWTH if case[0].startswith(only)]
    return "\n\n".join([intro, table(header, rows), "### By size", *growths])


def costs(name: str) -> tuple[str, ...]:
    from tests.benchmarks.workloads import contenders

    with tempfile.TemporaryDirectory() as folder:
        cold, warm = (measured(name, contenders.OURS, cache=Path(folder)) for _ in range(2))
        expert = measured(name, contenders.EXPERT)
        jax = measured(name, OBVIOUS_JAX) if optional("jax") else {"bytes": None}
    title = measurement(name).title
    memory = (megabytes(one["bytes"]) for one in (warm, expert, jax))
    return title, duration(cold["first"]), duration(warm["first"]), *memory


def growth(name: str, what: str, sizes: tuple[int, ...], of_call: Callable[[int], tuple[int, ...]]) -> str:
    """Return the table of our times and memory by size."""
    from tests.benchmarks.workloads import contenders

    found = [measured(name, contenders.OURS, *of_call(size)) for size in sizes]
    workload = measurement(name).workload
    header = (f"{workload.number} {workload.title}", *(f"{what}={size:,}" for size in sizes))
    rows = [
        ("a call", *(duration(one["seconds"]) for one in found)),
        ("memory", *(megabytes(one["bytes"]) for one in found)),
    ]
    return table(header, rows)


def measured(name: str, label: str, *sizes: int, cache: Path | None = None) -> dict[str, Any]:
    """Return the seconds of the first call and of later ones, and bytes at the peak, in a fresh process."""
    _, printed = process(CODE.format(name, label, sizes), cache)
    return json.loads(printed.splitlines()[-1])


def measurement(name: str) -> Any:
    from tests.benchmarks.workloads.catalogue import MEASUREMENTS

    return next(m for m in MEASUREMENTS if m.name == name)


def report(name: str, label: str, sizes: tuple[int, ...]) -> None:
    """Print the figures: what the fresh process runs."""
    from tests.benchmarks.workloads.contenders import JAX, make

    one = measurement(name)
    if label == OBVIOUS_JAX:
        label = JAX + next(iter(one.workload.jax()))
    call = make(one.workload, label, one.workload.sample(*(sizes or one.sizes)))
    first = seconds(call)
    peak = peak_bytes(call)
    found = {"first": first, "seconds": min(seconds(call) for _ in range(5)), "bytes": peak}
    sys.stdout.write(json.dumps(found) + "\n")
