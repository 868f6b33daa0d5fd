"""A traced value where Python needs its number."""

import functools

import numpy as np

from bpcompiler.errors import NeedsValueError
from tests.errors.cause import Cause, collect

X = np.arange(4.0)
TABLE = {"a": 1.0}
VALUES = [1.0, 2.0]
CAUSES: list[Cause] = []
cause = functools.partial(collect, CAUSES)


needs = functools.partial(cause, NeedsValueError, TypeError)
CONDITION = "a condition needs the number of a traced bool"


@needs("sorted(xs)", CONDITION, "np.where", [1.0, 2.0])
def sorting(xs):
    return sorted(xs)[0]


@needs("x > 0", "how many items this list has depends on traced values", "x[x > 0]", [1.0, 2.0])
def filtering(xs):
    return np.sum([x for x in xs if x > 0])


@needs("range(x)", "range() needs the number of a traced float64", "an int argument")
def turns(x):
    total = 0.0
    for _ in range(x):
        total += x
    return total


@needs("x: 1.0", "a dict key needs the number of a traced float64", "an int or str")
def key_of_a_display(x):
    return {x: 1.0}[1.0]


@needs("TABLE[x]", "a dict key needs the number of a traced float64", "an int or str")
def key(x):
    return TABLE[x]


@needs(
    "VALUES[x]", "an index of a Python sequence needs the number of a traced float64", "np.array(values)[i]"
)
def index_of_a_list(x):
    return VALUES[x]


@needs("x:.3f", "formatting needs the number of a traced float64", "what the call returns")
def f_string(x):
    return {f"{x:.3f}": x}


@needs('"%.2f" % x', "formatting needs the number of a traced float64", "what the call returns")
def percent(x):
    return {"%.2f" % x: x}


@needs('"{:.2f}".format(x)', "formatting needs the number of a traced float64", "what the call returns")
def format_method(x):
    return {"{:.2f}".format(x): x}


@needs("str(x)", "formatting needs the number of a traced float64", "what the call returns")
def text(x):
    return {str(x): x}


@needs("x.tolist", "tolist() needs the number of a traced float64", "operation on arrays", X)
def as_a_list(x):
    return x.tolist()[0]
