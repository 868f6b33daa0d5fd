"""The staged source of each program is its golden, letter by letter. Elsewhere each is executed too."""

from pathlib import Path

import pytest

from tests.corpus.everything import ALL
from tests.end_to_end.test_corpus import run_of

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


@pytest.mark.parametrize("program", ALL, ids=lambda program: program.id)
def test_source_is_its_golden(program, golden):
    golden(program.id, run_of(program).derivation.source)


def test_no_golden_is_left_over():
    assert {file.stem for file in FOLDER.glob("*.py")} <= {program.id for program in ALL}
