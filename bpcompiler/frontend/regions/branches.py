"""Conditions on traced values: both sides are traced, each in a block of its own, and their states joined."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from bpcompiler.errors import NeedsValueError
from bpcompiler.frontend.interpreter.frames import Completion, Done, Ending, Perhaps
from bpcompiler.frontend.regions import exits, joins, sharing, slots
from bpcompiler.frontend.regions.blocks import (
    Run,
    Side,
    Stopped,
    apart,
    go_on,
    run_side,
    take_names,
    trace_of,
)
from bpcompiler.frontend.regions.descriptions import UNDEFINED
from bpcompiler.frontend.regions.holders import store
from bpcompiler.frontend.state import Snapshot
from bpcompiler.ir.equations import Block, Operand, Value
from bpcompiler.ir.types import BOOL
from bpcompiler.primitives.loops import check
from bpcompiler.primitives.piecewise import convert, logical_not
from bpcompiler.primitives.regions import if_

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter

Evaluate = Callable[[], Any]


def branch(m: Interpreter, test: Any, then: Run, otherwise: Run, node: ast.AST) -> Ending:
    """Return how `then` or `otherwise` ends, whichever a traced condition selects.

    Where they cannot be joined, the call at hand decides the condition, if it can.
    """
    trace, start, place = trace_of(m), m.state.snapshot(), m.origin()
    _refuse_recursion(m, node)
    m.open_branches.append((node, m.frames[-1]))
    try:
        ending = _branch(m, test, then, otherwise)
    except NeedsValueError as error:
        if not trace.decidable(test):
            raise error.with_origin(place) from error.__cause__
    else:
        trace.decisions.could_decide |= trace.decidable(test)
        return ending
    finally:
        m.open_branches.pop()
    m.state.restore(start)
    return then() if trace.truth(test) else otherwise()


def _refuse_recursion(m: Interpreter, node: ast.AST) -> None:
    if any(node is each and frame is not m.frames[-1] for each, frame in m.open_branches):
        raise NeedsValueError(
            "a function calls itself under a condition on traced values: how often is not known now",
            remedy="write the recursion as a loop: `while condition: ...` on variables that are updated",
            origin=m.origin(),
        )


def opposite(m: Interpreter, value: Any) -> Any:
    """Return `not value` of a traced one: a Python bool."""
    trace = trace_of(m)
    result = trace.rewrap(trace.builder.one(logical_not, trace.condition(value)))
    if not result.aval.weak:
        result = trace.emit(convert, result, dtype=BOOL, weak=True)
    trace.logic[result.value] = "not", value, value
    return result


def choose(m: Interpreter, test: Any, then: Evaluate, otherwise: Evaluate, node: ast.AST) -> Any:
    """Return the value of the side that a traced condition selects."""

    def ends(side: Evaluate) -> Run:
        return lambda: Completion("value", side())

    ending = branch(m, test, ends(then), ends(otherwise), node)
    assert isinstance(ending, Completion)
    if ending.kind == "raise":
        raise Stopped(ending.value)
    return ending.value


def _branch(m: Interpreter, test: Any, then: Run, otherwise: Run) -> Ending:
    trace = trace_of(m)
    with trace.builder.at(trace.place(), trace.builder.phase):
        condition = trace.condition(test)
        head = m.state.snapshot()
        place = trace.builder.origin
    left = run_side(m, head, then, trace.facts(test, True))
    right = run_side(m, head, otherwise, trace.facts(test, False))
    for raising, other, holds in ((left, right, False), (right, left, True)):
        if _only_raises(raising):
            return _checked(m, head, condition, raising, other, holds)
    left, right, consumed = _with_rest(m, test, left, right)
    ending = joined_sides(m, head, condition, left, right, place)
    return done(ending) if consumed else ending


def _only_raises(side: Side) -> bool:
    ending = side.ending
    raises = isinstance(ending, Completion) and ending.kind == "raise"
    return raises and len(side.equations) == 1 and side.equations[0].primitive is check


def _checked(
    m: Interpreter, head: Snapshot, condition: Operand, raising: Side, other: Side, holds: bool
) -> Ending:
    """A side that does nothing but raise is a check in front of the other side, which needs no block."""
    trace = trace_of(m)
    m.state.restore(head)
    equations = trace.builder.equations
    (fault,) = raising.equations
    with trace.builder.at(fault.origin, fault.phase):
        ok = condition if holds else trace.builder.one(logical_not, condition)
        trace.builder.emit(check, ok, *fault.operands[1:], **fault.attrs)
    start = len(equations)
    m.state.restore(other.after)
    inner = trace.builder.equations
    trace.builder.equations = equations
    equations[start:] = inner
    return other.ending


def _with_rest(m: Interpreter, test: Any, left: Side, right: Side) -> tuple[Side, Side, bool]:
    """Where one side leaves and the other runs on, what follows the statement is part of the other."""
    levels = m.frames[-1].rest
    trace = trace_of(m)
    if exits.leaves(left) and right.ending is None and levels:
        return left, go_on(m, right, lambda: run_levels(m, levels), trace.facts(test, False)), True
    if exits.leaves(right) and left.ending is None and levels:
        return go_on(m, left, lambda: run_levels(m, levels), trace.facts(test, True)), right, True
    return left, right, False


def run_levels(m: Interpreter, levels: Sequence[Any]) -> Ending:
    """Run the statements that follow, from the innermost list to the outermost."""
    frame = m.frames[-1]
    for index in range(len(levels) - 1, -1, -1):
        env, body = levels[index]
        frame.rest = list(levels[:index])
        ending = m.run(env, body)
        if ending is not None:
            return ending
    return None


def joined_sides(
    m: Interpreter, head: Snapshot, condition: Operand, left: Side, right: Side, place: Any
) -> Ending:
    """Add the equation and put the joined state in place; return how it ends."""
    trace = trace_of(m)
    marks = slots.mark_of(left.after, trace), slots.mark_of(right.after, trace)
    local = left.defines() | right.defines()
    join = joins.Join(trace, m.state.own, local, marks, trace.rewrap(condition))
    ending = exits.joined(join, left.ending, right.ending)
    found = _slots(m, head, left, right)
    plans = [(slot, exits.slot_plan(join, slot)) for slot in found]
    results = [_results(m, side, join.leaves, index) for index, side in enumerate((left, right))]
    m.state.restore(head)
    take_names(m, (left, right))
    blocks = tuple(
        Block((), tuple(side.equations), tuple(given))
        for side, given in zip((left, right), results, strict=True)
    )
    outputs = _emit(m, condition, blocks, join.leaves, place)
    for slot, rebuild in plans:
        put(m, slot, rebuild(outputs))
    sharing.settle(m, join, outputs)
    return ending(outputs)


def _slots(m: Interpreter, head: Snapshot, left: Side, right: Side) -> list[slots.Slot]:
    """Return what differs. On a side that raises nothing matters; on one that returns, no names do."""
    ways = [side for side in (left, right) if not exits.raises(side)]
    trace, frame = trace_of(m), m.frames[-1]
    local = left.defines() | right.defines()
    if not ways:
        return []
    one, other = ways[0], ways[-1]
    if len(ways) == 1:
        one, other = (left, right)
    dead = () if not all(map(exits.returns, ways)) or frame.environment.captured else (frame.environment,)
    found = slots.differing(head, one.after, other.after, dead)
    found += slots.versions(trace, head, one.after, other.after, local)
    if len(ways) == 2:
        return found
    gone = 0 if exits.raises(left) else 1
    return [_without(slot, gone) for slot in found]


def _without(slot: slots.Slot, gone: int) -> slots.Slot:
    """Return the slot with nothing on the side that is never left."""
    sides = (UNDEFINED, slot.right) if gone == 0 else (slot.left, UNDEFINED)
    return slots.Slot(slot.holder, slot.key, *sides)


def _results(m: Interpreter, side: Side, leaves: Sequence[joins.Leaf], index: int) -> list[Operand]:
    """Return a block's results; what they need is added at its end."""
    trace = trace_of(m)
    m.state.restore(side.after)
    given = [joins.operand(trace, leaf.right if index else leaf.left, leaf.aval) for leaf in leaves]
    side.equations = trace.builder.equations
    return given


