"""Expressions of an imperative program: numbers, conditions and indices, as texts.

All functions are defined everywhere and smooth but for kinks and conditions, and grow slowly: names inside
loops have many values. The forms are few on purpose; it is what stands around them that varies.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.generators.imperative_draft import FLOAT, Draft, Kind

LITERALS = ["0.5", "-0.75", "1.5", "2", "0.25", "-1.25", "0.1", "1", "SCALE"]
NUMBERS = [
    "{a}",
    "{a} + {b}",
    "{a} - {b}",
    "0.5 * {a}",
    "{a} * {b}",
    "0.3 * {a} + {b}",
    "{a} + 0.25 * {b}",
    "{a} * {b} - 0.5",
    "math.tanh({a})",
    "math.sin({a})",
    "np.cos({a}) * {b}",
    "{a} / (1.5 + {b} * {b})",
    "math.exp(-{a} * {a})",
    "-{a}",
    "{a}**2 / 4",
]
CHOOSING = [
    "({a} if {c} else {b})",
    "({a} if {c} else 0.5 * {a})",
    "(0.25 if {c} else {a} * {b})",
    "max({a}, {b})",
    "min({a}, {b}, 0.5)",
    "max({a}, 0)",
    "abs({a})",
    "np.maximum({a}, {b})",
    "np.minimum({a}, 0.25)",
    "(({c} and {a}) or {b})",
    "({a} or {b})",
    "(0.5 * {a} if {c} else {b} if {d} else {a} + {b})",
    "{a} * ({c})",
]
COMPARISONS = ["{a} > {b}", "{a} < {b}", "{a} <= 0.25", "{a} >= -0.3", "0.1 < {a}"]
CHAINED = ["-0.5 < {a} < {b}", "not {a} > {b}", "{a} < {b} <= 0.75", "not (-0.25 <= {a} < 1)"]


# ------------------------------------------------------------------ numbers


def number(draft: Draft, depth: int = 1) -> str:
    """Return an expression of a float."""
    if draft.chance(5):
        form = draft.pick(CHOOSING)
        parts = {"c": "", "d": ""}
        for key in parts:
            if f"{{{key}}}" in form:
                parts[key] = condition(draft, 0)
        return form.format(a=_variable(draft), b=operand(draft, depth), **parts)
    a = operand(draft, depth) if draft.chance(3) else _variable(draft)
    return draft.pick(NUMBERS).format(a=a, b=operand(draft, depth))


def operand(draft: Draft, depth: int = 0) -> str:
    """Return a place, an element, a sum or a literal; an expression in parentheses now and then."""
    roll = draft.choices.integer(0, 19)
    if depth > 0 and roll == 0:
        return f"({number(draft, depth - 1)})"
    if roll <= 2:
        return literal(draft)
    if roll <= 7 and (found := element(draft)):
        return found
    if roll == 8:
        return total(draft)
    if roll == 9 and (ints := draft.named("int")):
        return draft.pick([f"0.1 * {draft.pick(ints)}", f"{draft.pick(ints)} / 4"])
    if roll == 10 and (found := call_of_number(draft)):
        return found
    floats = draft.named("float")
    return draft.pick(floats) if floats else element(draft) or literal(draft)


def literal(draft: Draft) -> str:
    text = draft.pick(LITERALS)
    return f"({text})" if text.startswith("-") else text


def element(draft: Draft) -> str:
    """Return an element of an array; the empty text where there is none."""
    arrays = draft.where(lambda kind: kind.name == "array" and kind.shape != ())
    if not arrays:
        return ""
    name = draft.pick(arrays)
    return element_of(draft, name) or ""


def element_of(draft: Draft, name: str) -> str:
    indices = [index(draft, size, f"{name}.shape[{i}]") for i, size in enumerate(draft.places[name].shape)]
    if not all(indices):
        return ""
    return f"{name}[{']['.join(indices)}]" if draft.chance(6) else f"{name}[{', '.join(indices)}]"


def total(draft: Draft) -> str:
    """Return a number that reads all of an array, or a part that depends on a loop's counter."""
    arrays = draft.named("array")
    if not arrays:
        return literal(draft)
    name = draft.pick(arrays)
    kind = draft.places[name]
    forms = ["np.sum({0})", "{0}.sum()", "np.sum({0} * {0})", "np.sum(np.sin({0}))"]
    equal = draft.where(lambda other: other == kind)
    if len(kind.shape) == 1:
        bounded = [i for i in draft.named("int") if draft.places[i].low is not None]
        forms += [f"np.dot({{0}}, {draft.pick(equal)})", f"{{0}} @ {draft.pick(equal)}", "sum({0})"]
        forms += [f"np.sum({{0}}[{i}:])" for i in bounded] + [f"np.sum({{0}}[:{i}])" for i in bounded]
    return draft.pick(forms).format(name)


