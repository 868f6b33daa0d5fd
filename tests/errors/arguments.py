"""Causes in what is asked for and what is passed: found before a statement of the function runs."""

import numpy as np

import bpcompiler as bp
from bpcompiler.errors import ArgumentError, DtypeError, NotDifferentiableError, NotScalarError
from tests.errors.cause import Cause

X = np.arange(4.0)


def returns_an_array(x):
    return x * 2.0


def returns_a_dict(x):
    return {"loss": x}


def returns_nothing(x):
    x * 2.0


def returns_an_int(x):
    return 3


def returns_a_string(x):
    return "loss"


def returns_a_tuple(x):
    return x, x


def takes_n(n):
    return n * 2.0


def takes_anything(x):
    return 2.0


def takes_two(x, y):
    return x * y


def takes_none():
    return 1.0


def total(x):
    return np.sum(x)


def scaled(x, n):
    return np.sum(x * n)


class Series:
    """Like those of pandas: it would be turned into an array silently."""

    def __array__(self, dtype=None, copy=None):
        return np.ones(3)


class Plain:
    """An object without numbers."""


def scalar(function, *args, says, **options):
    text = f"{function.__name__} returns {says}; its gradient needs one real number"
    return Cause(function, args, NotScalarError, TypeError, "def", text, "bp.jacobian", **options)


def undifferentiable(name, value, says):
    function = takes_n if name == "n" else takes_anything
    start = f"the argument {name} has no derivative: it "
    return Cause(function, (value,), NotDifferentiableError, TypeError, "def", start + says, "leave")


def argnums(function, args, value, names, **wrong):
    says = f"argnums={wrong.get('wrong', value)!r} names no argument of this call, which has {names}"
    return Cause(
        function,
        args,
        ArgumentError,
        TypeError,
        "def",
        says,
        "positions (from 0)",
        options={"argnums": value},
    )


def dtype(function, args, says, remedy):
    start = "" if says.startswith("an argument") else "the argument "
    return Cause(function, args, DtypeError, TypeError, "def", f"{start}{says} is not supported", remedy)


CAUSES = [
    scalar(returns_an_array, X, says="an array of shape (4,)"),
    scalar(returns_an_array, X, says="an array of shape (4,)", transform=bp.value_and_grad),
    scalar(returns_a_dict, 1.0, says="a dict"),
    scalar(returns_nothing, 1.0, says="None"),
    scalar(returns_an_int, 1.0, says="a number of type int64"),
    scalar(returns_a_string, 1.0, says="'loss'"),
    scalar(returns_a_tuple, 1.0, says="a tuple"),
    undifferentiable("n", 3, "is an integer"),
    undifferentiable("n", True, "is a bool"),
    undifferentiable("x", "sin", "is a str"),
    undifferentiable("x", None, "is None"),
    undifferentiable("x", Plain(), "is a Plain"),
    undifferentiable("x", [1, 2], "holds int64, not floats"),
    undifferentiable("x", {}, "holds no numbers, not floats"),
    undifferentiable("x", np.arange(3), "holds int64, not floats"),
    undifferentiable("x", np.array([True]), "holds bool, not floats"),
    argnums(takes_two, (1.0, 2.0), 2, "x, y"),
    argnums(takes_two, (1.0, 2.0), -3, "x, y"),
    argnums(takes_two, (1.0, 2.0), "z", "x, y"),
    argnums(takes_two, (1.0, 2.0), (0, 5), "x, y", wrong=5),
    argnums(takes_two, (1.0, 2.0), 1.0, "x, y"),
    argnums(takes_two, (1.0, 2.0), True, "x, y"),
    argnums(takes_two, (1.0, 2.0), [0], "x, y"),
    argnums(takes_two, (1.0, 2.0), None, "x, y"),
    argnums(takes_none, (), 0, "none"),
    dtype(total, (1j,), "x: a complex number", "imaginary"),
    dtype(total, (X.astype(complex),), "x: a complex array", "x.real"),
    dtype(total, (X.astype(object),), "x: an array of Python objects", "x.astype"),
    dtype(total, (np.ma.array(X),), "x: a masked array", "filled"),
    dtype(total, (np.zeros(3, [("a", float)]),), "x: a structured array", "x['field']"),
    dtype(total, (np.eye(2).view(np.matrix),), "x: an array of class numpy.matrix", "np.asarray"),
    dtype(total, (X.astype(">f8"),), "x: an array in foreign byte order", "newbyteorder"),
    dtype(total, (X.astype(np.float16),), "x: an array of float16", "float32"),
    dtype(total, (X.astype("U3"),), "x: an array of str96", "float32"),
    dtype(total, (X.astype("M8[s]"),), "x: an array of datetime64[s]", "float32"),
    dtype(scaled, (X, X.astype(np.int32)), "n: an array of int32", "int64"),
    dtype(scaled, (X, X.astype(np.uint8)), "n: an array of uint8", "int64"),
    dtype(scaled, (X, np.int32(3)), "n: the dtype int32", "int64"),
    dtype(total, (np.float16(3),), "x: the dtype float16", "float32"),
    dtype(total, (Series(),), f"an argument of class {__name__}.Series", "x.to_numpy()"),
    dtype(total, ([Series()],), f"an argument of class {__name__}.Series", "x.to_numpy()"),
]  # fmt: skip
