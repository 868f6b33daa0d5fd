"""`while` statements that become `while_` equations."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bpcompiler.errors import NeedsValueError
from bpcompiler.frontend.interpreter.frames import BREAK, CONTINUE, Ending, Environment, Perhaps
from bpcompiler.frontend.regions import loops, slots
from bpcompiler.frontend.regions.blocks import trace_of
from bpcompiler.frontend.regions.branches import branch
from bpcompiler.frontend.state import Snapshot
from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value, literal, with_operands
from bpcompiler.ir.types import BOOL, Scalar
from bpcompiler.primitives.regions import while_

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter

TRUE = Literal(True, Scalar(BOOL, weak=True))


def run(m: Interpreter, env: Environment, node: ast.While, asked: loops.Leave) -> Ending:
    """Run a `while`; return how its turns end. Once the condition is traced it is a loop of the program."""
    m.loops.append(m.origin())
    try:
        while True:
            start = m.state.snapshot()
            test = m.evaluate(env, node.test)
            m.at(env, node.test)
            if m.is_traced(test) and m.hooks.undecided(test, loop=True):
                went, ending = _tried(m, env, node, asked, start, test)
                if went:
                    return ending
            if not m.truth(test):
                return None
            ending = m.run_apart(env, node.body)
            if isinstance(ending, Perhaps) and ending.kinds != ("continue",):
                m.state.restore(start)
                return stage(m, env, node, asked)
            if ending is not None and not isinstance(ending, Perhaps) and ending is not CONTINUE:
                return ending
            m.begin(env, node)
    finally:
        m.loops.pop()


def _tried(
    m: Interpreter, env: Environment, node: ast.While, asked: loops.Leave, start: Snapshot, test: Any
) -> tuple[bool, Ending]:
    """Return whether the rest of the loop is one of the program, and how its turns end."""
    after, trace = m.state.snapshot(), trace_of(m)
    try:
        m.state.restore(start)
        ending = stage(m, env, node, asked)
    except NeedsValueError:
        if not trace.decidable(test):
            raise
    else:
        trace.decisions.could_decide |= trace.decidable(test)
        return True, ending
    m.state.restore(after)
    return False, None


def stage(m: Interpreter, env: Environment, node: ast.While, asked: loops.Leave) -> Ending:
    """Add a `while` loop to the program; return how its turns end."""
    m.open_branches.append((node, m.frames[-1]))
    place = m.origin()
    try:
        return _stage(m, env, node, asked)
    except NeedsValueError as error:
        raise error.with_origin(place) from error.__cause__
    finally:
        m.open_branches.pop()


@dataclass(slots=True, eq=False)
class Test:
    """The test of a `while`, as the last turn that was traced has it."""

    equations: tuple[Equation, ...] = ()
    result: Operand = TRUE


def _stage(m: Interpreter, env: Environment, node: ast.While, asked: loops.Leave) -> Ending:
    """Add a `while` loop to the program; return how its turns end."""
    trace = trace_of(m)
    place = trace.builder.origin
    entry = m.state.snapshot()
    test = Test()

    def run() -> Ending:
        head = m.state.snapshot()
        trace.builder.origin = place
        value = m.evaluate(env, node.test)
        m.at(env, node.test)
        if _changes_state(m, head):
            test.equations, test.result = (), TRUE
            return branch(m, value, lambda: m.run_apart(env, node.body), lambda: BREAK, node.test)
        test.result = trace.condition(value) if m.is_traced(value) else literal(m.truth(value))
        test.equations = tuple(trace.builder.equations)
        m.state.restore(head)
        with trace.decisions.assuming(trace.facts(value, True) if m.is_traced(value) else ()):
            return m.run_apart(env, node.body)

    settled = loops.settle(m, entry, run, ())

    def emit(inits: list[Operand], body: Callable[[], Block], attrs: dict[str, Any]) -> tuple[Value, ...]:
        turn = body()
        params = [Value(param.aval) for param in turn.params]
        trace.builder.names |= {
            new: trace.builder.names[old]
            for new, old in zip(params, turn.params, strict=True)
            if old in trace.builder.names
        }
        block = Block(tuple(params), test.equations, (test.result,))
        tested = with_operands(block, dict(zip(turn.params, params, strict=True)))
        return trace.builder.emit(while_, *inits, blocks=(tested, turn), **attrs)

    return loops.build(m, entry, settled, asked, emit, place)


def _changes_state(m: Interpreter, head: Snapshot) -> bool:
    """Return whether something has changed since the head but the equations."""
    trace, now = trace_of(m), m.state.snapshot()
    defined = {value for eqn in trace.builder.equations for value in eqn.outputs}
    return bool(slots.differing(head, head, now) or slots.versions(trace, head, head, now, defined))
