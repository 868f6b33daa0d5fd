"""Files: private, atomic, checked, never in the way."""

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bpcompiler.errors import CacheError
from bpcompiler.runtime import folder
from bpcompiler.runtime.store import clear_cache, module_name, store_module
from bpcompiler.transforms.symbolic import Memo, parse

TEXT = "def f(x):\n    return x\n"


def mode(path):
    return path.stat().st_mode & 0o777


def test_a_module_is_a_private_file_of_its_text(cache):
    path = store_module(TEXT, "f")
    assert path.parent == cache / "modules"
    assert path.name == module_name(TEXT, "f") + ".py"
    assert path.read_text() == TEXT
    assert [mode(p) for p in (cache, path.parent, path)] == [0o700, 0o700, 0o600]


def test_the_same_text_is_written_once(cache):
    first = store_module(TEXT, "f").stat()
    assert store_module(TEXT, "f").stat() == first


def test_names_say_the_function_and_fit_a_file_system():
    assert module_name(TEXT, "f") != module_name(TEXT + "\n", "f")
    assert module_name(TEXT, "<lambda>").startswith("bp_lambda_")
    assert module_name(TEXT, "größe/../x").isascii()
    assert len(module_name(TEXT, "f" * 500)) < 100


@pytest.mark.parametrize("damage", [b"", TEXT[:-5].encode(), b"\xff\xfe", b"import os  # not ours\n"])
def test_a_damaged_file_is_written_again(cache, damage):
    path = store_module(TEXT, "f")
    path.write_bytes(damage)
    assert store_module(TEXT, "f").read_text() == TEXT


def test_a_link_is_not_followed(cache, tmp_path):
    path, elsewhere = store_module(TEXT, "f"), tmp_path / "elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    assert not store_module(TEXT, "f").is_symlink()
    assert elsewhere.read_text() == TEXT


def test_a_file_others_can_write_is_written_again(cache):
    path = store_module(TEXT, "f")
    path.chmod(0o666)
    assert folder.read(folder.MODULES, path.name) is None
    assert mode(store_module(TEXT, "f")) == 0o600


def test_a_folder_others_can_write_is_refused_with_a_warning(cache):
    path = store_module(TEXT, "f")
    path.parent.chmod(0o777)
    with pytest.warns(RuntimeWarning, match="others can write"):
        other = store_module(TEXT, "f")
    assert cache not in other.parents
    assert mode(other.parent) == 0o700
    assert store_module(TEXT, "f") == other  # and no second warning


def test_a_foreign_folder_is_refused(cache, monkeypatch):
    store_module(TEXT, "f")
    monkeypatch.setattr(os, "geteuid", lambda: cache.stat().st_uid + 1)
    with pytest.warns(RuntimeWarning, match="another user"):
        assert folder.read(folder.MODULES, module_name(TEXT, "f") + ".py") is None


def test_where_no_folder_can_be_made_a_temporary_one_serves(cache):
    cache.write_text("a file in the folder's place")
    path = store_module(TEXT, "f")
    assert path.read_text() == TEXT
    assert cache not in path.parents
    assert store_module(TEXT, "f") == path


def test_a_read_only_folder_is_still_read(cache, monkeypatch):
    path = store_module(TEXT, "f")
    full_disk(monkeypatch, cache, errno.EROFS)  # not by its mode: root writes everywhere
    assert store_module(TEXT, "f") == path
    assert cache not in store_module(TEXT + "#", "f").parents


def full_disk(monkeypatch, where, reason=errno.ENOSPC):
    """Have the disk under a folder be full, or read-only."""
    replace = Path.replace

    def full(self, target):
        if Path(where) in self.parents:
            raise OSError(reason, os.strerror(reason))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full)


def test_on_a_full_disk_a_temporary_folder_serves(cache, monkeypatch):
    full_disk(monkeypatch, cache)
    path = store_module(TEXT, "f")
    assert path.read_text() == TEXT
    assert cache not in path.parents
    assert list((cache / "modules").iterdir()) == []


def test_with_no_place_left_the_error_says_so(cache, monkeypatch):
    full_disk(monkeypatch, "/")
    with pytest.raises(CacheError, match=r"No space left.*\n.*BPCOMPILER_CACHE_DIR"):
        store_module(TEXT, "f")


def test_old_temporary_files_are_swept(cache):
    store_module(TEXT, "f")
    old, new = (cache / "modules" / f"{folder.TEMPORARY}{i}" for i in (1, 2))
    old.touch()
    new.touch()
    os.utime(old, (0, time.time() - 2 * folder.ABANDONED))
    folder._swept.clear()
    store_module(TEXT + "#", "f")
    assert not old.exists()
    assert new.exists()


WRITER = """
import sys, time
from bpcompiler.runtime.folder import read, write
content = (sys.argv[1] * 200_000).encode()
while not read("modules", "go"):
    time.sleep(0.001)
for _ in range(60):
    write("modules", "shared", content)
    seen = read("modules", "shared")
    assert seen is not None and len(seen) == 200_000 and len(set(seen)) == 1, "half a file"
"""


def test_two_processes_write_at_once(cache, checkout):
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, letter], env=environment) for letter in "ab"]
    folder.write(folder.MODULES, "go", b"go")
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert sorted(path.name for path in (cache / "modules").iterdir()) == ["go", "shared"]


def test_clear_cache_removes_ours_and_nothing_else(cache):
    path = store_module(TEXT, "f")
    folder.write(folder.MACHINE, path.stem + ".f-0123.nbc", b"machine code")
    folder.write(folder.INDEX, "0" * 64 + ".json", b"entry")
    Memo(folder.place(folder.DERIVATIVES)).remember(parse("exp(a)"), "a", parse("exp(a)"))
    (cache / "derivatives" / f"{'0' * 40}.123-456.tmp").touch()
    (path.parent / "__pycache__").mkdir()
    (path.parent / "__pycache__" / f"{path.stem}.f-1.py311.nbi").touch()
    (cache / "letter.txt").touch()
    (path.parent / "mine.py").touch()
    assert len(list(cache.glob("derivatives/*"))) == 2
    clear_cache()
    left = sorted(str(p.relative_to(cache)) for p in cache.rglob("*"))
    assert left == ["letter.txt", "modules", "modules/mine.py"]
    assert store_module(TEXT, "f").read_text() == TEXT


def test_clear_cache_removes_an_empty_folder_and_minds_no_missing_one(cache):
    store_module(TEXT, "f")
    clear_cache()
    assert not cache.exists()
    clear_cache()
