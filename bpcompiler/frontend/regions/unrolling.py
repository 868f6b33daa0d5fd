"""Loops whose turns are traced one after the other; and those that are tried as loops of the program first."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bpcompiler.errors import LimitError, NeedsValueError
from bpcompiler.frontend.interpreter import assignments
from bpcompiler.frontend.interpreter.frames import BREAK, CONTINUE, Completion, Ending, Environment, Perhaps
from bpcompiler.frontend.operators import size_of
from bpcompiler.frontend.regions import exits, turns
from bpcompiler.frontend.regions.blocks import Run, trace_of
from bpcompiler.frontend.regions.branches import branch
from bpcompiler.frontend.regions.ranges import Turns

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter


# ------------------------------------------------------------------ for


def staged_or_unrolled(
    m: Interpreter, env: Environment, node: ast.For, found: Turns, orelse: Run | None
) -> Ending:
    """Run a `for`: as a loop of the program if it can be one, else unrolled, if its turns can be counted."""
    start = m.state.snapshot()
    try:
        ending = staged(m, env, node, found, orelse)
    except NeedsValueError as error:
        if not is_countable(m, found):
            raise
        reason = error
    else:
        return ending
    m.state.restore(start)
    try:
        return each(m, env, node, iter(found))
    except LimitError as error:
        raise too_long(error, reason) from None


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
            if m.is_traced(test) and trace_of(m).answer(test) is None:
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
        return turns.stage_while(m, env, node, orelse), True
    except NeedsValueError:
        if not trace_of(m).decidable(test):
            raise
    finally:
        m.open_branches.pop()
    m.state.restore(after)
    return None, False



