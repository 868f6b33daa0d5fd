"""Rewrites of derivative code, each as text: what it was, what it has become; both compute the same."""

import numpy as np
import pytest

from bpcompiler.ir.verify import verify
from bpcompiler.primitives import adjoint, arithmetic, broadcasting, creation, piecewise, shapes
from bpcompiler.primitives.evaluate import evaluate
from bpcompiler.primitives.indexing import add_at
from bpcompiler.transforms.simplify import simplify
from tests.codegen_regions.staged import source_of
from tests.transforms.region_writing import Code

ARGUMENTS = {
    "x": 0.7,
    "y": -1.3,
    "n": 3,
    "i": 1,
    "j": 2,
    "v": np.array([0.5, -2.0, 1.5, 4.0]),
    "w": np.array([1.0, 0.25, -3.0, 2.0]),
    "A": np.arange(12.0).reshape(3, 4) / 7 - 0.5,
}


class Given:
    """The arguments that a case asks for, and what it writes with them."""

    def __init__(self):
        self.code, self.asked = Code(), []
        self.makers = {
            **dict.fromkeys("xy", self.code.float),
            **dict.fromkeys("nij", self.code.int),
            **{name: lambda name: self.code.array(name, "m") for name in "vw"},
            "A": lambda name: self.code.array(name, "k", "m"),
        }

    def __getattr__(self, name):
        self.asked.append(ARGUMENTS[name])
        value = self.makers[name](name)
        setattr(self, name, value)
        return value

    def one(self, primitive, *operands, **attrs):
        return self.code.one_of(primitive, *operands, **attrs)

    def add(self, total, key, part):
        spec, indices = self.code.spec(total, key)
        return self.one(add_at, total, part, *indices, spec=spec)

    def zeros(self):
        return self.code.zeros(*self.v.operand.aval.shape)

    def full(self, number):
        return self.one(broadcasting.broadcast_to, number, shape=self.v.operand.aval.shape)


def written(write):
    """Return the program, and its result once it is simplified, as text."""
    given = Given()
    with given.code.at(None, ("backprop",)):
        result = write(given)
    program = verify(given.code.finish("f", result), "writing")
    tidy = verify(simplify(program), "simplify")
    for old, new in zip(evaluate(program, given.asked), evaluate(tidy, given.asked), strict=True):
        np.testing.assert_allclose(new, old, rtol=1e-14)
        assert np.asarray(new).dtype == np.asarray(old).dtype
    lines = [line.strip() for line in source_of(tidy).split("):\n", 1)[1].splitlines()]
    return "; ".join(line for line in lines if line and not line.startswith("#"))


def quotient(g, one, other):
    return g.one(arithmetic.div, one, other)


def choice(g, condition, one, other):
    return g.one(piecewise.select, condition, one, other)


def transposed(g, x):
    return g.one(shapes.transpose, x, permutation=(1, 0))


def twice(g):
    named = g.one(piecewise.alias, g.v).named("dv")
    return g.one(adjoint.accumulate, named, g.v)


def same_choice(g):
    condition = g.x > 0.0
    return choice(g, condition, choice(g, condition, g.x, g.y), 2.0)


def put_back(g):
    part = g.v[g.i]
    cleared = g.v.with_(g.i, 0.0)
    return g.add(cleared, g.i, part)


def added_to_part(g):
    part = g.add(g.zeros(), g.j, g.x)
    return g.add(g.A, g.i, part)


