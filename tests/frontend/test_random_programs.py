"""Programs that hypothesis writes: interpreted and in CPython they come to the same."""

from __future__ import annotations

import itertools
import linecache
import textwrap

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.frontend.plain import same_as_python

NAMES = ["a", "b", "c", "d"]
names = st.sampled_from(NAMES)
numbers = st.sampled_from(["0", "1", "2", "-3", "7", "1.5", "-0.0", "0.1", "True"])


def compose(text, *parts):
    """Return a strategy for `text` with its `{}` filled from the parts."""
    return st.tuples(*parts).map(lambda filled: text.format(*filled))


def wider(inner):
    operators = st.sampled_from("+ - * / // %".split())
    compares = st.sampled_from("< <= > >= == != in is".split())
    return st.one_of(
        compose("({} {} {})", inner, operators, inner),
        compose("({} {} {})", inner, compares, inner),
        compose("({} < {} <= {})", inner, inner, inner),
        compose("({} and {})", inner, inner),
        compose("({} or {})", inner, inner),
        compose("(not {})", inner),
        compose("(-{})", inner),
        compose("({} if {} else {})", inner, inner, inner),
        compose("[{}, {}]", inner, inner),
        compose("({}, *{})", inner, inner),
        compose("{}[{}]", inner, inner),
        compose("{}[{}:]", inner, inner),
        compose("[{} for {} in {}]", inner, names, inner),
        compose("[{} for {} in range(3) if {}]", inner, names, inner),
        compose("{{{}: {} for {} in range(2)}}", inner, inner, names),
        compose("sum({} for {} in {})", inner, names, inner),
        compose("({} := {})", names, inner),
        compose("(lambda {}: {})({})", names, inner, inner),
        compose("helper({}, {})", inner, inner),
        compose("helper({}, k={})", inner, inner),
        compose("inner({})", inner),
        compose("max({}, {})", inner, inner),
        compose("min([{}, {}], key=lambda a: -a)", inner, inner),
        compose("len({})", inner),
        compose("sorted({})", inner),
        compose('f"{{{}}}{{{}!r}}"', names, names),
        compose("abs({})", inner),
        compose("list(map(lambda {}: {}, {}))", names, inner, inner),
    )


expressions = st.recursive(
    st.one_of(names, numbers, st.sampled_from(["[1, 2]", "'xy'", "{1: 2}"])), wider, max_leaves=6
)


def indent(block):
    return textwrap.indent(block, "    ")


def block_of(statement):
    return st.lists(statement, min_size=1, max_size=3).map("\n".join)


def compound(statement):
    block = block_of(statement).map(indent)
    return st.one_of(
        compose("if {}:\n{}\nelse:\n{}", expressions, block, block),
        compose("if {}:\n{}", expressions, block),
        compose("for {} in {}:\n{}", names, expressions, block),
        compose("for {} in range(3):\n{}\n    if {}: break\n    if {}: continue\n{}\nelse:\n{}",
                names, block, expressions, expressions, block, block),
        compose("for _ in range(4):\n    if not {}: break\n{}", expressions, block),
        compose("n = 0\nwhile n < 3:\n    n += 1\n{}\nelse:\n{}", block, block),
        compose(
            "try:\n{}\nexcept (TypeError, IndexError) as {}:\n{}\nfinally:\n{}", block, names, block, block
        ),
        compose("try:\n{}\nexcept ZeroDivisionError:\n{}\nelse:\n{}", block, block, block),
        compose("def inner({}):\n{}\n    return {}", names, block, expressions),
        compose("def inner(v):\n    nonlocal {}\n    {} = v\n{}", names, names, block),
    )  # fmt: skip


simple = st.one_of(
    compose("{} = {}", names, expressions),
    compose("{} {}= {}", names, st.sampled_from("+ - * /".split()), expressions),
    compose("{}, {} = {}", names, names, expressions),
    compose("{}, *{} = {}", names, names, expressions),
    compose("{} = {} = [{}]", names, names, expressions),
    compose("{}[{}] = {}", names, expressions, expressions),
    compose("log.append({})", expressions),
    compose("return {}", expressions),
    compose("del {}", names),
    compose("assert {}", expressions),
    compose("raise ValueError({})", expressions),
    st.just("pass"),
)
statements = st.recursive(simple, compound, max_leaves=8)

PROGRAM = """
def helper(x, y=2, *rest, k=1, **more):
    if x is None:
        return k
    return [x, y, k]

def program(a, b, log):
    c = 1.5
    d = [3, 1, 2]
    inner = lambda v: (v, c)
{body}
    return a, b, c, d, log
"""

count = itertools.count()


def compiled(body):
    """Return the program's function; its text is in linecache, as a notebook's cells are."""
    text = PROGRAM.format(body=indent(body))
    file = f"<program {next(count)}>"
    try:
        code = compile(text, file, "exec")
    except SyntaxError:  # such as `nonlocal a` beside the parameter a
        return None
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    namespace = {"__name__": "programs"}
    exec(code, namespace)
    return namespace["program"]


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=block_of(statements), a=st.integers(-3, 3), b=st.floats(-2, 2))
def test_random_programs_mean_what_they_mean_in_cpython(body, a, b):
    program = compiled(body)
    if program is not None:
        same_as_python(program, a, b, [])
