"""A transform called inside a traced function: its derivative's equations become part of the trace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpcompiler.frontend.leaf_names import parameters_of
from bpcompiler.frontend.nested import call_inside, trace_nested, write_out
from bpcompiler.frontend.trace import Trace
from bpcompiler.goal import Goal
from bpcompiler.goals import derive


def call_in_trace(
    goal: Goal, transform: Any, trace: Trace, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> Any:
    """Return what the transform returns for traced arguments.

    The inner program may read the outer one's values, so it is verified with the outer one, not by itself.
    """
    if goal.kind == "value":  # the function itself: what it stores into its arguments stays
        return call_inside(trace, transform, args, kwargs)
    tracing, operands = trace_nested(trace, transform, args, kwargs)
    derived = derive(goal, tracing, parameters_of(transform.__wrapped__))
    return write_out(trace, derived.program, operands, derived.result)
