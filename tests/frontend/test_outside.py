"""Reads from outside are recorded, writes to it refused."""

from __future__ import annotations

import collections
import dataclasses
import functools
import heapq
import math
import operator
import subprocess
import sys
import types

import numpy as np
import pytest

from bpcompiler.errors import ImpureError, OutsideWriteError, UnsupportedError
from bpcompiler.frontend.fingerprints import fingerprint
from bpcompiler.frontend.outside import resolve
from tests.frontend.plain import PlainHooks, interpret, interpreter

RATE = 0.5
SIZE = 3
NAME = "n"
ARRAY = np.arange(3.0)
SIZES = [1, 2, 3]
PARAMS = {"w": [0.5, 1.5], "n": 2, "deep": (1, {"b": 2.5})}
MUTABLE = [1.0]


@dataclasses.dataclass
class Config:
    rate: float = 0.25
    steps: int = 2

    def scaled(self, x):
        return x * self.rate


CONFIG = Config()
module = types.ModuleType("user_module")
module.LR, module.helper, module.N = 0.125, lambda v: v * module.LR, 4


class Settings:
    lr = 0.5
    n = 2


def reads_of(function, *args):
    m = interpreter()
    m.call(function, args)
    return {path: read for path, read in m.outside.reads.items()}, m.hooks.adopted


def test_floats_and_arrays_are_inputs_and_the_rest_guards():
    def f(x, k=0.75):
        return x * RATE + SIZE * k + len(NAME) + RATE

    reads, adopted = reads_of(f, 1.0)
    assert adopted == [((("default", "k"),), 0.75), ((("global", "RATE"),), 0.5)]
    assert {path: read.kind for path, read in reads.items()} == {
        (("code",),): "guard",
        (("default", "k"),): "input",
        (("global", "RATE"),): "input",
        (("global", "SIZE"),): "guard",
        (("global", "NAME"),): "guard",
        (("global", "len"),): "guard",
    }


def test_a_variable_that_several_functions_share_is_one_input():
    scale = 1.5

    def helper(x):
        return x * RATE + scale

    def f(x):
        return helper(x) + RATE * scale

    reads, adopted = reads_of(f, 2.0)
    inputs = [path for path, read in reads.items() if read.kind == "input"]
    assert len(inputs) == len(adopted) == 2
    assert sorted(resolve(f, path) for path in inputs) == [RATE, scale]


def test_paths_lead_back_to_the_values():
    inner = 1.25

    def helper(v):
        return v * inner + module.LR

    def f(x):
        total = helper(x) + PARAMS["w"][1] + PARAMS["deep"][1]["b"] + CONFIG.scaled(x) + Settings.lr
        return total + module.helper(x) + sum(ARRAY)

    reads, adopted = reads_of(f, 1.0)
    for path, value in adopted:
        assert resolve(f, path) is value
    assert {value for _, value in adopted if isinstance(value, float)} == {1.25, 0.125, 0.5, 1.5, 2.5, 0.25}
    assert all(read.still_holds(f) for read in reads.values())
    assert (("cell", "helper"), ("cell", "inner")) in reads
    assert (("global", "CONFIG"), ("attr", "rate")) in reads
    assert (("global", "PARAMS"), ("item", "w"), ("item", 1)) in reads
    assert (("global", "Settings"), ("attr", "lr")) in reads


def broken(f, reads):
    return {path for path, read in reads.items() if not read.still_holds(f)}


@pytest.mark.parametrize(
    ("name", "value"),
    [("SIZE", 4), ("SIZE", True), ("SIZE", 3.0), ("NAME", "m"), ("SIZES", [1, 2]), ("SIZES", [True, 2, 3])],
)
def test_a_guard_breaks_when_what_it_guards_changes(monkeypatch, name, value):
    def f():
        return SIZE, NAME, SIZES

    reads, _ = reads_of(f)
    assert not broken(f, reads)
    monkeypatch.setitem(globals(), name, value)
    assert broken(f, reads) == {(("global", name),)}


def test_a_structure_that_changes_breaks_its_guard(monkeypatch):
    def f():
        return PARAMS["w"]

    reads, _ = reads_of(f)
    monkeypatch.setitem(PARAMS, "new", 1)
    assert broken(f, reads) == {(("global", "PARAMS"),)}


