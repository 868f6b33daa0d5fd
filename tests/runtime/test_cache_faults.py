"""Whatever happens to the cache, a call gives the right number or a clear error; the next process mends it.

A fresh process is played by new modules, new objects and what lies on the disk; where the process itself is
what fails, it is a forked one.
"""

import errno
import importlib
import multiprocessing
import os
import shutil
import signal
import sys
import traceback
from pathlib import Path

import pytest

import bpcompiler as bp
from bpcompiler.errors import CacheError
from bpcompiler.runtime import folder

MODULE = "import math\n\ndef f(x, y):\n    return math.exp({scale} * x) * y\n"
X, Y = 0.25, 3.0
fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
quiet = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")


class Process:
    """What a fresh process sees: the function, imported anew, and the files."""

    def __init__(self, path, cache):
        self.path, self.cache = path, cache

    def run(self, scale=2.0, args=(X, Y)):
        """Compute the gradient and say whether it was traced, and whether Numba compiled."""
        for name in [name for name in sys.modules if name.startswith("bp_grad_f_")]:
            del sys.modules[name]
        self.write(scale)
        sys.modules.pop("faulty_cache", None)
        importlib.invalidate_caches()
        gradient = bp.grad(importlib.import_module("faulty_cache").f)
        made = gradient.specialize(*args)
        expected = scale * float(args[1]) * 2.718281828459045 ** (scale * float(args[0]))
        assert gradient(*args) == pytest.approx(expected, rel=1e-14)
        return made._recalled is None, bool(made._compiled.kernel.stats.cache_misses)

    def write(self, scale=2.0):
        file, text = self.path / "faulty_cache.py", MODULE.format(scale=scale)
        if not file.exists() or file.read_text() != text:
            file.write_text(text)

    def file(self, kind):
        (found,) = [path for path in self.cache.glob(KINDS[kind]) if not path.name.startswith("digest")]
        return found


KINDS = {"source": "modules/bp_*.py", "machine code": "machine/*.nbc", "index": "index/*.json"}
COLD, WARM = (True, True), (False, False)


@pytest.fixture
def process(tmp_path, monkeypatch, cache):
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return Process(tmp_path, cache)


def flipped(content):
    middle = len(content) * 2 // 3
    return content[:middle] + bytes([content[middle] ^ 4]) + content[middle + 1 :]


