"""Comparison with goldens."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "golden"


@pytest.fixture
def golden(request):
    """Compare a source with the file of this name; `--update-golden` writes it."""

    def compare(name, source):
        file = FOLDER / f"{name}.py"
        if request.config.getoption("--update-golden"):
            file.write_text(source, encoding="utf-8")
        assert file.exists(), "run pytest --update-golden, and read what it wrote"
        assert source == file.read_text(encoding="utf-8")

    return compare
