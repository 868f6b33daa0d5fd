"""`while` statements that become `while_` equations."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bpcompiler.errors import LimitError, NeedsValueError
from bpcompiler.frontend.interpreter.frames import BREAK, CONTINUE, Ending, Environment, Perhaps
from bpcompiler.frontend.regions import loops, slots, unrolling
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
    attempts = Attempts(m, env, node, asked)
    try:
        return _turns(m, env, node, attempts)
    except LimitError as error:
        raise error if attempts.reason is None else unrolling.too_long(error, attempts.reason) from None
    finally:
        m.loops.pop()


def _turns(m: Interpreter, env: Environment, node: ast.While, attempts: Attempts) -> Ending:
    """Run turn after turn, until the rest of them can be a loop of the program."""
    while True:
        start = m.state.snapshot()
        test = m.evaluate(env, node.test)
        m.at(env, node.test)
        if attempts.of_traced(start, test):
            return attempts.ending
        if not m.truth(test):
            return None
        if not m.is_traced(test) and attempts.of_many(start):
            return attempts.ending
        ending = m.run_apart(env, node.body)
        if isinstance(ending, Perhaps) and ending.kinds != ("continue",):
            m.state.restore(start)
            return stage(m, env, node, attempts.asked)
        if ending is not None and not isinstance(ending, Perhaps) and ending is not CONTINUE:
            return ending
        m.begin(env, node)


@dataclass(slots=True, eq=False)
class Attempts:
    """The attempts to make what is left of a `while` a loop of the program; `reason`: why the last failed.

    `starts`: the states in front of the first two turns. `equations`: how many there were then.
    """

    m: Interpreter
    env: Environment
    node: ast.While
    asked: loops.Leave
    ending: Ending = None
    reason: NeedsValueError | None = None
    starts: list[Snapshot] = field(default_factory=list)
    turns: int = 0
    equations: int = 0

    def of_traced(self, start: Snapshot, test: Any) -> bool:
        """Return whether it is such a loop from here on, `test` being traced."""
        m, trace = self.m, trace_of(self.m)
        if not (m.is_traced(test) and m.hooks.undecided(test, loop=True)):
            return False
        decidable = trace.decidable(test)
        if not self._went(start):
            if not decidable:
                assert self.reason is not None
                raise self.reason
            return False
        trace.decisions.could_decide |= decidable
        return True

    def of_many(self, start: Snapshot) -> bool:
        """Return whether it is such a loop from its start, for it has more turns than are unrolled.

        One that computes with ordinary values only is none. The first turn may have to stand in front of it.
        """
        if not self.m.hooks.stages or trace_of(self.m).decisions.eager:
            return False
        trace, self.turns = trace_of(self.m), self.turns + 1
        count = len(trace.builder.equations)
        if self.turns == 1:
            self.equations = count
        if self.turns <= 2:
            self.starts.append(start)
        if self.turns <= self.m.limits.unroll or count == self.equations:
            return False
        starts, self.starts = self.starts, []
        went = any(self._went(each) for each in starts)
        trace.decisions.could_decide |= went
        return went

    def _went(self, start: Snapshot) -> bool:
        """Try from an earlier state; where that fails, all is as it was."""
        equations = trace_of(self.m).builder.equations
        after, traced = self.m.state.snapshot(), list(equations)
        try:
            self.m.state.restore(start)
            self.ending = stage(self.m, self.env, self.node, self.asked)
        except NeedsValueError as error:
            self.reason = error
            equations[:] = traced
            self.m.state.restore(after)
            return False
        return True


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
    """The test of a `while`, as the last turn that was traced has it.

    `always`: it is an ordinary value that is true, so the loop ends only where its body leaves it.
    """

    equations: tuple[Equation, ...] = ()
    result: Operand = TRUE
    always: bool = False


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
        test.always = not m.is_traced(value) and m.truth(value)
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

    if not test.always:
        return loops.build(m, entry, settled, asked, emit, place)
    return loops.endless(settled, loops.build(m, entry, settled, ("return",), emit, place))


def _changes_state(m: Interpreter, head: Snapshot) -> bool:
    """Return whether something has changed since the head but the equations."""
    trace, now = trace_of(m), m.state.snapshot()
    defined = {value for eqn in trace.builder.equations for value in eqn.outputs}
    return bool(slots.differing(head, head, now) or slots.versions(trace, head, head, now, defined))
