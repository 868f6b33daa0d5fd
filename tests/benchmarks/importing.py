"""What `import bpcompiler` costs beyond NumPy, and what it loads."""

from __future__ import annotations

from tests.benchmarks.fresh import process
from tests.benchmarks.harness import duration, summary, table

HEAVY = ("numba", "scipy", "sympy")
CODE = f"""
import sys, time
import numpy
start = time.perf_counter()
import bpcompiler
print(time.perf_counter() - start, *(name for name in {HEAVY} if name in sys.modules))
"""


def run(rounds: int) -> str:
    """Return the section: seconds inside a fresh process, after NumPy, in as many processes as rounds."""
    process(CODE)  # writes the bytecode
    seconds, loaded = [], set()
    for _ in range(rounds):
        printed = process(CODE)[1].split()
        seconds.append(float(printed[0]))
        loaded.update(printed[1:])
    timing = summary(seconds)
    row = (duration(timing.median), f"{duration(timing.low)} .. {duration(timing.high)}")
    return (
        "## Import\n\nWhat `import bpcompiler` takes in a fresh process that has imported NumPy"
        " (to be under 0.1 s).\n\n"
        + table(
            ("", "median", "middle half", "of NumPy, SciPy, SymPy and Numba it loads"),
            [("`import bpcompiler`", *row, ", ".join(sorted(loaded)) or "NumPy only")],
        )
    )
