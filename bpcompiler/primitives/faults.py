"""What a `check` of the user's own raises: an exception class, and arguments with holes for values.

    check(ok, value...)[kind="raise", exception=ValueError, args=(Message(("x is ", Hole(0))),)]

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


def filled(args: Sequence[Any], values: Sequence[Any]) -> tuple[Any, ...]:
    """Return the arguments of the exception for these values: holes and messages filled in."""
    return tuple(_filled(arg, values) for arg in args)


def _filled(arg: Any, values: Sequence[Any]) -> Any:
    if isinstance(arg, Hole):
        return values[arg.index]
    if isinstance(arg, Message):
        return "".join(part if isinstance(part, str) else _text(part, values) for part in arg.parts)
    return arg


def _text(hole: Hole, values: Sequence[Any]) -> str:
    conversions: dict[str, Callable[[Any], str]] = {"r": repr, "s": str, "a": ascii}
    convert = conversions.get(hole.conversion)
    value = values[hole.index]
    return format(convert(value) if convert is not None else value, hole.spec)
