"""Draws in traced functions: the bits of a plain call, in staged and in machine code; derivatives; errors."""

import re

import numpy as np
import pytest

import bpcompiler as bp
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import literal
from bpcompiler.primitives import random
from bpcompiler.primitives.evaluate import evaluate
from bpcompiler.random import choice, integers, normal, permutation, uniform
from tests.allocations import allocated


def equal(found, expected):
    if isinstance(expected, tuple):
        return len(found) == len(expected) and all(map(equal, found, expected))
    same_type = type(found) is type(expected) and np.asarray(found).dtype == np.asarray(expected).dtype
    return same_type and np.array_equal(found, expected)


def staged(f, *args):
    """Return what the staged source returns, as a file of its own."""
    module = {}
    exec(f.source, module)
    return module[f.__name__](*args)


def every_function(x, table, seed, t):
    n = len(x)
    noise = bp.random.normal((seed, t), size=n)
    square = bp.random.uniform((seed, t), -1.0, x, (n, n))
    rolls = bp.random.integers((seed, t), 1, 6, size=[2, 3], endpoint=True)
    order = bp.random.permutation((seed, t), n)
    rows = bp.random.permutation((seed, t), table)
    batch = bp.random.choice((seed, t), table, 4)
    hand = bp.random.choice((seed, t), n, (2, 2), replace=False)
    one = bp.random.choice((seed, t), n, None, False), bp.random.choice((seed, t), x)
    few = bp.random.normal((seed, t), 1.0, 2.0), bp.random.uniform((t, seed)), bp.random.integers((1, 2), 9)
    return x + noise, square, rolls, order, rows, batch, hand, one, few, bp.random.normal((0, 1), size=())


def walk(seed, n):
    position, path = 0.0, np.zeros(n)
    for t in range(n):
        position += bp.random.normal((seed, t)) * bp.random.integers((seed, t), t + 1)
        while position > bp.random.uniform((seed, t), 0.5, 3.0):
            position *= 0.5 * bp.random.uniform((seed, t))
        path[t] = position
    return path


def averaged(x, steps, seed):
    mean = 0.0
    for t in range(steps):
        batch = bp.random.choice((seed, t), x, 3, replace=False)
        order = bp.random.permutation((seed, t), len(x))
        mean = 0.9 * mean + 0.1 * np.mean(batch) + 0.01 * x[order[0]]
    return mean


X = np.linspace(0.0, 2.0, 6)
PROGRAMS = [
    (every_function, (X, np.outer(X, [1.0, -1.0]), 7, 3)),
    (every_function, (X, np.outer(X, [1.0, -1.0]), -(2**63), 2**63 - 1)),
    (walk, (11, 40)),
    (averaged, (X, 12, 5)),
]
COMPILED = {function: bp.jit(function) for function, _ in PROGRAMS}


@pytest.mark.parametrize(("function", "args"), PROGRAMS, ids=lambda part: getattr(part, "__name__", ""))
def test_the_same_bits_everywhere(function, args):
    expected, f = function(*args), COMPILED[function]
    assert equal(f(*args), expected)
    assert equal(staged(f, *args), expected)


def test_the_source_says_what_is_drawn_and_quotes_how():
    def noisy(x, t):
        return x + 0.1 * bp.random.normal((0, t), size=len(x))

    head, *functions = bp.jit(noisy).specialize(X, 3).source.split("\n\n\n")
    assert functions[0] == "def noisy(x, t):\n    return x + 0.1 * random_normal((0, t), len(x))"
    assert head == "import math\n\nimport numpy as np"
    names = [re.match(r"def (\w+)", text)[1] for text in functions[1:]]
    assert names == ["random_normal", "drawn", "threefry", "as_normal"]


def test_a_name_of_the_users_does_not_hide_what_is_called():
    def f(x):
        drawn = 2.0 * x
        threefry = bp.random.uniform((0, 1), size=3) * drawn
        return threefry * drawn

    compiled = bp.jit(f)
    assert equal(compiled(1.5), f(1.5))
    assert equal(staged(compiled, 1.5), f(1.5))


