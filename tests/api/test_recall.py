"""A second process does not trace what an earlier one compiled; it never takes what has changed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULE = """
import math
import numpy as np
import bpcompiler as bp
RATE, POWER, TABLE = {rate}, {power}, {{"a": 2.0, "b": [1.0, 3.0]}}
def helper(x): return {helper}
@bp.value_and_grad(argnums=(0, 1))
def f(x, w):
    return RATE * np.sum(helper(x) ** POWER * w) + TABLE["b"][1] * len(x)
"""
SCRIPT = """
import sys
import numpy as np
import module
for n in (3, 4, 1):
    value, (dx, dw) = module.f(np.arange(1.0, n + 1), np.linspace(1, 2, n))
    print(repr(value), dx.tolist(), dw.tolist())
print("bpcompiler.frontend.tracing" in sys.modules, file=sys.stderr)
if "source" in sys.argv:
    print(module.f.source)
"""


def run(
    folder: Path, cache: Path, *arguments: str, rate: str = "0.5", power: str = "2", helper: str = "2 * x"
) -> tuple[str, bool]:
    """Return what the script prints in a fresh process, and whether that process traced."""
    (folder / "module.py").write_text(MODULE.format(rate=rate, power=power, helper=helper))
    (folder / "script.py").write_text(SCRIPT)
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "BPCOMPILER_CACHE_DIR": str(cache),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    found = subprocess.run(
        [sys.executable, folder / "script.py", *arguments],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    )
    return found.stdout, found.stderr.strip() == "True"


def test_a_second_process_traces_only_what_has_changed(tmp_path: Path) -> None:
    shared, folder = tmp_path / "cache", tmp_path / "code"
    folder.mkdir()
    first, traced = run(folder, shared)
    assert traced
    again, traced = run(folder, shared)
    assert (again, traced) == (first, False)
    assert run(folder, shared, rate="4.0")[1] is False  # a float is an input
    for number, change in enumerate([{"rate": "4.0"}, {"power": "3"}, {"helper": "x + 1.0"}, {"rate": "4"}]):
        changed, _ = run(folder, shared, **change)
        fresh, _ = run(folder, tmp_path / f"fresh{number}", **change)
        assert changed == fresh
        assert changed != first


def test_the_source_can_still_be_seen(tmp_path: Path) -> None:
    folder = tmp_path / "code"
    folder.mkdir()
    run(folder, tmp_path / "cache")
    shown, traced = run(folder, tmp_path / "cache", "source")
    assert traced is False  # not for the calls
    assert "# backprop return RATE * np.sum(helper(x) ** POWER * w)" in shown


@pytest.mark.parametrize("damage", [b"", b"{}", b"[[[", b"\xff\xfe"])
def test_a_damaged_index_is_no_index(tmp_path: Path, damage: bytes) -> None:
    folder, cache = tmp_path / "code", tmp_path / "cache"
    folder.mkdir()
    first, _ = run(folder, cache)
    entries = list((cache / "index").iterdir())
    assert entries
    for entry in entries:
        entry.write_bytes(damage)
    assert run(folder, cache) == (first, True)
