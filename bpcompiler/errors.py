"""Every exception of the library: what went wrong, where in the user's file, what to do.

One class a cause. Each is a subclass of `Error` and of the builtin that a caller would catch. A message
reads like this:

    train.py:14:8: np.fft.fft has no derivative rule yet
        y = np.fft.fft(x)
            ^
    write it with supported functions, or declare a primitive (docs/primitives.md)

`Origin` is the place: it is what every equation of a program remembers of the statement it came from.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

from numpy.linalg import LinAlgError


@dataclass(frozen=True, slots=True)
class Origin:
    """The user's statement behind an equation: file, line (from 1), column (from 0), text.

    `text` is the statement's source, on one line. `source_line` is the physical line at `line`, for the
    caret. `statement` numbers the executions of statements within one trace, so that two turns of an
    unrolled loop are two stages although they share a line.
    """

    file: str
    line: int
    column: int
    text: str
    source_line: str = ""
    function: str = ""
    statement: int = 0

    def at(self, line: int, column: int, source_line: str) -> Origin:
        """Return the same statement with the caret moved to a place inside it."""
        return replace(self, line=line, column=column, source_line=source_line)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column + 1}"


class Error(Exception):
    """The base of every error of bpcompiler. `origin` is the user's place, where one is known."""

    def __init__(self, message: str, *, remedy: str = "", origin: Origin | None = None) -> None:
        self.message = message
        self.remedy = remedy
        self.origin = origin
        super().__init__(message)

    def with_origin(self, origin: Origin | None) -> Error:
        """Fill in the place, if none is known yet, and return the error."""
        if self.origin is None:
            self.origin = origin
        return self

    def __str__(self) -> str:
        lines = [self.message if self.origin is None else f"{self.origin}: {self.message}"]
        if self.origin is not None and self.origin.source_line.strip():
            stripped = self.origin.source_line.strip()
            indent = len(self.origin.source_line) - len(self.origin.source_line.lstrip())
            lines.append(f"    {stripped}")
            lines.append("    " + " " * max(0, self.origin.column - indent) + "^")
        if self.remedy:
            lines.append(self.remedy)
        return "\n".join(lines)


FOLDER = Path(__file__).parent
INTERPRETER = tuple(
    str(FOLDER / part)
    for part in ("frontend/interpreter", "frontend/trac", "derivation", "pipeline", "spec", "transformed")
)


def shortened(error: BaseException) -> BaseException:
    """Return the error without a traceback, and whatever led to it without the interpreter's frames.

    Of Python's exceptions the other frames stay: they may say where it comes from. The message, or a note,
    names the user's line. `BPCOMPILER_TRACEBACK=full` keeps all.
    """
    if os.environ.get("BPCOMPILER_TRACEBACK") == "full":
        return error
    seen: list[BaseException] = []
    each: BaseException | None = error
    while each is not None and each not in seen:
        seen.append(each)
        kept = [] if isinstance(each, Error) else [f for f in _frames(each) if not _is_interpreter(f)]
        each.__traceback__ = _rebuilt(kept)
        if isinstance(each, Error) and each.__cause__ is None:
            each.__suppress_context__ = True
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return error


def _frames(error: BaseException) -> Iterator[TracebackType]:
    frame = error.__traceback__
    while frame is not None:
        yield frame
        frame = frame.tb_next


def _is_interpreter(frame: TracebackType) -> bool:
    return frame.tb_frame.f_code.co_filename.startswith(INTERPRETER)


def _rebuilt(frames: list[TracebackType]) -> TracebackType | None:
    rebuilt = None
    for frame in reversed(frames):
        rebuilt = TracebackType(rebuilt, frame.tb_frame, frame.tb_lasti, frame.tb_lineno)
    return rebuilt


class NotScalarError(Error, TypeError):
    """`grad` of a function whose result is not one real number."""


class NotDifferentiableError(Error, TypeError):
    """A derivative was asked for in an argument that has none: int, bool, str, None, an object."""


class ArgumentError(Error, TypeError):
    """The transform's own arguments are wrong: argnums, tangents, a call that does not fit."""


class DtypeError(Error, TypeError):
    """A dtype or kind of array outside the supported ones: complex, object, masked, structured ..."""


class NoRuleError(Error, NotImplementedError):
    """A function or method that has no rule here."""


class UnsupportedError(Error, NotImplementedError):
    """A construct of Python that is not interpreted (yet): generators, async, `with` on most objects."""


class NeedsValueError(Error, TypeError):
    """A traced value stands where Python needs its number: a dict key, `sorted`, formatting."""


class StoreError(Error, NotImplementedError):
    """A store into an array whose memory is not known while tracing."""


class OutsideWriteError(Error, RuntimeError):
    """A write to an object that existed before the call."""


class ImpureError(Error, RuntimeError):
    """A call whose result depends on more than its arguments, or that acts on the world."""


class NopythonError(Error, ValueError):
    """A transformed function stands in code that Numba compiles: Numba makes a typing error of it."""


class SourceError(Error, OSError):
    """The source of a function is missing, or is not the text its code was compiled from."""


class ShapeError(Error, ValueError):
    """Shapes that do not go together, as NumPy would say."""


class NotSquareError(ShapeError, LinAlgError):
    """A matrix must be square here."""


class StructureError(Error, ValueError):
    """Nested values that go together have different containers, lengths or keys."""


class IndexOutOfBoundsError(Error, IndexError):
    """An index outside its axis."""


def out_of_bounds(index: int, axis: int, size: int, origin: Origin | None) -> IndexOutOfBoundsError:
    """Return the error for an index outside its axis, in NumPy's words."""
    valid = f"valid indices are from {-size} to {size - 1}" if size else "the axis is empty"
    text = f"index {index} is out of bounds for axis {axis} with size {size}"
    return IndexOutOfBoundsError(text, remedy=valid, origin=origin)


class OverlapError(Error, ValueError):
    """Arguments that share storage in a way that has no clear derivative."""


class LimitError(Error, RuntimeError):
    """A trace grew past its limit: an unrolled loop, a recursion, a number of specialisations."""


class GradientMismatchError(Error, AssertionError):
    """`check_grad` found an element whose derivative is off."""


class FitError(Error, ValueError):
    """Arguments of `fit` that do not go together, a loss that is nan from the start, another run's file."""


class CacheError(Error, OSError):
    """The disk cache cannot be used, and no other place to write is left."""


class CompilerError(Error, RuntimeError):
    """A fault of bpcompiler itself: a pass produced an invalid program. Please report it."""
