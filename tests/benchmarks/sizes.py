"""A new batch size neither traces nor compiles: counted, not timed.

Compilations are Numba's own events. Traces are calls into our frontend, seen by the interpreter's
profiler, so no counter of ours is trusted.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from types import FrameType
from unittest import mock

from numba.core.event import install_recorder

import bpcompiler as bp
from tests.benchmarks import functions
from tests.benchmarks.harness import table

SIZES = (32, 32, 33, 128, 7, 2, 1)
PREFIXES = tuple(f"bpcompiler.{stage}" for stage in ("frontend", "transforms", "lowering", "codegen"))


def run(rounds: int) -> str:
    """Return the section: what each batch size cost in calls into the stages and in compilations."""
    del rounds  # nothing is timed
    compiled = bp.value_and_grad(functions.network, argnums=tuple(range(6)))
    rows = []
    with tempfile.TemporaryDirectory() as empty, mock.patch.dict(os.environ, BPCOMPILER_CACHE_DIR=empty):
        for size in SIZES:
            arguments = functions.sample(size, sizes=(16, 8, 8, 4))
            stages, compilations = count(lambda arguments=arguments: compiled(*arguments))
            rows.append((str(size), str(stages), str(compilations)))
    return (
        "## A new batch size\n\nThe same network, from an empty cache, called with one batch size after the"
        " other.\n\n"
        + table(("batch size", "calls into tracing and compiling stages", "functions Numba compiled"), rows)
    )


def count(call: Callable[[], object]) -> tuple[int, int]:
    """Return how many functions of our stages ran and how many Numba compiled during the call."""
    ran = 0

    def profile(frame: FrameType, event: str, _: object) -> None:
        nonlocal ran
        module = frame.f_globals.get("__name__", "")
        ran += event == "call" and module.startswith(PREFIXES)

    with install_recorder("numba:compile") as recorder:
        sys.setprofile(profile)
        try:
            call()
        finally:
            sys.setprofile(None)
    return ran, sum(event.is_start for _, event in recorder.buffer)
