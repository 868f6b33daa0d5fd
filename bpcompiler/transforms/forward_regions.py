"""Forward mode through branches, loops and tapes: tangents are results, carries and tapes too.

    if_(c) {A -> r} {B -> s}                 if_(c) {A, tangents -> r, r_dot} {B, tangents -> s, s_dot}
    for_(..., x) {A(i, x) -> y}              for_(..., x, x_dot) {A(i, x), tangents -> y, y_dot}
    while_(x) {test(x)} {A(x) -> y}          while_(x, x_dot) {test(x)} {A(x), tangents -> y, y_dot}
    record[tape](x)                          record[tape](x); record[tape_dot](x_dot)

Only what is active has a tangent. The values of the primal stay the ones that they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Equation, Operand, Value
from bpcompiler.primitives.loops import carries_of, for_
from bpcompiler.primitives.regions import if_
from bpcompiler.primitives.tapes import new_tape, recall, record
from bpcompiler.transforms.tangents import Tangents, name_tangent

PushBlock = Callable[[Block, Tangents, Builder], None]


def moves(eqn: Equation, tangents: Tangents) -> bool:
    """Return whether an equation, or one in its blocks, has a tangent or keeps one on a tape."""
    if any(value in tangents.active.values for value in eqn.outputs):
        return True
    if eqn.primitive in (new_tape, record):
        return eqn.attrs["tape"] in tangents.active.tapes
    return any(moves(inner, tangents) for block in eqn.blocks for inner in block.equations)


def push_region(eqn: Equation, tangents: Tangents, emit: Builder, push: PushBlock) -> None:
    """Add a region that computes the tangents of its outputs too, in place of this one."""
    (_push_branch if eqn.primitive is if_ else _push_loop)(eqn, tangents, emit, push)


def _push_branch(eqn: Equation, tangents: Tangents, emit: Builder, push: PushBlock) -> None:
    moving = [k for k, value in enumerate(eqn.outputs) if value in tangents.active.values]
    blocks = tuple(_with_tangents(block, block.results, moving, tangents, emit, push) for block in eqn.blocks)
    joint = replace(eqn, blocks=blocks)
    _add(joint, [eqn.outputs[k] for k in moving], tangents, emit)


def _push_loop(eqn: Equation, tangents: Tangents, emit: Builder, push: PushBlock) -> None:
    bounds = 3 if eqn.primitive is for_ else 0
    moving = [k for k, value in enumerate(eqn.outputs) if value in tangents.active.values]
    starts = [tangents.of(eqn.operands[bounds + k], emit) for k in moving]
    *tests, body = eqn.blocks
    blocks = [_with_params(test, moving, emit) for test in tests]  # a test: its carries move, it does not
    first = len(body.params) - len(eqn.outputs)
    moved = [body.params[first + k] for k in moving]
    widened = _with_params(body, [first + k for k in moving], emit)
    for param, tangent in zip(moved, widened.params[len(body.params) :], strict=True):
        tangents[param] = tangent
        name_tangent(param, tangent, emit)
    results = carries_of(body, eqn.attrs)
    blocks.append(_with_tangents(widened, results, moving, tangents, emit, push))
    joint = replace(eqn, operands=(*eqn.operands, *starts), blocks=tuple(blocks))
    _add(joint, [eqn.outputs[k] for k in moving], tangents, emit)


def _with_params(block: Block, moving: Sequence[int], emit: Builder) -> Block:
    """Return the block with a further parameter for the tangent of each of these parameters."""
    more = [Value(block.params[k].aval) for k in moving]
    for k, tangent in zip(moving, more, strict=True):
        name_tangent(block.params[k], tangent, emit)
    return replace(block, params=(*block.params, *more))


def _with_tangents(
    block: Block,
    results: Sequence[Operand],
    moving: Sequence[int],
    tangents: Tangents,
    emit: Builder,
    push: PushBlock,
) -> Block:
    """Return the block with its tangents, and with those of these results at the end of its results."""
    inner = emit.inside()
    push(block, tangents, inner)
    more = [tangents.of(results[k], inner) for k in moving]
    return inner.block(block.params, (*block.results, *more))


def _add(joint: Equation, moved: Sequence[Value], tangents: Tangents, emit: Builder) -> None:
    """Add the region: its outputs are what they were, then the tangents of those that move."""
    more = [Value(value.aval) for value in moved]
    emit.equations.append(replace(joint, outputs=(*joint.outputs, *more)))
    for value, tangent in zip(moved, more, strict=True):
        tangents[value] = tangent
        name_tangent(value, tangent, emit)


def push_tape(eqn: Equation, tangents: Tangents, emit: Builder) -> None:
    """Do with a tangent, on the tape of tangents, what the equation does with the value."""
    tape = tangents.tape_of(eqn.attrs["tape"])
    if tape is None:
        return
    attrs = {**eqn.attrs, "tape": tape}
    if eqn.primitive is new_tape:
        emit.emit(new_tape, **attrs)
    elif eqn.primitive is record:
        value, *indices = eqn.operands
        emit.emit(record, tangents.of(value, emit), *indices, **attrs)
    else:
        tangents.add(eqn.output, emit.one(recall, *eqn.operands, **attrs), emit)
