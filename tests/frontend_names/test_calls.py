"""What stands in for NumPy's functions answers as NumPy does: values, classes, dtypes, shapes, exceptions."""

import math

import numpy as np
import pytest

from bpcompiler.errors import Error, NoRuleError
from bpcompiler.frontend.names.table import HANDLERS
from bpcompiler.frontend.tracers import MEMBERS
from bpcompiler.frontend.tracing import trace
from tests.frontend_names.calls import CALLS, DIFFERENT, OPERANDS
from tests.frontend_names.same_as_numpy import disagreement, function_of, outcome


@pytest.mark.parametrize("call", CALLS)
def test_the_call_answers_as_numpy_does(call):
    found = {name: disagreement(call, "x", operand) for name, operand in OPERANDS.items()}
    wrong = "\n".join(f"{name}: {text}" for name, text in found.items() if text)
    if call in DIFFERENT:
        assert wrong, f"{call} is as NumPy's after all: take it off the list"
    else:
        assert not wrong


def test_every_handler_of_numpy_is_in_the_table():
    text = "\n".join(CALLS)
    missing = [
        f.__name__ for f in HANDLERS if getattr(np, f.__name__, None) is f and f"np.{f.__name__}(" not in text
    ]
    # What memory held before; and second names of functions that are there.
    names = {"empty", "empty_like", "ascontiguousarray", "conjugate", "bool"}
    names |= {"copyto", "put", "putmask", "fill_diagonal"}  # they return nothing: see the tests of stores
    assert set(missing) <= names


def test_every_member_is_in_the_table():
    text = "\n".join(CALLS)
    missing = {name for name in MEMBERS if f"x.{name}" not in text and not name.startswith("__")}
    assert missing == {"conjugate", "tolist", "fill", "sort", "put", "partition", "resize"}


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("np.fft.fft(x)", NoRuleError),
        ("np.linalg.eigvals(x)", NoRuleError),
        ("np.sort(x)", NoRuleError),
        ("np.add.reduce(x)", NotImplementedError),
        ("np.sum(x, where=x > 0)", NoRuleError),
        ("np.sum(x, initial=1.0)", NoRuleError),
        ("np.mean(x, dtype=int)", NoRuleError),
        ("np.einsum('ij->i', x)", NoRuleError),
        ("np.linalg.norm(x, 3)", NoRuleError),
        ("np.reshape(x, -1, order='F')", NoRuleError),
        ("np.repeat(x, [1, 2, 3], axis=1)", NoRuleError),
        ("np.take(x, [0], mode='clip')", NoRuleError),
        ("np.linspace(x, 1.0, 3)", NoRuleError),
        ("np.arange(x[0, 0])", NotImplementedError),
        ("x.sort()", NotImplementedError),
        ("x.argsort()", NoRuleError),
        ("x.tolist()", TypeError),
        ("x.nonsense", AttributeError),
        ("x << 1", NoRuleError),
        ("x[x > 0]", NotImplementedError),
        ("x[0.5]", IndexError),
        ("x[0, 0] + 1j", TypeError),
        ("np.array([x, 1j])", TypeError),
        ("x.astype(np.complex128)", TypeError),
        ("np.zeros(3, np.int8)", TypeError),
        ("math.fsum(x[0])", TypeError),
        ("math.gamma(x[0, 0])", NoRuleError),
        ("float(x)", TypeError),
        ("range(x)", TypeError),
        ("round(x[0, 0], 2)", NotImplementedError),
        ("np.random.normal() * x", RuntimeError),
        ("np.where(x > 0)", TypeError),
        ("np.prod(np.ones(40) * x[0, 0])", NoRuleError),
    ],
)
def test_what_has_no_rule_says_so_at_the_users_line(call, error):
    with pytest.raises(error) as caught:
        trace(function_of(call, "x"), (OPERANDS["float64"],), {})
    if isinstance(caught.value, Error):
        assert caught.value.origin is not None
        assert caught.value.origin.source_line.strip() == f"return {call}"
        assert caught.value.remedy, caught.value


# math.fsum and math.copysign are not traced: they need the whole sum, and the sign.
MATH = [
    f.__name__
    for f in HANDLERS
    if getattr(math, f.__name__, None) is f and f not in (math.fsum, math.copysign)
]


@pytest.mark.parametrize("name", MATH)
@pytest.mark.parametrize("operand", [0.5, 2, np.float64(0.5), np.float32(0.5), np.array(0.5), True])
def test_functions_of_math(name, operand):
    call = {"atan2": "math.atan2(x, 2.0)", "pow": "math.pow(x, 1.5)", "prod": "math.prod([x, 2.0])"}.get(
        name, f"math.{name}(x)"
    )
    # Where `math` raises (a domain error, a missing method) compiled code gives IEEE's answer.
    if not isinstance(outcome(function_of(call, "x"), operand), Exception):
        assert not disagreement(call, "x", operand)