def test_functions_and_parameters_may_be_called_as_what_is_quoted():
    def drawn(x, threefry):
        return x + bp.random.normal((0, threefry), size=len(x))

    def random_uniform(random_uniform, t):
        return random_uniform + bp.random.uniform((0, t), size=2)

    for function in (drawn, random_uniform):
        compiled = bp.jit(function)
        assert equal(compiled(X[:2], 3), function(X[:2], 3))
        assert equal(staged(compiled, X[:2], 3), function(X[:2], 3))


def test_loops_draw_without_allocating():
    f = COMPILED[averaged]
    assert allocated(f, X, 10, 5) == allocated(f, X, 100, 5)


@pytest.mark.parametrize("options", [{"parallel": True}, {"precise": True}], ids=str)
def test_threads_and_precision_do_not_matter(options):
    def draw(seed, n):
        return bp.random.normal((seed, 1), size=n), bp.random.integers((seed, 1), 10**9, size=n)

    assert equal(bp.jit(draw, **options)(3, 100_003), draw(3, 100_003))


def distances(x, seed):
    noise = bp.random.normal((seed, 0), 0.0, 0.1, size=x.shape)
    mask = bp.random.integers((seed, 1), 5, size=x.shape)
    apart = np.sin(x + noise * mask)
    near = np.exp(-np.sqrt(np.sum(apart * apart, axis=1)))
    return np.sum(near * apart[:, 0]) / np.sum(near)


def test_strips_draw_what_stands_there():
    x = uniform((0, 0), size=(1500, 3))
    f = bp.jit(distances)
    assert "count" in f.specialize(x, 8).lowered_source
    assert f(x, 8) == pytest.approx(distances(x, 8), rel=1e-13)


@pytest.mark.parametrize("primitive", random.DRAWS, ids=str)
def test_parts_of_a_draw_are_its_elements(primitive):
    emit, whole = Builder(), (4, 5, 3)
    operands = [literal(9), literal(-2), literal(7)][: 2 + (primitive in random.DRAWS[2:])]
    full = emit.one(primitive, *operands, shape=whole)
    part = emit.one(primitive, *operands, shape=(3, 4, 2), places=(3 * 2, 1, 15, 3))
    drawn, rows = evaluate(emit.program("draws", (), (full, part)), ())
    np.testing.assert_array_equal(rows, drawn[:, 2:4].transpose(2, 0, 1))


def moments(loc, scale, t):
    z = bp.random.normal((1, t), loc, scale, size=(5, 3))
    u = bp.random.uniform((1, t), scale, 3.0, size=(3,))
    return np.sum(z**2) + np.sum(u**3)


def by_hand(loc, scale, t):
    z, u = normal((1, t), size=(5, 3)), uniform((1, t), size=3)
    dz, du = 2 * (loc + scale * z), 3 * (scale + (3.0 - scale) * u) ** 2
    return np.sum(dz, axis=0), np.sum(dz * z, axis=0) + du * (1 - u)


LOC, SCALE = np.array([0.5, -1.0, 2.0]), np.array([1.0, 0.3, 2.0])


def test_derivatives_pass_to_the_parameters():
    for found, expected in zip(bp.grad(moments, (0, 1))(LOC, SCALE, 4), by_hand(LOC, SCALE, 4), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-12)
    _, tangent = bp.jvp(lambda s: moments(LOC, s, 4), (SCALE,), (np.ones(3),))
    np.testing.assert_allclose(tangent, np.sum(by_hand(LOC, SCALE, 4)[1]), rtol=1e-12)


def test_gradient_steps_in_a_loop_draw_as_they_do_outside():
    @bp.jit
    def train(loc, scale, steps):
        for t in range(steps):
            dloc, dscale = bp.grad(moments, (0, 1))(loc, scale, t)
            loc, scale = loc - 0.01 * dloc, scale - 0.01 * dscale
        return loc, scale

    loc, scale = LOC, SCALE
    for t in range(20):
        dloc, dscale = by_hand(loc, scale, t)
        loc, scale = loc - 0.01 * dloc, scale - 0.01 * dscale
    np.testing.assert_allclose(train(LOC, SCALE, 20), (loc, scale), rtol=1e-10)
    assert allocated(train, LOC, SCALE, 10) == allocated(train, LOC, SCALE, 100)


