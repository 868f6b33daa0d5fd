"""The arguments of calls and the items of displays: plain, starred and double-starred."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from bpcompiler.frontend.interpreter.frames import Environment

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter


def items(m: Interpreter, env: Environment, nodes: list[ast.expr], function: Any = None) -> list[Any]:
    """Return the values of the nodes, starred ones unpacked. `function` is who is called with them."""
    values: list[Any] = []
    for node in nodes:
        if isinstance(node, ast.Starred):
            value = m.evaluate(env, node.value)
            m.at(env, node)
            if not _is_iterable(m, value):
                alone = function is not None and len(nodes) == 1
                start = f"{_shown(function)} argument" if alone else "Value"
                raise TypeError(f"{start} after * must be an iterable, not {type(value).__name__}")
            values.extend(m.iterate(value))
        else:
            values.append(m.evaluate(env, node))
    return values


def of_call(
    m: Interpreter, env: Environment, node: ast.Call, function: object
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the positional and keyword arguments of a call."""
    args = tuple(items(m, env, node.args, function))
    kwargs: dict[str, Any] = {}
    for keyword in node.keywords:
        value = m.evaluate(env, keyword.value)
        found = {keyword.arg: value} if keyword.arg is not None else _keywords(m, function, value)
        for key, item in found.items():
            _check_keyword(function, kwargs, key)
            kwargs[key] = item
    return args, kwargs


def mapping(m: Interpreter, value: Any) -> dict[Any, Any]:
    """Return what `**value` unpacks to."""
    if isinstance(value, dict):
        return value
    if not hasattr(value, "keys"):
        raise TypeError(f"'{type(value).__name__}' object is not a mapping")
    return {key: m.call(value.__getitem__, (key,)) for key in m.iterate(m.call(value.keys))}


def _keywords(m: Interpreter, function: Any, value: Any) -> dict[Any, Any]:
    if not hasattr(value, "keys"):
        kind = type(value).__name__
        raise TypeError(f"{_shown(function)} argument after ** must be a mapping, not {kind}")
    return mapping(m, value)


def _is_iterable(m: Interpreter, value: Any) -> bool:
    return m.is_traced(value) or hasattr(type(value), "__iter__") or hasattr(type(value), "__getitem__")


def _shown(function: Any) -> str:
    """Return a function as Python's messages about calls name it."""
    name = getattr(function, "__qualname__", None)
    if name is None:
        return str(function)
    module = getattr(function, "__module__", None)
    return f"{name}()" if module in (None, "builtins") else f"{module}.{name}()"


def _check_keyword(function: Any, known: dict[str, Any], key: object) -> None:
    if not isinstance(key, str):
        raise TypeError("keywords must be strings")
    if key in known:
        raise TypeError(f"{_shown(function)} got multiple values for keyword argument '{key}'")
