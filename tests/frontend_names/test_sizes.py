"""One traced program serves all sizes that its assumptions allow, and it assumes no more than it must."""

import itertools

import numpy as np
import pytest

from bpcompiler.errors import UnsupportedError
from bpcompiler.frontend.tracing import trace
from bpcompiler.ir.sizes import Symbol
from bpcompiler.ir.verify import verify
from bpcompiler.primitives.evaluate import evaluate
from bpcompiler.transforms.reverse import reverse
from tests.frontend_names.same_as_numpy import difference, function_of, outcome

# Text, shapes of the arguments at which it is traced, the assumptions: no others.
TABLE = [
    ("np.sum(np.maximum(a @ b + c, 0.0) ** 2)", ["nm", "mk", "k"], "a_1 == b_0, b_1 == c_0"),
    ("np.sum(np.exp(a - a.max(axis=1, keepdims=True)))", ["nm"], "not a_1 == 0"),
    ("np.mean((a - a.mean(0)) / (a.std(0) + 1.0))", ["nm"], ""),
    ("np.var(a) + np.linalg.norm(a)", ["n"], ""),
    ("np.std(a, ddof=1)", ["n"], "not a_0 < 1"),
    ("np.sum((a[1:] - a[:-1]) ** 2)", ["n"], "not a_0 < 1"),
    ("np.sum((a[2:] - 2 * a[1:-1] + a[:-2]) ** 2)", ["n"], "not a_0 < 2"),
    ("a[0] * a[-1]", ["n"], "0 < a_0"),
    ("np.sum(a[::-1] * a)", ["n"], ""),
    ("np.sum(a[::2])", ["n"], ""),
    ("np.sum(a[-3:])", ["n"], "not a_0 - 3 < 0"),
    ("np.sum(a[:, 0] * a[:, -1])", ["nm"], "0 < a_1"),
    ("np.sum(a.ravel() * a.reshape(-1))", ["nm"], ""),
    ("np.sum(a.reshape(len(a), -1) ** 2)", ["nmk"], ""),
    ("np.sum(a.reshape(-1, 2)[:, 0])", ["4"], "(a_0) % (2) == 0"),
    ("np.sum(np.arange(len(a)) * a)", ["n"], ""),
    ("np.sum(np.arange(1, len(a) + 1) * a)", ["n"], ""),
    ("np.sum(np.linspace(0.0, 1.0, len(a)) * a)", ["n"], "not a_0 == 1"),
    ("np.sum(np.eye(len(a)) * a)", ["nn"], "a_0 == a_1"),
    ("np.sum(np.concatenate([a, b])[1:])", ["n", "m"], "not a_0 + b_0 < 1"),
    ("np.sum(np.concatenate([a[:1], a, a[-1:]])[2:] * a)", ["n"], "not a_0 < 1"),
    ("np.sum(np.stack([a, 2 * a], axis=1) * np.array([1.0, 2.0]))", ["n"], ""),
    ("np.sum(np.roll(a, 1) * a)", ["n"], "not a_0 < 1"),
    ("np.sum(np.diff(a) ** 2)", ["n"], "not a_0 < 1"),
    ("np.sum(np.cumsum(a) ** 2)", ["n"], ""),
    ("np.sum(np.tril(a) - np.triu(a, 1))", ["nm"], ""),
    ("np.trace(a)", ["nm"], "a_1 < a_0"),
    ("np.sum(np.sqrt(np.sum((a[:, None] - a[None]) ** 2, -1) + 1))", ["nm"], ""),
    ("np.sum(np.outer(a, b) * np.dot(a, a))", ["n", "m"], ""),
    ("a @ b", ["n", "n"], "a_0 == b_0"),
    ("np.sum(a @ b.T)", ["nm", "km"], "a_1 == b_1"),
    ("np.sum(np.tensordot(a, b, 1))", ["nmk", "k2"], "a_2 == b_0"),
    ("np.sum(a + b)", ["nm", "m"], "a_1 == b_0"),
    ("np.sum(a + b)", ["nm", "n1"], "a_0 == b_0, b_1 == 1"),
    ("np.sum(a * b[:, None] + c)", ["nm", "n", "m"], "a_0 == b_0, a_1 == c_0"),
    ("np.sum(np.repeat(a, 3)) + np.sum(np.tile(a, 2))", ["n"], ""),
    ("a[np.argmax(a)]", ["n"], "not a_0 == 0"),
    ("np.sum(a[np.array([0, 1, 0])])", ["n"], ""),
    ("np.sum(a) / len(a) / a.shape[0] / a.size", ["n"], ""),
    ("np.sum(np.zeros(a.shape) + a + np.ones_like(a))", ["nm"], ""),
    ("np.sum(np.squeeze(a))", ["n1"], "a_1 == 1, not a_0 == 1"),
    ("np.sum(a @ b)", ["knm", "kmn"], "a_2 == b_1, a_0 == b_0"),
    ("np.sum(np.split(a, 2)[1])", ["4"], None),
    ("np.sum(a) / max(len(a) - 1, 1) + min(len(a), 3)", ["n"], ""),
    ("np.sum(a) if len(a) > 2 else np.max(a)", ["n"], "2 < a_0"),
    ("sum(np.sum(a[i : len(a) - 2 + i] * b[i]) for i in range(3))", ["4", "3"], None),
]
SIZES = {"n": 3, "m": 2, "k": 4}
PARAMETERS = "a, b, c"


