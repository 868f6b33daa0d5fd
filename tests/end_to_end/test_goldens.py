"""The staged source of each program is its golden, letter by letter. Elsewhere each is executed too."""

import pytest

from tests.corpus.everything import ALL
from tests.end_to_end.conftest import FOLDER
from tests.end_to_end.test_corpus import run_of
from tests.end_to_end.test_second_order import KINDS, READ


@pytest.mark.parametrize("program", ALL, ids=lambda program: program.id)
def test_source_is_its_golden(program, golden):
    golden(program.id, run_of(program).derivation.source)


def test_no_golden_is_left_over():
    derived = {f"{kind}_{name}" for kind in KINDS for name in READ}
    assert {file.stem for file in FOLDER.glob("*.py")} == {program.id for program in ALL} | derived
