"""What the interpreter asks of its hooks, and what it tells them."""

from __future__ import annotations

import functools
import math
import operator

import pytest

from bpcompiler.errors import NeedsValueError, NoRuleError
from tests.frontend.plain import DecidingHooks, PlainHooks, Traced, interpret, same_as_python

T = Traced


def helper(v):
    w = v * 2
    return w


def test_traced_values_flow_through_functions_containers_and_builtins():
    def f(x):
        items = [x, x * 2]
        items.append(sum(items))
        d = {"k": items[-1]}
        pairs = [a + b for a, b in zip(items, reversed(items))]
        total = functools.reduce(lambda a, b: a + b, pairs)
        return helper(d["k"]) + total + operator.add(x, 1) + sum(map(helper, items))

    assert interpret(f, T(1.0)).value == f(1.0)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: 1 if x else 2,
        lambda x: x and 1,
        lambda x: not x,
        lambda x: 0 < x < 1,
        lambda x: [1 for _ in range(2) if x],
        lambda x: any([x]),
        lambda x: bool(x),
        lambda x: x in [1, 2],
        lambda x: max(x, 1),
        lambda x: sorted([x, 1.0]),
        lambda x: f"{x}",
        lambda x: f"{[x]}",
        lambda x: str(x),
        lambda x: repr([x]),
        lambda x: "%s" % x,
        lambda x: "{}".format(x),
        lambda x: [1, 2][x],
        lambda x: {1.0: 2}[x],
        lambda x: {x: 1},
        lambda x: {x},
        lambda x: [0] * x,
        lambda x: [1, 2][x:],
        lambda x: range(x),
        lambda x: hash(x),
        lambda x: float(x),
        lambda x: int(x),
        lambda x: [1].index(x),
        lambda x: next(i for i in range(3) if x),
    ],
)
def test_where_python_needs_a_value_the_error_names_the_place(f):
    with pytest.raises((NeedsValueError, NoRuleError)) as caught:
        interpret(f, T(0.5))
    assert caught.value.origin is not None
    assert caught.value.origin.file == __file__


def test_a_traced_integer_is_made_static_on_demand():
    def f(i, items, table):
        return items[i], items[:i], items[-i:], table[i], [0] * i, "ab" * i, {i: 1}, items.pop(i)

    expected = f(1, [5, 6, 7], {1: "one"})

    def run(i):
        items = [5, 6, 7]
        return f(i, items, {1: "one"})

    assert interpret(run, T(1)) == expected


def test_conditions_are_decided_by_the_hook():
    def f(x):
        out = []
        while x > 0:
            out.append("big" if x > 2 else "small")
            x = x - 1
        assert x <= 0
        return out, max(x, 5.0), x in [0, 1], sorted([x + 3, x + 1], key=lambda v: v)

    out, biggest, found, ordered = interpret(f, T(3.0), hooks=DecidingHooks())
    assert (out, biggest, found) == (["big", "small", "small"], 5.0, True)
    assert [v.value for v in ordered] == [1.0, 3.0]


def test_handlers_come_first():
    calls = []

    def exp(v):
        calls.append(v)
        return T(math.exp(v.value))

    def f(x):
        g = math.exp
        return g(x) + list(map(math.exp, [x]))[0] + functools.partial(math.exp, x)()

    hooks = PlainHooks(handlers={math.exp: exp})
    assert interpret(f, T(1.0), hooks=hooks).value == pytest.approx(3 * math.e)
    assert len(calls) == 3


def test_names_are_told_after_they_are_bound():
    def f(x):
        y = x
        for i in (1, 2):
            y += i
        (a, b), c = (1, 2), 3
        if (w := 5) > 1:
            helper(7)
        return y

    hooks = PlainHooks()
    interpret(f, 0, hooks=hooks)
    told = [
        ("y", 0),
        ("i", 1),
        ("y", 1),
        ("i", 2),
        ("y", 3),
        ("a", 1),
        ("b", 2),
        ("c", 3),
        ("w", 5),
        ("w", 14),
    ]
    assert hooks.names == told


def test_statements_are_told_before_they_run_and_again_after_a_call():
    def f(x):
        y = helper(x) + helper(x)
        return y

    hooks = PlainHooks()
    interpret(f, 1, hooks=hooks)
    texts = [origin.text for origin in hooks.origins]
    inside = ["w = v * 2", "return w", "y = helper(x) + helper(x)"]
    assert texts[:7] == ["y = helper(x) + helper(x)", *inside, *inside]
    assert hooks.origins[0].statement == hooks.origins[3].statement != hooks.origins[1].statement
    assert hooks.origins[1].function == "helper"


def test_a_statement_of_several_lines_is_quoted_on_one():
    # fmt: off
    def f(x):
        y = (x +  # why
             1)
        return y
    # fmt: on

    hooks = PlainHooks()
    interpret(f, 1, hooks=hooks)
    assert hooks.origins[0].text == "y = x + 1"
    assert hooks.origins[0].source_line == "        y = (x +  # why"


def test_numba_functions_are_interpreted_through_py_func():
    class Dispatcher:
        def __init__(self, function):
            self.py_func = function

        def __call__(self, *args):
            raise AssertionError("called natively")

    compiled = Dispatcher(helper)
    assert interpret(lambda x: compiled(x), T(2.0)).value == 4.0
    assert interpret(compiled, T(2.0)).value == 4.0


def test_a_function_without_a_rule_is_named_when_it_gets_a_traced_value():
    with pytest.raises(NoRuleError, match=r"math\.gamma has no derivative rule yet"):
        interpret(lambda x: math.gamma(x), T(2.0))
    same_as_python(lambda: math.gamma(2.0))
