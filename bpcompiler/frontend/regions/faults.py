"""Exceptions that the program raises: `check` equations of the user's `raise` and `assert`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bpcompiler.errors import IndexOutOfBoundsError, ShapeError, UnsupportedError
from bpcompiler.frontend.needs import needs_value
from bpcompiler.frontend.trace import Trace, Traced
from bpcompiler.ir.equations import Literal, Operand
from bpcompiler.ir.types import BOOL, Scalar
from bpcompiler.primitives.faults import Hole, Message
from bpcompiler.primitives.loops import check

FALSE = Literal(False, Scalar(BOOL, weak=True))
PLAIN = (str, bytes, bool, int, float, type(None))


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A traced value in a text, and how it is formatted."""

    value: Any
    conversion: str = ""
    spec: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A text with traced values in it. It is the message of an exception, and nothing else."""

    parts: tuple[str | Part, ...]

    def __add__(self, other: Any) -> Any:
        return join_text([self, other]) if isinstance(other, str | Text) else NotImplemented

    def __radd__(self, other: Any) -> Any:
        return join_text([other, self]) if isinstance(other, str) else NotImplemented


def raised(trace: Trace, error: BaseException, ok: Operand = FALSE, kind: str = "raise") -> None:
    """Add the check that raises the error unless `ok`, at the place where the trace is."""
    exception, given = _of(error)
    values: list[Operand] = []
    args = tuple(_argument(trace, arg, values) for arg in given)
    with trace.builder.at(trace.place(), trace.builder.phase):
        trace.builder.emit(check, ok, *values, kind=kind, exception=exception, args=args)


def _of(error: BaseException) -> tuple[type[BaseException], tuple[Any, ...]]:
    """Return the class and arguments that make the error. Of the library's own it is Python's."""
    if isinstance(error, IndexOutOfBoundsError):
        return IndexError, (error.message,)
    if isinstance(error, ShapeError):
        return ValueError, (error.message,)
    return type(error), error.args


def _argument(trace: Trace, arg: Any, values: list[Operand]) -> Any:
    def hole(value: Any, conversion: str = "", spec: str = "") -> Hole:
        if not isinstance(value, Traced) or value.aval.shape:
            raise needs_value(value, "formatting")
        values.append(trace.operand(value))
        return Hole(len(values) - 1, conversion, spec)

    if isinstance(arg, Text):
        parts = [hole(p.value, p.conversion, p.spec) if isinstance(p, Part) else p for p in arg.parts]
        return Message(tuple(parts))
    if isinstance(arg, Traced):
        return hole(arg)
    if not isinstance(arg, PLAIN):
        raise UnsupportedError(
            f"an exception that holds a {type(arg).__name__} cannot be raised under a traced condition",
            remedy="raise it with a message and numbers only",
            origin=trace.place(),
        )
    return arg


PERCENT = re.compile(r"%(\d*(?:\.\d+)?)([feEgGsr])")


def percent_text(text: str, values: Sequence[Any]) -> Text | None:
    """Return `text % values` as a text with traced values in it; None where it is not a plain one."""
    pieces = PERCENT.split(text)
    literals = pieces[::3]
    if len(literals) != len(values) + 1 or any("%" in each for each in literals):
        return None
    parts: list[Any] = [literals[0]]
    for value, spec, letter, literal in zip(values, pieces[1::3], pieces[2::3], literals[1:], strict=True):
        word = letter in "sr"
        if not isinstance(value, Traced) or (word and spec):
            return None
        parts += [Part(value, letter if word else "", "" if word else spec + letter), literal]
    return Text(tuple(parts))


def join_text(parts: Sequence[Any]) -> Any:
    """Return the pieces of an f-string as a text: an ordinary one, if nothing in it is traced."""
    if all(isinstance(part, str) for part in parts):
        return "".join(parts)
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, Text) else (part,))]
    return Text(tuple(flat))
