"""What the derivatives of common stages read like: as derived by hand on a good day."""

import re

import pytest

from bpcompiler.transforms.symbolic import Memo, parse, partials
from bpcompiler.transforms.symbolic.derivation import derive
from bpcompiler.transforms.symbolic.engine import canonical
from bpcompiler.transforms.symbolic.expression import substitute, symbols

D1 = "(log(s / k) + (r + 0.5 * v * v) * t) / (v * sqrt(t))"

READS = {
    "1.0 / (1 + exp(-x))": {"x": "(1 - y) * y"},
    "1 / (1 + exp(x))": {"x": "(y - 1) * y"},
    "exp(x) / (1 + exp(x))": {"x": "(1 - y) * y"},
    "1.0 / x": {"x": "-y**2"},
    "c / x": {"c": "1 / x", "x": "-y / x"},
    "x**2": {"x": "2 * x"},
    "x**3": {"x": "3 * x**2"},
    "x**0.5": {"x": "0.5 / y"},
    "x**-1": {"x": "-y**2"},
    "x**1.5": {"x": "1.5 * sqrt(x)"},
    "x**2.5": {"x": "2.5 * x**1.5"},
    "x**0.1": {"x": "0.1 * x**-0.9"},
    "exp(-0.5 * ((x - m) / s)**2)": {
        "x": "(m - x) * y / s**2",
        "m": "(x - m) * y / s**2",
        "s": "(x - m)**2 * y / s**3",
    },
    "c / (1 + exp(-k * x))": {"c": "1 / (1 + exp(-k * x))", "k": "x * y / (1 + exp(k * x))"},
    "log(exp(u) + exp(v))": {"u": "1 / (1 + exp(v - u))", "v": "1 / (1 + exp(u - v))"},
    "x**1": {"x": "1"},
    "x**0": {"x": "0"},
    "2**x": {"x": "log(2) * y"},
    "tanh(x)": {"x": "1 - y**2"},
    "tan(x)": {"x": "1 + y**2"},
    "exp(x) * w": {"x": "y", "w": "exp(x)"},
    "sqrt(x)": {"x": "0.5 / y"},
    "p / q": {"p": "1 / q", "q": "-y / q"},
    "p * q": {"p": "q", "q": "p"},
    "p * p": {"p": "2 * p"},
    "p * q * p": {"p": "2 * p * q", "q": "p**2"},
    "exp(-x**2 / 2)": {"x": "-x * y"},
    "log(x)": {"x": "1 / x"},
    "x * log(x)": {"x": "1 + log(x)"},
    "sqrt(u * u + v * v)": {"u": "u / y", "v": "v / y"},
    "(p - q)**2": {"p": "2 * (p - q)", "q": "-2 * (p - q)"},
    "log(1 + exp(x))": {"x": "1 / (1 + exp(-x))"},
    "log1p(exp(-x))": {"x": "-1 / (1 + exp(x))"},
    "1 / (1 + x**2)": {"x": "-2 * x * y**2"},
    "sin(x) / cos(x)": {"x": "1 + y**2"},
    "1 - exp(-x)": {"x": "exp(-x)"},  # not 1 - y, which is 0 where exp(-x) is not
    D1: {
        "s": "1 / (s * v * sqrt(t))",
        "k": "-1 / (k * v * sqrt(t))",
        "r": "sqrt(t) / v",
        "v": "sqrt(t) - y / v",
        "t": "(r + 0.5 * v * v) / (v * sqrt(t)) - 0.5 * y / t",
    },
    "0.1 * exp(-0.3 * x)": {"x": "-0.3 * y"},
    "q - p - q": {"p": "-1", "q": "0"},
}


@pytest.mark.parametrize(("stage", "expected"), READS.items())
def test_the_derivative_reads_as_by_hand(stage, expected):
    found = partials(parse(stage), tuple(expected))
    assert {name: str(partial) for name, partial in found.items()} == expected


def test_a_symbol_that_does_not_occur_has_derivative_zero():
    assert str(partials(parse("exp(a)"), ("b",))["b"]) == "0"


def test_names_do_not_matter():
    assert canonical(parse("exp(-(q - p)**2 / r)")) == parse("exp(-(a - b)**2 / c)")
    other = partials(parse("exp(-(q - p)**2 / r)"), ("q", "p", "r"))
    plain = partials(parse("exp(-(a - b)**2 / c)"), ("a", "b", "c"))
    renamed = {"q": parse("a"), "p": parse("b"), "r": parse("c")}
    assert [substitute(partial, renamed) for partial in other.values()] == list(plain.values())


def test_the_stages_own_spelling_is_kept():
    (partial,) = partials(parse("x / (1.0 + exp(-x))"), ("x",)).values()
    assert str(partial) == "1 / (1.0 + exp(-x)) + y / (1 + exp(x))"
    assert str(partials(parse("1.0 / (1.0 + exp(-1.0 * x))"), ("x",))["x"]) == "(1 - y) * y"


@pytest.mark.parametrize("literal", [0.1, 1 / 3, 1e-17, 0.30000000000000004, 123456789.123, -2.7, 7e22])
@pytest.mark.parametrize(
    "stage", ["exp({} * a)", "log(a + {})", "sqrt(a * a + {})", "{} / (1 + exp(-a))", "a**({})"]
)
def test_a_literal_survives(literal, stage):
    (partial,) = partials(parse(stage.format(literal)), ("a",)).values()
    written = {repr(abs(literal)), repr(abs(2 * literal)), repr(abs(literal / 2)), repr(abs(literal - 1))}
    words = re.split(r"[ ()*]+", str(partial))
    numbers = {word for word in words if "." in word or "e-" in word}
    assert {number.lstrip("-") for number in numbers} <= written | {repr(1 - literal)}


def test_an_unknown_operation_is_refused():
    with pytest.raises(ValueError, match="no such operation: floor"):
        partials(parse("exp(floor(a))"), ("a",))


def test_an_input_called_y_is_refused():
    with pytest.raises(ValueError, match="output"):
        partials(parse("exp(y)"), ("y",))


def test_many_inputs_and_large_stages_get_the_chain_rule():
    names = [f"x{i}" for i in range(40)]
    stage = parse("exp(" + " + ".join(f"{name} * {name}" for name in names) + ")")
    found = partials(stage, tuple(names))
    assert {str(partial) for partial in found.values()} == {f"2 * {name} * y" for name in names}


def test_high_powers_do_not_blow_up():
    found = partials(parse("(1 + a + b)**60 / (1 + a * b)**50"), ("a",), Memo())
    assert "a" in symbols(found["a"])


def test_a_failing_inner_stage_is_mended_from_inside():
    assert str(derive(parse("a + 1 / (1 + exp(-b))"), "b")) == "(1 - 1 / (1 + exp(-b))) / (1 + exp(-b))"
