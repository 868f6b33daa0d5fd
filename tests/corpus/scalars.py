"""Programs of numbers: `math` and operators."""

from __future__ import annotations

import math

import numpy as np

from tests.corpus.program import Program

COEFFICIENTS = [0.5, -1.25, 2.0, 0.75]


def f(x, y):
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


def list_of_numbers(xs):
    total = 0.0
    for x in xs:
        total += x * x
    return math.sqrt(total)


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


def math_tour(x, y):
    a = math.sin(x) * math.cos(y) + math.tan(x) - math.asin(x / 2) + math.acos(y / 4) - math.atan(x * y)
    b = math.sinh(x) + math.cosh(y) * math.tanh(x) - math.asinh(y) + math.acosh(1 + y) - math.atanh(x / 3)
    c = math.exp(x) - math.expm1(y) + math.log(y) * math.log1p(x) + math.log2(y) - math.log10(x)
    d = math.sqrt(x) + math.hypot(x, y) + math.atan2(x, y) + math.erf(x) - math.erfc(y) + math.pow(x, y)
    return a * b + c * d + math.pi * x - math.e * y


def floor_and_modulo(x, y):
    return (x % y) * y + (x // y) * x - x % 2


def numpy_functions_of_numbers(x, y):
    return np.exp(-x) * np.maximum(x, y) + np.sqrt(np.square(x) + y) - np.where(x > y, x, np.sin(y))


PROGRAMS = [
    Program(f, (3.0, -4.0), (0, 1), name="notes_example", gradient=(2.0595697955721652, 1.5922327514838093)),
    Program(product_of_sum, (-2.0, 5.0, -4.0), (0, 1, 2)),
    Program(sums_that_fork, (-1.0, 3.0, 4.0), (0, 1, 2)),
    Program(max_gate, (3.0, -4.0, 2.0, -1.0), (0, 1, 2, 3)),
    Program(sigmoid_neuron, ([2.0, -3.0, -3.0], [-1.0, -2.0]), (0, 1)),
    Program(calls_helpers, (0.75, -1.5), (0, 1)),
    Program(softplus, (1.25,)),
    Program(nested_sigmoid, (0.5,)),
    Program(list_of_numbers, ([1.0, -2.0, 0.5, 3.0],)),
    Program(horner, (1.5,)),
    Program(newton_steps, (2.0,)),
    Program(black_scholes, (100.0, 95.0, 0.03, 0.2, 0.75), (0, 1, 2, 3, 4)),
    Program(kahan_sum, ([1.0, 1e-16, 1e-16, 1e-16, 1e-16],)),
    Program(min_max_abs, (1.5, 0.75), (0, 1)),
    Program(reads_three_times, (0.7,)),
    Program(unused_argument, (1.5, 2.5), (0, 1)),
    Program(constant_output, (1.5,)),
    Program(identity, (1.5,)),
    Program(integer_exponent, (1.25, 3)),
    Program(traced_exponent, (1.25, 2.5), (0, 1)),
    Program(math_tour, (0.75, 1.5), (0, 1)),
    Program(floor_and_modulo, (7.25, 2.5), (0, 1)),
    Program(numpy_functions_of_numbers, (1.25, 0.5), (0, 1)),
]
