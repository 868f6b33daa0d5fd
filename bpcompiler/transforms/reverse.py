"""Reverse mode: the adjoint of a program.

The primal's equations come first, unchanged. Then, from the last stage to the first, each turns its
output's cotangent into its operands'. Nothing is planned here: the adjoint refers to the primal's values as
if they were all still there; what is kept and what computed again is for later passes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bpcompiler.analysis.overwritten import overwritten
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Equation, Operand, Value, literal
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import Array, Scalar, is_float, is_weak
from bpcompiler.primitives.creation import zeros_like
from bpcompiler.primitives.declare import Elementwise, Structural
from bpcompiler.primitives.piecewise import convert
from bpcompiler.primitives.regions import if_, update
from bpcompiler.primitives.stores import setitem, setslice
from bpcompiler.primitives.tapes import new_tape, recall, record
from bpcompiler.transforms.activity import active_values
from bpcompiler.transforms.adjoint_regions import Pair, pull_back_branch, pull_back_loop
from bpcompiler.transforms.adjoint_tapes import open_tapes, pull_back_tape
from bpcompiler.transforms.cotangents import Cotangents
from bpcompiler.transforms.local import cancelled_in, partials_of, pass_through
from bpcompiler.transforms.masking import keeps_zeros, masked, masks_of_select
from bpcompiler.transforms.planning.plan import plan
from bpcompiler.transforms.stages import Stage, is_smooth, stages

BACKPROP = "backprop"


def reverse(
    program: Program, wrt: Sequence[int], *, keep: Sequence[int] = (), output: int | None = 0
) -> Program:
    """Return a program with the outputs `keep`, then the cotangent of each input in `wrt`.

    The cotangent of the output number `output` is 1. With `output=None` the cotangents of all
    floating outputs are further inputs, in order.
    """
    forward = [eqn for eqn in program.equations if eqn.primitive is not update]
    emit = Builder(forward, program.names, program.derivatives)
    inputs = [program.inputs[i] for i in wrt]
    active = active_values(program.block, inputs) - {*overwritten(program.block)}
    cotangents = Cotangents(emit, active)
    emit.phase = (BACKPROP,)
    seeds = _seed(program, cotangents, emit, output)
    walk = _Walk(program.names)
    walk.pull_back_block(program.block, cotangents, emit)
    emit.origin = None
    results = [_result(value, cotangents, emit) for value in inputs]
    kept = [program.outputs[i] for i in keep]
    unplanned = emit.program(f"grad_{program.name}", (*program.inputs, *seeds), (*kept, *results))
    return plan(unplanned, walk.pairs, len(forward)) if walk.pairs else unplanned


class _Walk:
    """The way back through a program, into its regions; `pairs`: the regions met, with their adjoints."""

    def __init__(self, names: Mapping[Value, str]) -> None:
        self.names = names
        self.pairs: list[Pair] = []
        self.cancelled: dict[Equation, set[Value]] = {}

    def pull_back_block(self, block: Block, cotangents: Cotangents, emit: Builder) -> None:
        """Walk a block backwards, from its results' cotangents to those of what it reads.

        A tape that each turn makes anew has a tape of cotangents that each turn of the reverse makes anew.
        """
        open_tapes(block.equations, cotangents, emit)
        self.cancelled.update(_cancelled(block, self.names, cotangents))
        for stage in reversed(stages(block, self.names)):
            root = stage.root
            if any(value in cotangents for value in root.outputs) or cotangents.touches_tapes(root):
                with emit.at(root.origin, (BACKPROP, *root.phase)):
                    self._pull_back(stage, cotangents, emit)

    def _pull_back(self, stage: Stage, cotangents: Cotangents, emit: Builder) -> None:
        eqn = stage.root
        if eqn.blocks:
            rule = pull_back_branch if eqn.primitive is if_ else pull_back_loop
            pair = rule(eqn, cotangents, emit, self.pull_back_block)
            self.pairs.extend([pair] if pair is not None else [])
        elif eqn.primitive in (new_tape, record, recall):
            pull_back_tape(eqn, cotangents, emit)
        else:
            pull_back(stage, cotangents, emit, self.cancelled.get(eqn, ()))


def pull_back(stage: Stage, cotangents: Cotangents, emit: Builder, cancelled: Collection[Value] = ()) -> None:
    """Turn the cotangent of a stage's output into its operands', but for those of which all cancels."""
    if isinstance(stage.root.primitive, Elementwise):
        _pull_back_elementwise(stage, cotangents, emit, cancelled)
    else:
        _pull_back_structural(stage.root, cotangents, emit)


def _pull_back_elementwise(
    stage: Stage, cotangents: Cotangents, emit: Builder, cancelled: Collection[Value]
) -> None:
    assert isinstance(stage.root.primitive, Elementwise)
    wanted = [value for value in _active(stage.operands, cotangents) if value not in cancelled]
    partials = partials_of(stage, wanted) if is_smooth(stage.root) else {}
    if partials is None:
        _pull_back_apart(stage, cotangents, emit, cancelled)
        return
    ct, masks = cotangents.final(stage.root.output), cotangents.masks(stage.root.output)
    for operand in wanted:
        partial = partials.get(operand)
        passed = pass_through(emit, stage, operand, partial, ct)
        if passed is not None and not keeps_zeros(stage.root, partial):
            passed = masked(emit, passed, masks)
        cotangents.add(operand, passed, (*masks, *masks_of_select(stage.root, operand)))


def _pull_back_apart(
    stage: Stage, cotangents: Cotangents, emit: Builder, cancelled: Collection[Value]
) -> None:
    """Differentiate the equations one by one, each with its own result at hand."""
    for eqn in reversed(stage.equations):
        if eqn.output in cotangents:
            _pull_back_elementwise(Stage((eqn,)), cotangents, emit, cancelled)


def _cancelled(
    block: Block, names: Mapping[Value, str], cotangents: Cotangents
) -> dict[Equation, set[Value]]:
    """Return, by equation, what a whole expression does not depend on, whatever its parts do."""
    found: dict[Equation, set[Value]] = {}
    for stage in stages(block, names, through_kinds=True):
        if len(stage.equations) > 1 and (
            cancelled := cancelled_in(stage, _active(stage.operands, cotangents))
        ):
            found.update(dict.fromkeys(stage.equations, cancelled))
    return found


def _pull_back_structural(eqn: Equation, cotangents: Cotangents, emit: Builder) -> None:
    primitive = eqn.primitive
    assert isinstance(primitive, Structural)
    ct = cotangents.final(eqn.output)
    places = list(enumerate(eqn.operands))
    for index, operand in reversed(places) if primitive in (setitem, setslice) else places:
        if isinstance(operand, Value) and operand in cotangents.active:
            rule = primitive.transpose if primitive.is_linear_in(index) else primitive.pull
            if rule is not None:
                cotangents.add(operand, rule(emit, ct, eqn, index))


def _active(operands: Sequence[Operand], cotangents: Cotangents) -> list[Value]:
    return [o for o in operands if isinstance(o, Value) and o in cotangents.active]


def _seed(program: Program, cotangents: Cotangents, emit: Builder, output: int | None) -> list[Value]:
    """Give the outputs their cotangents; return those that are inputs of the adjoint."""
    if output is not None:
        result = program.outputs[output]
        if isinstance(result, Value):
            cotangents.add_seed(result, literal(1.0, like=result.aval))
        return []
    seeds = []
    for result in program.outputs:
        if is_float(result.aval):
            name = emit.names.get(result, "result") if isinstance(result, Value) else "result"
            seed = emit.input(result.aval, f"d{name}")
            seeds.append(seed)
            if isinstance(result, Value):
                cotangents.add_seed(result, seed)
    return seeds


def _result(value: Value, cotangents: Cotangents, emit: Builder) -> Operand:
    """Return the cotangent of an input in exactly its type; zeros where it does not matter."""
    aval = value.aval
    if value not in cotangents:
        return literal(0.0, like=aval) if isinstance(aval, Scalar) else _zeros(value, emit)
    ct = cotangents.final(value)
    if isinstance(aval, Array) or is_weak(ct.aval) == is_weak(aval):
        return ct
    exact = emit.one(convert, ct, dtype=aval.dtype, weak=is_weak(aval))
    emit.names[exact] = f"d{emit.names.get(value, 'x')}"
    emit.derivatives[exact] = ("d{}", value)
    return exact


def _zeros(value: Value, emit: Builder) -> Value:
    zeros = emit.one(zeros_like, value)
    emit.names[zeros] = f"d{emit.names.get(value, 'x')}"
    emit.derivatives[zeros] = ("d{}", value)
    return zeros
