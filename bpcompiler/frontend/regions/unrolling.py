"""Loops that may be loops of the program; where they cannot, their turns are traced one after the other."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from bpcompiler.errors import (
    Error,
    LimitError,
    NeedsValueError,
    NoRuleError,
    Origin,
    StoreError,
    UnsupportedError,
)
from bpcompiler.frontend.decisions import NewFact
from bpcompiler.frontend.interpreter.frames import CONTINUE, Ending, Perhaps
from bpcompiler.frontend.regions import endings, for_loops
from bpcompiler.frontend.regions.blocks import trace_of
from bpcompiler.frontend.regions.for_loops import Loop
from bpcompiler.frontend.regions.ranges import any_turns
from bpcompiler.frontend.state import Snapshot
from bpcompiler.ir.equations import Block, equations_of
from bpcompiler.primitives.loops import for_
from bpcompiler.primitives.regions import while_

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter


# What a loop of the program may be refused for, while its turns one after the other are not.
REFUSED = (NeedsValueError, UnsupportedError, StoreError, NoRuleError)
MORE_EQUATIONS = 12  # that unrolling may add to a program, times the most turns that are unrolled


def staged_or_unrolled(m: Interpreter, loop: Loop) -> Ending:
    """Run a loop; return how its turns end.

    As a loop of the program if it can be one; else with its first turn in front of the loop, after which the
    variables may have their types; else unrolled, if its turns can be counted.
    """
    start, decisions, place = m.state.snapshot(), trace_of(m).decisions, m.origin()
    countable = loop.is_countable(m)
    if countable and (decisions.eager or is_plain(m, loop, start)):
        return each(m, loop.node, loop.turns.thunks(), loop.turn, place)
    try:
        ending = for_loops.stage(m, loop)
    except REFUSED as error:
        if not countable or not (isinstance(error, NeedsValueError) or loop.turns.is_ordinary()):
            raise
        reason = error
    else:
        decisions.could_decide |= countable
        return ending
    return apart_or_unrolled(m, loop, start, place, reason)


def of_few_turns(m: Interpreter, loop: Loop) -> Ending:
    """Run a loop of few turns, a number known while tracing; return how they end.

    It is unrolled, unless that would nest branches, repeat loops of the program, or make a long program.
    """
    start, place = m.state.snapshot(), m.origin()
    if len(loop.turns) > 1 and _is_much(m, loop, start):
        try:
            return for_loops.stage(m, loop)
        except REFUSED:
            m.state.restore(start)
    return each(m, loop.node, loop.turns.thunks(), loop.turn, place)


def _is_much(m: Interpreter, loop: Loop, start: Snapshot) -> bool:
    """Return whether a turn may leave the loop as traced values say, has a loop in it, or is long."""
    trace, frame = trace_of(m), m.frames[-1]
    before, equations = len(trace.builder.equations), trace.builder.equations
    place = trace.builder.origin, frame.origin, frame.unit, frame.place
    try:
        ending = loop.turn(loop.turns.item(loop.turns.start))
        leaves = isinstance(ending, Perhaps) and ending.kinds != ("continue",)
        inner = [*equations_of(Block((), tuple(equations[before:]), ()))]
        is_long = len(inner) * (len(loop.turns) - 1) > MORE_EQUATIONS * m.limits.unroll
        return leaves or is_long or any(eqn.primitive in (for_, while_) for eqn in inner)
    except NewFact:
        raise
    except Exception:  # noqa: BLE001
        return False  # whatever it is, the loop itself says it
    finally:
        m.state.restore(start)
        trace.builder.origin, frame.origin, frame.unit, frame.place = place


def is_plain(m: Interpreter, loop: Loop, start: Snapshot) -> bool:
    """Return whether a loop over ordinary numbers computes with ordinary values only.

    It is tried with its first index and with its last, which may lead elsewhere.
    """
    bounds = (loop.turns.start, loop.turns.stop, loop.turns.step)
    if not all(type(bound) is int for bound in bounds):
        return False
    indices = range(*bounds)
    return len(indices) > 0 and all(
        _adds_nothing(m, loop, index, start) for index in (indices[0], indices[-1])
    )


def _adds_nothing(m: Interpreter, loop: Loop, index: int, start: Snapshot) -> bool:
    equations = trace_of(m).builder.equations
    before = len(equations)
    try:
        ending = loop.turn(loop.turns.item(index))
        return len(equations) == before and not isinstance(ending, Perhaps)
    except NewFact:
        raise
    except Exception:  # noqa: BLE001
        return False  # whatever it is, the loop itself says it
    finally:
        m.state.restore(start)


def apart_or_unrolled(
    m: Interpreter, loop: Loop, start: Snapshot, place: Origin | None, reason: Error
) -> Ending:
    """Run a loop that cannot be one of the program as it is."""
    m.state.restore(start)
    went, ending = first_apart(m, loop)
    if went:
        return ending
    m.state.restore(start)
    try:
        return each(m, loop.node, loop.turns.thunks(), loop.turn, place)
    except LimitError as error:
        raise too_long(error, reason) from None


def first_apart(m: Interpreter, loop: Loop) -> tuple[bool, Ending]:
    """Run the first turn in front of the loop; return whether that went, and how the turns end."""
    if not loop.has_a_turn(m):
        return False, None
    try:
        ending = loop.turn(loop.turns.item(loop.turns.start))
        if ending is not None and ending is not CONTINUE:
            return False, None
        return True, for_loops.stage(m, loop.after_first())
    except REFUSED:
        return False, None


def too_long(error: LimitError, reason: Error) -> LimitError:
    """Return the error for a loop that cannot be a loop of the program and is too long to be unrolled."""
    place = f"{reason.origin}: " if reason.origin is not None else ""
    return LimitError(
        f"{error.message}. It was unrolled, because it cannot stay a loop: {place}{reason.message}",
        remedy=reason.remedy or error.remedy,
        origin=error.origin,
    )


def over(m: Interpreter, node: ast.AST, iterable: Any, turn: Callable[[Any], Ending]) -> Ending:
    """Run the body for each item of an iterable that is unrolled; return how the turns end."""
    turns, place = any_turns(iterable) if m.hooks.stages else None, m.origin()
    if turns is not None:
        return each(m, node, turns.thunks(), turn, place)
    return each(m, node, (partial(_itself, item) for item in m.iterate(iterable)), turn, place)


def _itself(item: Any) -> Any:
    return item


def each(
    m: Interpreter,
    node: ast.AST,
    thunks: Iterator[Callable[[], Any]],
    turn: Callable[[Any], Ending],
    place: Origin | None,
) -> Ending:
    """Run the body for what each thunk returns, one after the other; return how the turns end."""
    m.loops.append(place)
    try:
        for thunk in thunks:
            ending = turn(thunk())
            if isinstance(ending, Perhaps) and ending.kinds != ("continue",):
                rest = partial(_rest, m, node, list(thunks), turn, place)
                return endings.go_on(m, ending, rest, node)
            if ending is not None and not isinstance(ending, Perhaps) and ending is not CONTINUE:
                return ending
    finally:
        m.loops.pop()
    return None


def _rest(m: Interpreter, node: ast.AST, thunks: list[Callable[[], Any]], turn: Any, place: Any) -> Ending:
    return each(m, node, iter(thunks), turn, place)
