"""NumPy's promotion (NEP 50): every pair of number and array types, under every operator."""

import itertools

import numpy as np
import pytest

from tests.frontend_names.same_as_numpy import disagreement

KINDS = {
    "bool": True,
    "int": 2,
    "float": 1.5,
    "np.bool_": np.bool_(True),
    "np.int64": np.int64(3),
    "np.float32": np.float32(0.7),
    "np.float64": np.float64(0.7),
    "bool array": np.array([True, False, True]),
    "int64 array": np.array([2, 0, 3]),
    "float32 array": np.array([0.3, 1.1, 2.0], np.float32),
    "float64 array": np.array([0.3, 1.1, 2.0]),
    "0-d int64": np.array(2),
    "0-d float32": np.array(0.3, np.float32),
    "0-d float64": np.array(0.3),
    "empty float32": np.zeros((0, 3), np.float32),
}
OPERATORS = "+ - * / // % ** < <= > >= == != & | ^ @".split()
UNARY = ["-x", "+x", "abs(x)", "~x", "not x", "round(x)"]
FUNCTIONS = ["np.maximum(x, y)", "max(x, y)", "np.where(x > y, x, y)", "divmod(x, y)", "x if n else y"]


def is_integer(value):
    return np.asarray(value).dtype.kind in "ib"


def fair(sign, x, y):
    """Whether the pair is one that we answer: bits and powers of integers are errors of our own."""
    if sign == "**" and is_integer(x) and is_integer(y):
        return type(y) is int and np.asarray(x).dtype.kind == "i"
    if sign in "&|^":
        return not (is_integer(x) and is_integer(y)) or np.result_type(x, y) == np.bool_
    return sign != "@" or (np.ndim(x) == 1 and np.ndim(y) == 1)


@pytest.mark.parametrize("sign", OPERATORS)
def test_binary_operators(sign):
    wrong = []
    for (left, x), (right, y) in itertools.product(KINDS.items(), repeat=2):
        if fair(sign, x, y) and (found := disagreement(f"x {sign} y", "x, y", x, y)):
            wrong.append(f"{left} {sign} {right}: {found}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("sign", ["+", "*", "/", "**", "<"])
def test_operators_with_a_constant(sign):
    constants = [
        "2",
        "0.5",
        "True",
        "np.float32(0.5)",
        "np.float64(0.5)",
        "np.int64(2)",
        "np.array([1, 2, 3])",
    ]
    wrong = []
    for (name, x), text in itertools.product(KINDS.items(), constants):
        for call in (f"x {sign} {text}", f"{text} {sign} x"):
            left, right = (x, eval(text)) if call.startswith("x") else (eval(text), x)
            if fair(sign, left, right) and (found := disagreement(call, "x", x)):
                wrong.append(f"{call} of {name}: {found}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("call", UNARY[:4])
@pytest.mark.parametrize("name", KINDS)
def test_unary_operators(call, name):
    assert not disagreement(call, "x", KINDS[name])


@pytest.mark.parametrize("call", ["x + y * 2", "(x > y) + (y > x)", "(x > y) * x", "-(x > y)", "x - True"])
def test_python_bools_count_as_integers(call):
    for x, y in itertools.product((1.5, 2, -0.5), repeat=2):
        assert not disagreement(call, "x, y", x, y)
