"""The index: what is recorded is found, what is damaged or of another version is not."""

import json

import pytest

from bpcompiler.runtime import fingerprint, index
from bpcompiler.runtime.index import Index


def only_file(cache):
    (path,) = cache.glob("index/" + "?" * 64 + ".json")
    return path


def test_what_is_recorded_is_found_newest_first(cache):
    store = Index()
    assert store.lookup("f") is None
    store.record("f", {"name": "a", "guards": [1, 2.5, None, "größe"]})
    store.record("f", {"name": "b"})
    assert store.lookup("f") == [{"name": "b"}, {"name": "a", "guards": [1, 2.5, None, "größe"]}]
    assert store.lookup("g") is None


def test_an_equal_entry_moves_to_the_front_and_the_oldest_go(cache):
    store = Index(limit=3)
    for number in (1, 2, 3, 1, 4):
        store.record("f", {"shape": (number,)})
    assert store.lookup("f") == [{"shape": [4]}, {"shape": [1]}, {"shape": [3]}]


@pytest.mark.parametrize(
    "damage", [lambda b: b"", lambda b: b[:-1], lambda b: b[:40] + b"x" + b[41:], lambda b: b * 2]
)
def test_a_damaged_file_is_no_entry(cache, damage):
    store = Index()
    store.record("f", {"name": "a"})
    path = only_file(cache)
    path.write_bytes(damage(path.read_bytes()))
    assert store.lookup("f") is None
    store.record("f", {"name": "b"})
    assert store.lookup("f") == [{"name": "b"}]


def test_another_environment_has_other_entries(cache, monkeypatch):
    store = Index()
    store.record("f", {"name": "a"})
    monkeypatch.setattr(index, "environment", lambda: "another")
    assert store.lookup("f") is None


def test_forgotten_entries_are_gone(cache):
    store = Index()
    store.record("f", {"name": "a"})
    store.forget("f")
    assert store.lookup("f") is None


@pytest.mark.parametrize("package", fingerprint.PACKAGES)
def test_versions_are_those_that_metadata_reports(package):
    from importlib.metadata import version

    assert fingerprint.version(package) == version(package)
    assert fingerprint.version("no_such_package") == ""


@pytest.mark.parametrize("fact", ["version", "processor", "package_digest"])
def test_the_environment_has_versions_processor_and_source(monkeypatch, fact):
    before = fingerprint.environment.__wrapped__()
    monkeypatch.setattr(fingerprint, fact, lambda *_: "another")
    assert fingerprint.environment.__wrapped__() != before


DIGEST = "from bpcompiler.runtime.fingerprint import environment, package_digest; print(package_digest())"


def test_the_digest_of_the_source_follows_the_source(python, checkout, tmp_path):
    source = checkout / "bpcompiler" / "errors.py"
    first = python(DIGEST)
    source.touch()  # a new time, the old text
    assert python(DIGEST) == first
    source.write_text(source.read_text().replace("E", "F", 1))  # the old size
    assert python(DIGEST) != first


def test_a_remembered_digest_is_used_only_for_the_same_files(python, checkout, tmp_path):
    import os

    script = (
        "from bpcompiler.runtime import fingerprint\nfingerprint._SETTLED = -1.0\n"
        "read = []\nold = fingerprint._digest_of\n"
        "fingerprint._digest_of = lambda *a: read.append(a) or old(*a)\n"
        "digest = fingerprint.package_digest()\nprint(digest, len(read))"
    )
    first, count = python(script).split()
    assert count == "1"
    assert python(script).split() == [first, "0"]
    memo = next((tmp_path / "cache").glob("index/digest_*.json"))
    assert json.loads(memo.read_text())["digest"] == first
    memo.write_text("[1")
    assert python(script).split() == [first, "1"]
    os.utime(checkout / "bpcompiler" / "errors.py", (1, 1))
    assert python(script).split() == [first, "1"]


def test_source_that_changed_after_import_is_shared_with_nobody(python):
    script = (
        "from bpcompiler.runtime import fingerprint\nfingerprint._IMPORTED = 0.0\n"
        "print(fingerprint.package_digest())"
    )
    assert python(script) != python(script)