def arguments(shapes, numbers):
    random = np.random.default_rng(3)
    given = [random.uniform(0.5, 1.5, tuple(numbers.get(c) or int(c) for c in shape)) for shape in shapes]
    return [*given, *[1.0] * (3 - len(given))]


@pytest.mark.parametrize(("text", "shapes", "assumptions"), TABLE)
def test_what_is_assumed(text, shapes, assumptions):
    tracing = trace(function_of(text, PARAMETERS), tuple(arguments(shapes, SIZES)), {})
    verify(tracing.program)
    found = {str(a) for a in tracing.assumptions}
    if assumptions is not None:
        assert found == set(filter(None, assumptions.split(", ")))


@pytest.mark.parametrize(("text", "shapes", "assumptions"), TABLE)
def test_the_program_is_right_for_other_sizes(text, shapes, assumptions):
    function = function_of(text, PARAMETERS)
    tracing = trace(function, tuple(arguments(shapes, SIZES)), {})
    gradient = verify(reverse(tracing.program, [0]))
    served = 0
    for shape in itertools.product([0, 1, 2, 3, 5], repeat=sum(len(s) for s in shapes)):
        dims = iter(shape)
        args = [np.random.default_rng(1).uniform(0.5, 1.5, tuple(next(dims) for _ in s)) for s in shapes]
        args += [1.0] * (3 - len(args))
        if not serves(tracing, args) or served > 60:
            continue
        served += 1
        expected = outcome(function, *args)
        if isinstance(expected, IndexError):  # the elements of an index are tested when the program runs
            continue
        if isinstance(expected, ValueError) and 0 in np.shape(
            args[0]
        ):  # NumPy cannot tell what -1 stands for
            continue
        assert not isinstance(expected, Exception), (args, expected)
        assert not difference(expected, evaluate(tracing.program, args)[0])
        assert evaluate(gradient, args)[0].shape == args[0].shape
    assert served > 1


def serves(tracing, args):
    """Whether a call has the sizes that the program is for, as the call path tests it."""
    values = {}
    for name, argument in zip("abc", args, strict=True):
        for axis, size in enumerate(np.shape(argument)):
            values[Symbol(f"{name}_{axis}")] = size
    return all(assumption.satisfied(values) for assumption in tracing.assumptions)


def test_arange_of_floats_that_are_made_of_sizes():
    def f(x):
        n = len(x)
        return [
            np.arange(1.0, n + 1.0) * x,
            np.arange(float(n)),
            np.arange(0.0, 2.0 * n, 2),
            np.arange(n - 1.0, -1.0, -1.0) * x,
            np.arange(2, n + 3.0, dtype=np.int64),
        ]

    for n in (3, 0, 1, 5):
        found = trace(f, (np.linspace(1.0, 2.0, n),), {})
        assert not [each for each in found.assumptions if each.relation == "=="]
        actual = evaluate(found.program, [np.linspace(1.0, 2.0, n)])
        for one, other in zip(actual, f(np.linspace(1.0, 2.0, n)), strict=True):
            assert one.dtype == other.dtype
            assert one.tolist() == other.tolist()


@pytest.mark.parametrize(
    "function",
    [lambda x: np.arange(0.5, len(x)), lambda x: np.arange(0.0, len(x), 0.5), lambda x: np.arange(x[0], 4.0)],
)
def test_arange_of_other_floats_says_what_to_write(function):
    with pytest.raises(UnsupportedError, match="np.arange of traced floats") as caught:
        trace(function, (np.ones(3),), {})
    assert "np.linspace" in caught.value.remedy
