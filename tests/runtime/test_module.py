"""Modules from text: real files, and machine code that the next process finds."""

import inspect
import json
import os
import pickle
import sys
import threading
import traceback
from pathlib import Path

import numpy as np
import pytest

from bpcompiler.runtime import folder
from bpcompiler.runtime.compiled import inspectable
from bpcompiler.runtime.module import load_module

PLAIN = "def f(x):\n    y = 1 / x\n    return y\n"

NUMBA = '''"""Generated."""
from numba import njit

@njit(error_model="numpy", nogil=True)
def helper(x):
    return 2 * x

@njit(cache=True, error_model="numpy", nogil=True)
def scale(x):
    for i in range(x.shape[0]):
        x[i] = helper(x[i])
    return x.shape[0]
'''


def test_a_module_is_importable_inspectable_and_the_same_each_time(cache):
    module = load_module(PLAIN, "f")
    assert load_module(PLAIN, "f") is module is sys.modules[module.__name__]
    assert module.f(2.0) == 0.5
    assert inspect.getsource(module.f) == PLAIN
    assert pickle.loads(pickle.dumps(module.f)) is module.f


def test_a_traceback_shows_the_generated_line_even_without_the_file(cache):
    module = load_module(PLAIN + "# shown\n", "f")
    Path(module.__file__).unlink()
    with pytest.raises(ZeroDivisionError) as caught:
        module.f(0)
    assert "y = 1 / x" in "".join(traceback.format_exception(caught.value))


def test_a_changed_file_never_runs(cache):
    text = PLAIN + "# changed\n"
    path = Path(load_module(text, "f").__file__)
    path.write_text("raise SystemExit")
    del sys.modules[path.stem]
    assert load_module(text, "f").f(2.0) == 0.5


def test_two_threads_get_one_module(cache):
    found, text = [], PLAIN + "# threads\n"
    threads = [threading.Thread(target=lambda: found.append(load_module(text, "f"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, found))) == 1


def test_machine_code_lies_in_our_folder(cache):
    module = load_module(NUMBA, "scale")
    assert module.scale(np.ones(3)) == 3
    names = [path.name for path in (cache / "machine").glob("*.nbc")]
    assert all(name.startswith(f"{module.__name__}.") for name in names)
    assert len(names) == 2


WARM = """
import sys, json
import numpy as np
from bpcompiler.runtime.compiled import inspectable
from bpcompiler.runtime.module import load_module
module = load_module(sys.argv[1], "scale")
for dtype in sys.argv[2:]:
    x = np.ones(3, dtype)
    module.scale(x)
    assert (x == 2).all()
stats = module.scale.stats
print(json.dumps([sum(stats.cache_hits.values()), sum(stats.cache_misses.values())]))
"""


def counts(text):
    return tuple(json.loads(text.splitlines()[-1]))


def test_a_second_process_compiles_nothing(python, tmp_path):
    assert counts(python(WARM, NUMBA, "float64")) == (0, 1)
    assert counts(python(WARM, NUMBA, "float64")) == (1, 0)
    assert counts(python(WARM, NUMBA, "float32", "float64", NUMBA_CACHE_DIR=str(tmp_path / "numba"))) == (
        1,
        1,
    )
    assert not list(tmp_path.glob("numba/**/*.nb?"))
    module = next((tmp_path / "cache" / "modules").glob("bp_scale_*.py"))
    module.touch()  # a rewrite by another process changes the time, not the text
    assert counts(python(WARM, NUMBA, "float64", "float32")) == (2, 0)
    for path in (tmp_path / "cache").glob("machine/*.nbc"):
        path.write_bytes(path.read_bytes()[:-7])
    assert counts(python(WARM, NUMBA, "float64")) == (0, 1)
    assert counts(python(WARM, NUMBA, "float64")) == (1, 0)


def test_our_own_source_is_part_of_the_name(python, checkout, tmp_path):
    assert counts(python(WARM, NUMBA, "float64")) == (0, 1)
    with (checkout / "bpcompiler" / "runtime" / "blas.py").open("a") as file:
        file.write("# changed\n")
    assert counts(python(WARM, NUMBA, "float64")) == (0, 1)
    assert len(list((tmp_path / "cache" / "modules").glob("bp_scale_*.py"))) == 2


def test_a_full_disk_costs_only_the_next_process(cache, monkeypatch):
    module = load_module(NUMBA + "# full disk\n", "scale")
    monkeypatch.setattr(folder, "_writable", lambda: iter(()))
    assert module.scale(np.ones(3)) == 3
    assert not list(cache.glob("machine/*.nbc"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_loads_and_compiles(cache):
    load_module(NUMBA, "scale").scale(np.ones(3))
    child = os.fork()
    if child == 0:
        try:
            text = NUMBA + "# child\n"
            os._exit(0 if load_module(text, "scale").scale(np.ones(4, np.float32)) == 4 else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_loading_a_plain_module_imports_no_slow_library(python):
    script = (
        "import sys; from bpcompiler.runtime.module import load_module; load_module(sys.argv[1], 'f'); print("
        "[name for name in ('numba', 'scipy', 'sympy') if name in sys.modules])"
    )
    assert python(script, PLAIN) == "[]"


def test_code_from_the_disk_can_be_inspected(cache):
    text = NUMBA + "# inspected\n"
    module = load_module(text, "scale")
    module.scale(np.ones(3))
    del sys.modules[module.__name__]
    kernel = load_module(text, "scale").scale
    kernel(np.ones(3))
    assert sum(kernel.stats.cache_hits.values()) == 1
    (llvm,) = inspectable(kernel).inspect_llvm().values()
    assert "define" in llvm
    assert all(inspectable(kernel).inspect_asm().values())


MANY_BLOCKS = """from numba import njit

@njit
def many(x):
    y = x
    if x > 5:
        y = x + 2
{blocks}
    return y + 1
"""


def test_functions_of_many_blocks_compile(cache):
    text = MANY_BLOCKS.format(blocks="    if x > 1:\n        z = x\n" * 200)
    kernel = load_module(text, "many").many
    before, deep = sys.getrecursionlimit(), len(inspect.stack(0)) + 250
    sys.setrecursionlimit(deep)
    try:
        assert kernel(2) == 3
        assert sys.getrecursionlimit() == deep
    finally:
        sys.setrecursionlimit(before)
