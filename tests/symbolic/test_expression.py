"""The text of an expression is Python's, and comes back as the same expression."""

import math

import pytest

from bpcompiler.transforms.symbolic import Call, Const, Symbol, parse
from bpcompiler.transforms.symbolic.expression import substitute, symbols

SPELLINGS = {
    "1.0/(1+exp(-a))": "1.0 / (1 + exp(-a))",
    "(a*b)*c": "a * b * c",
    "a*(b*c)": "a * (b * c)",
    "a-(b-c)": "a - (b - c)",
    "a - (b + c)": "a - (b + c)",
    "(a - b) - c": "a - b - c",
    "a/(b*c)": "a / (b * c)",
    "(-a)**2": "(-a)**2",
    "-a**2": "-a**2",
    "-(a*b)": "-(a * b)",
    "(-a)*b": "-a * b",
    "-(-a)": "-(-a)",
    "a**-1": "a**-1",
    "a**(b-1)": "a**(b - 1)",
    "(a**b)**c": "(a**b)**c",
    "a**b**c": "a**b**c",
    "2**-a": "2**-a",
    "(-2)**a": "(-2)**a",
    "a - -2.5": "a - -2.5",
    "arctan2(a, b + 1)": "arctan2(a, b + 1)",
}


@pytest.mark.parametrize(("source", "printed"), SPELLINGS.items())
def test_parentheses_stand_only_where_they_are_needed(source, printed):
    assert str(parse(source)) == printed
    assert parse(printed) == parse(source)


@pytest.mark.parametrize(
    "value", [0.1, 1 / 3, 1e-17, 5e-324, 1.7976931348623157e308, math.inf, -math.inf, -0.0, 10**30, 1, 1.0]
)
def test_a_literal_comes_back_bit_for_bit(value):
    read = parse(str(Const(value)))
    assert isinstance(read, Const)
    assert repr(read.value) == repr(value)


def test_an_integer_is_not_the_float_of_the_same_value():
    assert Const(1) != Const(1.0)
    assert Const(0.0) != Const(-0.0)
    assert Const(math.nan) == Const(math.nan)


@pytest.mark.parametrize("text", ["a +", "a < b", "f(x=1)", "a.b", "[a]", "'a'", "True", "a // b", "1j"])
def test_what_is_not_in_the_grammar_is_refused(text):
    with pytest.raises(ValueError, match="not "):
        parse(text)


def test_names_come_in_order_of_first_occurrence():
    assert symbols(parse("b * a + b / c")) == ("b", "a", "c")


def test_substitution_is_simultaneous():
    assert str(substitute(parse("a - b"), {"a": Symbol("b"), "b": Symbol("a")})) == "b - a"
    assert substitute(parse("a"), {"a": Call("exp", (Symbol("a"),))}) == parse("exp(a)")
