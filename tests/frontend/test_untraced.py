"""Special methods of the user's are interpreted, or refused where only native code would call them."""

from __future__ import annotations

import operator

import numpy as np
import pytest

from bpcompiler.errors import UnsupportedError
from tests.frontend.plain import interpreter
from tests.frontend.staging import traced

RATE = 2.0


class Number:
    """Each method reads what may change before the next call."""

    def __array__(self, dtype=None, copy=None):
        return np.array([RATE, RATE])

    def __iter__(self):
        return iter([RATE, RATE])

    def __getitem__(self, key):
        return key * RATE

    def __index__(self):
        return int(RATE)

    def __str__(self):
        return str(RATE)

    def __pow__(self, other):
        return RATE**other

    def __divmod__(self, other):
        return divmod(RATE, other)

    def __call__(self, x):
        return x * RATE


REFUSED = {
    "array": lambda: np.array(Number()),
    "asarray": lambda: np.asarray(Number()),
    "sum": lambda: np.sum(Number()),
    "index": lambda: [1.0, 2.0, 3.0][Number()],
    "int": lambda: int(Number()),
    "float": lambda: float(Number()),
    "range": lambda: list(range(Number())),
    "divmod": lambda: divmod(Number(), 2),
    "pow": lambda: pow(Number(), 2),
    "bytes": lambda: bytes(Number()),
    "format": lambda: "{}".format(Number()),
    "percent": lambda: "%s" % Number(),
    "percent of two": lambda: "%d, %s" % (Number(), 1),
}
INTERPRETED = {
    "itemgetter": lambda: operator.itemgetter(2)(Number()),
    "items": lambda: operator.itemgetter(2, 3)(Number()),
    "map": lambda: list(map(Number(), [1.0, 2.0])),
    "list": lambda: list(Number()),
    "zip": lambda: list(zip(Number(), [1, 2])),
    "enumerate": lambda: list(enumerate(Number())),
    "power": lambda: Number() ** 3,
    "text": lambda: str(Number()),
}


@pytest.mark.parametrize("program", REFUSED.values(), ids=REFUSED)
def test_native_code_would_run_them_unseen(program):
    with pytest.raises(UnsupportedError, match="not traced"):
        traced(program)


@pytest.mark.parametrize("program", INTERPRETED.values(), ids=INTERPRETED)
def test_they_are_interpreted(program):
    m = interpreter()
    assert m.call(program, ()) == program()
    assert any(path[-1] == ("global", "RATE") for path in m.outside.reads)
