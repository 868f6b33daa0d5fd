"""A cache folder for each test, and one shared by the tests that need compiled kernels."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bpcompiler.runtime import folder

PACKAGE = Path(folder.__file__).resolve().parent.parent


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A cache folder that does not exist yet, and a process that has used none."""
    path = tmp_path / "cache"
    monkeypatch.setenv("BPCOMPILER_CACHE_DIR", str(path))
    monkeypatch.setattr(folder, "_own", [])
    monkeypatch.setattr(folder, "_swept", set())
    monkeypatch.setattr(folder, "_warned", set())
    return path


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory):
    """A cache folder that keeps its kernels for the session."""
    return tmp_path_factory.mktemp("shared") / "cache"


@pytest.fixture
def checkout(tmp_path):
    """A copy of the package, that nobody edits while it is used."""
    shutil.copytree(PACKAGE, tmp_path / "src" / "bpcompiler", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "src"


@pytest.fixture
def python(checkout, tmp_path):
    """Run a script in a fresh process, with the copied package, and return what it printed."""

    def run(script, *args, cache=tmp_path / "cache", **variables):
        environment = {
            **os.environ,
            "PYTHONPATH": str(checkout),
            "BPCOMPILER_CACHE_DIR": str(cache),
            **variables,
        }
        command = [sys.executable, "-W", "error", "-c", script, *args]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=120, cwd=tmp_path
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return run
