"""Forward mode: a program that computes tangents beside the primal's values."""

from __future__ import annotations

from collections.abc import Sequence

from bpcompiler.errors import UnsupportedError
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Operand, Value, literal
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import Aval, Scalar, is_float, is_weak
from bpcompiler.primitives.arithmetic import add
from bpcompiler.primitives.broadcasting import broadcast_to
from bpcompiler.primitives.creation import zeros, zeros_like
from bpcompiler.primitives.declare import Elementwise, Structural
from bpcompiler.primitives.piecewise import convert
from bpcompiler.transforms.activity import active_values
from bpcompiler.transforms.cotangents import like_kind
from bpcompiler.transforms.local import partials_of, pass_through
from bpcompiler.transforms.stages import Stage, is_smooth, stages

TANGENT = "tangent"


def forward(program: Program, wrt: Sequence[int]) -> Program:
    """Return a program of the inputs and the tangents of those in `wrt`.

    Its outputs are the program's outputs, then the tangent of each floating output.
    """
    emit = Builder((), program.names, program.derivatives)
    seeds = {i: emit.input(program.inputs[i].aval, f"{_name(program, i)}_dot") for i in wrt}
    tangents: dict[Value, Operand] = {program.inputs[i]: seed for i, seed in seeds.items()}
    active = active_values(program.block, list(tangents))
    for stage in stages(program.block, program.names):
        emit.equations.extend(stage.equations)
        if any(value in active for value in stage.root.outputs):
            with emit.at(stage.root.origin, (TANGENT, *stage.root.phase)):
                _push_forward(stage, tangents, emit)
    emit.origin, emit.phase = None, (TANGENT,)
    results = [_result(o, tangents, emit) for o in program.outputs if is_float(o.aval)]
    block_inputs = (*program.inputs, *seeds.values())
    return emit.program(f"jvp_{program.name}", block_inputs, (*program.outputs, *results))


def _name(program: Program, index: int) -> str:
    return program.names.get(program.inputs[index], f"x{index}")


def _push_forward(stage: Stage, tangents: dict[Value, Operand], emit: Builder) -> None:
    eqn = stage.root
    if eqn.blocks:
        raise UnsupportedError(f"the derivative of {eqn.primitive}", origin=eqn.origin)
    if isinstance(eqn.primitive, Elementwise):
        total = _push_elementwise(stage, tangents, emit)
    else:
        total = _push_structural(eqn, tangents, emit)
    if total is not None:
        tangents[eqn.output] = _fit(emit, total, eqn.output.aval)
        _name_tangent(eqn.output, tangents[eqn.output], emit)


def _name_tangent(value: Value, tangent: Operand, emit: Builder) -> None:
    if isinstance(tangent, Value):
        emit.derivatives.setdefault(tangent, ("{}_dot", value))
        if value in emit.names:
            emit.names.setdefault(tangent, f"{emit.names[value]}_dot")


def _push_elementwise(stage: Stage, tangents: dict[Value, Operand], emit: Builder) -> Operand | None:
    wanted = [o for o in stage.operands if isinstance(o, Value) and o in tangents]
    if not is_smooth(stage.root):
        return _sum(emit, [_pass_each(emit, stage.root, tangents)])
    partials = partials_of(stage, wanted)
    if partials is None:
        for eqn in stage.equations:
            _push_forward(Stage((eqn,)), tangents, emit)
        return tangents.get(stage.root.output)
    terms = [pass_through(emit, stage, o, partials[o], tangents[o]) for o in wanted]
    return _sum(emit, terms)


def _pass_each(emit: Builder, eqn: Equation, tangents: dict[Value, Operand]) -> Operand | None:
    """Pass the tangent of each operand by the declared rules."""
    assert isinstance(eqn.primitive, Elementwise)
    terms = [
        rule(emit, tangents[operand], eqn.operands, eqn.output)
        for index, operand in enumerate(eqn.operands)
        if isinstance(operand, Value) and operand in tangents and (rule := eqn.primitive.passes.get(index))
    ]
    return _sum(emit, terms)


def _push_structural(eqn: Equation, tangents: dict[Value, Operand], emit: Builder) -> Operand | None:
    primitive = eqn.primitive
    assert isinstance(primitive, Structural)
    moved = [i for i, o in enumerate(eqn.operands) if isinstance(o, Value) and o in tangents]
    if primitive.jointly:
        return emit.one(primitive, *_joint_tangents(eqn, tangents, emit), **eqn.attrs)
    terms: list[Operand | None] = []
    for index in moved:
        operand = eqn.operands[index]
        assert isinstance(operand, Value)
        if primitive.is_linear_in(index):
            operands = [tangents[operand] if i == index else o for i, o in enumerate(eqn.operands)]
            terms.append(emit.one(primitive, *operands, **eqn.attrs))
        elif primitive.push is not None:
            terms.append(primitive.push(emit, tangents[operand], eqn, index))
    return _sum(emit, terms)


def _joint_tangents(eqn: Equation, tangents: dict[Value, Operand], emit: Builder) -> list[Operand]:
    """The tangents of all operands that the equation is linear in; zeros for those that do not move."""
    primitive = eqn.primitive
    assert isinstance(primitive, Structural)
    return [
        operand
        if not primitive.is_linear_in(index)
        else tangents[operand]
        if isinstance(operand, Value) and operand in tangents
        else zero_like(emit, operand)
        for index, operand in enumerate(eqn.operands)
    ]


def zero_like(emit: Builder, operand: Operand) -> Operand:
    """Return zero of the operand's type."""
    if isinstance(operand.aval, Scalar):
        return literal(0.0, like=operand.aval) if is_float(operand.aval) else literal(0.0)
    return emit.one(zeros_like, operand)


def _sum(emit: Builder, terms: Sequence[Operand | None]) -> Operand | None:
    total: Operand | None = None
    for term in terms:
        if term is not None:
            total = term if total is None else emit.one(add, total, term)
    return total


def _fit(emit: Builder, tangent: Operand, aval: Aval) -> Operand:
    """Return a tangent in the shape and dtype of its value."""
    if tangent.aval.shape != aval.shape:
        tangent = emit.one(broadcast_to, tangent, shape=aval.shape)
    tangent = like_kind(emit, tangent, aval)
    if tangent.aval.dtype is not aval.dtype:
        tangent = emit.one(convert, tangent, dtype=aval.dtype, weak=is_weak(aval))
    return tangent


def _result(output: Operand, tangents: dict[Value, Operand], emit: Builder) -> Operand:
    if isinstance(output, Value) and output in tangents:
        return tangents[output]
    if isinstance(output.aval, Scalar):
        return literal(0.0, like=output.aval)
    return emit.one(zeros, shape=output.aval.shape, dtype=output.aval.dtype)