def call_of_number(draft: Draft) -> str:
    """Return a call of a helper that gives a float; it may change its arrays."""
    found = [h for h in draft.helpers if h.result == FLOAT and _can_call(draft, h.parameters)]
    return call(draft, draft.pick(found)) if found else ""


def _can_call(draft: Draft, parameters: Sequence[Kind]) -> bool:
    return all(kind.name == "float" or draft.where(lambda k, kind=kind: k == kind) for kind in parameters)


def callable_helpers(draft: Draft) -> list[Any]:
    return [helper for helper in draft.helpers if _can_call(draft, helper.parameters)]


def call(draft: Draft, helper: Any) -> str:
    """Return a call with places of the right kinds; one array may be given twice."""
    arguments = [
        operand(draft) if kind.name == "float" else draft.pick(draft.where(lambda k, kind=kind: k == kind))
        for kind in helper.parameters
    ]
    return f"{helper.name}({', '.join(arguments)})"


# ------------------------------------------------------------------ conditions


def condition(draft: Draft, depth: int = 1) -> str:
    """Return a condition on floats, integers, flags or elements."""
    if depth and draft.chance(4):
        joined = draft.pick(["{} and {}", "{} or {}", "not ({} or {})", "{} and not {}"])
        return f"({joined.format(condition(draft, 0), condition(draft, 0))})"
    roll = draft.choices.integer(0, 9)
    if roll <= 2 and (text := _condition_on_integers(draft)):
        return text
    if roll == 3 and (flags := draft.named("bool")):
        return draft.pick(flags)
    if roll == 4 and (arrays := draft.where(lambda kind: kind.name == "array")):
        test = draft.pick(["np.any({} > {})", "np.all({} < {})", "np.sum({}) > {}", "({} > {}).any()"])
        return test.format(draft.pick(arrays), operand(draft))
    form = draft.pick(COMPARISONS * 2 + CHAINED)
    return form.format(a=_variable(draft), b=operand(draft))


def _variable(draft: Draft) -> str:
    """An operand that is no literal, where there is any."""
    floats = draft.named("float")
    wanted = element(draft) if draft.chance(2) or not floats else ""
    return wanted or (draft.pick(floats) if floats else operand(draft))


def _condition_on_integers(draft: Draft) -> str:
    ints = draft.named("int")
    if not ints:
        return ""
    a, b = draft.pick(ints[-2:]), draft.pick(ints)
    forms = ["{a} % 2 == 0", "{a} > 0", "{a} == 1", "{a} != 1", "{a} >= 2"]
    if a != b:
        forms += ["{a} < {b}", "{a} == {b}", "0 < {a} <= {b}"]
    return draft.pick(forms).format(a=a, b=b)


# ------------------------------------------------------------------ indices


def index(draft: Draft, size: int, length: str) -> str:
    """Return an index into an axis of this size, the empty text where there is none. `length` is its text."""
    known = [i for i in draft.named("int") if _fits(draft.places[i], 0, size)]
    near = [text for i in draft.named("int") for text in _beside(draft.places[i], i, size)]
    if known and draft.choices.integer(0, 3):
        return draft.pick(known[-2:] if draft.choices.integer(0, 3) else known)
    if near and draft.choices.integer(0, 1):
        return draft.pick(near)
    if not size:
        return ""
    ints = draft.named("int")
    if ints and draft.chance(3):
        return draft.pick(["{0} % {1}", "({0} + 1) % {1}", "-1 - {0} % {1}"]).format(draft.pick(ints), length)
    if draft.chance(60) and (floats := draft.named("float")):
        return f"int(abs({draft.pick(floats)}) * 3) % {length}"
    return str(draft.choices.integer(-size, size - 1))


def _fits(kind: Kind, shift: int, size: int) -> bool:
    """Whether the integer, moved, is in bounds whenever it is anything. Unchanged integers only."""
    if kind.low is None or kind.high is None:
        return False
    return kind.low > kind.high or (-size <= kind.low + shift and kind.high + shift < size)


def _beside(kind: Kind, name: str, size: int) -> list[str]:
    texts = {1: f"{name} + 1", -1: f"{name} - 1", -2: f"{name} - 2"}
    found = [text for shift, text in texts.items() if _fits(kind, shift, size)]
    if kind.low is not None and kind.high is not None and -size <= -1 - kind.high and -1 - kind.low < size:
        found.append(f"-1 - {name}")
    return found
