"""Tapes with indices are arrays like any other: recording is a store, recalling a load.

    record[tape](x, t)                tape[t] = x               a new version of the array
    recall[tape](t)                   tape[t]
    recall[tape, shape](t)            a part of the array, in the product that reads it

Loops and branches that record carry the array. Where it is an array, what is recorded in one loop fuses with
what is computed there, as all stores do; as an effect it would keep its place.
"""

from __future__ import annotations

from dataclasses import replace

from bpcompiler.ir.equations import Block, Equation, Operand, Value, equations_of
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import Array, Scalar, is_weak
from bpcompiler.lowering.fusion.parts import widened
from bpcompiler.primitives.loops import PRODUCTS, empty, load, store
from bpcompiler.primitives.piecewise import convert
from bpcompiler.primitives.regions import if_
from bpcompiler.primitives.tapes import Tape, new_tape, record

Arrays = dict[Tape, Value]  # the version of each tape's array now


def with_kept_arrays(program: Program) -> Program:
    """Return the lowered program without tapes, but for those that grow."""
    everything = list(equations_of(program.block))
    sized = {eqn.attrs["tape"] for eqn in everything if eqn.primitive is new_tape and eqn.attrs["sizes"]}
    if not sized:
        return program
    keeping = _Keeping(program, sized)
    return replace(program, block=keeping.block(program.block, {}), names=keeping.names)


class _Keeping:
    def __init__(self, program: Program, sized: set[Tape]) -> None:
        self.names = dict(program.names)
        self.sized = sized
        self._rows: dict[Value, tuple[Value, tuple[Operand, ...]]] = {}  # what was recalled: array, indices

    def block(self, block: Block, arrays: Arrays) -> Block:
        """Return the block; `arrays` is kept up to date."""
        equations: list[Equation] = []
        for eqn in block.equations:
            if eqn.blocks:
                equations.append(self._region(eqn, arrays))
            elif eqn.attrs.get("tape") in self.sized:
                equations += self._access(eqn, arrays)
            else:
                equations.append(self._with_parts(eqn) if eqn.primitive in PRODUCTS else eqn)
        return replace(block, equations=tuple(equations))

    def _access(self, eqn: Equation, arrays: Arrays) -> list[Equation]:
        tape: Tape = eqn.attrs["tape"]
        if eqn.primitive is new_tape:
            shape = eqn.attrs["sizes"]
            arrays[tape] = self._version(tape, Array(tape.aval.dtype, shape))
            attrs = {"shape": shape, "dtype": tape.aval.dtype}
            return [replace(eqn, primitive=empty, outputs=(arrays[tape],), attrs=attrs)]
        array = arrays[tape]
        if eqn.primitive is record:
            arrays[tape] = self._version(tape, array.aval)
            return [
                replace(
                    eqn, primitive=store, operands=(array, *eqn.operands), outputs=(arrays[tape],), attrs={}
                )
            ]
        if "shape" in eqn.attrs:
            self._rows[eqn.output] = array, eqn.operands
            return []
        element = Value(Scalar(tape.aval.dtype))
        attrs = {"dtype": tape.aval.dtype, "weak": is_weak(tape.aval), "plain": True}
        return [
            replace(eqn, primitive=load, operands=(array, *eqn.operands), outputs=(element,), attrs={}),
            replace(eqn, primitive=convert, operands=(element,), attrs=attrs),
        ]

    def _with_parts(self, eqn: Equation) -> Equation:
        for at, operand in enumerate(eqn.operands):
            if operand in self._rows:
                eqn = widened(eqn, at, *self._rows[operand])
        return eqn

    # ------------------------------------------------------------------ loops and branches

    def _region(self, eqn: Equation, arrays: Arrays) -> Equation:
        """Return a loop that carries the arrays that it writes into, or branches that return them."""
        inner = [each for block in eqn.blocks for each in equations_of(block)]
        recorded = {each.attrs["tape"] for each in inner if each.primitive is record}
        written = [tape for tape in arrays if tape in recorded]
        body = eqn.blocks[-1]
        loops = eqn.primitive is not if_
        blocks = tuple(  # the test of a loop returns no array
            self._inside(block, arrays, written, carries=loops, returns=not loops or block is body)
            for block in eqn.blocks
        )
        first = tuple(arrays[tape] for tape in written) if loops else ()
        for tape in written:
            arrays[tape] = self._version(tape, arrays[tape].aval)
        outputs = (*eqn.outputs, *(arrays[tape] for tape in written))
        return replace(eqn, operands=(*eqn.operands, *first), outputs=outputs, blocks=blocks)

    def _inside(
        self, block: Block, around: Arrays, written: list[Tape], *, carries: bool, returns: bool
    ) -> Block:
        arrays = dict(around)
        if carries:
            params = [self._version(tape, arrays[tape].aval) for tape in written]
            arrays.update(zip(written, params, strict=True))
            block = replace(block, params=(*block.params, *params))
        new = self.block(block, arrays)
        more = (arrays[tape] for tape in written) if returns else ()
        return replace(new, results=(*new.results, *more))

    def _version(self, tape: Tape, aval: object) -> Value:
        assert isinstance(aval, Array)
        value = Value(aval)
        self.names[value] = tape.name
        return value
