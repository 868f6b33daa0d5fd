"""Loops whose turns are traced one after the other; and those that are tried as loops of the program first."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bpcompiler.errors import LimitError, NeedsValueError
from bpcompiler.frontend.interpreter import assignments
from bpcompiler.frontend.interpreter.frames import CONTINUE, Completion, Ending, Environment, Perhaps
from bpcompiler.frontend.operators import size_of
from bpcompiler.frontend.regions import exits, turns
from bpcompiler.frontend.regions.blocks import Run, trace_of
from bpcompiler.frontend.regions.branches import branch
from bpcompiler.frontend.regions.ranges import Turns
from bpcompiler.frontend.state import Snapshot

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter


# ------------------------------------------------------------------ for


def staged_or_unrolled(
    m: Interpreter, env: Environment, node: ast.For, found: Turns, orelse: Run | None
) -> Ending:
    """Run a `for`; return how its turns end.

    As a loop of the program if it can be one; else with its first turn in front of the loop, after which the
    variables may have their types; else unrolled, if its turns can be counted.
    """
    start, decisions = m.state.snapshot(), trace_of(m).decisions
    countable = is_countable(m, found)
    if countable and (decisions.eager or is_plain(m, env, node, found, start)):
        return each(m, env, node, iter(found))
    try:
        ending = staged(m, env, node, found, orelse)
    except NeedsValueError as error:
        if not countable:
            raise
        reason = error
    else:
        decisions.could_decide |= countable
        return ending
    return apart_or_unrolled(m, env, node, found, orelse, start, reason)


def is_plain(m: Interpreter, env: Environment, node: ast.For, found: Turns, start: Snapshot) -> bool:
    """Return whether a loop over ordinary numbers computes with ordinary values only, by its first turn."""
    bounds = (found.start, found.stop, found.step)
    if not all(type(bound) is int for bound in bounds) or not len(range(*bounds)):
        return False
    equations = trace_of(m).builder.equations
    before = len(equations)
    try:
        assignments.assign(m, env, node.target, found.item(found.start))
        m.run_apart(env, node.body)
        return len(equations) == before
    except NeedsValueError:
        return False
    finally:
        m.state.restore(start)


def apart_or_unrolled(
    m: Interpreter, env: Environment, node: ast.For, found: Turns, orelse: Run | None, start: Snapshot, reason: Any
) -> Ending:
    """Run a `for` that cannot be a loop as it is."""
    m.state.restore(start)
    went, ending = first_apart(m, env, node, found, orelse)
    if went:
        return ending
    m.state.restore(start)
    try:
        return each(m, env, node, iter(found))
    except LimitError as error:
        raise too_long(error, reason) from None


def first_apart(
    m: Interpreter, env: Environment, node: ast.For, found: Turns, orelse: Run | None
) -> tuple[bool, Ending]:
    """Run the first turn in front of the loop; return whether that went, and how the turns end."""
    if not has_a_turn(m, found):
        return False, None
    try:
        assignments.assign(m, env, node.target, found.item(found.start))
        ending = m.run_apart(env, node.body)
        if ending is not None and ending is not CONTINUE:
            return False, None
        return True, staged(m, env, node, found.after_first(), orelse)
    except NeedsValueError:
        return False, None


def staged(m: Interpreter, env: Environment, node: ast.For, found: Turns, orelse: Run | None) -> Ending:
    """Add a `for` to the program; return how its turns end."""
    m.open_branches.append((node, m.frames[-1]))
    try:
        return turns.stage_for(m, env, node, found, orelse)
    finally:
        m.open_branches.pop()


def is_countable(m: Interpreter, found: Turns) -> bool:
    """Return whether the call at hand says how many turns there are."""
    bounds = [size_of(bound) for bound in (found.start, found.stop, found.step)]
    return None not in bounds and trace_of(m).decisions.decidable(*bounds)


def has_a_turn(m: Interpreter, found: Turns) -> bool:
    """Decide whether there is a turn at all."""
    less = trace_of(m).decisions.less
    start, stop, step = (size_of(bound) for bound in (found.start, found.stop, found.step))
    return less(start, stop) if less(0, step) else less(stop, start)


def too_long(error: LimitError, reason: NeedsValueError) -> LimitError:
    """Return the error for a loop that cannot be a loop of the program and is too long to be unrolled."""
    place = f"{reason.origin}: " if reason.origin is not None else ""
    return LimitError(
        f"{error.message}. It was unrolled, because it cannot stay a loop: {place}{reason.message}",
        remedy=reason.remedy or error.remedy,
        origin=error.origin,
    )


def each(m: Interpreter, env: Environment, node: ast.For, items: Iterator[Any]) -> Ending:
    """Run the body for each item, one after the other; return how the turns end."""
    m.loops.append(m.origin())
    try:
        for item in items:
            assignments.assign(m, env, node.target, item)
            ending = m.run_apart(env, node.body)
            if isinstance(ending, Perhaps) and ending.kinds != ("continue",):
                return _perhaps(m, ending, lambda: each(m, env, node, items), node)
            if ending is not None and not isinstance(ending, Perhaps) and ending is not CONTINUE:
                return ending
    finally:
        m.loops.pop()
    return None


def _perhaps(m: Interpreter, ending: Perhaps, rest: Run, node: ast.AST) -> Ending:
    """Run the turns that are left where nothing has left the loop."""
    kinds = tuple(kind for kind in ending.kinds if kind != "continue")
    left = exits.has_left_by(m, ending, kinds)
    last = Completion(kinds[0], ending.value) if len(kinds) == 1 else ending
    return branch(m, left, lambda: last, rest, node)


# ------------------------------------------------------------------ while


def while_(m: Interpreter, env: Environment, node: ast.While, orelse: Run | None) -> Ending:
    """Run a `while`; return how its turns end. From where the condition is traced it is a loop of the program."""
    m.loops.append(m.origin())
    try:
        while True:
            start = m.state.snapshot()
            test = m.evaluate(env, node.test)
            m.at(env, node.test)
            if m.is_traced(test) and m.hooks.undecided(test, loop=True):
                ending, staged = _staged_while(m, env, node, orelse, start, test)
                if staged:
                    return ending
            if not m.truth(test):
                return None
            ending = m.run_apart(env, node.body)
            if isinstance(ending, Perhaps) and ending.kinds != ("continue",):
                m.state.restore(start)
                return turns.stage_while(m, env, node, orelse)
            if ending is not None and not isinstance(ending, Perhaps) and ending is not CONTINUE:
                return ending
            m.begin(env, node)
    finally:
        m.loops.pop()


def _staged_while(
    m: Interpreter, env: Environment, node: ast.While, orelse: Run | None, start: Any, test: Any
) -> tuple[Ending, bool]:
    """Return the ending of the loop as one of the program, and whether it can be one."""
    after = m.state.snapshot()
    m.open_branches.append((node, m.frames[-1]))
    try:
        m.state.restore(start)
        ending = turns.stage_while(m, env, node, orelse)
        trace_of(m).decisions.could_decide |= trace_of(m).decidable(test)
        return ending, True
    except NeedsValueError:
        if not trace_of(m).decidable(test):
            raise
    finally:
        m.open_branches.pop()
    m.state.restore(after)
    return None, False
