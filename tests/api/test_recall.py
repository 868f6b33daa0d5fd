"""A second process does not trace what an earlier one compiled; it never takes what has changed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.xdist_group("recall")  # one cold process serves all

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


def by_hand(rate: str = "0.5", power: str = "2", helper: str = "2 * x") -> str:
    """Return what the script prints, by the rules of calculus."""
    r, p, lines = float(rate), int(power), []
    h, slope = {"2 * x": (lambda x: 2 * x, 2.0), "x + 1.0": (lambda x: x + 1.0, 1.0)}[helper]
    for n in (3, 4, 1):
        x, w = np.arange(1.0, n + 1), np.linspace(1, 2, n)
        dx, dw = r * p * h(x) ** (p - 1) * w * slope, r * h(x) ** p
        lines.append(f"{float(r * np.sum(h(x) ** p * w) + 3.0 * n)!r} {dx.tolist()} {dw.tolist()}\n")
    return "".join(lines)


def numbers(text: str) -> list[float]:
    return [float(each) for each in re.findall(r"-?\d+\.\d*(?:e[-+]\d+)?", text)]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A cache that a first process has filled, and what that process printed."""
    folder = tmp_path_factory.mktemp("first")
    printed, traced = run(folder, folder / "cache")
    assert traced
    assert numbers(printed) == pytest.approx(numbers(by_hand()), rel=1e-14)
    return folder / "cache", printed


@pytest.fixture
def places(tmp_path: Path, compiled: tuple[Path, str]) -> tuple[Path, Path]:
    """The folder of the code, and a cache of the test's own, filled already."""
    shutil.copytree(compiled[0], tmp_path / "cache")
    return compiled[0].parent, tmp_path / "cache"


def test_a_second_process_traces_only_what_has_changed(places: Any, compiled: Any) -> None:
    assert run(*places) == (compiled[1], False)
    assert run(*places, rate="4.0")[1] is False  # a float is an input
    for change in [{"rate": "4.0"}, {"power": "3"}, {"helper": "x + 1.0"}, {"rate": "4"}]:
        changed, _ = run(*places, **change)
        assert numbers(changed) == pytest.approx(numbers(by_hand(**change)), rel=1e-14)


def test_the_source_can_still_be_seen(places: Any) -> None:
    shown, traced = run(*places, "source")
    assert traced is False  # not for the calls
    assert "# backprop return RATE * np.sum(helper(x) ** POWER * w)" in shown


def test_a_damaged_index_is_no_index(places: Any, compiled: Any) -> None:
    for damage in (b"", b"{}", b"[[[", b"\xff\xfe"):
        entries = list((places[1] / "index").iterdir())
        assert entries
        for entry in entries:
            entry.write_bytes(damage)
        assert run(*places) == (compiled[1], True)
    assert run(*places) == (compiled[1], False)  # and it is written anew
