"""The lines of a body: text, how deep it is indented, and the statement of the user that it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bpcompiler.codegen.wrapping import WIDTH, wrapped
from bpcompiler.ir.equations import Equation

NOTE_COLUMN = 49  # where the statement numbers stand
INDENT = "    "

Group = tuple[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Line:
    """A statement; `group` is the user's statement and the phase that it belongs to.

    `spelled`: the assignment that `s += x` stands for.
    """

    text: str
    group: Group | None = None
    quote: str = ""
    depth: int = 0
    spelled: str = ""


def line_of(eqn: Equation, text: str) -> Line:
    """Return a line of an equation."""
    origin = eqn.origin
    if origin is None:
        return Line(text)
    return Line(text, (origin.statement, eqn.phase), origin.text)


def indented(lines: Iterable[Line], by: int = 1) -> list[Line]:
    """Return the lines of a block that is nested."""
    return [replace(line, depth=line.depth + by) for line in lines]


class Notes:
    """Numbers the user's statements: beside the forward lines, and above the lines that are derived."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}

    def texts(self, lines: Sequence[Line]) -> Iterator[str]:
        """Yield the text of the lines, indented and wrapped, with their comments."""
        for line in lines:  # what is quoted may stand before the line itself
            if line.group is not None and not line.group[1]:
                self._number(line.group[0])
        previous: Group | None = None
        derived: Group | None = None  # what is computed again on the way does not end it
        for line in lines:
            margin = INDENT * line.depth
            if line.group is not None and line.group[1] and line.group != derived:
                yield margin + self._heading(line)
                derived = line.group
            elif line.group is not None and line.text.endswith(":") and not line.group[1]:
                derived = None
            first, *rest = wrapped(line.text)
            yield self._noted(margin + first, line.group, previous)
            yield from (margin + text for text in rest)
            previous = line.group or previous

    def _heading(self, line: Line) -> str:
        assert line.group is not None
        text = f"# {' '.join(line.group[1])} {line.quote}"
        margin = len(INDENT) * line.depth
        if len(text) > WIDTH - margin:
            text = f"{text[: WIDTH - margin - 4].rsplit(' ', 1)[0]} ..."
        return f"{text.ljust(NOTE_COLUMN - 2 - margin)}  ({self._number(line.group[0])})"

    def _noted(self, text: str, group: Group | None, previous: Group | None) -> str:
        if group is None or group[1] or group == previous:
            return text
        return f"{text:<{NOTE_COLUMN - 4}}  # ({self._number(group[0])})"

    def _number(self, statement: int) -> int:
        return self._numbers.setdefault(statement, len(self._numbers) + 1)
