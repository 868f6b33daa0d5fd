"""Programs of numbers that use the language: containers, functions as values, names, static control flow."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from math import exp, tanh
from typing import NamedTuple

from tests.corpus.program import Program

STEEPNESS = 1.5


def module_constant(x):
    return math.tanh(STEEPNESS * x) / STEEPNESS


def closure(x, y):
    scale = y * y

    def scaled(t):
        return scale * math.sin(t)

    return scaled(x) + scaled(x + 1.0)


def _scaled_by(factor):
    def scaled(x):
        return factor * math.exp(-factor * x)

    return scaled


closure_over_a_float = _scaled_by(0.75)


def default_and_keyword(x, power=3, *, offset=0.25):
    return (x + offset) ** power


def calls_by_keyword(x, y):
    return default_and_keyword(y, offset=x) + default_and_keyword(x, 2)


def dict_of_numbers(p):
    residual = p["slope"] * 2.0 + p["intercept"] - 3.5
    return residual**2 + 0.1 * (p["slope"] ** 2 + p["intercept"] ** 2)


def tuples_in_and_out(pair, weight):
    a, (b, c) = pair
    a, b = b * weight, a
    return a * c + b / c


def comprehension(xs, y):
    terms = [math.exp(-y * x) for x in xs if x is not None]
    weights = {i: 1.0 / (i + 1) for i in range(len(terms))}
    return sum(weights[i] * term for i, term in enumerate(terms))


def lambda_and_functions_as_values(x, y):
    square = lambda t: t * t
    chain = [square, math.sin, lambda t: t * y]
    for function in chain:
        x = function(x)
    return functools.reduce(lambda a, b: a * b, [x, y, x + y])


def one_name_many_values(x, y):
    x = tanh(x)
    x = x * y
    return x * x


def user_has_a_dx(x, dx):
    dxy = x * dx
    dx_ = dxy + dx
    return exp(-dx_) * dxy


def shadows_builtins(sum, list):  # noqa: A002 -- users do
    math_ = sum * list
    np_ = math.sin(math_)
    len = np_ + sum  # noqa: A001 -- users do
    print_ = len * len
    return print_


def static_ternaries(x, mode, negate):
    y = math.sin(x) if mode == "sin" else math.cos(x) if mode == "cos" else x
    if negate and not mode.startswith("c"):
        y = -y
    elif mode:
        y = y / 2
    else:
        return y
    return y * x


def walrus(x):
    return (y := math.exp(-x)) * y + (0.5 if (n := 3) > 2 else n) * y


def returns_aux(p):
    residual = p["a"] * 3.0 - p["b"]
    loss = residual * residual
    return loss, {"residual": residual, "name": "fit"}


@dataclass(frozen=True)
class Spring:
    stiffness: float
    rest: float
    label: str = "spring"

    def energy(self, length):
        return 0.5 * self.stiffness * (length - self.rest) ** 2

    @property
    def is_stiff(self):
        return self.label == "stiff"


def dataclass_with_methods(spring, length):
    energy = spring.energy(length)
    return energy * 2.0 if spring.is_stiff else energy + math.log(length)


class Point(NamedTuple):
    x: float
    y: float


def named_tuples(p, q):
    middle = Point((p.x + q.x) / 2, (p.y + q.y) / 2)
    return math.hypot(middle.x - 1.0, middle.y) * p.x


def recursive_power(x, n=5):
    return 1.0 if n == 0 else x * recursive_power(x, n - 1)


def chained_comparison_of_constants(x):
    limits = (0, 3, 10)
    return x * limits[1] if limits[0] < limits[1] <= limits[2] else x


def star_arguments(x, y):
    def weighted(*terms, scale=1.0, **named):
        return scale * sum(terms) + named["shift"] * terms[-1]

    options = {"scale": y, "shift": x}
    return weighted(x, *[y, x * y], **options)


def while_over_a_counter(x):
    n = 3
    while n:
        x = x + math.sin(x) / n
        n -= 1
    else:
        x *= 2.0
    return x


def break_and_continue(x):
    for k in range(10):
        if k % 2:
            continue
        if k > 6:
            break
        x = x / (1.0 + k * x)
    return x


PROGRAMS = [
    Program(module_constant, (0.4,)),
    Program(closure, (0.5, 1.5), (0, 1)),
    Program(closure_over_a_float, (1.25,), name="closure_over_a_float"),
    Program(default_and_keyword, (1.5,), kwargs={"offset": -0.5}),
    Program(calls_by_keyword, (0.5, 1.25), (0, 1)),
    Program(dict_of_numbers, ({"slope": 1.25, "intercept": -0.5},)),
    Program(tuples_in_and_out, ((1.5, (2.0, -0.5)), 0.25), (0, 1)),
    Program(comprehension, ([0.5, None, 1.5, 2.0], 0.75), (0, 1)),
    Program(lambda_and_functions_as_values, (0.75, 1.5), (0, 1)),
    Program(one_name_many_values, (0.5, 2.0), (0, 1)),
    Program(user_has_a_dx, (0.5, 1.25), (0, 1)),
    Program(shadows_builtins, (0.5, 1.25), (0, 1)),
    Program(static_ternaries, (0.75, "sin", True), name="static_ternaries_sin"),
    Program(static_ternaries, (0.75, "", False), name="static_ternaries_early_return"),
    Program(walrus, (0.5,)),
    Program(returns_aux, ({"a": 1.5, "b": 2.0},), has_aux=True),
    Program(dataclass_with_methods, (Spring(3.0, 0.5), 1.25), (0, 1)),
    Program(Spring(3.0, 0.5).energy, (1.25,), name="bound_method"),
    Program(named_tuples, (Point(1.5, 2.0), Point(0.5, -1.0)), (0, 1)),
    Program(recursive_power, (1.25,)),
    Program(chained_comparison_of_constants, (1.5,)),
    Program(star_arguments, (0.5, 1.5), (0, 1)),
    Program(while_over_a_counter, (0.75,)),
    Program(break_and_continue, (0.75,)),
]
