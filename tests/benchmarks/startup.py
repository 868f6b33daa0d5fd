"""A fresh process to its first gradient, with an empty cache and with a warm one."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.benchmarks.fresh import process
from tests.benchmarks.harness import Timing, summary, timing_table

HAND = "hand-written, `@njit(cache=True)`"
OURS = "bpcompiler"
FLOOR = "`import numba` alone"

# Each gets its imports and one call: what a user's script does. A function must stand in a file.
SCALAR = {
    HAND: "from tests.benchmarks.startup_hand import gradient; print(gradient(3.0, -4.0))",
    OURS: "from tests.benchmarks.startup_ours import gradient; print(gradient(3.0, -4.0))",
    FLOOR: "import numba",
}
NETWORK = {
    HAND: """
from tests.benchmarks.functions import sample
from tests.benchmarks.startup_network import value_and_grad
value, gradient = value_and_grad(*sample(128))
print(float(value))
""",
    "the same, products by NumPy in Python": """
from tests.benchmarks.functions import sample
from tests.benchmarks.hand import Network
arguments = sample(128)
value, gradient = Network(arguments[:6], 128, fresh=True)(*arguments)
print(float(value))
""",
    OURS: """
import bpcompiler as bp
from tests.benchmarks.functions import network, sample
arguments = sample(128)
value, gradient = bp.value_and_grad(network, argnums=tuple(range(6)))(*arguments)
print(float(value))
""",
    FLOOR: "import numba",
}
WORKLOADS = {
    "one gradient of the scalar function": (SCALAR, "(2.05956979557216"),
    "one value and gradient of the network": (NETWORK, "2.55181"),
}


def run(rounds: int) -> str:
    """Return the section: cold and warm tables. A round takes seconds, so there are fewer of them."""
    parts = ["## A fresh process\n\nWall time of a Python process that imports, compiles and computes once."]
    for what, (programs, expected) in WORKLOADS.items():
        cold, warm = measure(programs, expected, max(1, rounds // 4))
        parts += [
            f"With an empty cache, {what} (to be at most 1.6 times the hand's):",
            timing_table(cold, HAND, {}),
            "With a warm cache (to be at most 1.15 times):",
            timing_table(warm, HAND, {}),
        ]
    return "\n\n".join(parts)


def measure(
    programs: Mapping[str, str], expected: str, rounds: int
) -> tuple[dict[str, Timing], dict[str, Timing]]:
    """Return cold and warm timings: in each round every program runs in a new folder, then again in it."""
    cold: dict[str, list[float]] = {name: [] for name in programs}
    warm: dict[str, list[float]] = {name: [] for name in programs}
    for turn in range(rounds + 1):
        with tempfile.TemporaryDirectory() as folder:
            for number, (name, code) in enumerate(programs.items()):
                times = [checked(name, code, expected, Path(folder, str(number))) for _ in range(2)]
                if turn:  # the first round compiles the libraries' own bytecode
                    cold[name].append(times[0])
                    warm[name].append(times[1])
    return summaries(cold), summaries(warm)


def checked(name: str, code: str, expected: str, cache: Path) -> float:
    """Return the process's seconds, after a look at what it printed."""
    seconds, printed = process(code, cache)
    if name != FLOOR and not printed.startswith(expected):
        raise RuntimeError(f"{name} printed {printed}, not {expected}...")
    return seconds


def summaries(seconds: dict[str, list[float]]) -> dict[str, Timing]:
    return {name: summary(values) for name, values in seconds.items()}