REWRITTEN = {
    "a product of numbers": (lambda g: g.x * (g.code.wrap(2.0) * 0.5), "return (x,)"),
    "times one": (lambda g: g.x * 1.0, "return (x,)"),
    "times minus one": (lambda g: g.x * -1.0, "return (-x,)"),
    "an integer times one": (lambda g: g.n * 1.0, "return (float(n),)"),
    "times a count": (lambda g: g.v * (g.n * 1.0), "return (v * n,)"),
    "times an inverse": (lambda g: quotient(g, 1.0, g.y) * g.x, "return (x / y,)"),
    "times a negative inverse": (lambda g: quotient(g, -1.0, g.y) * g.x, "return (-x / y,)"),
    "times a negative": (lambda g: g.x * -g.y, "return (-x * y,)"),
    "plus a negative": (lambda g: g.x + -g.y, "return (x - y,)"),
    "plus a negative product": (lambda g: g.x + -g.y * 3.0, "return (x - y * 3.0,)"),
    "plus a negative quotient": (lambda g: g.x + quotient(g, -g.y, g.x), "return (x - y / x,)"),
    "plus zero": (lambda g: g.x + 0.0, "return (x,)"),
    "the same product": (lambda g: g.x * g.y + g.y * g.x, "return (2 * y * x,)"),
    "added to a number": (
        lambda g: g.one(adjoint.accumulate, 1.0, g.x * g.y),
        "return (1.0 + x * y,)",
    ),
    "taken from a number": (
        lambda g: g.one(adjoint.accumulate, 1.0, -(g.x * g.y)),
        "return (1.0 - x * y,)",
    ),
    "negated twice": (lambda g: g.one(arithmetic.neg, -g.x), "return (x,)"),
    "the same choice": (same_choice, "return (x if x > 0.0 else 2.0,)"),
    "a choice of zero": (
        lambda g: g.y * choice(g, g.x > 0.0, g.x, 0.0),
        "return (y * x if x > 0.0 else 0.0,)",
    ),
    "a sum of equals": (lambda g: g.full(g.x).sum(), "return (v.shape[0] * x,)"),
    "a sum of negatives": (lambda g: (-g.v).sum(), "return (-np.sum(v),)"),
    "the same array twice": (twice, "return (2 * v,)"),
    "transposed twice": (lambda g: transposed(g, transposed(g, g.A)), "return (A.copy(),)"),
    "a transposed product": (
        lambda g: transposed(g, g.A @ transposed(g, g.A)),
        "return (A @ A.T,)",
    ),
    "what was stored": (lambda g: g.v.with_(g.i, g.x * 2.0)[g.i], "return (x * 2.0,)"),
    "added to zeros": (lambda g: g.add(g.zeros(), slice(None), g.v * 2.0), "return (v * 2.0,)"),
    "put back": (put_back, "return (v.copy(),)"),
    "added to a part": (added_to_part, "A = A.copy(); A[i, j] += x; return (A,)"),
    "added twice": (
        lambda g: g.add(g.add(g.v, g.i, g.x), g.i, g.x),
        "v = v.copy(); v[i] += 2 * x; return (v,)",
    ),
    "one number in all places": (
        lambda g: g.add(g.v, slice(None), g.full(g.x)),
        "return (v + x,)",
    ),
    "cleared and added to": (
        lambda g: g.add(g.v.with_(g.i, 0.0), g.i, g.x),
        "v = v.copy(); v[i] = x; return (v,)",
    ),
}
# What looks alike and is something else.
LEFT = {
    "times zero: 0 * inf is nan": (lambda g: g.x * 0.0, "return (x * 0.0,)"),
    "an array of integers times one": (
        lambda g: g.one(creation.arange, start=0, length=g.v.operand.aval.shape[0], step=1) * 1.0,
        "return (np.arange(v.shape[0]) * 1.0,)",
    ),
    "other products": (lambda g: g.x * g.y + g.x * g.x, "return (x * y + x * x,)"),
    "another condition": (
        lambda g: choice(g, g.x > 0.0, choice(g, g.y > 0.0, g.x, g.y), 2.0),
        "return ((x if y > 0.0 else y) if x > 0.0 else 2.0,)",
    ),
    "put back elsewhere": (
        lambda g: g.add(g.v.with_(g.i, 0.0), g.j, g.v[g.i]),
        "v_1 = v.copy(); v_1[i] = 0.0; v_1[j] += v[i]; return (v_1,)",
    ),
    "added in two places": (
        lambda g: g.add(g.add(g.v, g.i, g.x), g.j, g.x),
        "v = v.copy(); v[i] += x; v[j] += x; return (v,)",
    ),
    "added to what may be the cleared place": (
        lambda g: g.add(g.add(g.v.with_(g.i, 0.0), g.j, g.y), g.i, g.x),
        "v = v.copy(); v[i] = 0.0; v[j] += y; v[i] += x; return (v,)",
    ),
}


@pytest.mark.parametrize("case", REWRITTEN)
def test_it_becomes(case):
    write, after = REWRITTEN[case]
    assert written(write) == after


@pytest.mark.parametrize("case", LEFT)
def test_it_stays(case):
    write, after = LEFT[case]
    assert written(write) == after


def test_the_users_own_sum_is_left_as_it_is():
    code = Code()
    x, y = code.float("x"), code.float("y")
    program = code.finish("f", x * y + y * x)
    assert len(simplify(program).equations) == len(program.equations)