def test_a_helper_that_is_edited_or_rebound_breaks_its_guard(monkeypatch):
    def helper(v):
        return v + 1

    def other(v):
        return v + 2

    def f(x):
        return helper(x)

    reads, _ = reads_of(f, 1)
    kept = helper.__code__
    helper.__code__ = other.__code__
    assert broken(f, reads) == {(("cell", "helper"), ("code",))}
    helper.__code__ = kept
    helper = other
    assert (("cell", "helper"),) in broken(f, reads)


def test_an_object_that_is_found_twice_must_stay_one():
    class Box:
        pass

    a = Box()
    a.value = 1.0
    box = [a, a]

    def f():
        return box[0].value + box[1].value

    reads, adopted = reads_of(f)
    assert len(adopted) == 1
    box[1] = Box()
    assert broken(f, reads)


def test_the_type_of_an_object_is_guarded():
    class Other(Config):
        def scaled(self, x):
            return x

    def f(x):
        return CONFIG.scaled(x)

    global CONFIG
    before = CONFIG
    try:
        reads, _ = reads_of(f, 1.0)
        CONFIG = Other()
        assert broken(f, reads)
    finally:
        CONFIG = before


def test_a_class_attribute_is_read_through_the_object():
    thing = Settings()

    def f():
        return thing.lr + Settings().lr

    _, adopted = reads_of(f)
    cell, settings = ("cell", "thing"), ("global", "Settings")
    assert [path for path, _ in adopted] == [(cell, ("attr", "lr")), (settings, ("attr", "lr"))]
    thing.lr = 0.75
    assert resolve(f, adopted[0][0]) == 0.75


def test_library_members_are_constants():
    def f():
        return math.pi + np.pi + float(np.finfo(float).eps)

    reads, adopted = reads_of(f)
    assert adopted == []
    assert set(reads) == {(("code",),), (("global", "math"),), (("global", "np"),), (("global", "float"),)}


def test_fingerprints_are_the_same_in_another_process():
    text = (
        "from bpcompiler.frontend.fingerprints import fingerprint\n"
        "import textwrap, collections, math, numpy as np\n"
        "for value in (textwrap.dedent, textwrap.dedent.__code__, collections, collections.OrderedDict,"
        " math.exp, 3, 's', None, [1, {'a': 2}], {1, 'x', 'y'},"
        " np.dtype('f4'), 1.5, np.exp):\n    print(fingerprint(value))"
    )
    run = [sys.executable, "-c", text]
    first, second = (subprocess.run(run, capture_output=True, text=True, check=True).stdout for _ in range(2))
    assert first == second
    assert fingerprint(lambda: 1) != fingerprint(lambda: 2)
    assert fingerprint(lambda: 1) != fingerprint(lambda: 1.0)


def write_global():
    global RATE
    RATE = 1.0


def outer_cell():
    cell = 1

    def write():
        nonlocal cell
        cell = 2

    return write


def default_list(items=[]):  # noqa: B006
    items.append(1)


heap, counter, numbers = [1], collections.Counter("a"), {1, 2}


@pytest.mark.parametrize(
    "f",
    [
        write_global,
        outer_cell(),
        default_list,
        lambda: MUTABLE.append(1),
        lambda: MUTABLE.__setitem__(0, 1),
        lambda: list.append(MUTABLE, 1),
        lambda: MUTABLE.sort(),
        lambda: PARAMS.update(a=1),
        lambda: PARAMS["deep"][1].pop("b"),
        lambda: numbers.add(3),
        lambda: operator.setitem(MUTABLE, 0, 2),
        lambda: operator.iadd(MUTABLE, [2]),
        lambda: heapq.heappush(heap, 2),
        lambda: setattr(CONFIG, "rate", 1),
        lambda: delattr(CONFIG, "rate"),
        lambda: object.__setattr__(CONFIG, "rate", 1),
        lambda: [MUTABLE for MUTABLE[0] in (1,)],
        lambda: functools.partial(MUTABLE.append, 1)(),
        lambda: list(map(MUTABLE.append, [1])),
    ],
)
def test_writes_to_what_existed_before_are_refused_with_line_and_remedy(f):
    before = repr((RATE, MUTABLE, PARAMS, heap, counter, numbers, CONFIG, default_list.__defaults__))
    with pytest.raises(OutsideWriteError) as caught:
        interpret(f)
    assert caught.value.origin.file == __file__
    assert caught.value.origin.source_line.strip()
    assert caught.value.remedy
    assert before == repr((RATE, MUTABLE, PARAMS, heap, counter, numbers, CONFIG, default_list.__defaults__))


