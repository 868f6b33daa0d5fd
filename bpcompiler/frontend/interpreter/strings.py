"""Texts made of values: f-strings, `%`, `str`. Traced values go through `hooks.format`."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bpcompiler.errors import NeedsValueError
from bpcompiler.frontend.interpreter import protocols, untraced
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
    if isinstance(value, faults.Text) and node.conversion in (-1, ord("s")) and not spec:
        return value
    if traced is not None:
        letter = chr(node.conversion) if node.conversion in CONVERSIONS else ""
        return _of_traced(m, value, traced, letter, spec)
    if node.conversion in CONVERSIONS:
        text = str(text_of(m, value, CONVERSIONS[node.conversion]))
        value = ascii(text)[1:-1] if node.conversion == ord("a") else text
    own = protocols.method(m, value, "__format__")
    if own is not None:
        return str(own(spec))
    if not spec and protocols.special(m, value, "__str__"):
        return text_of(m, value, "__str__")
    return format(value, spec)


def _of_traced(m: Interpreter, value: Any, traced: Any, conversion: str, spec: str) -> Any:
    """Return the text of what is traced or holds it: made now, or by the program that raises it."""
    return _now_or_later(
        m, lambda: m.hooks.format(traced, spec), lambda: faults.text_of(value, conversion, spec)
    )


def _now_or_later(m: Interpreter, now: Callable[[], Any], later: Callable[[], Any]) -> Any:
    """Return a text of numbers that are known now, else one that the program makes where it raises it.

    No `try` around may come to see that. `later` may return None: there is no such text.
    """
    made = later() if m.messages else None
    if made is not None:
        return made
    try:
        return now()
    except NeedsValueError as error:
        made = later() if m.hooks.stages and not m.guards else None
        if made is None:
            raise
        return replace(made, failure=error.with_origin(m.origin()))


def text_of(m: Interpreter, value: Any, name: str) -> Any:
    """Return `str(value)` or `repr(value)`, by the special method's name."""
    if isinstance(value, faults.Text) and name == "__str__":
        return value
    traced = m.contains_traced(value)
    if traced is not None:
        return _of_traced(m, value, traced, name[2], "")
    for each in dict.fromkeys((name, "__repr__")):
        own = protocols.method(m, value, each)
        if own is not None:
            return str(own())
        if each in type(value).__dict__:
            break
    return str(value) if name == "__str__" else repr(value)


def format_(m: Interpreter, text: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return `text.format(*args, **kwargs)`, traced values among them."""

    def now() -> str:
        given = {key: _number(m, value) for key, value in kwargs.items()}
        return text.format(*(_number(m, value) for value in args), **given)

    return _now_or_later(m, now, lambda: faults.format_text(text, args, kwargs))


def _number(m: Interpreter, value: Any) -> Any:
    traced = m.contains_traced(value)
    return value if traced is None else m.number(traced, "formatting")


def join(m: Interpreter, separator: str, items: Any) -> Any:
    """Return `separator.join(items)`, texts with traced values among them."""
    parts = list(m.iterate(items))
    return faults.join_text([each for part in parts for each in (separator, part)][1:])


def percent(m: Interpreter, text: Any, value: Any) -> Any:
    """Return `text % value`."""
    values = value if isinstance(value, tuple) else (value,)
    given = value.values() if isinstance(value, dict) else values
    untraced.refuse_methods(m, "%", given, (*untraced.TEXTS, *untraced.VALUES))
    if m.contains_traced(value) is None:
        return text % value

    def now() -> Any:
        if isinstance(value, dict):
            return text % {key: _number(m, each) for key, each in value.items()}
        return text % tuple(_number(m, each) for each in values)

    return _now_or_later(m, now, lambda: faults.percent_text(text, values) if isinstance(text, str) else None)
