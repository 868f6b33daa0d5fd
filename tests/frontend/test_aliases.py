"""Several references to one array: names, containers, attributes, arguments that are passed twice."""

from __future__ import annotations

import copy
import dataclasses
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import bpcompiler as bp
from bpcompiler.errors import OutsideWriteError, OverlapError, UnsupportedError
from bpcompiler.frontend.tracing import trace
from tests.frontend.evaluated import same_as_numpy
from tests.generators import arrays

SIZES = (1, 2, 5)
CASES = []


def case(function):
    """Collect a function of two vectors of the same length."""
    CASES.append(function)
    return function


@case
def two_names(x, y):
    z = x
    z += 1
    z[0] = y[0]
    x = x + 1
    z[-1] = 7
    return x, z, x is z


@case
def containers(x, y):
    held = {"x": x, "parts": [x[1:], x[::2]], "pair": (x, y)}
    held["x"] += 1
    held["parts"][1] *= 2
    held["parts"][0] -= 1
    held["pair"][1][0] = 3
    held["x"][0] += held["pair"][1][0]
    return held["parts"], x, y


@dataclass
class Model:
    u: Any
    history: list = field(default_factory=list)

    def step(self):
        self.u[1:-1] += 0.1 * (self.u[2:] - 2 * self.u[1:-1] + self.u[:-2])
        self.u *= 0.5
        self.history.append(self.u.copy())


@case
def attributes(x, y):
    model = Model(x)
    model.step()
    x += y
    model.step()
    return model.history, model.u


@case
def helpers_and_closures(x, y):
    def shift(by):
        nonlocal y
        x[:-1] = x[1:]
        y = y + by

    old = y
    shift(1.0)
    shift(2.0)
    _scale(x[1:], 3)
    _scale(part=x, by=2)
    return x, y, old


def _scale(part, by):
    part *= by
    return part


@case
def copies_and_what_shares(x, y):
    one, deep = copy.copy(x), copy.deepcopy({"x": x, "list": [x]})
    one[0], deep["x"][0] = 5.0, 6.0
    fields = dataclasses.asdict(Model(x))
    fields["u"][0] = 7.0
    shallow = [x, y][:]
    shallow[0][0] = 8.0
    stopped = bp.stop_gradient(y)
    stopped[0] = 9.0
    return one, deep["list"], fields["u"], x, y


@case
def swapped_names(x, y):
    for _ in range(3):
        x[0] = y[0] * 2
        x, y = y, x
        y += 1
    return x, y


@case
def unpacking_reads_at_once(x, y):
    first, *rest = x
    x[0] = 10
    a, b = y[:1], x[:1]
    y[0], x[0] = x[0], y[0]
    return first, rest, a, b


@case
def what_helpers_return(x, y):
    z = _scale(x, 2)
    z[0] = 1
    w = _larger(x, y)
    w[0] = 2
    return x, z, w


def _larger(x, y):
    return x if len(x) > 1 else y


@case
def jit_of_a_function_that_stores(x, y):
    total = scaled(x, 2.0)
    scaled(y[:1], 3.0)
    return total, x, y


@bp.jit
def scaled(a, by):
    a *= by
    return a.sum()


@case
def gradients_inside(x, y):
    def loss(p):
        q = np.zeros(len(p))
        q[0] = p[0] ** 2
        p[-1] *= 5
        return q.sum() + np.sum(p)

    held = x[:1]
    x[0] = 9
    slope = bp.grad(loss)(x) if not isinstance(x, np.ndarray) else _slope(x)
    held += slope[:1]
    return slope, x


def _slope(x):
    found = np.ones(len(x))
    found[-1] = 5
    found[0] += 2 * x[0]
    return found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("function", CASES, ids=lambda f: f.__name__)
def test_references_are_pythons(function, size):
    numbers = np.sin(np.arange(2.0 * size)) + 0.4
    same_as_numpy(function, numbers[:size].copy(), numbers[size:].copy())


# ------------------------------------------------------------------ arguments


def both(x, y):
    x[0] += 1
    y[-1] *= 3
    return x.sum() + 2 * y.sum()


def listed(arrays, z):
    arrays[0][1:] = 7
    return arrays[1].sum() + z.sum()


def test_an_array_passed_twice_is_one():
    x = np.arange(3.0)
    assert same_as_numpy(both, x, x).memory.same == ((0, 1),)
    assert same_as_numpy(listed, [x, x], x).memory.same == ((0, 1), (0, 2))


