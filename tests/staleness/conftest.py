"""Modules made of text, and transforms whose machine code is the evaluator: the call path is the real one."""

import importlib
import sys

import pytest

from bpcompiler import pipeline, recall
from bpcompiler.primitives.evaluate import evaluate


@pytest.fixture
def module_of(tmp_path, monkeypatch):
    """Return a function that imports a text as a new module."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def make(text, name="staleness_case"):
        (tmp_path / f"{name}.py").write_text("import math\nimport numpy as np\n" + text, encoding="utf-8")
        monkeypatch.delitem(sys.modules, name, raising=False)
        importlib.invalidate_caches()
        module = importlib.import_module(name)
        monkeypatch.setitem(sys.modules, name, module)
        return module

    return make


@pytest.fixture
def evaluated(monkeypatch):
    """Let programs be evaluated where they would be compiled."""

    def compile_program(program, *_):
        def kernel(*flat):
            results = evaluate(program, flat)
            return results[0] if len(results) == 1 else results

        return pipeline.Compiled("", kernel, ())

    monkeypatch.setattr(recall, "key_of", lambda *_: None)
    monkeypatch.setattr(pipeline, "compile_program", compile_program)
