"""Texts made of values: f-strings, `%`, `str`. Traced values go through `hooks.format`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from bpcompiler.frontend.interpreter import protocols
from bpcompiler.frontend.interpreter.frames import Environment
from bpcompiler.frontend.regions import faults

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter

CONVERSIONS = {ord("s"): "__str__", ord("r"): "__repr__", ord("a"): "__repr__"}


def joined(m: Interpreter, env: Environment, node: ast.JoinedStr) -> Any:
    """Return an f-string's text."""
    return faults.join_text([m.evaluate(env, part) for part in node.values])


def formatted(m: Interpreter, env: Environment, node: ast.FormattedValue) -> Any:
    """Return the text of `{value!conversion:spec}`."""
    value = m.evaluate(env, node.value)
    spec = m.evaluate(env, node.format_spec) if node.format_spec else ""
    m.at(env, node.value)
    traced = m.contains_traced(value)
    if traced is value and m.messages and traced is not None:
        letter = chr(node.conversion) if node.conversion in CONVERSIONS else ""
        return faults.Text((faults.Part(value, letter, spec),))
    if traced is not None:
        return m.hooks.format(traced, spec)
    if node.conversion in CONVERSIONS:
        text = str(text_of(m, value, CONVERSIONS[node.conversion]))
        value = ascii(text)[1:-1] if node.conversion == ord("a") else text
    own = protocols.method(m, value, "__format__")
    if own is not None:
        return str(own(spec))
    if not spec and protocols.special(m, value, "__str__"):
        return text_of(m, value, "__str__")
    return format(value, spec)


def text_of(m: Interpreter, value: Any, name: str) -> Any:
    """Return `str(value)` or `repr(value)`, by the special method's name."""
    traced = m.contains_traced(value)
    if traced is value and m.messages and traced is not None:
        return faults.Text((faults.Part(value, name[2]),))
    if traced is not None:
        return m.hooks.format(traced, "")
    for each in dict.fromkeys((name, "__repr__")):
        own = protocols.method(m, value, each)
        if own is not None:
            return str(own())
        if each in type(value).__dict__:
            break
    return str(value) if name == "__str__" else repr(value)


def percent(m: Interpreter, text: Any, value: Any) -> Any:
    """Return `text % value`."""
    traced = m.contains_traced(value)
    if traced is not None and m.messages and isinstance(text, str):
        made = faults.percent_text(text, value if isinstance(value, tuple) else (value,))
        if made is not None:
            return made
    return text % value if traced is None else m.hooks.format(traced, "")
