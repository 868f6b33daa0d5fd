"""How time and memory of a gradient grow with the number of steps, with checkpoints and without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.benchmarks.harness import duration, optional, table
from tests.benchmarks.loops_memory import measured, megabytes
from tests.benchmarks.loops_workloads import HAND, OURS

STEPS = (1_000, 10_000, 100_000, 1_000_000)
BEST_OF_JAX = "JAX, `jax.checkpoint` of the step"
CHECKPOINTED = 'bpcompiler, `checkpoint="sqrt"`'
CELLS = 100
LIMIT_BYTES, LIMIT_RATIO = 20e6, 1.6
# Each: workload, title, its sizes for a number of steps.
CASES: tuple[tuple[str, str, Callable[[int], tuple[int, ...]]], ...] = (
    ("predator_prey", "Predator and prey: a state of 2 numbers", lambda steps: (steps,)),
    ("heat", f"Heat: a state of {CELLS} numbers", lambda steps: (CELLS, steps)),
)


def run(rounds: int) -> str:
    """Return the section. Each figure is the best of three calls in a process of its own."""
    del rounds
    intro = (
        "## Long loops\n\nTime of a value and gradient, and the memory it adds at its peak, by the number of"
        " steps."
    )
    return "\n\n".join([intro, *(grown(*case) for case in CASES)])


def grown(workload: str, title: str, sizes: Callable[[int], tuple[int, ...]]) -> str:
    contenders: dict[str, tuple[str, dict[str, Any]]] = {
        HAND: (HAND, {}),
        OURS: (OURS, {}),
        CHECKPOINTED: (OURS, {"checkpoint": "sqrt"}),
    }
    if optional("jax"):
        contenders[BEST_OF_JAX] = (BEST_OF_JAX, {})
    found = {
        name: [measured(workload, label, *sizes(steps), **options) for steps in STEPS]
        for name, (label, options) in contenders.items()
    }
    header = ("", *(f"{steps:,} steps" for steps in STEPS))
    rows = [(name, *map(figures, column)) for name, column in found.items()]
    return f"### {title}\n\n{table(header, rows)}\n\n{verdict(found)}"


def figures(one: dict[str, Any]) -> str:
    return f"{duration(one['seconds'])}, {megabytes(one['bytes'])}"


def verdict(found: dict[str, list[dict[str, Any]]]) -> str:
    """Return what checkpoints cost and save at the largest number of steps."""
    plain, checked = found[OURS][-1], found[CHECKPOINTED][-1]
    ratio = checked["seconds"] / plain["seconds"]
    return (
        f"With checkpoints, {STEPS[-1]:,} steps need {megabytes(checked['bytes'])} (to be at most"
        f" {megabytes(int(LIMIT_BYTES))}) and {ratio:.2f} times the time without (to be at most"
        f" {LIMIT_RATIO})."
    )
