"""`and`, `or` and chained comparisons of traced conditions.

They are branches: what stands behind runs only where it decides. Where that is a few comparisons, which do no
harm and cost nothing, both are computed and combined.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from bpcompiler.frontend.interpreter.frames import Completion
from bpcompiler.frontend.regions import slots
from bpcompiler.frontend.regions.blocks import Side, run_side, take_names, trace_of
from bpcompiler.frontend.regions.branches import choose
from bpcompiler.frontend.state import Snapshot
from bpcompiler.frontend.trace import Traced
from bpcompiler.ir.equations import Effect
from bpcompiler.ir.types import BOOL
from bpcompiler.primitives import arithmetic, creation, indexing, piecewise

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter

MOST = 12  # equations that are computed although they may not decide
CHEAP = {
    *(piecewise.less, piecewise.less_equal, piecewise.greater, piecewise.greater_equal, piecewise.equal),
    *(piecewise.not_equal, piecewise.logical_and, piecewise.logical_or, piecewise.logical_not),
    *(piecewise.abs, piecewise.convert, piecewise.select),
    *(arithmetic.add, arithmetic.sub, arithmetic.mul, arithmetic.neg),
    *(creation.dim, creation.size_value, indexing.getslice),
}
Word = Literal["and", "or"]
COMBINED = {"and": piecewise.logical_and, "or": piecewise.logical_or}


def combine(m: Interpreter, word: Word, value: Any, rest: Callable[[], Any], node: ast.AST) -> Any:
    """Return `value and rest()`, or with `or`, of a traced value."""
    trace, head = trace_of(m), m.state.snapshot()
    if value.aval.dtype is BOOL and not value.aval.shape:
        side = run_side(m, head, lambda: Completion("value", rest()), trace.facts(value, word == "and"))
        m.state.restore(head)
        if _is_harmless(m, side, head):
            trace.builder.equations.extend(side.equations)
            take_names(m, (side,))
            other = side.ending.value  # type: ignore[union-attr]
            result = trace.emit(COMBINED[word], value, other)
            trace.logic[result.value] = word, value, other
            return result
    sides = (rest, lambda: value) if word == "and" else (lambda: value, rest)
    return choose(m, value, *sides, node)


def _is_harmless(m: Interpreter, side: Side, head: Snapshot) -> bool:
    ending = side.ending
    if not isinstance(ending, Completion) or ending.kind != "value" or len(side.equations) > MOST:
        return False
    value = ending.value
    if not isinstance(value, Traced) or value.aval.dtype is not BOOL or value.aval.shape:
        return False
    if any(eqn.primitive not in CHEAP or eqn.output.aval.shape for eqn in side.equations):
        return False
    harmless = all(eqn.primitive.effect is Effect.NONE for eqn in side.equations)
    return harmless and _stays_in_bounds(m, side) and not _has_changed(m, side, head)


def _stays_in_bounds(m: Interpreter, side: Side) -> bool:
    """Whether what is read is in bounds where the side is not entered: behind `i < len(u) and` it is not."""
    known = trace_of(m).decisions.is_nonnegative
    read = (eqn for eqn in side.equations if eqn.primitive is indexing.getslice)
    places = (
        (item.proven, size)
        for eqn in read
        for item, size in zip(eqn.attrs["spec"], eqn.operands[0].aval.shape, strict=True)
        if isinstance(item, indexing.At)
    )
    return all(at is not None and known(at) and known(size - 1 - at) for at, size in places)


def _has_changed(m: Interpreter, side: Side, head: Snapshot) -> bool:
    changed = slots.differing(head, head, side.after)
    return bool(changed or slots.versions(trace_of(m), head, head, side.after, side.defines()))