def test_arrays_that_are_apart_are_two():
    traced = same_as_numpy(both, np.arange(3.0), np.ones(3))
    assert traced.memory.same == ()
    assert traced.memory.apart == ((0, 1),)


def test_without_stores_nothing_is_asked_of_the_memory():
    x = np.arange(3.0)
    assert (
        same_as_numpy(lambda a, b: np.sum(a * b), x, x[::-1]).memory == type(trace(both, (x, x), {}).memory)()
    )


def test_a_partial_overlap_is_an_error():
    x = np.arange(4.0)
    with pytest.raises(OverlapError, match="stores into x, which shares memory with y"):
        trace(both, (x[:3], x[1:]), {})


def test_an_overlap_with_an_outside_array_is_an_error():
    def times_outside(x):
        x[0] = 5
        return np.sum(x * OUTSIDE)

    with pytest.raises(OverlapError, match="shares memory with OUTSIDE"):
        trace(times_outside, (OUTSIDE,), {})


OUTSIDE = np.arange(3.0)


def test_there_is_no_gradient_in_both_of_one_array():
    x = np.arange(3.0)
    with pytest.raises(OverlapError, match="x and y are one array"):
        bp.grad(both, argnums=(0, 1)).specialize(x, x)


@pytest.mark.parametrize("argnums", [0, 1])
def test_a_gradient_in_one_of_two_names_is_that_of_the_array(argnums):
    x = np.arange(3.0)
    np.testing.assert_array_equal(bp.grad(both, argnums=argnums)(x, x), [3.0, 3.0, 9.0])
    np.testing.assert_array_equal(x, np.arange(3.0))


def test_calls_that_share_memory_in_another_way_are_of_another_kind():
    slope = bp.grad(both)
    x, y = np.arange(3.0), np.arange(3.0)
    apart = slope.specialize(x, y)
    assert slope.specialize(y, x) is apart
    assert slope.specialize(x, x) is not apart
    with pytest.raises(OverlapError):
        slope(x[:2], x[1:])
    y.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        slope(x, y)


def test_a_transform_inside_cannot_store_into_arrays_around_it():
    def outer(x):
        y = x * 2

        def inner(p):
            y[0] = p[0]
            return np.sum(p * y)

        return np.sum(bp.grad(inner)(x))

    with pytest.raises(OutsideWriteError, match="an array of the function around the one"):
        trace(outer, (np.arange(3.0),), {})


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(arrays.programs(mutating=True))
def test_generated_programs_that_store_are_numpys(program):
    try:
        same_as_numpy(program.function, *program.args)
    except UnsupportedError as error:
        if "whether that made a view or a copy" not in str(error):
            raise


def rebound(x, c):
    if c > 0:
        x = x * 2
    x[0] = 5.0
    return np.sum(x * x)


def test_a_store_into_what_may_be_the_callers_array_has_a_gradient_but_no_jit():
    x = np.arange(3.0)
    np.testing.assert_array_equal(bp.grad(rebound)(x, 1.0), [0.0, 8.0, 16.0])
    np.testing.assert_array_equal(bp.grad(rebound)(x, -1.0), [0.0, 2.0, 4.0])
    with pytest.raises(UnsupportedError, match="which is the caller's array or another one"):
        bp.jit(rebound)(x, 1.0)
    np.testing.assert_array_equal(x, np.arange(3.0))


def test_a_view_of_what_where_makes_of_numbers_is_not_stored_into():
    def f(x):
        t = np.where(x[0] > 0, x[0], 0.0)
        v = np.reshape(t, (1,))
        v[0] = 5.0
        return t + v[0]

    with pytest.raises(UnsupportedError, match="made of np.where of numbers"):
        trace(f, (np.ones(2),), {})


def test_a_product_of_one_factor_is_no_view():
    def f(x):
        t = np.prod(x, axis=-1)
        x[0] = 5.0
        return np.sum(x) + np.sum(t)

    same_as_numpy(f, np.array([[2.0], [3.0]]))


def test_names_that_trade_places_in_a_loop_of_known_length():
    def f(u, v):
        pairs = [u, v]
        for _ in range(12):
            pairs[0], pairs[1] = pairs[1], pairs[0]
            pairs[0][0] += pairs[1][1] * 0.1
        return u, v

    same_as_numpy(f, np.array([0.5, 2.0]), np.array([1.5, 0.25]))
