"""Clean-up of derivative code, so that it reads as if written by hand.

Equations of derivatives are made anew, each through the rewrites of its primitive; an array that was computed
before in the same statement is taken from there. Of the derivative's loops and branches only what is read
stays. The primal is the user's arithmetic and stays, line by line: only what nobody reads and nobody named is
dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value, equations_of
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import Scalar
from bpcompiler.primitives.broadcasting import broadcast_to
from bpcompiler.primitives.carries import results
from bpcompiler.primitives.creation import dim, full, ones, size_value
from bpcompiler.primitives.dead import Policy, without_dead
from bpcompiler.primitives.identities import without_identities
from bpcompiler.primitives.linalg import det_sign
from bpcompiler.primitives.regions import as_size, if_, undefined
from bpcompiler.transforms.clearing import stored_at_once
from bpcompiler.transforms.direction import forwards
from bpcompiler.transforms.rewriting import rewritten

# Of the primal too, these are no lines of the user unless he named them.
SILENT = {as_size, det_sign, dim, size_value, undefined}


def simplify(program: Program) -> Program:
    """Return the program with tidier derivative code. Its outputs have the types that they had."""
    narrow = remove_dead(drop_identities(rewritten(program)))
    if any(eqn.blocks for eqn in program.equations):  # a carry that is gone may have been a literal
        narrow = remove_dead(drop_identities(rewritten(narrow)))
    return replace(narrow, block=_with_filled_arrays(forwards(stored_at_once(narrow.block))))


def drop_identities(program: Program) -> Program:
    """Return the program where no region of the derivative hands through what is there outside.

    What stands for a cotangent that had a name gets the name, unless it has one.
    """
    block, found = without_identities(program.block, _Lines(program).may_drop)
    names, derivatives = dict(program.names), dict(program.derivatives)
    nameless = {v for eqn in equations_of(block) if eqn.phase for v in eqn.outputs} - names.keys()
    for value in found:
        outside = _first(value, found)
        if outside in nameless and value in derivatives:
            derivatives.setdefault(outside, derivatives[value])
            names.update({outside: names[value]} if value in names else {})
    return replace(program, block=block, names=names, derivatives=derivatives)


def _first(value: Value, found: Mapping[Value, Operand]) -> Operand:
    outside = found[value]
    return _first(outside, found) if isinstance(outside, Value) and outside in found else outside


def remove_dead(program: Program) -> Program:
    """Drop what nobody reads: equations of derivatives, and sizes that the user did not name.

    Every other line of the user stays: also the one that computes what a gradient alone does not return.
    """
    lines = _Lines(program)
    return replace(program, block=without_dead(program.block, Policy(lines.stays, lines.may_drop)))


class _Lines:
    """What of a program the user wrote. What a derivative's loop computes again is not that."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._written = {*_primal(program.block)}
        everything = equations_of(program.block)
        self._undefined = {eqn.output for eqn in everything if eqn.primitive is undefined}

    def stays(self, eqn: Equation) -> bool:
        """Return whether an equation is a line of the user."""
        named = any(value in self.program.names for value in eqn.outputs)
        return eqn in self._written and (named or eqn.primitive not in SILENT)

    def may_drop(self, eqn: Equation, number: int) -> bool:
        """Return whether an output of a region is the derivative's, or kept for it."""
        value = eqn.outputs[number]
        if eqn not in self._written or value in self.program.derivatives or value not in self.program.names:
            return True
        return eqn.primitive is if_ and any(result in self._undefined for result in results(eqn, number))


def _primal(block: Block) -> Iterator[Equation]:
    for eqn in block.equations:
        if not eqn.phase:
            yield eqn
            for inner in eqn.blocks:
                yield from _primal(inner)


def _with_filled_arrays(block: Block) -> Block:
    """A number that is needed as an array is `np.full` or `np.ones`: what it fills may be written to."""
    return replace(block, equations=tuple(map(_filled, block.equations)))


def _filled(eqn: Equation) -> Equation:
    if eqn.blocks:
        return replace(eqn, blocks=tuple(map(_with_filled_arrays, eqn.blocks)))
    if not eqn.phase or eqn.primitive is not broadcast_to or not isinstance(eqn.operands[0].aval, Scalar):
        return eqn
    number = eqn.operands[0]
    attrs = {"shape": eqn.attrs["shape"], "dtype": eqn.output.aval.dtype}
    if isinstance(number, Literal) and number.value == 1:
        return replace(eqn, primitive=ones, operands=(), attrs=attrs)
    return replace(eqn, primitive=full, attrs=attrs)
