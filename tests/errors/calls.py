"""Calls without a rule, impure calls, shapes and indices, constructs, limits."""

import functools
import math
import os
import random
import threading
import time

import numpy as np
import scipy.linalg
import scipy.special

from bpcompiler.errors import (
    DtypeError,
    ImpureError,
    IndexOutOfBoundsError,
    LimitError,
    NoRuleError,
    ShapeError,
    UnsupportedError,
)
from tests.errors.cause import Cause, collect

X = np.arange(4.0)
A = np.ones(3)
RNG = np.random.default_rng(0)
LOCK = threading.Lock()
CAUSES: list[Cause] = []
cause = functools.partial(collect, CAUSES)


no_rule = functools.partial(cause, NoRuleError, NotImplementedError)


@no_rule("np.fft.fft(x)", "numpy.fft.fft has no derivative rule yet", "supported functions", X)
def fft(x):
    y = 2.0 * np.abs(np.fft.fft(x))
    return np.sum(y)


@no_rule("scipy.special.gammainc(2.0, x)", "scipy.special.gammainc has no derivative rule yet", "primitive")
def special(x):
    return scipy.special.gammainc(2.0, x)


@no_rule("scipy.linalg.expm(x)", "scipy.linalg.expm has no derivative rule yet", "primitive", np.eye(2))
def linear_algebra(x):
    return np.sum(scipy.linalg.expm(x))


@no_rule("math.perm(x)", "math.perm has no derivative rule yet", "primitive")
def unknown_c_function(x):
    return math.perm(x)


@no_rule("x.byteswap", "ndarray.byteswap has no derivative rule yet", "supported functions", X)
def unknown_method(x):
    return np.sum(x.byteswap())


@cause(
    ShapeError,
    ValueError,
    "x + A",
    "operands could not be broadcast together with shapes (4,) (3,)",
    "reshape",
    X,
)
def broadcasting(x):
    return np.sum(x + A)


@cause(
    ShapeError, ValueError, "x @ np.ones((3, 2))",
    "matmul: the last dimension of the left operand, 4, is not that of the right one, 3", "transpose", X,
)  # fmt: skip
def product(x):
    return np.sum(x @ np.ones((3, 2)))


out_of_bounds = functools.partial(cause, IndexOutOfBoundsError, IndexError)


@out_of_bounds("x[7]", "index 7 is out of bounds for axis 0 with size 4", "from -4 to 3", X)
def index(x):
    return x[7]


@out_of_bounds(
    "x[:, -3]", "index -3 is out of bounds for axis 1 with size 2", "from -2 to 1", np.ones((3, 2))
)
def negative_index(x):
    return np.sum(x[:, -3])


impure = functools.partial(cause, ImpureError, RuntimeError)
WORLD = "does not give the same at each call, or acts on the world"


@impure("np.random.rand()", f"numpy.random.RandomState.rand {WORLD}", "use bp.random")
def numpy_random(x):
    return x * np.random.rand()


@impure("RNG.normal()", f"numpy.random.Generator.normal {WORLD}", "use bp.random")
def generator_of_numbers(x):
    return x * RNG.normal()


@impure("random.random()", f"random.Random.random {WORLD}", "use bp.random")
def python_random(x):
    return x * random.random()


@impure("time.time()", f"time.time {WORLD}", "before and after")
def clock(x):
    return x * time.time()


@impure("os.environ", "environ is not the same at each call", "read it before")
def environment(x):
    return x * float(os.environ["A"])


@impure("open(", f"io.open {WORLD}", "before the call")
def reading(x):
    with open("a.txt") as file:  # noqa: PTH123 - as users do
        return x * float(file.read())


@impure("input()", f"input {WORLD}", "ask before")
def asking(x):
    return x * float(input())


@impure('np.load("a.npy")', f"numpy.load {WORLD}", "load the array before")
def loading(x):
    return np.sum(x * np.load("a.npy"))


@impure('np.seterr(all="raise")', f"numpy.seterr {WORLD}", "np.errstate")
def numpy_settings(x):
    np.seterr(all="raise")
    return x


unsupported = functools.partial(cause, UnsupportedError, NotImplementedError)


@unsupported("print(x)", "print would run once, while tracing, and not at each call", "has_aux=True")
def printing(x):
    print(x)
    return x


@unsupported("def", "generator is a generator, which cannot be traced", "build a list")
def generator(x):
    yield x


@unsupported("async def", "coroutine is an async function, which cannot be traced", "plain function")
async def coroutine(x):
    return x


@unsupported("def numbers", "numbers is a generator, which cannot be traced", "build a list")
def inner_generator(x):
    def numbers():
        yield x

    return sum(numbers())


@unsupported("LOCK", "`with` on a lock cannot be traced", "around the call")
def manager(x):
    with LOCK:
        return x


@cause(LimitError, RuntimeError, "endless(x) *", "endless calls itself more than 400 deep", "as a loop")
def endless(x):
    return endless(x) * 2.0


@cause(
    LimitError,
    RuntimeError,
    "range(10**6)",
    "an unrolled loop ran past 100000 statements",
    "array operations",
)
def long_loop(x):
    total = 0.0
    for _ in range(10**6):
        total = 1.0
    return total * x


@cause(DtypeError, TypeError, "x * 1j", "a complex number is not supported", "real and imaginary")
def complex_number(x):
    return abs(x * 1j)


@cause(DtypeError, TypeError, "x.astype(np.float16)", "the dtype float16 is not supported", "float32", X)
def half_precision(x):
    return np.sum(x.astype(np.float16))


@cause(DtypeError, TypeError, "x * 10**30", f"the integer {10**30} does not fit in 64 bits", "1e+30")
def large_integer(x):
    return x * 10**30
