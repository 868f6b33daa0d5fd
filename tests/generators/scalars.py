"""Random programs of numbers: forks, reuse, reassignment, helpers, containers, static loops and branches.

    program   ::= helper* def program(parameter+): statement+ return expression
    statement ::= assignment | augmented | tuple assignment | loop | branch | container | call

At the sample point every domain is kept with a margin, and values stay below `LARGEST`.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from hypothesis import strategies as st

from tests.generators.scope import Draw, Scope, number
from tests.generators.source import Generated

LARGEST = 12.0
HEADER = "import math\n\nSCALE = 0.75\nWEIGHTS = [0.5, -1.25, 2.0]\n\n\n"

# Defined and smooth everywhere; operands are put for a and b.
TOTAL = [
    "{a} + {b}",
    "{a} - {b}",
    "{a} * {b}",
    "{a} * {b} + {a}",
    "{a} / (1.5 + {b} * {b})",
    "math.tanh({a})",
    "math.sin({a})",
    "math.cos({a} * {b})",
    "math.exp(-{a} * {a})",
    "1.0 / (1 + math.exp(-{a}))",
    "math.atan({a})",
    "math.sqrt({a}**2 + 0.5)",
    "math.log1p({a} * {a})",
    "math.erf({a})",
    "-{a}",
    "{a}**2",
    "{a}**3 - {b}",
    "math.hypot({a}, 1.0)",
    "math.asinh({a})",
    "SCALE * {a}",
]
# Defined where the condition holds of the operands' values.
PARTIAL: list[tuple[str, Callable[[float, float], bool]]] = [
    ("math.log({a})", lambda a, b: a > 0.2),
    ("math.sqrt({a})", lambda a, b: a > 0.2),
    ("{a} / {b}", lambda a, b: abs(b) > 0.3),
    ("1.0 / {a}", lambda a, b: abs(a) > 0.3),
    ("{a} ** -1", lambda a, b: abs(a) > 0.3),
    ("{a}**{b}", lambda a, b: a > 0.2 and abs(b) < 3.0),
    ("{a}**1.5", lambda a, b: a > 0.2),
    ("2.0**{a}", lambda a, b: abs(a) < 4.0),
    ("math.exp({a})", lambda a, b: a < 2.5),
    ("math.tan({a})", lambda a, b: abs(a) < 1.2),
    ("math.asin({a})", lambda a, b: abs(a) < 0.9),
    ("math.acos({a})", lambda a, b: abs(a) < 0.9),
    ("math.atanh({a})", lambda a, b: abs(a) < 0.9),
    ("math.acosh({a})", lambda a, b: a > 1.2),
    ("math.sinh({a}) - math.cosh({b})", lambda a, b: abs(a) < 3.0 and abs(b) < 3.0),
    ("math.log2({a}) * math.log10({a})", lambda a, b: a > 0.2),
    ("math.expm1({a})", lambda a, b: a < 2.5),
    ("math.atan2({a}, {b})", lambda a, b: abs(a) > 0.2 and abs(b) > 0.2),
    ("abs({a})", lambda a, b: abs(a) > 0.1),
    ("max({a}, {b})", lambda a, b: abs(a - b) > 0.1),
    ("min({a}, {b}, 0.5)", lambda a, b: abs(a - b) > 0.1 and abs(a - 0.5) > 0.1 and abs(b - 0.5) > 0.1),
    ("{a} % 2.0", lambda a, b: 0.1 < a % 2.0 < 1.9),
]


def _is_number(value: object) -> bool:
    return isinstance(value, float)


def operand(scope: Scope, depth: int) -> str:
    """Return a name, a literal now and then, or an expression in parentheses."""
    if depth > 0 and scope.chance(3):
        return f"({expression(scope, depth - 1)})"
    return number(scope.draw) if scope.chance(6) else scope.pick(scope.names_where(_is_number))


def expression(scope: Scope, depth: int = 2) -> str:
    """Return an expression whose value at the sample point is a moderate float."""
    a, b = operand(scope, depth), operand(scope, depth)
    forms = list(TOTAL)
    if not scope.total:
        at_a, at_b = float(scope.evaluate(a)), float(scope.evaluate(b))
        forms += [form for form, holds in PARTIAL if holds(at_a, at_b)]
    text = scope.pick(forms).format(a=a, b=b)
    if scope.total or abs(scope.evaluate(text)) > LARGEST:
        return f"math.tanh({text})" if scope.chance(2) else f"math.sin({text})"
    return text


def assignment(scope: Scope) -> None:
    """A new name, or an old one again."""
    old = scope.names_where(_is_number)
    name = scope.pick(old) if scope.chance(3) else scope.fresh("t")
    scope.write(f"{name} = {_float(scope, expression(scope))}")


def _float(scope: Scope, text: str) -> str:
    """Return the expression, as a float where literals alone made it an int."""
    return text if isinstance(scope.evaluate(text), float) else f"1.0 * ({text})"


def augmented(scope: Scope) -> None:
    name = scope.pick(scope.names_where(_is_number))
    scope.write(f"{name} {scope.pick(['+=', '-='])} {expression(scope, 1)}")


def tuple_assignment(scope: Scope) -> None:
    a, b = (scope.pick(scope.names_where(_is_number)) for _ in range(2))
    if a == b or scope.chance(2):
        a, b = scope.fresh("u"), scope.fresh("u")
    scope.write(f"{a}, {b} = {_float(scope, expression(scope, 1))}, {_float(scope, expression(scope, 1))}")


def loop(scope: Scope) -> None:
    """A static loop whose body reassigns a name."""
    name = scope.pick(scope.names_where(_is_number))
    header = scope.pick(
        ["for k in range(3):", "for k, weight in enumerate(WEIGHTS):", "for weight in WEIGHTS:"]
    )
    with scope.totals_only():
        body = expression(scope, 1)
    factor = scope.pick(["0.5", "(k + 1)"] if " k" in header else ["0.5", "weight"])
    scope.write(f"{header}\n    {name} = {body} + {factor} * {name}\n{name} = math.tanh({name})")


def branch(scope: Scope) -> None:
    """A branch on what is known: an integer, a string or a constant."""
    name = scope.pick(scope.names_where(_is_number))
    condition = scope.pick(["len(WEIGHTS) > 2", "SCALE == 0.5", "'a' in 'abc'", "not WEIGHTS", "2 < 3 <= 3"])
    with scope.totals_only():
        then, other = expression(scope, 1), expression(scope, 1)
    if scope.chance(2):
        scope.write(f"{name} = {then} if {condition} else {other}")
    else:
        scope.write(f"if {condition}:\n    {name} = {then}\nelse:\n    {name} = {other}")


def container(scope: Scope) -> None:
    """A list, tuple or dict that is read in a few of Python's ways."""
    names = scope.names_where(_is_number)
    a, b, c = (scope.pick(names) for _ in range(3))
    name, box = scope.fresh("c"), scope.fresh("box")
    build, read = scope.pick(
        [
            (f"[{a}, {b}, {c}]", f"sum({box}) + {box}[-1]"),
            (f"({a}, ({b}, {c}))", f"{box}[0] - {box}[1][1]"),
            (f"{{'p': {a}, 'q': {b}}}", f"{box}['p'] * {box}['q']"),
            (f"[w * v for w, v in zip(WEIGHTS, [{a}, {b}, {c}])]", f"sum({box}[1:])"),
            (f"lambda t: math.sin(t) * {a}", f"{box}({b}) + {box}({c})"),
        ],
    )
    scope.write(f"{box} = {build}\n{name} = math.tanh({read})")


