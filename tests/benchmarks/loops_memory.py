"""What a call adds to its process at the peak, and how long it takes: each in a fresh process.

`tracemalloc` does not see what compiled code allocates, so the kernel is asked: its mark of the largest
resident size is reset before the call that counts.
"""

from __future__ import annotations

import ctypes
import gc
import json
import sys
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.fresh import process

STATUS = Path("/proc/self/status")
RESET = Path("/proc/self/clear_refs")
CODE = "from tests.benchmarks.loops_memory import report; report({!r}, {!r}, {!r}, {!r})"


def peak_of(workload: str, label: str, *sizes: int, **options: Any) -> int | None:
    """Return the bytes at the peak of a call, or None where the system does not tell."""
    return measured(workload, label, *sizes, **options)["bytes"]


def measured(workload: str, label: str, *sizes: int, **options: Any) -> dict[str, Any]:
    """Return the seconds of a call and its bytes at the peak, both of calls after the first."""
    _, printed = process(CODE.format(workload, label, sizes, options))
    return json.loads(printed.splitlines()[-1])


def report(workload: str, label: str, sizes: tuple[int, ...], options: dict[str, Any]) -> None:
    """Print the figures: what the fresh process runs."""
    from tests.benchmarks.loops_workloads import WORKLOADS, make

    chosen = WORKLOADS[workload]
    call = make(chosen, label, chosen.sample(*sizes), **options)
    call()
    peak = peak_bytes(call)
    sys.stdout.write(json.dumps({"seconds": min(seconds(call) for _ in range(3)), "bytes": peak}) + "\n")


def peak_bytes(call: Any) -> int | None:
    """Return how far the call lifts the resident size above what it is before."""
    gc.collect()
    if not RESET.exists():
        return None
    ctypes.CDLL(None).malloc_trim(0)
    RESET.write_text("5")
    before = kilobytes("VmRSS")
    result = call()
    peak = kilobytes("VmHWM")
    del result
    return 1024 * max(0, peak - before)


def kilobytes(name: str) -> int:
    lines = STATUS.read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def seconds(call: Any) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def megabytes(count: int | None) -> str:
    if count is None:
        return "not measured here"
    return f"{count / 1e6:.2g} MB" if count < 10e6 else f"{count / 1e6:.0f} MB"
