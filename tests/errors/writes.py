"""Stores into arrays, and writes to what existed before the call."""

import functools

import numpy as np

from bpcompiler.errors import OutsideWriteError, StoreError, UnsupportedError
from tests.errors.cause import Cause, collect

X = np.arange(4.0)
A = np.ones(3)
N = 1
TABLE = {"a": 1.0}
VALUES = [1.0, 2.0]


class Box:
    value = 1.0


BOX = Box()
CAUSES: list[Cause] = []
cause = functools.partial(collect, CAUSES)


store = functools.partial(cause, StoreError, NotImplementedError)


@store("y[0] = 3.0", "a store into an array that NumPy made while tracing", "y = np.array(y)", X)
def store_into_what_a_library_made(x):
    y = np.fft.fftfreq(4)
    y[0] = 3.0
    return np.sum(x * y)


@cause(
    UnsupportedError,
    NotImplementedError,
    "x[x > 1.0] = y",
    "as many values as a mask selects: their number would depend on data",
    "a[mask] = b",
    X,
)
def store_of_many_values_by_a_mask(x):
    y = x[:2] * 2
    x[x > 1.0] = y
    return np.sum(x)


writes = functools.partial(cause, OutsideWriteError, RuntimeError)


@writes("A[0] = 1.0", "a store into the array A, which existed before the call", "A.copy()", X)
def store_into_an_outside_array(x):
    A[0] = 1.0
    return np.sum(x)


@writes("A[1:] += x[1:]", "a store into the array A, which existed before the call", "A.copy()", A)
def store_through_a_view_of_an_outside_array(x):
    A[1:] += x[1:]
    return np.sum(x)


@writes(
    "N = x", "`N` is global: it existed before the call, and a traced function must not change it", "bind it"
)
def global_name(x):
    global N
    N = x
    return x


def make():
    count = 0

    @writes(
        "count += 1",
        "`count` is nonlocal: it existed before the call, and a traced function must not change it",
        "bind it",
    )
    def nonlocal_name(x):
        nonlocal count
        count += 1
        return x


make()
EXISTED = "which existed before the call"


@writes("BOX.value = x", f"the attribute value of a Box would change, {EXISTED}", "return the new value")
def attribute(x):
    BOX.value = x
    return x


@writes(
    "box.value = x",
    f"the attribute value of a Box would change, {EXISTED}",
    "return the new value",
    BOX,
    1.0,
    options={"argnums": 1},
)
def attribute_of_an_argument(box, x):
    box.value = x
    return x


@writes('TABLE["b"] = x', f"a dict from outside would change, {EXISTED}", "make a copy")
def item_of_a_dict(x):
    TABLE["b"] = x
    return x


@writes("VALUES.append(x)", "list.append would change a list from outside", "make a copy")
def append(x):
    VALUES.append(x)
    return x


@writes("VALUES[0] += x", f"a list from outside would change, {EXISTED}", "make a copy")
def augmented_item_of_a_list(x):
    VALUES[0] += x
    return x


@writes('TABLE["a"]', f"a dict from outside would change, {EXISTED}", "make a copy")
def deletion(x):
    del TABLE["a"]
    return x
