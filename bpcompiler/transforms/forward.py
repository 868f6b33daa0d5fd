"""Forward mode: a program that computes tangents beside the primal's values."""

from __future__ import annotations

from collections.abc import Sequence

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Equation, Operand, Value
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import is_float
from bpcompiler.primitives.again import again
from bpcompiler.primitives.declare import Elementwise, Structural
from bpcompiler.primitives.regions import undefined, update
from bpcompiler.primitives.tapes import new_tape, recall, record
from bpcompiler.transforms.activity import activity
from bpcompiler.transforms.forward_regions import moves, push_region, push_tape
from bpcompiler.transforms.local import partials_of, pass_through
from bpcompiler.transforms.stages import Stage, is_smooth, stages
from bpcompiler.transforms.tangents import Tangents, total, zero_like, zero_of

TANGENT = "tangent"


def forward(program: Program, wrt: Sequence[int]) -> Program:
    """Return a program of the inputs and the tangents of those in `wrt`.

    Its outputs are the program's outputs, then the tangent of each floating output.
    """
    emit = Builder((), program.names, program.derivatives)
    seeds = {program.inputs[i]: emit.input(program.inputs[i].aval, f"{_name(program, i)}_dot") for i in wrt}
    tangents = Tangents(activity(program.block, seeds))
    tangents.update(seeds)
    _push_block(program.block, tangents, emit)
    emit.origin, emit.phase = None, (TANGENT,)
    results = [_result(o, tangents, emit) for o in program.outputs if is_float(o.aval)]
    block_inputs = (*program.inputs, *seeds.values())
    return emit.program(f"jvp_{program.name}", block_inputs, (*program.outputs, *results))


def _push_block(block: Block, tangents: Tangents, emit: Builder) -> None:
    """Add the equations of a block and, after each stage, its tangents. The caller's arrays stay."""
    for stage in stages(block, emit.names):
        root = stage.root
        if root.primitive is update:
            continue
        if root.primitive is undefined:
            tangents.undefined.add(root.output)
        moving = moves(root, tangents)
        if not (moving and root.blocks):
            emit.equations.extend(stage.equations)
        if moving:
            with emit.at(root.origin, (TANGENT, *root.phase)):
                _push_forward(stage, tangents, emit)


def _name(program: Program, index: int) -> str:
    return program.names.get(program.inputs[index], f"x{index}")


def _push_forward(stage: Stage, tangents: Tangents, emit: Builder) -> None:
    eqn = stage.root
    if eqn.blocks:
        push_region(eqn, tangents, emit, _push_block)
        return
    if eqn.primitive in (new_tape, record, recall):
        push_tape(eqn, tangents, emit)
        return
    if isinstance(eqn.primitive, Elementwise):
        moved = _push_elementwise(stage, tangents, emit)
    else:
        moved = _push_structural(eqn, tangents, emit)
    if moved is not None:
        tangents.add(eqn.output, moved, emit)


def _push_elementwise(stage: Stage, tangents: Tangents, emit: Builder) -> Operand | None:
    wanted = [o for o in stage.operands if isinstance(o, Value) and o in tangents]
    if not is_smooth(stage.root):
        return total(emit, [_pass_each(emit, stage.root, tangents)])
    partials = partials_of(stage, wanted)
    if partials is None:
        for eqn in stage.equations:
            _push_forward(Stage((eqn,)), tangents, emit)
        return tangents.get(stage.root.output)
    terms = [pass_through(emit, stage, o, partials[o], tangents[o]) for o in wanted]
    return total(emit, terms)


def _pass_each(emit: Builder, eqn: Equation, tangents: Tangents) -> Operand | None:
    """Pass the tangent of each operand by the declared rules."""
    assert isinstance(eqn.primitive, Elementwise)
    terms = [
        rule(emit, tangents[operand], eqn.operands, eqn.output)
        for index, operand in enumerate(eqn.operands)
        if isinstance(operand, Value) and operand in tangents and (rule := eqn.primitive.passes.get(index))
    ]
    return total(emit, terms)


def _push_structural(eqn: Equation, tangents: Tangents, emit: Builder) -> Operand | None:
    primitive = eqn.primitive
    assert isinstance(primitive, Structural)
    moved = [i for i, o in enumerate(eqn.operands) if isinstance(o, Value) and o in tangents]
    unchecked, attrs = again(eqn)
    if primitive.jointly:
        return emit.one(unchecked, *_joint_tangents(eqn, tangents, emit), **attrs) if moved else None
    terms: list[Operand | None] = []
    for index in moved:
        operand = eqn.operands[index]
        assert isinstance(operand, Value)
        if primitive.is_linear_in(index):
            operands = [
                tangents[operand] if i == index else o
                for i, o in enumerate(eqn.operands)
                if i == index or not primitive.annotated  # a tangent is made of something else
            ]
            terms.append(emit.one(unchecked, *operands, **attrs))
        elif primitive.push is not None:
            terms.append(primitive.push(emit, tangents[operand], eqn, index))
    return total(emit, terms)


def _joint_tangents(eqn: Equation, tangents: Tangents, emit: Builder) -> list[Operand]:
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


def _result(output: Operand, tangents: Tangents, emit: Builder) -> Operand:
    if isinstance(output, Value) and output in tangents:
        return tangents[output]
    return zero_of(emit, output.aval)
