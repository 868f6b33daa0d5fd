"""One side of a branch, or the body of a loop: traced into equations of its own, from a given state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from bpcompiler.errors import CompilerError, Error, IndexOutOfBoundsError, ShapeError, UnsupportedError
from bpcompiler.frontend.interpreter.frames import Completion, Done, Ending
from bpcompiler.frontend.regions.faults import holds_traced, raised
from bpcompiler.frontend.trace import Trace
from bpcompiler.ir.equations import Equation, Value
from bpcompiler.ir.sizes import Size

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter
    from bpcompiler.frontend.state import Snapshot

Run = Callable[[], Ending]
AS_PYTHON = (IndexOutOfBoundsError, ShapeError)  # what NumPy itself would raise there


class Stopped(Error):  # noqa: N818 -- the program raises: what would follow is never reached
    """Ends the tracing of a block that always raises. No user ever sees it."""

    def __init__(self, failure: BaseException) -> None:
        super().__init__("the rest is never reached")
        self.failure = failure


@dataclass(slots=True, eq=False)
class Side:
    """What tracing a block found: its equations, the state at its end, how it ended."""

    equations: list[Equation]
    after: Snapshot
    ending: Ending
    names: dict[Value, str]
    params: tuple[Value, ...] = field(default=())

    def defines(self) -> set[Value]:
        """Return the values that the block defines itself."""
        return {*self.params, *(value for eqn in self.equations for value in eqn.outputs)}


def trace_of(m: Interpreter) -> Trace:
    """Return the trace that the interpreter works for."""
    return cast(Trace, m.hooks)


def run_side(m: Interpreter, start: Snapshot, run: Run, facts: Sequence[Size] = ()) -> Side:
    """Return what running this from the start adds to a block of its own. The state is left as it ends."""
    trace = trace_of(m)
    m.state.restore(start)
    trace.builder.equations = []
    return _finished(m, run, facts)


def go_on(m: Interpreter, side: Side, run: Run, facts: Sequence[Size] = ()) -> Side:
    """Return the side after running more at its end."""
    m.state.restore(side.after)
    return _finished(m, run, facts)


def _finished(m: Interpreter, run: Run, facts: Sequence[Size]) -> Side:
    trace = trace_of(m)
    with trace.decisions.assuming(facts), apart(m):
        ending = _guarded(m, run)
    if isinstance(ending, Done):
        ending = ending.ending
    return Side(trace.builder.equations, m.state.snapshot(), ending, dict(trace.builder.names))


def _guarded(m: Interpreter, run: Run) -> Ending:
    """Run; an exception of Python's is raised by the program, where it gets there."""
    try:
        return run()
    except Stopped as error:
        return Completion("raise", error.failure)
    except AS_PYTHON as error:
        failure: Exception = error
    except Error:
        raise
    except Exception as error:
        if _is_a_fault_of_ours(error):
            raise CompilerError(
                f"tracing a branch or loop failed: {error!r}", remedy="Please report it."
            ) from error
        failure = error
    if m.guards:
        raise UnsupportedError(
            f"a {type(failure).__name__} that is raised under a traced condition cannot be caught",
            remedy="test the condition in place of catching what it raises",
            origin=m.origin(),
        ) from failure
    raised(trace_of(m), failure)
    return Completion("raise", failure)


def is_raised(m: Interpreter, error: Exception) -> bool:
    """Return whether the program raises what ended its tracing.

    It does where traced values are in that, and for a `raise` after stores into arrays: those stay written.
    """
    if isinstance(error, Error):
        return isinstance(error, Stopped)
    traced, place = holds_traced(error, m.makings), m.place_of(error)
    stored = trace_of(m).stored and place is not None and place.text.startswith(("raise", "assert"))
    if _is_a_fault_of_ours(error) or not (traced or stored):
        return False
    try:
        raised(trace_of(m), error)
    except Error:
        if traced:
            raise
        return False  # nothing is known of what it holds: it is raised now
    return True


FOLDER = str(Path(__file__).parent)
RAISES_AS_PYTHON = str(Path(__file__).parent / "ranges.py")


def _is_a_fault_of_ours(error: Exception) -> bool:
    """Return whether an exception comes from the modules beside this one, not from the user's code."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    file = place.tb_frame.f_code.co_filename if place is not None else ""
    return file.startswith(FOLDER) and file != RAISES_AS_PYTHON


@contextmanager
def apart(m: Interpreter) -> Iterator[None]:
    """Let what follows the block not be part of it, however statements inside end."""
    frame = m.frames[-1]
    rest, frame.rest = frame.rest, []
    try:
        yield
    finally:
        frame.rest = rest


def take_names(m: Interpreter, sides: Sequence[Side]) -> None:
    """Keep the names of the values in blocks."""
    names: dict[Value, Any] = trace_of(m).builder.names
    for side in sides:
        for value, name in side.names.items():
            names.setdefault(value, name)
