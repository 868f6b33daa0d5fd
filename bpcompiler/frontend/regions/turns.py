"""`for` and `while` statements that become loops of the program, and how loops of either kind end."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bpcompiler.frontend.interpreter import assignments
from bpcompiler.frontend.interpreter.frames import BREAK, Completion, Ending, Environment, Perhaps
from bpcompiler.frontend.operators import size_of
from bpcompiler.frontend.regions import exits, faults, loops, slots
from bpcompiler.frontend.regions.blocks import Run, trace_of
from bpcompiler.frontend.regions.branches import branch
from bpcompiler.frontend.regions.ranges import Turns
from bpcompiler.frontend.state import Snapshot
from bpcompiler.frontend.trace import Trace, Traced
from bpcompiler.ir import sizes
from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value, literal, with_operands
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import BOOL, INT64, Scalar
from bpcompiler.primitives.loops import for_
from bpcompiler.primitives.regions import while_

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter

TRUE = Literal(True, Scalar(BOOL, weak=True))


def finish(m: Interpreter, ending: Ending, orelse: Run | None, node: ast.AST) -> Ending:
    """Return how a loop statement ends, given how its turns ended; the `else` part runs where none has left."""
    if ending is None:
        return orelse() if orelse else None
    if isinstance(ending, Completion):
        return None if ending.kind == "break" else ending
    assert isinstance(ending, Perhaps)
    if orelse is not None:
        last = ending
        return branch(m, exits.left(m, last), lambda: _without_break(m, exits.leaving(last)), orelse, node)
    return _without_break(m, ending)


def _without_break(m: Interpreter, ending: Ending) -> Ending:
    """Return how a loop statement ends whose turns ended so: a `break` ends here."""
    if isinstance(ending, Completion):
        return None if ending.kind == "break" else ending
    if not isinstance(ending, Perhaps) or "break" not in ending.kinds:
        return ending
    if "return" not in ending.kinds:
        return None
    return Perhaps(("return",), exits.has_left_by(m, ending, ("return",)), ending.value)


def asked(orelse: Run | None) -> loops.Leave:
    """Return which ways to leave a loop must be known after it."""
    return ("return",) if orelse is None else ("break", "return")


# ------------------------------------------------------------------ for


def stage_for(
    m: Interpreter, env: Environment, node: ast.For, turns: Turns, orelse: Run | None
) -> Ending:
    """Add a `for` loop to the program; return how its turns end."""
    trace = trace_of(m)
    place = trace.builder.origin
    _check_step(m, turns)
    start, stop, step = (trace.operand(each) for each in (turns.start, turns.stop, turns.step))
    entry = m.state.snapshot()
    index, facts = _index(trace, turns)
    if isinstance(node.target, ast.Name) and turns.item is not None:
        trace.builder.names[index] = node.target.id
    wrapped = trace.rewrap(index)

    def run() -> Ending:
        assignments.assign(m, env, node.target, turns.item(wrapped))
        return m.run_apart(env, node.body)

    settled = loops.settle(m, entry, run, facts, (index,))
    return loops.build(
        m,
        entry,
        settled,
        asked(orelse),
        lambda inits, body, attrs: trace.builder.emit(for_, start, stop, step, *inits, blocks=(body(),), **attrs),
        place,
    )


def _check_step(m: Interpreter, turns: Turns) -> None:
    if isinstance(turns.step, Traced):
        trace = trace_of(m)
        error = ValueError("range() arg 3 must not be zero")
        faults.raised(trace, error, trace.operand(turns.step != 0))


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


# ------------------------------------------------------------------ while


@dataclass(slots=True, eq=False)
class Test:
    """The test of a `while`, as the last turn that was traced has it."""

    equations: tuple[Equation, ...] = ()
    result: Operand = TRUE


def stage_while(m: Interpreter, env: Environment, node: ast.While, orelse: Run | None) -> Ending:
    """Add a `while` loop to the program; return how its turns end."""
    trace = trace_of(m)
    place = trace.builder.origin
    entry = m.state.snapshot()
    test = Test()

    def run() -> Ending:
        head = m.state.snapshot()
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

    return loops.build(m, entry, settled, asked(orelse), emit, place)


def _changes_state(m: Interpreter, head: Snapshot) -> bool:
    """Return whether something has changed since the head but the equations."""
    trace, now = trace_of(m), m.state.snapshot()
    defined = {value for eqn in trace.builder.equations for value in eqn.outputs}
    return bool(slots.differing(head, head, now) or slots.versions(trace, head, head, now, defined))