def call(scope: Scope) -> None:
    """A call of a helper, by position or by keyword."""
    helpers = [name for name in scope.globals if name.startswith("helper")]
    if not helpers:
        return assignment(scope)
    a, b = operand(scope, 1), operand(scope, 1)
    arguments = scope.pick([f"{a}", f"{a}, {b}", f"{a}, b={b}", f"b={a}, a={b}"])
    return scope.write(f"{scope.fresh('h')} = {scope.pick(helpers)}({arguments})")


STATEMENTS = [assignment] * 4 + [augmented, tuple_assignment, loop, branch, container, call]


def helper(draw: Draw, namespace: dict[str, object], index: int) -> str:
    """Return the text of a helper, having defined it in the namespace."""
    scope = Scope(draw, namespace, {"a": 0.5, "b": -0.25}, total=True)
    for _ in range(draw(st.integers(0, 2))):
        scope.pick([assignment, augmented, tuple_assignment])(scope)
    result = f"    return {_float(scope, expression(scope))}"
    text = "\n".join([f"def helper{index}(a, b=0.5):", *scope.lines, result]) + "\n"
    exec(text, namespace)
    return text + "\n\n"


@st.composite
def programs(draw: Draw, largest: int = 10) -> Generated:
    """Return a program of one to four parameters and up to `largest` statements, with its arguments."""
    namespace: dict[str, object] = {}
    exec(HEADER, namespace)
    helpers = "".join(helper(draw, namespace, index) for index in range(draw(st.integers(0, 2))))
    parameters = draw(
        st.sampled_from([["x"], ["x", "y"], ["y", "dx"], ["x", "y", "sum_"], ["a", "b", "c", "d"]])
    )
    args = tuple(draw(st.integers(-24, 24)) / 16 + 0.01 * math.pi * (i + 1) for i in range(len(parameters)))
    scope = Scope(draw, namespace, dict(zip(parameters, args, strict=True)))
    for _ in range(draw(st.integers(2, largest))):
        scope.pick(STATEMENTS)(scope)
    lines = [f"def program({', '.join(parameters)}):", *scope.lines, f"    return {result(scope)}"]
    return Generated(HEADER + helpers + "\n".join(lines) + "\n", args, tuple(range(len(args))))


def result(scope: Scope) -> str:
    """Return an expression that reads the names made last, and some of the older ones."""
    names = scope.names_where(_is_number)
    latest = names[-3:]
    return " + ".join([*latest, f"{scope.pick(names)} * {scope.pick(latest)}"])
