"""What native code would read, compare or change unseen is refused, or written out over recorded reads."""

import copy
import gc
import linecache
import operator
import re
from collections import ChainMap, UserDict
from collections.abc import Callable

import numpy as np
import pytest

from bpcompiler.errors import ImpureError, StoreError, UnsupportedError
from bpcompiler.frontend import pure, source
from bpcompiler.frontend.impure import remedy
from bpcompiler.frontend.interpreter import functions
from bpcompiler.frontend.paths import fullname
from tests.frontend.plain import DecidingHooks, interpret, interpreter


class Equal:
    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        return self.value == other.value

    def __hash__(self):
        return 1


class Thing:
    value = 1.5

    def scaled(self, by, *, plus=0.0):
        return self.value * by + plus


A, B, THING = Equal(1), Equal(2), Thing()
USER_DICT, CHAIN = UserDict(a=1.0), ChainMap({"a": 1.0})
REFUSED: dict[str, Callable] = {
    "iteration over a UserDict": lambda: sum(USER_DICT.values()),
    "a list of a UserDict": lambda: list(USER_DICT),
    "in a ChainMap": lambda: "a" in CHAIN,
    "the length of a ChainMap": lambda: len(CHAIN),
    "a copy of a UserDict": lambda: copy.deepcopy(USER_DICT),
    "index by the user's ==": lambda: [A, B].index(B),
    "removal by the user's ==": lambda: [A, B].remove(B),
    "a key with the user's hash": lambda: {A: 1.0},
    "a set of the user's hashes": lambda: {A, B},
    "a look-up by the user's hash": lambda: {}.get(A),
    "a vectorized function": lambda: np.vectorize(lambda v: v + THING.value)(np.ones(2)),
    "a ufunc from Python": lambda: np.frompyfunc(lambda v: v + THING.value, 1, 1)(np.ones(2)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_be_read_unseen_is_refused(name):
    with pytest.raises(UnsupportedError) as caught:
        interpret(REFUSED[name])
    assert caught.value.remedy
    assert caught.value.origin.line > 0


def test_the_number_of_an_object_differs_from_process_to_process():
    with pytest.raises(ImpureError, match="id does not give the same"):
        interpret(lambda: id(THING))


def test_getters_and_callers_read_as_the_dots_do():
    m = interpreter()
    get, call = operator.attrgetter("value"), operator.methodcaller("scaled", 2.0, plus=1.0)
    pair = operator.attrgetter("value", "__class__.value")

    def f():
        return get(THING), call(THING), pair(THING)

    assert m.call(f) == (1.5, 4.0, (1.5, 1.5))
    assert [value for _, value in m.hooks.adopted].count(1.5) >= 1


CHANGES: dict[str, Callable] = {
    "item": lambda a: a.__setitem__(0, 1.0),
    "np.copyto": lambda a: np.copyto(a, 1.0),
    "np.put": lambda a: np.put(a, [0], [1.0]),
    "fill": lambda a: a.fill(1.0),
    "sort": lambda a: a.sort(),
}


@pytest.mark.parametrize("name", CHANGES)
def test_arrays_that_native_code_made_are_not_changed(name):
    with pytest.raises((StoreError, ValueError)):
        interpret(lambda change: change(np.fft.fftfreq(4)), CHANGES[name])


# ------------------------------------------------------------------ NumPy, name by name

WORLD = re.compile(
    r"load|save|txt|seterr|geterr|errcall|printoptions|buf(fer)?size|^show_|^info$|^test$|memmap|fromfile|"
    r"array2string|array_repr|array_str|^empty|fromregex|DataSource|get_include"
)
HARMLESS = {"frombuffer"}


def names_of(module):
    return [name for name in dir(module) if not name.startswith("_") and callable(getattr(module, name))]


@pytest.mark.parametrize(
    "name", [name for name in names_of(np) if WORLD.search(name) and name not in HARMLESS]
)
def test_numpy_functions_that_know_the_world_are_impure(name):
    function = getattr(np, name)
    if not isinstance(function, type(np)):
        assert pure.verdict(function, fullname(function)) == "unknown"
        assert remedy(fullname(function))


@pytest.mark.parametrize("module", [np.random, np.testing, np.ctypeslib], ids=lambda module: module.__name__)
def test_modules_of_the_world_are_impure(module):
    for name in names_of(module):
        function = getattr(module, name)
        if getattr(function, "__module__", "") and "numpy" in str(function.__module__):
            assert pure.verdict(function, fullname(function)) != "ordinary", name


def test_functions_with_callbacks_interpret_them():
    def f():
        return np.apply_along_axis(lambda row: row.sum() * THING.value, 1, np.ones((2, 3)))

    m = interpreter()
    np.testing.assert_array_equal(m.call(f), [4.5, 4.5])
    assert [value for _, value in m.hooks.adopted] == [1.5]


# ------------------------------------------------------------------ managers


def test_a_native_manager_is_left_when_our_own_error_passes():
    def f(x):
        with np.errstate(all="raise"), np.errstate(divide="ignore"):
            return id(x)

    before = np.geterr()
    with pytest.raises(ImpureError):
        interpret(f, 1.0, hooks=DecidingHooks())
    assert np.geterr() == before


# ------------------------------------------------------------------ memory


def test_cells_run_again_and_again_are_forgotten():
    gc.collect()
    before = len(functions._BINDERS)
    for number in range(3 * source.MOST_FILES):
        text = f"def f(x, y={number}):\n    return x + {number}\n"
        cell = f"<cell of memory {number}>"
        linecache.cache[cell] = (len(text), None, text.splitlines(keepends=True), cell)
        namespace = {"__name__": "cells"}
        exec(compile(text, cell, "exec"), namespace)
        assert interpret(namespace["f"], 1) == number + 1
    gc.collect()
    assert len(source._FILES) <= source.MOST_FILES
    assert len(functions._BINDERS) <= before + source.MOST_FILES
