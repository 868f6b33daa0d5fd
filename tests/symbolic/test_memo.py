"""What was derived once is not derived again; a damaged memo is no memo."""

import json
import os
import subprocess
import sys

import pytest

from bpcompiler.transforms.symbolic import Memo, derivation, engine, parse, partials
from bpcompiler.transforms.symbolic.generate import stages, text
from bpcompiler.transforms.symbolic.memo import SHIPPED, engine_version

STAGE = "exp(-1.7 * a) / (b + 0.3)"


@pytest.fixture
def derivations(monkeypatch):
    """The stages that were derived anew."""
    calls = []

    def counted(stage, wrt):
        calls.append((str(stage), wrt))
        return original.__wrapped__(stage, wrt)

    original = derivation.derive
    monkeypatch.setattr(derivation, "derive", counted)
    return calls


def test_a_second_time_it_is_read_from_disk(tmp_path, derivations):
    first = partials(parse(STAGE), ("a", "b"), Memo(tmp_path / "new" / "folder"))
    assert len(derivations) == 2
    again = partials(parse(STAGE.replace("a", "q")), ("q", "b"), Memo(tmp_path / "new" / "folder"))
    assert len(derivations) == 2
    assert str(again["b"]) == str(first["b"]).replace("a", "q")


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"stage": 1}', "\x00", "null"])
def test_a_damaged_file_is_ignored_and_written_again(tmp_path, derivations, damage):
    first = partials(parse(STAGE), ("a",), Memo(tmp_path))
    (file,) = tmp_path.iterdir()
    whole = file.read_text()
    file.write_text(damage)
    assert partials(parse(STAGE), ("a",), Memo(tmp_path)) == first
    assert len(derivations) == 2
    assert file.read_text() == whole


def test_a_changed_answer_is_noticed(tmp_path, derivations):
    first = partials(parse(STAGE), ("a",), Memo(tmp_path))
    (file,) = tmp_path.iterdir()
    file.write_text(json.dumps(json.loads(file.read_text()) | {"partial": "2 * y"}))
    assert partials(parse(STAGE), ("a",), Memo(tmp_path)) == first
    assert len(derivations) == 2


def test_bytes_that_are_no_text_are_ignored(tmp_path):
    first = partials(parse(STAGE), ("a",), Memo(tmp_path))
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"\xff\xfe\x00")
    assert partials(parse(STAGE), ("a",), Memo(tmp_path)) == first


def test_another_version_starts_anew(tmp_path, monkeypatch, derivations):
    partials(parse(STAGE), ("a",), Memo(tmp_path))
    monkeypatch.setattr("bpcompiler.transforms.symbolic.memo.engine_version", lambda: "another")
    partials(parse(STAGE), ("a",), Memo(tmp_path))
    assert len(derivations) == 2
    assert len(list(tmp_path.iterdir())) == 2


def test_a_directory_that_cannot_be_written_is_fine(tmp_path):
    (tmp_path / "file").write_text("")
    assert partials(parse(STAGE), ("a",), Memo(tmp_path / "file" / "below")) == partials(parse(STAGE), ("a",))


def test_no_temporary_files_stay(tmp_path):
    partials(parse(STAGE), ("a", "b"), Memo(tmp_path))
    assert {file.suffix for file in tmp_path.iterdir()} == {".json"}


def test_the_shipped_table_is_current():
    assert SHIPPED.read_text(encoding="utf-8") == text(), "python -m bpcompiler.transforms.symbolic.generate"


def test_every_stage_of_the_table_is_canonical():
    assert all(engine.canonical(stage) == stage for stage in stages())


def test_the_version_is_stable():
    assert engine_version() == engine_version()


def run(program, **environment):
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | environment,
    )
    return done.stdout


def test_importing_and_common_stages_load_neither_sympy_nor_mpmath():
    program = """
import sys
from bpcompiler.transforms.symbolic import Memo, parse, partials
for stage in ("1.0 / (1 + exp(-q))", "1.0 / den", "xpy**2", "num * invden", "p * q - 0.3 * r",
              "tanh(z)", "u**2.7"):
    names = [name for name in "q den xpy num invden p r z u".split() if name in stage]
    partials(parse(stage), tuple(names), Memo(None))
print([name for name in ("sympy", "mpmath") if name in sys.modules])
"""
    assert run(program) == "[]\n"


def test_two_processes_give_the_same_text():
    program = f"""
from bpcompiler.transforms.symbolic.derivation import derive
from bpcompiler.transforms.symbolic import parse
from bpcompiler.transforms.symbolic.expression import symbols
for text in ({STAGE!r}, "c / (1 + exp(-k * (a - b)))", "a / sqrt(a**2 + b**2 + 0.1)",
             "log(exp(a) + exp(b) + exp(c))", "(log(s / k) + (r + 0.5 * v * v) * t) / (v * sqrt(t))",
             "sin(a)**3 * exp(-b * a) / (1 + tanh(c))**2"):
    stage = parse(text)
    print(text, *[f"{{name}}: {{derive(stage, name)}}" for name in symbols(stage)], sep="\\n    ")
"""
    assert run(program, PYTHONHASHSEED="1") == run(program, PYTHONHASHSEED="2")