DAMAGES = {
    "empty": lambda content: b"",
    "truncated": lambda content: content[: len(content) // 2],
    "without its end": lambda content: content[:-1],
    "flipped": flipped,
    "longer": lambda content: content + b"\n",
    "zeros": lambda content: bytes(len(content)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_file_is_not_used_and_is_mended(process, kind):
    assert process.run() == COLD
    file = process.file(kind)
    whole = file.read_bytes()
    for name, damage in DAMAGES.items():
        file.write_bytes(damage(whole))
        assert process.run() == (kind == "index", kind == "machine code"), name
        if kind != "machine code":  # a pickle need not be the same twice
            assert file.read_bytes() == whole, name
    assert process.run() == WARM


@pytest.mark.parametrize("kind", KINDS)
def test_the_sound_file_of_another_function_is_not_used(process, kind):
    process.run(scale=5.0)
    other = process.file(kind).read_bytes()
    shutil.rmtree(process.cache)
    assert process.run() == COLD
    process.file(kind).write_bytes(other)
    assert process.run() == (kind == "index", kind == "machine code")
    assert process.run() == WARM


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_a_link_and_a_pipe_in_place_of_a_file_are_not_used(process, kind, tmp_path):
    assert process.run() == COLD
    file = process.file(kind)
    file.rename(tmp_path / "kept")
    (tmp_path / "kept").chmod(0o600)
    file.symlink_to(tmp_path / "kept")  # to a sound file, even
    assert process.run() == (kind == "index", kind == "machine code")
    file.unlink()
    os.mkfifo(file)
    assert process.run() == (kind == "index", kind == "machine code")
    file.unlink()
    file.mkdir()
    assert process.run() == (kind == "index", kind == "machine code")
    assert file.is_dir()


@pytest.mark.parametrize("part", ["modules", "machine", "index", "derivatives"])
def test_a_file_in_place_of_a_folder_is_not_used(process, cache, part):
    cache.mkdir(0o700)
    (cache / part).write_text("not a folder")
    assert process.run() == COLD
    process.run()
    assert (cache / part).read_text() == "not a folder"


def test_files_that_others_could_have_written_are_not_used(process):
    assert process.run() == COLD
    for kind in KINDS:
        process.file(kind).chmod(0o666)
        assert process.run() == (kind == "index", kind == "machine code")
    assert process.run() == WARM


def test_a_folder_of_another_user_is_not_used(process, cache, monkeypatch):
    assert process.run() == COLD
    before = {path: path.stat().st_mtime_ns for path in cache.rglob("*")}
    monkeypatch.setattr(os, "geteuid", lambda: cache.stat().st_uid + 1)
    with pytest.warns(RuntimeWarning, match="another user"), pytest.raises(CacheError):
        process.run()  # nor is any temporary one, as this process's user is not the one it says
    assert {path: path.stat().st_mtime_ns for path in cache.rglob("*")} == before


def test_what_makes_the_folder_first_makes_it_private(cache):
    before = os.umask(0o002)  # many systems' default, and a group of one user
    try:
        assert folder.place(folder.DERIVATIVES) == cache / "derivatives"
    finally:
        os.umask(before)
    assert [path.stat().st_mode & 0o777 for path in (cache, cache / "derivatives")] == [0o700, 0o700]


@pytest.mark.parametrize("place", ["/proc/nobody/cache", "/dev/null/cache"])
def test_where_nothing_can_be_written_calls_work(process, monkeypatch, place):
    monkeypatch.setenv("BPCOMPILER_CACHE_DIR", place)
    assert process.run() == COLD
    assert not Path(place).exists()


def test_a_read_only_home_is_read_and_not_missed(process, cache, monkeypatch):
    assert process.run() == COLD
    shutil.copytree(cache, cache.parent / "home" / "bpcompiler")
    cache.rename(cache.parent / "was")
    monkeypatch.delenv("BPCOMPILER_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache.parent / "home"))
    folder._user_cache_dir.cache_clear()

    def refuse(*_):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "replace", refuse)  # root writes everywhere, whatever the mode
    assert process.run() == WARM
    with pytest.raises(CacheError, match=r"Read-only file system.*\n.*BPCOMPILER_CACHE_DIR"):
        process.run(scale=3.0)
    folder._user_cache_dir.cache_clear()


def test_the_folder_may_go_at_any_time(process, cache):
    gradient = bp.grad(lambda x: x * x * 0.5)
    assert gradient(3.0) == 3.0
    shutil.rmtree(cache)
    assert gradient(4.0) == 4.0
    assert gradient.specialize(4.0)._compiled.text
    assert process.run() == COLD
    shutil.rmtree(cache / "machine")
    assert process.run() == (False, True)
    shutil.rmtree(cache / "modules")
    assert process.run() == WARM


# ------------------------------------------------------------------ processes


def in_child(task):
    """Run the task in a forked process and return how that ended: its status, or minus the signal."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(task() or 0)
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            os._exit(99)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_at(step):
    """Have this process be killed at that step of writing files, counted over all of them."""
    left = [step]

    def watch(frame, event, _):
        if event in ("c_call", "c_return") and frame.f_code.co_name == "_write_in":
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(watch)


@fork
@quiet
def test_a_process_killed_while_it_writes_leaves_nothing_half_done(process, cache):
    ends = []
    for step in range(1, 200, 5):

        def task(step=step):
            killed_at(step)
            process.run()

        shutil.rmtree(cache, ignore_errors=True)
        ends.append(in_child(task))
        traced, compiled = process.run()
        assert compiled or not traced, step  # machine code is never there without its source
        assert process.run() == WARM, step
        if ends[-1] == 0:
            break
    assert set(ends[:-1]) == {-signal.SIGKILL}
    assert ends[-1] == 0
    assert len(ends) > 5


@fork
@quiet
@pytest.mark.parametrize("limit", [0, 1500])
def test_a_disk_that_is_full_in_the_middle_of_a_file(process, cache, limit):
    """No file may be longer than the limit: with 1500 bytes there is room for the source alone."""

    def task():
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        if limit:
            return process.run() != COLD
        try:
            process.run()
        except CacheError as error:
            return "BPCOMPILER_CACHE_DIR" not in str(error)
        return 98

    process.write()
    assert in_child(task) == 0
    assert [path.name for path in cache.rglob("*") if path.name.startswith(folder.TEMPORARY)] == []
    assert process.run()[1] is True  # nothing that was cut off is used
    assert process.run() == WARM


@fork
@quiet
def test_two_processes_compile_one_function_at_once(process, cache):
    context = multiprocessing.get_context("fork")
    start, cold = context.Barrier(2), context.Array("i", 2)

    def task(number):
        start.wait()
        cold[number] = process.run() == COLD

    both = [context.Process(target=task, args=(number,)) for number in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join(120)
    assert [each.exitcode for each in both] == [0, 0]
    assert sum(cold) >= 1
    assert process.run() == WARM
    assert len(list(cache.glob("machine/*.nbc"))) == 1
