"""`x[key]` against NumPy: values, shapes, kinds of errors; and the gradient, which adds where keys repeat."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpcompiler.frontend.tracing import trace
from bpcompiler.ir.verify import verify
from bpcompiler.primitives.evaluate import evaluate
from bpcompiler.transforms.forward import forward
from bpcompiler.transforms.reverse import reverse
from tests.frontend_names.same_as_numpy import difference, function_of, outcome

BOUNDS = ["", "0", "1", "2", "-1", "-2", "4", "-4"]
STEPS = ["", "1", "2", "-1", "-2", "3"]
ITEMS = [
    "0",
    "1",
    "-1",
    "-2",
    ":",
    "1:",
    ":-1",
    "::2",
    "::-1",
    "-2::-1",
    "2:0:-1",
    "5:",
    "None",
    "...",
    "1:1",
]
ARRAYS = [
    "[0, 1]",
    "[-1, 0, 0]",
    "[]",
    "[[0], [1]]",
    "[[0, -1]]",
    "np.array([1, 1])",
    "np.int64(0)",
    "idx",
    "[i, 0]",
]
SHAPES = [(0,), (1,), (2,), (3,), (2, 3), (3, 1), (0, 2), (2, 2, 3), (1, 3, 2), ()]
INDEX = np.array([0, -1])


def check(key, shape):
    x = np.arange(np.prod(shape, dtype=int), dtype=float).reshape(shape)
    text = f"x[{key}] * 1.0" if not shape else f"x[{key}]"
    function = function_of(text, "x, idx, i")
    args = (x, INDEX, 1)
    expected, tracing = outcome(function, *args), outcome(trace, function, args, {})
    if isinstance(tracing, Exception):
        same_kind = isinstance(expected, Exception) and isinstance(tracing, type(expected))
        assert same_kind, f"x[{key}] of {shape}: {tracing!r} where NumPy gives {expected!r}"
        return
    verify(tracing.program)
    found = outcome(evaluate, tracing.program, list(args))
    if isinstance(expected, Exception):
        assert isinstance(found, type(expected)), (
            f"x[{key}] of {shape}: {found!r} where NumPy raises {expected!r}"
        )
        return
    if "..." in key and np.ndim(expected) == 0:
        expected = expected[()]  # one element is a number with us, `x[0, ...]` or not
    assert not isinstance(found, Exception), f"x[{key}] of {shape}: {found!r}"
    assert not difference(expected, found[0]), f"x[{key}] of {shape}: {difference(expected, found[0])}"
    gradient(tracing.program, key, args, expected)


def gradient(program, key, args, expected):
    """The cotangents of the elements read, added up where they were read; and the tangents, read alike."""
    x, idx, i = args
    if not isinstance(program.outputs[0].aval, type(program.inputs[0].aval)) and not np.shape(x):
        return
    weights = 1.0 + np.arange(np.size(expected), dtype=float).reshape(np.shape(expected))
    pulled = verify(reverse(program, [0], output=None))
    (found,) = evaluate(pulled, [*args, weights[()] if not np.shape(expected) else weights])
    wanted = np.zeros(np.shape(x))
    np.add.at(wanted, eval(f"np.s_[{key}]", {"np": np, "idx": idx, "i": i, "x": x}), weights)
    np.testing.assert_array_equal(found, wanted)
    tangent = evaluate(verify(forward(program, [0])), [*args, x * 2.0])[-1]
    np.testing.assert_array_equal(tangent, 2.0 * np.asarray(expected))


@pytest.mark.parametrize("start", BOUNDS)
@pytest.mark.parametrize("size", [0, 1, 2, 3])
def test_slices(size, start):
    for stop, step in itertools.product(BOUNDS, STEPS):
        check(f"{start}:{stop}:{step}", (size,))


@pytest.mark.parametrize("item", ITEMS)
def test_one_basic_item(item):
    for shape in SHAPES:
        check(item, shape)


@pytest.mark.parametrize("first", ITEMS)
def test_two_basic_items(first):
    for second, shape in itertools.product(ITEMS, [(2,), (2, 3), (0, 2), (2, 2, 3), ()]):
        check(f"{first}, {second}", shape)


@pytest.mark.parametrize("array", ARRAYS)
def test_arrays_alone_and_beside_another_item(array):
    for shape in SHAPES:
        check(array, shape)
    for item, shape in itertools.product([*ITEMS, *ARRAYS], [(2, 3), (2, 2, 3), (0, 2)]):
        check(f"{array}, {item}", shape)
        check(f"{item}, {array}", shape)


@pytest.mark.parametrize(
    "key", ["0.5", "'a'", "True", "x", "[0.5]", "[0, 0.5]", "0, 0, 0, 0", "..., ...", "2.0:"]
)
def test_what_is_no_index(key):
    for shape in [(2, 3), (3,)]:
        with pytest.raises((IndexError, TypeError, NotImplementedError)):
            trace(function_of(f"x[{key}]", "x"), (np.ones(shape),), {})


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.data())
def test_three_items(data):
    shape = data.draw(st.sampled_from([(2, 3, 2), (1, 2, 3), (3, 0, 2), (2, 3)]))
    items = data.draw(st.lists(st.sampled_from([*ITEMS, *ARRAYS]), min_size=1, max_size=4))
    check(", ".join(items), shape)


@pytest.mark.parametrize(
    "key", ["i", "-i", "i:", ":i", "i::-1", ":-i", "i, i", "[i, i]", "x.shape[0] - 1", "-x.shape[0]"]
)
def test_traced_indices_and_bounds(key):
    for shape in [(3,), (2, 3), (1, 2), (0, 2)]:
        check(key, shape)
