"""A transform called inside a traced function: its derivative's equations become part of the trace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpcompiler.directions import together
from bpcompiler.errors import ArgumentError
from bpcompiler.frontend.leaf_names import parameters_of
from bpcompiler.frontend.nested import (
    call_inside,
    captured,
    has_floats,
    known,
    trace_nested,
    write_out,
)
from bpcompiler.frontend.trace import Trace
from bpcompiler.frontend.tracing import Tracing
from bpcompiler.goal import Goal
from bpcompiler.goals import derive
from bpcompiler.ir.equations import Operand
from bpcompiler.ir.program import Program
from bpcompiler.ir.trees import Node, Tree
from bpcompiler.ir.types import Aval, is_float
from bpcompiler.primitives.type_rules import shape_text
from bpcompiler.transforms.adjoint_regions import exact

VALUE = Goal("value", stores=False)  # beside derivatives, which leave the arguments as they are


def call_in_trace(
    goal: Goal, transform: Any, trace: Trace, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> Any:
    """Return what the transform returns for traced arguments.

    The inner program may read the outer one's values, so it is verified with the outer one, not by itself.
    """
    function = known(trace, transform)
    if goal.kind == "value":  # the function itself: what it stores into its arguments stays
        return call_inside(trace, function, args, kwargs)
    return derivative(goal, trace, function, args, kwargs)


def derivative(
    goal: Goal,
    trace: Trace,
    function: Any,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any] | None = None,
    direction: Any = None,
) -> Any:
    """Return what a goal is for traced arguments; `direction`: the tangents or cotangents, if it has some."""
    tracing, operands = trace_nested(trace, function, args, kwargs or {})
    derived = derive(goal, tracing, parameters_of(function))
    more = _direction(goal, trace, tracing, derived.program, direction) if goal.takes_more else []
    return write_out(trace, derived.program, operands + more, derived.result)


def _direction(goal: Goal, trace: Trace, tracing: Tracing, program: Program, direction: Any) -> list[Operand]:
    """Return the operands for the inputs of a derived program that come after the function's own."""
    if goal.kind == "vjp":
        tree, values, what = tracing.result, tracing.program.outputs, "cotangents"
    else:
        tree, values, what = _chosen(goal, tracing), tracing.program.inputs, "tangents"
    parts = [part for leaf, part in together(tree, direction, what) if is_float(values[leaf].aval)]
    wanted = program.inputs[len(tracing.program.inputs) :]
    return [_as_given(trace, part, like.aval, what) for part, like in zip(parts, wanted, strict=True)]


def _as_given(trace: Trace, value: Any, wanted: Aval, what: str) -> Operand:
    """Return a tangent or cotangent in the type of what it belongs to, whose shape it must have."""
    found = trace.operand(value)
    if not wanted.shape:
        found = trace.number_of(found)
    if len(found.aval.shape) != len(wanted.shape) or not all(
        map(trace.decisions.equal, found.aval.shape, wanted.shape)
    ):
        here, there = (
            shape_text(tuple(map(trace.decisions.value, aval.shape))) for aval in (found.aval, wanted)
        )
        raise ArgumentError(f"the {what} have shape {here} where {there} is needed", origin=trace.place())
    return exact(trace.builder, found, wanted)


def _chosen(goal: Goal, tracing: Tracing) -> Tree:
    """Return the tree of the arguments that a direction is for."""
    assert isinstance(tracing.arguments, Node)
    args = tracing.arguments.children[0]
    assert isinstance(args, Node)
    if goal.argnums is ...:
        return args
    return Node("tuple", tuple, (), tuple(args.children[i] for i in goal.argnums))


def value_and_pull_back(trace: Trace, function: Any, primals: tuple[Any, ...]) -> tuple[Any, PullBack]:
    """Return what `bpcompiler.vjp` returns, in a trace."""
    primals = captured(trace, primals)
    return derivative(VALUE, trace, function, primals), PullBack(function, primals)


class PullBack:
    """From the cotangent of a function's result to those of its arguments, inside a trace."""

    def __init__(self, function: Any, primals: tuple[Any, ...]) -> None:
        self._function, self._primals = function, primals

    def call_in_trace(self, trace: Trace, cotangent: Any) -> tuple[Any, ...]:
        """Return a cotangent for each argument, None for one that has no derivative."""
        found = iter(derivative(Goal("vjp", ...), trace, self._function, self._primals, None, cotangent))
        return tuple(next(found) if has_floats(trace, primal) else None for primal in self._primals)
