"""`bp.checkpoint(f)(...)` in a trace: a region that is run again in the reverse, instead of being kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bpcompiler.frontend.interpreter.frames import Completion
from bpcompiler.frontend.regions.blocks import Stopped, run_side, trace_of
from bpcompiler.frontend.regions.branches import joined_sides
from bpcompiler.primitives.regions import if_

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter


def run_again(m: Interpreter, call: Callable[[], Any]) -> Any:
    """Return what the call returns; its equations are the only side of a branch, marked to be run again."""
    trace, head = trace_of(m), m.state.snapshot()
    place = trace.place()
    side = run_side(m, head, lambda: Completion("value", call()))
    never = run_side(m, head, lambda: Completion("raise"))
    ending = joined_sides(m, head, trace.operand(True), side, never, place)
    assert isinstance(ending, Completion)
    if ending.kind == "raise":
        raise Stopped(ending.value)
    equations = trace.builder.equations
    for at, eqn in enumerate(equations):
        if eqn.primitive is if_ and eqn.blocks[0].equations == tuple(side.equations):
            equations[at] = replace(eqn, attrs={**eqn.attrs, "replay": True})
    return ending.value
