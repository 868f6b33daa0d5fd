"""Exceptions that the program raises: `check` equations of the user's `raise` and `assert`."""

from __future__ import annotations

import itertools
import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from bpcompiler.errors import IndexOutOfBoundsError, NeedsValueError, ShapeError, UnsupportedError
from bpcompiler.frontend.needs import needs_value
from bpcompiler.frontend.trace import Trace, Traced, current
from bpcompiler.ir.equations import Literal, Operand
from bpcompiler.ir.types import BOOL, Scalar
from bpcompiler.primitives.faults import Attribute, Container, Hole, Keyword, Message
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
    """A text with traced values in it. It is the message of an exception, and nothing else.

    `failure`: why it could not be made where it was.
    """

    parts: tuple[str | Part, ...]
    failure: NeedsValueError | None = None

    def refused(self, *_: Any) -> NoReturn:
        """Raise NeedsValueError."""
        if self.failure is not None:
            raise self.failure
        raise NeedsValueError(
            "a text with traced values in it can only be the message of an exception",
            remedy="raise it as it is: raise ValueError(f'...')",
            origin=current().place(),
        )

    __getitem__ = __len__ = __iter__ = __mul__ = __rmul__ = __mod__ = __contains__ = refused
    __str__ = __format__ = __hash__ = __bool__ = __eq__ = __ne__ = __lt__ = __gt__ = __le__ = __ge__ = refused

    def __add__(self, other: Any) -> Any:
        return join_text([self, other]) if isinstance(other, str | Text) else NotImplemented

    def __radd__(self, other: Any) -> Any:
        return join_text([other, self]) if isinstance(other, str) else NotImplemented


for _name in dir(str):
    if not _name.startswith("_"):
        setattr(Text, _name, property(Text.refused))


@dataclass(frozen=True, slots=True, eq=False)
class Making:
    """How an exception of the user's own class was made, and the attributes that it had then."""

    error: BaseException
    args: tuple[Any, ...]
    keywords: dict[str, Any]
    attributes: dict[str, Any]


def raised(trace: Trace, error: BaseException, ok: Operand = FALSE, kind: str = "raise") -> None:
    """Add the check that raises the error unless `ok`, at the place where the trace is."""
    interpreter = trace.interpreter
    making = interpreter.makings.get(id(error)) if interpreter is not None else None
    place = interpreter.place_of(error) if interpreter is not None else None
    values: list[Operand] = []
    exception, args = _call_of(trace, error, making, values)
    with trace.builder.at(place or trace.place(), trace.builder.phase):
        trace.builder.emit(check, ok, *values, kind=kind, exception=exception, args=args)


def _call_of(
    trace: Trace, error: BaseException, making: Making | None, values: list[Operand]
) -> tuple[type[BaseException], tuple[Any, ...]]:
    """Return the class, and the arguments that make the error of it. Of the library's own it is Python's."""
    if isinstance(error, IndexOutOfBoundsError | ShapeError):
        return IndexError if isinstance(error, IndexError) else ValueError, (error.message,)
    given = error.args if making is None else making.args
    args: list[Any] = [_argument(trace, arg, values) for arg in given]
    if making is not None:
        args += [Keyword(key, _argument(trace, arg, values)) for key, arg in making.keywords.items()]
    args += [Attribute(key, _argument(trace, arg, values)) for key, arg in _added(error, making)]
    return type(error), tuple(args)


def _added(error: BaseException, making: Making | None) -> list[tuple[str, Any]]:
    """Return the attributes that the error was given after it was made."""
    before = {} if making is None else making.attributes
    now = attributes_of(error).items()
    return [(key, value) for key, value in now if key not in before or before[key] is not value]


def attributes_of(error: BaseException) -> dict[str, Any]:
    """Return the attributes of an exception, without the note of where it was raised."""
    return {key: value for key, value in vars(error).items() if key != "__notes__"}


def texts(value: Any) -> list[Text]:
    """Return the texts with traced values in a value and its containers."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return [found for each in value for found in texts(each)]
    return [value] if isinstance(value, Text) else []


def holds_traced(value: Any, makings: Mapping[int, Making]) -> bool:
    """Return whether an exception, or what it holds, is made of traced values."""
    if isinstance(value, BaseException):
        making = makings.get(id(value))
        given = (value.args, vars(value)) if making is None else (making.args, making.keywords)
        return any(holds_traced(each, makings) for each in given)
    if isinstance(value, dict):
        return any(holds_traced(each, makings) for each in value.values())
    if isinstance(value, list | tuple):
        return any(holds_traced(each, makings) for each in value)
    return isinstance(value, Text | Traced)


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
    if type(arg) in (list, tuple):
        return Container(type(arg), tuple(_argument(trace, each, values) for each in arg))
    if type(arg) is dict:
        return Container(dict, tuple(_argument(trace, pair, values) for pair in arg.items()))
    if not isinstance(arg, PLAIN):
        raise UnsupportedError(
            f"an exception that holds a {type(arg).__name__} cannot be raised by the program",
            remedy="raise it with a message and numbers only",
            origin=trace.place(),
        )
    return arg


def text_of(value: Any, conversion: str, spec: str) -> Text | None:
    """Return the text of a traced number; None of anything else."""
    if not isinstance(value, Traced) or value.aval.shape:
        return None
    return Text((Part(value, conversion, spec),))


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


def format_text(text: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Text | None:
    """Return `text.format(*args, **kwargs)` as a text with traced values; None for what is not plain."""
    parts: list[str | Part] = []
    automatic = itertools.count()
    for literal, name, spec, conversion in string.Formatter().parse(text):
        parts.append(literal)
        if name is None:
            continue
        key = next(automatic) if not name else int(name) if name.isdecimal() else name
        given: Mapping[Any, Any] = dict(enumerate(args)) if isinstance(key, int) else kwargs
        value = given.get(key)
        if key not in given or "{" in str(spec) or not isinstance(value, (Traced, *PLAIN)):
            return None
        parts.append(_formatted(value, conversion or "", spec or ""))
    return Text(tuple(parts))


def _formatted(value: Any, conversion: str, spec: str) -> str | Part:
    if isinstance(value, Traced):
        return Part(value, conversion, spec)
    return f"{{{f'!{conversion}' if conversion else ''}:{spec}}}".format(value)


def join_text(parts: Sequence[Any]) -> Any:
    """Return the pieces of an f-string as a text: an ordinary one, if nothing in it is traced."""
    if all(isinstance(part, str) for part in parts):
        return "".join(parts)
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, Text) else (part,))]
    failures = [part.failure for part in parts if isinstance(part, Text) and part.failure is not None]
    return Text(tuple(flat), failures[0] if failures else None)