def _emit(
    m: Interpreter, condition: Operand, blocks: tuple[Block, ...], leaves: Sequence[joins.Leaf], place: Any
) -> list[Any]:
    trace = trace_of(m)
    if not leaves and not any(block.equations for block in blocks):
        return []
    with trace.builder.at(place, trace.builder.phase):
        values: tuple[Value, ...] = trace.builder.emit(if_, condition, blocks=blocks)
    for value, leaf in zip(values, leaves, strict=True):
        if leaf.name:
            trace.builder.names.setdefault(value, leaf.name)
    return [trace.rewrap(value) for value in values]


def put(m: Interpreter, slot: slots.Slot, value: Any) -> None:
    """Let a slot hold its joined value."""
    if slot.key is None:
        trace_of(m).versions[slot.holder] = value if isinstance(value, Value) else value.value
    else:
        store(slot.holder, slot.key, value)


def done(ending: Ending) -> Done:
    """Return that all that follows has run, and how it ended."""
    return ending if isinstance(ending, Done) else Done(ending)


def perhaps(m: Interpreter, ending: Perhaps, node: ast.AST) -> Ending:
    """Go on after a statement that may have left: what follows runs where it has not."""
    levels = m.frames[-1].rest
    if not any(body for _, body in levels):
        return ending
    last = exits.leaving(ending)
    with apart(m):
        result = branch(m, exits.left(m, ending), lambda: last, lambda: run_levels(m, levels), node)
    return done(result)


def returned(m: Interpreter, ending: Ending, node: Any) -> Any:
    """Return what a function returns whose body ends so."""
    ending = ending.ending if isinstance(ending, Done) else ending
    if isinstance(ending, Perhaps):
        nothing = Completion("return")
        last = ending
        ending = branch(m, exits.left(m, last), lambda: exits.leaving(last), lambda: nothing, node)
    if ending is None:
        return None
    assert isinstance(ending, Completion)
    if ending.kind == "raise":
        raise Stopped(ending.value)
    return ending.value
