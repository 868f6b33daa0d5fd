"""Fresh processes: what startup and import cost, each in its own cache folder."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.harness import ROOT


def process(code: str, cache: Path | None = None) -> tuple[float, str]:
    """Return the wall seconds of a fresh Python that runs `code`, and what it printed."""
    environment = dict(os.environ) | {"PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its bytecode
    if cache is not None:
        environment |= {"NUMBA_CACHE_DIR": str(cache / "numba"), "BPCOMPILER_CACHE_DIR": str(cache / "ours")}
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        raise RuntimeError(f"a benchmark's process failed:\n{code}\n{done.stderr}")
    return seconds, done.stdout.strip()
