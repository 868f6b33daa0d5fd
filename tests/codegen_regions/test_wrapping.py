"""Long statements are broken into lines that Python reads as the same statement."""

import ast

import pytest

from bpcompiler.codegen.lines import Line, Notes
from bpcompiler.codegen.statements import unwrapped
from bpcompiler.codegen.wrapping import WIDTH, wrapped

LONG = " + ".join(f"first_term_{i} * second_term_{i}" for i in range(5))
CONDITION = " and ".join(f"first_term_{i} > second_term_{i}" for i in range(5))
STATEMENTS = {
    "assignment": f"total = {LONG}",
    "augmented": f"total -= {LONG}",
    "return": f"return {LONG}",
    "condition": f"if {CONDITION}:",
    "another condition": f"elif (x > 0.5) & ({LONG} > 0.0) | (y > 0.5):",
    "loop": f"while {CONDITION}:",
    "call": f"np.add.at(dx, index, {LONG})",
    "function": f"def function({', '.join(f'parameter_{i}=0.25' for i in range(9))}):",
}


def parsed(text):
    """The syntax tree of a statement, in a function."""
    body = "\n        pass" if text.endswith(":") else ""
    before = "    if z:\n        pass\n" if text.startswith("elif ") else ""
    lines = "\n".join(f"    {line}" for line in text.splitlines())
    return ast.dump(ast.parse(f"def f():\n{before}{lines}{body}\n"))


@pytest.mark.parametrize("kind", STATEMENTS)
def test_the_lines_are_the_statement(kind):
    lines = wrapped(STATEMENTS[kind])
    assert len(lines) > 1
    assert max(map(len, lines)) <= WIDTH
    assert parsed("\n".join(lines)) == parsed(STATEMENTS[kind])


def test_a_long_quotation_is_cut_between_words():
    (heading, _) = Notes().texts([Line("dx = 1.0", (1, ("backprop",)), f"return {LONG}")])
    assert heading.startswith("# backprop return first_term_0 * second_term_0 + ")
    assert heading.endswith(" ...  (1)")
    assert len(heading) <= WIDTH + 5


@pytest.mark.parametrize("depth", [0, 11, 12, 20])
def test_a_quotation_stands_at_any_depth(depth):
    (heading, _) = Notes().texts([Line("dx = 1.0", (1, ("backprop",)), "x", depth=depth)])
    assert heading.split() == ["#", "backprop", "x", "(1)"]
    assert heading.startswith(" " * 4 * depth + "#")


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("(a + b)", "a + b"),
        ("(a * b) * c", "a * b * c"),
        ("(a + b) * c", "(a + b) * c"),
        ("(a * b) ** 2", "(a * b) ** 2"),
        ("(a) * (b)", "a * (b)"),
        ("a * (b + c)", "a * (b + c)"),
    ],
)
def test_brackets_that_say_nothing_go(source, plain):
    assert unwrapped(source) == plain
