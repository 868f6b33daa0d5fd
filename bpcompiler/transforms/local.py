"""Local gradients: how a change in a stage's operand passes to its output.

Between the program's equations and the symbolic engine's expressions. A smooth stage has a partial for
each operand; any other elementwise equation declares how a change passes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Literal, Operand, Value, literal
from bpcompiler.ir.types import BOOL, INT64, is_weak
from bpcompiler.primitives.arithmetic import mul, neg
from bpcompiler.primitives.declare import Elementwise
from bpcompiler.primitives.piecewise import convert
from bpcompiler.primitives.registry import SMOOTH
from bpcompiler.transforms.stages import Stage, only_changes_kind
from bpcompiler.transforms.symbolic import engine
from bpcompiler.transforms.symbolic.cancelling import is_independent
from bpcompiler.transforms.symbolic.cost import cost
from bpcompiler.transforms.symbolic.expression import OUTPUT, Call, Const, Expr, Symbol
from bpcompiler.transforms.symbolic.memo import Memo

_memo = Memo()  # where derivatives are remembered beyond this process: nowhere, until somebody says
MULTIPLICATION = 2  # in the unit of `cost`


def remember_in(directory: Path | None) -> None:
    """Remember derivatives that took time in this directory, which need not exist; None remembers nothing."""
    global _memo  # noqa: PLW0603 - one place for the process, said once
    _memo = Memo(directory)


def partials_of(stage: Stage, wanted: Sequence[Value]) -> dict[Value, Expr] | None:
    """Return the partial of a smooth stage in each wanted operand; None where apart would be cheaper."""
    expr, names = expression_of(stage)
    found = engine.partials(expr, tuple(names[value] for value in wanted), _memo)
    if len(stage.equations) > 1 and _swells(expr, found):
        return None
    return {value: found[names[value]] for value in wanted}


def cancelled_in(stage: Stage, wanted: Sequence[Value]) -> set[Value]:
    """Return the operands that a smooth stage does not depend on although several of its operations do.

    In `low - log(exp(low - a) + exp(low - b))` all that `low` does cancels.
    """
    reads = [operand for eqn in stage.equations for operand in eqn.operands]
    several = [value for value in wanted if reads.count(value) > 1]
    if not several:
        return set()
    expr, names = expression_of(stage)
    return {value for value in several if is_independent(expr, names[value], _memo)}


def _swells(expr: Expr, found: Mapping[str, Expr]) -> bool:
    """Whether the partials cost more than differentiating each operation with its result at hand."""
    return sum(cost(partial, expr) for partial in found.values()) > _chain_cost(expr)


def _chain_cost(expr: Expr) -> int:
    if not isinstance(expr, Call):
        return 0
    flat = Call(
        expr.op, tuple(a if isinstance(a, Const) else Symbol(f"x{i}") for i, a in enumerate(expr.args))
    )
    wanted = tuple(a.name for a in flat.args if isinstance(a, Symbol))
    own = sum(cost(p, flat) + MULTIPLICATION for p in engine.partials(flat, wanted).values())
    return own + sum(map(_chain_cost, expr.args))


def expression_of(stage: Stage) -> tuple[Expr, dict[Value, str]]:
    """Return the stage as an expression, and the name of each operand in it."""
    names: dict[Value, str] = {}
    for operand in stage.operands:
        if isinstance(operand, Value):
            names[operand] = f"x{len(names)}"
    inside = {eqn.output: eqn for eqn in stage.equations[:-1]}

    def read(operand: Operand) -> Expr:
        if isinstance(operand, Literal):
            return Const(int(operand.value) if isinstance(operand.value, bool) else operand.value)
        return build(inside[operand]) if operand in inside else Symbol(names[operand])

    def build(eqn: Equation) -> Expr:
        if only_changes_kind(eqn):
            return read(eqn.operands[0])
        return Call(eqn.primitive.name, tuple(map(read, eqn.operands)))

    return build(stage.root), names


def emit_expression(emit: Builder, expr: Expr, values: Mapping[str, Operand]) -> Operand:
    """Add the equations of an expression and return its value."""
    if isinstance(expr, Symbol):
        return values[expr.name]
    if isinstance(expr, Const):
        return literal(expr.value)
    operands = [emit_expression(emit, arg, values) for arg in expr.args]
    if all(operand.aval.dtype is BOOL for operand in operands):  # NumPy has no arithmetic of bools alone
        operands[0] = emit.one(convert, operands[0], dtype=INT64, weak=is_weak(operands[0].aval))
    return emit.one(SMOOTH[expr.op], *operands)


def pass_through(
    emit: Builder, stage: Stage, operand: Value, partial: Expr | None, t: Operand
) -> Operand | None:
    """Return how the change `t` (tangent of the operand, or cotangent of the output) passes; None: zero."""
    if partial is not None:
        return _times(emit, partial, _environment(stage), t, stage.root.output)
    eqn = stage.root
    assert isinstance(eqn.primitive, Elementwise)
    total: Operand | None = None
    for index, other in enumerate(eqn.operands):
        rule = eqn.primitive.passes.get(index)
        if other is operand and rule is not None:
            passed = rule(emit, t, eqn.operands, eqn.output)
            total = passed if total is None else emit.one(SMOOTH["add"], total, passed)
    return total


def _environment(stage: Stage) -> dict[str, Operand]:
    _, names = expression_of(stage)
    values: dict[str, Operand] = {name: value for value, name in names.items()}
    values[OUTPUT.name] = stage.root.output
    return values


def _times(
    emit: Builder, partial: Expr, values: Mapping[str, Operand], t: Operand, like: Value
) -> Operand | None:
    """Return partial * t with the ones and minus ones left out."""
    if isinstance(partial, Const):
        if partial.value == 0:
            return None
        if partial.value in (1, -1):
            return t if partial.value == 1 else _negative(emit, t)
    if isinstance(t, Literal) and t.value == 1 and (found := _alone(emit, partial, values, like)) is not None:
        return found
    return emit.one(mul, emit_expression(emit, partial, values), t)


def _alone(emit: Builder, partial: Expr, values: Mapping[str, Operand], like: Value) -> Operand | None:
    """Return the partial itself if it has the type that partial * 1.0 would have."""
    operand = emit_expression(emit, partial, values)
    fits = operand.aval.dtype is like.aval.dtype and operand.aval.shape == like.aval.shape
    if isinstance(operand, Literal):
        return literal(float(operand.value), like=like.aval)
    return operand if fits and is_weak(operand.aval) <= is_weak(like.aval) else None


def _negative(emit: Builder, t: Operand) -> Operand:
    return literal(-t.value, like=t.aval) if isinstance(t, Literal) else emit.one(neg, t)
