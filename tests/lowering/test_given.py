"""Which results the caller makes, and that the program then computes what it did."""

import numpy as np
import pytest

from bpcompiler import pipeline
from bpcompiler.codegen.lowered import lowered_source
from bpcompiler.frontend.tracing import trace
from bpcompiler.ir.boundary import Boundary, Given, SizeTest
from bpcompiler.lowering.given import with_given_results
from bpcompiler.primitives.evaluate import evaluate

X, Y = np.linspace(0.5, 2.0, 6).reshape(2, 3), np.linspace(-1.0, 1.0, 3)


def parted(x, y):
    return (x * 2.0)[0], x + y


def chosen(x, y):
    return np.exp(x) if y[0] > 0.0 else x - 1.0


def twice(x, y):
    z = np.exp(x)
    return z, z


def loop(x, y):
    z = np.zeros(len(y))
    for i in range(len(x)):
        for j in range(len(y)):
            z[j] += x[i, j] * y[j]
    return z, np.sum(z)


CASES = {
    "of an input's shape": (lambda x, y: np.exp(x), [Given(0, 0, None)]),
    "of a size": (lambda x, y: np.exp(x[:, 0]), [Given(0, 0, 0)]),
    "of another shape": (lambda x, y: np.outer(y, y), []),
    "one of several": (lambda x, y: (np.sum(x), y * 2.0, x @ np.ones((3, 4))), [Given(1, 1, None)]),
    "arguments": (lambda x, y: (x, y), [Given(0, 0, None), Given(1, 1, None)]),
    "a part": (parted, [Given(0, 1, None), Given(1, 0, None)]),
    "transposed": (lambda x, y: np.exp(x).T, []),
    "one or another": (chosen, None),
    "the same twice": (twice, None),
    "filled in a loop": (loop, [Given(0, 1, None)]),
    "of a constant shape": (lambda x, y: np.ones((7, 2)), []),
}


@pytest.mark.parametrize(("function", "expected"), CASES.values(), ids=CASES)
def test_results_are_given(function, expected):
    loops = pipeline.in_loops(trace(function, (X, Y), {}).program)
    program, given = with_given_results(loops)
    if expected is not None:
        assert list(given) == expected
    shapes = [np.shape(evaluate(loops, [X, Y])[each.result]) for each in given]
    buffers = [np.full(shape, np.nan) for shape in shapes]
    returned = iter(evaluate(program, [X, Y, *buffers]))
    made = {each.result: buffer for each, buffer in zip(given, buffers, strict=True)}
    for number, result in enumerate(evaluate(loops, [X, Y])):
        found = made[number] if number in made else next(returned)
        np.testing.assert_array_equal(found, result)
    assert not list(returned)


def test_the_source_says_what_it_is_given_and_for_which_sizes():
    tests = (
        SizeTest("==", (0, 1), (1, 0), True),
        SizeTest("==", (0, 0), 1, False),
        SizeTest("<", (1, 0), 9, True),
    )
    program, given = with_given_results(
        pipeline.in_loops(trace(CASES["one of several"][0], (X, Y), {}).program)
    )
    text = lowered_source(program, Boundary(None, tests, len(given))).text
    assert (
        """(x, y, result):
    # made for calls with such sizes only
    if (
        x.shape[1] != y.shape[0]
        or x.shape[0] == 1
        or y.shape[0] >= 9
    ):
        return False, 0.0, nothing(np.float64, 2)
    unshared("result")
"""
        in text
    )
    assert text.rstrip().splitlines()[-1].startswith("    return True, ")
