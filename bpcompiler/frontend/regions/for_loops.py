"""Loops over ranges and arrays that become `for_` equations."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bpcompiler.errors import NeedsValueError
from bpcompiler.frontend.grows import Grows
from bpcompiler.frontend.interpreter.frames import Ending
from bpcompiler.frontend.operators import size_of
from bpcompiler.frontend.regions import faults, loops
from bpcompiler.frontend.regions.blocks import trace_of
from bpcompiler.frontend.regions.growing import Growing, position_in
from bpcompiler.frontend.regions.ranges import Turns
from bpcompiler.frontend.trace import Trace, Traced
from bpcompiler.ir import sizes
from bpcompiler.ir.equations import Block, Operand, Value
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import INT64, Scalar
from bpcompiler.primitives.loops import for_
from bpcompiler.primitives.piecewise import not_equal

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter

MOST_LISTS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """A loop whose turns can be told from its bounds: where it stands, and what a turn does with its item.

    `asked`: the ways to leave it that must be known after it. `name` is the user's for the index.
    """

    node: ast.AST
    turns: Turns
    turn: Callable[[Any], Ending]
    asked: loops.Leave = ("return",)
    name: str = ""

    def after_first(self) -> Loop:
        """Return the loop without its first turn."""
        return replace(self, turns=self.turns.after_first())

    def is_countable(self, m: Interpreter) -> bool:
        """Return whether the call at hand says how many turns there are."""
        bounds = [size_of(bound) for bound in (self.turns.start, self.turns.stop, self.turns.step)]
        return None not in bounds and trace_of(m).decisions.decidable(*bounds)

    def has_a_turn(self, m: Interpreter) -> bool:
        """Decide whether there is a turn at all; it is countable."""
        less = trace_of(m).decisions.less
        start, stop, step = (size_of(bound) for bound in (self.turns.start, self.turns.stop, self.turns.step))
        return less(start, stop) if less(0, step) else less(stop, start)


def stage(m: Interpreter, loop: Loop) -> Ending:
    """Add a `for` loop to the program; return how its turns end."""
    m.open_branches.append((loop.node, m.frames[-1]))
    place = m.origin()
    try:
        return _stage(m, loop)
    except NeedsValueError as error:
        raise error.with_origin(place) from error.__cause__
    finally:
        m.open_branches.pop()


def _stage(m: Interpreter, loop: Loop) -> Ending:
    """Add the loop. Where a list grows in it, again from the start, with room for what it appends."""
    entry, growing, frame = m.state.snapshot(), Growing(), m.frames[-1]
    origin, unit, place = trace_of(m).builder.origin, frame.unit, frame.place
    for _ in range(MOST_LISTS):
        trace_of(m).builder.origin, frame.unit, frame.place = origin, unit, place
        try:
            return _attempt(m, loop, growing)
        except Grows as grows:
            m.state.restore(entry)
            growing.learn(grows)
        except NeedsValueError:
            m.state.restore(entry)
            if not growing.guess(m, loop.node):
                raise
    raise NeedsValueError("too many lists grow in one loop", remedy="preallocate arrays before the loop")


def _attempt(m: Interpreter, loop: Loop, growing: Growing) -> Ending:
    trace, turns = trace_of(m), growing.prepare(m, loop.turns)
    place, frame = trace.builder.origin, m.frames[-1]
    here = frame.origin, frame.unit, frame.place
    _check_step(m, turns)
    start, stop, step = (trace.operand(each) for each in (turns.start, turns.stop, turns.step))
    entry = m.state.snapshot()
    index, facts = _index(trace, turns)
    if loop.name:
        trace.builder.names[index] = loop.name
    wrapped = trace.rewrap(index)
    position = position_in(turns, index) if growing.lists else 0

    def turn() -> Ending:
        trace.builder.origin = place
        frame.origin, frame.unit, frame.place = here  # what a turn reads for the loop is of its head
        return growing.turn(m, position, lambda: loop.turn(turns.item(wrapped)))

    settled = loops.settle(m, entry, turn, [*facts, *growing.facts(position)], (index,))

    def emit(inits: list[Operand], body: Callable[[], Block], attrs: dict[str, Any]) -> tuple[Value, ...]:
        m.held[-1:] = []  # the loop is over: nothing iterates any more
        return trace.builder.emit(for_, start, stop, step, *inits, blocks=(body(),), **attrs)

    ending = loops.build(m, entry, settled, loop.asked, emit, place)
    growing.finish()
    return ending


def _check_step(m: Interpreter, turns: Turns) -> None:
    if isinstance(turns.step, Traced):
        trace = trace_of(m)
        error = ValueError("range() arg 3 must not be zero")
        faults.raised(trace, error, trace.operand(trace.elementwise(not_equal, turns.step, 0)))


def _index(trace: Trace, turns: Turns) -> tuple[Value, list[Size]]:
    """Return the parameter that is the index, and what is known of it in a turn."""
    start, stop, step = (size_of(each) for each in (turns.start, turns.stop, turns.step))
    lowest, highest = _ends(trace, start, stop, step)
    positive = lowest is not None and trace.decisions.is_nonnegative(lowest)
    size = sizes.symbol(trace.decisions.new_symbol(), nonnegative=positive)
    facts = [] if lowest is None else [size - lowest]
    facts += [] if highest is None else [highest - size]
    return Value(Scalar(INT64, weak=True, size=size)), facts


def _ends(trace: Trace, start: Any, stop: Any, step: Any) -> tuple[Any, Any]:
    """Return the least and greatest value of an index, where they are known."""
    if step is None or trace.decisions.known_equal(step, 0) is not False:
        return None, None
    if trace.decisions.known_less(0, step):
        return start, None if stop is None else stop - 1
    if trace.decisions.known_less(step, 0):
        return None if stop is None else stop + 1, start
    return None, None
