"""The user's `raise` and `assert` as he wrote them. Python and NumPy make the other checks themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bpcompiler.codegen.exception_classes import name_of
from bpcompiler.ir.equations import Equation
from bpcompiler.ir.trees import quoted
from bpcompiler.primitives.declare import ATOM, NOT, Text
from bpcompiler.primitives.faults import Attribute, Container, Hole, Keyword, Message

ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "{": "{{", "}": "}}"}


def check_lines(eqn: Equation, ok: Text, values: Sequence[Text]) -> Iterator[str]:
    """Yield `assert ok, message` or `if not ok: raise Error(...)`; nothing for indices and shapes."""
    kind = eqn.attrs["kind"]
    if kind not in ("raise", "assert"):
        return
    given = [_argument(arg, values) for arg in eqn.attrs["args"] if not isinstance(arg, Attribute)]
    if eqn.attrs["exception"] is AssertionError and len(given) < 2:
        yield f"assert {ok}, {given[0]}" if given else f"assert {ok}"
        return
    lines = _raising(eqn, name_of(eqn.attrs["exception"]), given, values)
    if ok.source != "False":
        yield f"if {negated(ok)}:"
        lines = (f"    {line}" for line in lines)
    yield from lines


def _raising(eqn: Equation, name: str, given: Sequence[str], values: Sequence[Text]) -> Iterator[str]:
    """Yield the statements that make the exception and raise it."""
    made = f"{name}({', '.join(given)})" if given else name
    added = [arg for arg in eqn.attrs["args"] if isinstance(arg, Attribute)]
    if not added:
        yield f"raise {made}"
        return
    yield f"error = {made if given else f'{name}()'}"
    yield from (f"error.{arg.name} = {_argument(arg.value, values)}" for arg in added)
    yield "raise error"


def negated(condition: Text) -> str:
    """Return the text of `not condition`."""
    if condition.source.startswith("not ") and condition.precedence == NOT:
        return condition.source[len("not ") :]
    return f"not {condition.within(NOT)}"


def _argument(arg: Any, values: Sequence[Text]) -> str:
    if isinstance(arg, Hole):
        return str(values[arg.index])
    if isinstance(arg, Message):
        return _formatted(arg, values)
    if isinstance(arg, Keyword):
        return f"{arg.name}={_argument(arg.value, values)}"
    if isinstance(arg, Container):
        return _container(arg, values)
    return quoted(arg)


def _container(arg: Container, values: Sequence[Text]) -> str:
    if arg.kind is dict:
        pairs = [(_argument(key, values), _argument(value, values)) for key, value in map(_items, arg.items)]
        return f"{{{', '.join(f'{key}: {value}' for key, value in pairs)}}}"
    items = ", ".join(_argument(item, values) for item in arg.items)
    if arg.kind is list:
        return f"[{items}]"
    return f"({items},)" if len(arg.items) == 1 else f"({items})"


def _items(pair: Container) -> tuple[Any, ...]:
    return pair.items


def _formatted(message: Message, values: Sequence[Text]) -> str:
    """An f-string; quotes inside are of the other kind."""
    parts = [_escaped(p) if isinstance(p, str) else _hole(p, values) for p in message.parts]
    return f'f"{"".join(parts)}"'


def _escaped(text: str) -> str:
    for character, escaped in ESCAPES.items():
        text = text.replace(character, escaped)
    return text


def _hole(hole: Hole, values: Sequence[Text]) -> str:
    source = values[hole.index].within(ATOM) if hole.spec or hole.conversion else str(values[hole.index])
    conversion = f"!{hole.conversion}" if hole.conversion else ""
    return f"{{{source}{conversion}{f':{hole.spec}' if hole.spec else ''}}}"
