"""Loops: value and gradient of four functions written with them, in time and in memory."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tests.benchmarks.harness import Timing, interleaved, optional, table, timing_table
from tests.benchmarks.loops_memory import megabytes, peak_of
from tests.benchmarks.loops_workloads import (
    ALONE,
    AUTOGRAD,
    HAND,
    OURS,
    TORCH,
    WORKLOADS,
    Call,
    Workload,
    flat,
    labels,
    make,
)

RTOL = 1e-6
FACTOR = 1.5  # of the hand's time
CHEAP = 5.0  # times the function itself


def run(rounds: int) -> str:
    """Return the section: a table of times and one of memory for each workload, and who keeps the limits."""
    intro = (
        "## Loops\n\nValue and gradient of functions written with loops, as they stand in"
        " `tests/benchmarks/loops_functions.py`. The hand-written gradients are beside them in"
        " `loops_hand.py`. Memory is what a second call adds to the process at its peak."
    )
    return "\n\n".join([intro, *(section(workload, rounds) for workload in WORKLOADS.values())])


def section(workload: Workload, rounds: int) -> str:
    calls, factors = built(workload)
    check(workload, calls)
    timings = {
        name: scaled(timing, factors.get(name, 1)) for name, timing in interleaved(calls, rounds).items()
    }
    absent = {
        name: "not installed"
        for name, module in (("JAX", "jax"), (TORCH, "torch"), (AUTOGRAD, "autograd"))
        if optional(module) is None
    }
    parts = [f"### {heading(workload)}\n\n{workload.title}", timing_table(timings, HAND, absent)]
    return "\n\n".join([*parts, verdict(timings), memory(workload, list(calls), factors)])


def heading(workload: Workload) -> str:
    return workload.name.replace("_", " ").capitalize()


def built(workload: Workload) -> tuple[dict[str, Call], dict[str, int]]:
    """Return the calls by their labels, and by how much the times of those on a part must be multiplied."""
    calls: dict[str, Call] = {}
    factors: dict[str, int] = {}
    whole, part = workload.sample(), workload.sample(*workload.small)
    for label in labels(workload):
        if workload.small and label in (TORCH, AUTOGRAD):
            name = f"{label}, a {workload.factor}th of the steps, times {workload.factor}"
            calls[name], factors[name] = make(workload, label, part), workload.factor
        else:
            calls[label] = make(workload, label, whole)
    return calls, factors


def check(workload: Workload, calls: Mapping[str, Call]) -> None:
    """Raise where a contender's value or gradient is not the hand's, at the same arguments."""
    expected = flat(calls[HAND]())
    of_a_part = flat(make(workload, HAND, workload.sample(*workload.small))())
    for name, call in calls.items():
        if name != ALONE:
            wanted = of_a_part if " times " in name else expected
            atol = RTOL * np.max(np.abs(wanted[1:]))
            np.testing.assert_allclose(flat(call()), wanted, rtol=RTOL, atol=atol, err_msg=name)


def scaled(timing: Timing, factor: int) -> Timing:
    return Timing(*(factor * value for value in (timing.median, timing.low, timing.high, timing.best)))


def verdict(timings: Mapping[str, Timing]) -> str:
    hand, ours, alone = (timings[name].median for name in (HAND, OURS, ALONE))
    return (
        f"bpcompiler takes {ours / hand:.2f} times the hand's time (to be at most {FACTOR}) and"
        f" {ours / alone:.2f} times the function's own (to be at most {CHEAP:.0f})."
    )


def memory(workload: Workload, names: list[str], factors: Mapping[str, int]) -> str:
    """Return the table of peak memory, each from a process of its own. Parts are not scaled: left out."""
    rows = [(name, megabytes(peak_of(workload.name, name))) for name in names if name not in factors]
    return table(("", "peak memory of a call"), rows)
