"""Programs of numbers: `math`, operators, helpers, containers, and control flow that is static."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from math import exp, tanh
from typing import NamedTuple

import numpy as np

from tests.corpus.program import Program

STEEPNESS = 1.5
COEFFICIENTS = [0.5, -1.25, 2.0, 0.75]


def notes_example(x, y):
    sigy = 1.0 / (1 + math.exp(-y))
    num = x + sigy
    sigx = 1.0 / (1 + math.exp(-x))
    xpy = x + y
    xpysqr = xpy**2
    den = sigx + xpysqr
    invden = 1.0 / den
    f = num * invden
    return f


def product_of_sum(x, y, z):
    q = x + y
    f = q * z
    return f


def sums_that_fork(a, b, c):
    d = a + b
    e = b + c
    f = d * e
    return f


def max_gate(x, y, z, w):
    return (x * y + max(z, w)) * 2


def sigmoid_neuron(w, x):
    dot = w[0] * x[0] + w[1] * x[1] + w[2]
    f = 1.0 / (1 + math.exp(-dot))
    return f


def sigmoid(x):
    return 1.0 / (1.0 + math.exp(-x))


def calls_helpers(x, y):
    return sigmoid(x * y) + sigmoid(x) * softplus(y)


def softplus(x):
    return math.log1p(math.exp(-abs(x))) + max(x, 0.0)


def nested_sigmoid(x):
    return sigmoid(sigmoid(sigmoid(x)))


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


def list_of_numbers(xs):
    total = 0.0
    for x in xs:
        total += x * x
    return math.sqrt(total)


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


def horner(x):
    value = 0.0
    for coefficient in COEFFICIENTS:
        value = value * x + coefficient
    return value


def newton_steps(a):
    x = 0.5 * (1.0 + a)
    for _ in range(4):
        x = 0.5 * (x + a / x)
    return x


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


def black_scholes(spot, strike, rate, sigma, expiry):
    root = sigma * math.sqrt(expiry)
    d1 = (math.log(spot / strike) + (rate + 0.5 * sigma**2) * expiry) / root
    d2 = d1 - root
    return spot * normal_cdf(d1) - strike * math.exp(-rate * expiry) * normal_cdf(d2)


def normal_cdf(x):
    return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))


def kahan_sum(xs):
    total = 0.0
    compensation = 0.0
    for x in xs:
        y = x - compensation
        t = total + y
        compensation = (t - total) - y
        total = t
    return total * total


def min_max_abs(x, y):
    return max(x, y, 0.5) * min(x * x, y) + abs(x - y) - abs(y)


def reads_three_times(x):
    y = math.sin(x)
    return y + y * y + y * y * y


def unused_argument(x, y):
    return x * x


def constant_output(x):
    return 2.5


def identity(x):
    return x


def integer_exponent(x, n):
    return x**n + x ** (-n) + x**0 + x**1


def traced_exponent(x, y):
    return x**y + 2.0**x


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


def math_tour(x, y):
    a = math.sin(x) * math.cos(y) + math.tan(x) - math.asin(x / 2) + math.acos(y / 4) - math.atan(x * y)
    b = math.sinh(x) + math.cosh(y) * math.tanh(x) - math.asinh(y) + math.acosh(1 + y) - math.atanh(x / 3)
    c = math.exp(x) - math.expm1(y) + math.log(y) * math.log1p(x) + math.log2(y) - math.log10(x)
    d = math.sqrt(x) + math.hypot(x, y) + math.atan2(x, y) + math.erf(x) - math.erfc(y) + math.pow(x, y)
    return a * b + c * d + math.pi * x - math.e * y


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


def floor_and_modulo(x, y):
    return (x % y) * y + (x // y) * x - x % 2


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


def numpy_functions_of_numbers(x, y):
    return np.exp(-x) * np.maximum(x, y) + np.sqrt(np.square(x) + y) - np.where(x > y, x, np.sin(y))


PROGRAMS = [
    Program(notes_example, (3.0, -4.0), (0, 1)),
    Program(product_of_sum, (-2.0, 5.0, -4.0), (0, 1, 2)),
    Program(sums_that_fork, (-1.0, 3.0, 4.0), (0, 1, 2)),
    Program(max_gate, (3.0, -4.0, 2.0, -1.0), (0, 1, 2, 3)),
    Program(sigmoid_neuron, ([2.0, -3.0, -3.0], [-1.0, -2.0]), (0, 1)),
    Program(calls_helpers, (0.75, -1.5), (0, 1)),
    Program(softplus, (1.25,)),
    Program(nested_sigmoid, (0.5,)),
    Program(module_constant, (0.4,)),
    Program(closure, (0.5, 1.5), (0, 1)),
    Program(closure_over_a_float, (1.25,), name="closure_over_a_float"),
    Program(default_and_keyword, (1.5,), kwargs={"offset": -0.5}),
    Program(calls_by_keyword, (0.5, 1.25), (0, 1)),
    Program(list_of_numbers, ([1.0, -2.0, 0.5, 3.0],)),
    Program(dict_of_numbers, ({"slope": 1.25, "intercept": -0.5},)),
    Program(tuples_in_and_out, ((1.5, (2.0, -0.5)), 0.25), (0, 1)),
    Program(comprehension, ([0.5, None, 1.5, 2.0], 0.75), (0, 1)),
    Program(horner, (1.5,)),
    Program(newton_steps, (2.0,)),
    Program(lambda_and_functions_as_values, (0.75, 1.5), (0, 1)),
    Program(one_name_many_values, (0.5, 2.0), (0, 1)),
    Program(user_has_a_dx, (0.5, 1.25), (0, 1)),
    Program(shadows_builtins, (0.5, 1.25), (0, 1)),
    Program(black_scholes, (100.0, 95.0, 0.03, 0.2, 0.75), (0, 1, 2, 3, 4)),
    Program(kahan_sum, ([1.0, 1e-16, 1e-16, 1e-16, 1e-16],)),
    Program(min_max_abs, (1.5, 0.75), (0, 1)),
    Program(reads_three_times, (0.7,)),
    Program(unused_argument, (1.5, 2.5), (0, 1)),
    Program(constant_output, (1.5,)),
    Program(identity, (1.5,)),
    Program(integer_exponent, (1.25, 3)),
    Program(traced_exponent, (1.25, 2.5), (0, 1)),
    Program(static_ternaries, (0.75, "sin", True), name="static_ternaries_sin"),
    Program(static_ternaries, (0.75, "", False), name="static_ternaries_early_return"),
    Program(walrus, (0.5,)),
    Program(math_tour, (0.75, 1.5), (0, 1)),
    Program(returns_aux, ({"a": 1.5, "b": 2.0},), has_aux=True),
    Program(dataclass_with_methods, (Spring(3.0, 0.5), 1.25), (0, 1)),
    Program(Spring(3.0, 0.5).energy, (1.25,), name="bound_method"),
    Program(named_tuples, (Point(1.5, 2.0), Point(0.5, -1.0)), (0, 1)),
    Program(recursive_power, (1.25,)),
    Program(floor_and_modulo, (7.25, 2.5), (0, 1)),
    Program(chained_comparison_of_constants, (1.5,)),
    Program(star_arguments, (0.5, 1.5), (0, 1)),
    Program(while_over_a_counter, (0.75,)),
    Program(break_and_continue, (0.75,)),
    Program(numpy_functions_of_numbers, (1.25, 0.5), (0, 1)),
]
