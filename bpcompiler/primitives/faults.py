"""What a `check` of the user's own raises: an exception class, and arguments with holes for values.

    check(ok, value...)[kind="raise", exception=ValueError, args=(Message(("x is ", Hole(0))),)]

    arg ::= Hole | Message | Container of args | Keyword name arg | Attribute name arg | a constant

`assert` and `raise` of the user under a traced condition are such checks; `kind` is "assert" or "raise".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Hole:
    """Value number `index` of the check, formatted as `f"{value!conversion:spec}"` inside a message."""

    index: int
    conversion: str = ""  # "", "r", "s" or "a"
    spec: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A text with holes: what an f-string was."""

    parts: tuple[str | Hole, ...]


@dataclass(frozen=True, slots=True)
class Container:
    """A list, tuple or dict (of pairs) whose items may be holes and messages."""

    kind: type
    items: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Keyword:
    """An argument that is given by its name."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Attribute:
    """What the exception was given after it was made: `error.name = value`."""

    name: str
    value: Any


def made(exception: Callable[..., Any], args: Sequence[Any], values: Sequence[Any]) -> Any:
    """Return the exception for these values, made as the user makes it."""
    positional = [_filled(arg, values) for arg in args if not isinstance(arg, Keyword | Attribute)]
    named = {arg.name: _filled(arg.value, values) for arg in args if isinstance(arg, Keyword)}
    error = exception(*positional, **named)
    for arg in args:
        if isinstance(arg, Attribute):
            setattr(error, arg.name, _filled(arg.value, values))
    return error


def _filled(arg: Any, values: Sequence[Any]) -> Any:
    if isinstance(arg, Hole):
        return values[arg.index]
    if isinstance(arg, Message):
        return "".join(part if isinstance(part, str) else _text(part, values) for part in arg.parts)
    if isinstance(arg, Container):
        return arg.kind(_filled(item, values) for item in arg.items)
    return arg


def _text(hole: Hole, values: Sequence[Any]) -> str:
    conversions: dict[str, Callable[[Any], str]] = {"r": repr, "s": str, "a": ascii}
    convert = conversions.get(hole.conversion)
    value = values[hole.index]
    return format(convert(value) if convert is not None else value, hole.spec)