def test_a_gradient_through_a_loop_draws_each_number_again():
    def noisy_sum(x, n):
        for t in range(n):
            x = np.sin(x) + bp.random.normal((3, t), 0.0, 0.5) * x
        return x

    slope = (noisy_sum(0.7 + 1e-6, 9) - noisy_sum(0.7 - 1e-6, 9)) / 2e-6
    assert bp.grad(noisy_sum)(0.7, 9) == pytest.approx(slope, rel=1e-7)


EMPTY, MANY = "a must be a positive integer", "Cannot take a larger sample"
ERRORS = [
    (lambda n: normal(n), 3, TypeError, "must be a pair of integers"),
    (lambda n: normal((n, 1.5)), 3, TypeError, r"give \(seed, t\)"),
    (lambda n: normal((1, 2, n)), 3, TypeError, "must be a pair of integers"),
    (lambda n: normal((X, n)), 3, TypeError, "must be a pair of integers"),
    (lambda n: normal((1, n)), 3.0, TypeError, "must be a pair of integers"),
    (lambda n: normal((n, 2**63)), 3, TypeError, "does not fit in 64 bits"),
    (lambda n: integers((1, 2), n), 0, ValueError, "high <= 0"),
    (lambda n: integers((1, 2), int(n)), 0.5, ValueError, "high <= 0"),
    (lambda n: integers((1, 2), n, 3), 3, ValueError, "low >= high"),
    (lambda n: integers((1, 2), int(n), 3), 3.0, ValueError, "low >= high"),
    (lambda n: integers((1, 2), 3, n, endpoint=True), 2, ValueError, "low > high"),
    (lambda n: integers((1, 2), n, 2**63 - 1), -5, ValueError, r"2\*\*63"),
    (lambda n: integers((1, 2), X, n), 3, TypeError, "two integers"),
    (lambda n: choice((1, 2), n), 0, ValueError, EMPTY),
    (lambda n: choice((1, 2), int(n), 4), 0.0, ValueError, EMPTY),
    (lambda n: choice((1, 2), X[:n]), 0, ValueError, EMPTY),
    (lambda n: choice((1, 2), n, 4, replace=False), 3, ValueError, MANY),
    (lambda n: permutation((1, 2), n), -1, ValueError, "negative dimensions"),
    (lambda n: uniform((1, 2), size=n), -1, ValueError, "negative dimensions"),
    (lambda n: uniform((1, 2), X, size=n), 5, ValueError, "broadcast"),
]


@pytest.mark.parametrize(("f", "n", "error", "message"), ERRORS, ids=[message for *_, message in ERRORS])
def test_errors_are_the_same_in_and_outside_of_a_trace(f, n, error, message):
    for call in (f, bp.jit(f)):
        with pytest.raises(error, match=message):
            call(n)


def test_an_argument_that_does_not_fit_is_refused():
    with pytest.raises(TypeError, match="the argument seed: the integer .* does not fit in 64 bits"):
        bp.jit(lambda seed: normal((seed, 0)))(2**63)


def test_numpys_own_generator_is_refused_with_a_remedy():
    with pytest.raises(bp.Error, match=r"bp\.random\.normal\(\(seed, t\), size=n\)"):
        bp.jit(lambda x: x + np.random.normal())(1.0)


def test_noise_of_a_long_loop_is_drawn_again_rather_than_kept():
    def simulated(theta, x, steps):
        for t in range(steps):
            x = x + 0.01 * np.sin(theta - x) * x + 0.1 * theta * bp.random.normal((1, t), size=len(x))
        return np.mean(x**2)

    found = bp.grad(simulated)
    assert "noise" not in str(found.specialize(0.5, X, 3).tapes)
    assert found.specialize(0.5, X, 3).source.count("random_normal((1, t), ") == 2
    slope = (simulated(0.5 + 1e-6, X, 7) - simulated(0.5 - 1e-6, X, 7)) / 2e-6
    assert found(0.5, X, 7) == pytest.approx(slope, rel=1e-6)
