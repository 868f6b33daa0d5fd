"""What an array still holds at the end of its loops is read there; what was overwritten is not."""

from random import Random

import numpy as np
import pytest

from bpcompiler.primitives.evaluate import evaluate
from bpcompiler.transforms.forward import forward
from bpcompiler.transforms.planning.report import kept_by
from bpcompiler.transforms.reverse import reverse
from bpcompiler.transforms.simplify import simplify
from bpcompiler.transforms.tidy import tidied
from tests.corpus.nesting import lu_in_place
from tests.generators.source import make
from tests.transforms.programs import flat, traced

A = np.linspace(0.6, 1.7, 25).reshape(5, 5) + 3 * np.eye(5)


def scan(A):
    out = np.zeros(A.shape[0])
    for i in range(1, A.shape[0]):
        out[i] = 0.5 * out[i - 1] * A[i, 0] + A[i, i]
    return np.sum(out * out)


def backwards(A):
    A = A.copy()
    for i in range(A.shape[0] - 2, -1, -1):
        A[i] = A[i] * A[i + 1]
    return np.sum(A)


def in_branches(A):
    A = A.copy()
    for i in range(1, A.shape[0]):
        if A[i, 0] > 1.0:
            A[i, 1] = A[i - 1, 1] * A[i, 1]
        else:
            A[i, 1] = np.sin(A[i - 1, 1])
    return np.sum(A)


def over_and_over(A):
    u = A[0].copy()
    for _ in range(3):
        for i in range(1, len(u)):
            u[i] = u[i] * u[i - 1]
    return np.sum(u)


def written_again_afterwards(A):
    u = A[0].copy()
    for i in range(1, len(u)):
        u[i] = u[i - 1] * A[1, i]
    for i in range(1, len(u)):
        u[i] = u[i] * u[0] + 1.0
    u[2] = 0.0
    return np.sum(u * u)


@pytest.mark.parametrize("function", [lu_in_place, scan])
def test_what_is_untouched_needs_no_tape(function):
    found = traced(function, (A,), {}, 0)
    np.testing.assert_allclose(found.gradient(), found.by_forward(), rtol=1e-10)
    assert list(kept_by(reverse(tidied(found.program), found.wrt))) == []


@pytest.mark.parametrize("function", [backwards, in_branches, over_and_over, written_again_afterwards])
def test_what_is_written_again_is_not_read_there(function):
    found = traced(function, (A,), {}, 0)
    np.testing.assert_allclose(found.gradient(), found.by_forward(), rtol=1e-10)


@pytest.mark.parametrize("seed", range(30))
def test_random_nests_of_stores(seed):
    function = make(nest(Random(seed)))
    found = traced(function, (np.linspace(0.9, 1.1, 64).reshape(8, 8), 4), {}, 0)
    direction = np.random.default_rng(seed).normal(size=(8, 8))
    pushed = evaluate(forward(found.program, found.wrt), [*found.arguments, direction])
    np.testing.assert_allclose(found.gradient() @ direction.ravel(), float(pushed[-1]), rtol=1e-9)
    tidy = simplify(reverse(tidied(found.program), found.wrt))
    np.testing.assert_allclose(flat(evaluate(tidy, found.arguments)), found.gradient(), rtol=1e-9)


def nest(random):
    """Return a program whose loops read and store one array at places near each other."""
    lines = ["def program(A, n):", "    A = A.copy()", "    total = 0.0"]
    names = []
    for depth in range(random.choice([1, 2, 2, 3])):
        name = "kij"[depth]
        start = random.choice(["0", "1", *(f"{n} + 1" for n in names), *names])
        bounds = random.choice([f"{start}, n", f"{start}, n", "n - 1, -1, -1", "0, n, 2"])
        lines.append("    " * (depth + 1) + f"for {name} in range({bounds}):")
        names.append(name)
        for _ in range(random.randint(0, 1)):
            lines.append("    " * (depth + 2) + store(random, names))
    lines.append("    " * (len(names) + 1) + store(random, names))
    lines.append("    " * random.randint(2, len(names) + 1) + store(random, names[:1]))
    return "\n".join([*lines, "    return total + (A * A).sum()"]) + "\n"


def store(random, names):
    """Return a store of what was read nearby."""
    target, one, two = (place(random, names) for _ in range(3))
    form = random.choice(["{} = {} * {}", "{} = {} * {}", "{} -= 0.1 * {} * {}", "{} = 0.5 * {} / {}"])
    return form.format(target, one, two)


def place(random, names):
    indices = [random.choice([*names, *(f"{n} + 1" for n in names), "n", "0"]) for _ in range(2)]
    return f"A[{indices[0]}, {indices[1]}]"
