"""A trace forks: what was added since a snapshot can be taken back, equations and Python state together."""

from __future__ import annotations

from bpcompiler.frontend.decisions import Decisions
from bpcompiler.frontend.interpreter.core import Interpreter
from bpcompiler.frontend.names.table import handler
from bpcompiler.frontend.trace import Trace, tracing
from bpcompiler.frontend.tracers import wrap

SCALE = 2.0


def append_and_scale(kept: list[object], x: object) -> object:
    kept.append(x * SCALE)  # type: ignore[operator]
    return kept[-1]


def test_equations_names_and_containers_are_taken_back_together() -> None:
    trace = Trace(Decisions(), handler, wrap)
    interpreter = Interpreter(trace)
    trace.interpreter = interpreter
    interpreter.state.register(trace)
    x = wrap(trace.builder.input(trace.abstract(1.0, "x"), "x"))
    kept: list[object] = []
    interpreter.state.own(kept)
    with tracing(trace):
        before = interpreter.state.snapshot()
        interpreter.call(append_and_scale, (kept, x))
        assert (len(kept), len(trace.builder.equations), len(trace.hidden)) == (1, 1, 1)
        interpreter.state.restore(before)
        assert (kept, trace.builder.equations) == ([], [])
        result = interpreter.call(append_and_scale, (kept, x))
    assert len(trace.hidden) == 1
    assert trace.builder.names[trace.hidden[0][1]] == "SCALE"
    (equation,) = trace.builder.equations
    assert equation.output is result.value
