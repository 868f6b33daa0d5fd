"""Functions whose source is missing, or is not what their code was compiled from."""

import importlib
import linecache
import sys

import pytest

import bpcompiler as bp
from bpcompiler.errors import SourceError


def without_source(text, name="f"):
    namespace = {}
    exec(compile(text, "<nowhere>", "exec"), namespace)
    return namespace[name]


def test_a_function_without_source():
    with pytest.raises(SourceError) as caught:
        bp.grad(without_source("def f(x): return x"))(1.0)
    assert isinstance(caught.value, OSError)
    assert str(caught.value).splitlines() == [
        "the source of f cannot be read (its file is <nowhere>)",
        "define it in a file or a notebook cell, or call it outside and pass what it returns",
    ]


def test_a_helper_without_source_is_named_at_the_call():
    helper = without_source("def helper(x): return x", "helper")

    def f(x):
        return 2.0 * helper(x)

    with pytest.raises(SourceError, match=r"test_sources\.py:\d+:22: the source of helper cannot be read"):
        bp.grad(f)(1.0)


@pytest.fixture
def module(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    file = tmp_path / "edited_case.py"
    file.write_text("def f(x):\n    return 2.0 * x\n")
    monkeypatch.delitem(sys.modules, "edited_case", raising=False)
    importlib.invalidate_caches()
    module = importlib.import_module("edited_case")
    yield module, file
    linecache.checkcache()


def test_a_file_edited_after_the_import(module):
    module, file = module
    file.write_text("def f(x):\n    return 3.0 * x * x\n")
    with pytest.raises(SourceError) as caught:
        bp.grad(module.f)(1.0)
    message, remedy = str(caught.value).splitlines()
    assert message == f"the source of f is not the text it was compiled from: {file} changed since the import"
    assert remedy == "import the module again, or restart Python"


def test_a_reloaded_module_is_traced_anew(module):
    module, file = module
    gradient = bp.grad(lambda x: module.f(x))
    assert gradient(2.0) == 2.0
    file.write_text("def f(x):\n    return 3.0 * x * x  # other\n")
    importlib.reload(module)
    assert gradient(2.0) == 12.0


def test_a_file_that_no_longer_parses(module):
    module, file = module
    file.write_text("def f(x:\n")
    with pytest.raises(SourceError, match="cannot be parsed"):
        bp.grad(module.f)(1.0)