def attribute_store():
    CONFIG.rate = 2


def item_store():
    PARAMS["w"] = 1


def item_delete():
    del PARAMS["w"]


def augmented_item():
    MUTABLE[0] += 1


def augmented_list():
    alias = MUTABLE
    alias += [1]


def class_store():
    Settings.lr = 1


def module_store():
    module.LR = 2


def function_store():
    write_global.tag = 2


@pytest.mark.parametrize(
    "f", [attribute_store, item_store, item_delete, augmented_item, augmented_list, class_store, module_store,
          function_store]
)  # fmt: skip
def test_stores_outside_are_refused(f):
    with pytest.raises(OutsideWriteError):
        interpret(f)


def test_copies_of_what_is_outside_may_be_changed():
    def f():
        items = list(MUTABLE)
        items.append(2)
        d = dict(PARAMS)
        d["w"] = [*d["w"], 1]
        e = PARAMS.copy()
        e.pop("n")
        c = dataclasses.replace(CONFIG, steps=9)
        c.rate += 1
        return items, d["w"], sorted(e), c

    assert interpret(f) == f()


def generate():
    yield 1


iterator = iter([1, 2])


def test_iterators_from_outside_are_not_used_up():
    with pytest.raises(UnsupportedError, match="iterator from outside"):
        interpret(lambda: next(iterator))
    assert next(iterator) == 1


@pytest.mark.parametrize(
    "text",
    ["np.random.rand()", "np.random.default_rng(0)", "random.random()", "time.time()", "time.perf_counter()",
     "open('x')", "input()", "os.getpid()", "os.environ['HOME']", "datetime.datetime.now()", "uuid.uuid4()",
     "secrets.token_hex()", "threading.Thread()", "subprocess.run(['ls'])", "eval('1')", "np.load('x')",
     "random.shuffle([1])", "rng.normal()", "logging.warning('x')", "globals()",
     "tqdm.tqdm([1])"],
)  # fmt: skip
def test_impure_calls_are_refused_with_a_remedy(text, tmp_path):
    names = "datetime logging os random secrets subprocess threading time tqdm uuid".split()
    file = tmp_path / "impure.py"
    file.write_text(f"import {', '.join(names)}\nimport numpy as np\nrng = np.random.default_rng(0)\n"
                    f"def f():\n    return {text}\n")  # fmt: skip
    namespace = {"__name__": "impure"}
    exec(compile(file.read_text(), str(file), "exec"), namespace)
    with pytest.raises(ImpureError) as caught:
        interpret(namespace["f"])
    assert caught.value.remedy
    assert str(caught.value).startswith(f"{file}:5:")


class Counting(type):
    def __call__(cls, *args):
        made = super().__call__(*args)
        made.extra = RATE
        return made


class Counted(metaclass=Counting):
    pass


class Partial:
    def _set(self, one, other):
        self.both = one * other * RATE

    __init__ = functools.partialmethod(_set, 2.0)


@pytest.mark.parametrize("make", [lambda: Counted(), lambda: Partial(3.0)], ids=["metaclass", "partial"])
def test_what_native_code_would_make_by_the_users_is_refused(make):
    with pytest.raises(UnsupportedError):
        interpret(make)


def test_unknown_native_functions_are_refused():
    import zlib

    with pytest.raises(UnsupportedError, match="zlib.crc32 is not known to be pure"):
        interpret(lambda: zlib.crc32(b"a"))


def test_generators_are_unsupported():
    with pytest.raises(UnsupportedError, match="generator"):
        interpret(lambda: list(generate()))


def test_arguments_have_paths_when_they_are_told():
    config = Config()

    def f(c):
        return c.rate + 1

    m = interpreter(PlainHooks())
    m.outside.know(config, (("argument", 0),))
    m.call(f, (config,))
    assert m.hooks.adopted == [((("argument", 0), ("attr", "rate")), 0.25)]
    assert resolve(f, (("argument", 0), ("attr", "rate")), (config,)) == 0.25
    with pytest.raises(OutsideWriteError):
        interpret(lambda c: setattr(c, "rate", 1), config)
