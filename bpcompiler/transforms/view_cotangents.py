"""The cotangents of views: what is added to a part of a view is added to that part of what it shows.

inner = u[1:]; s += inner[i]        has the adjoint        du[1 + i] += ds

No array of zeros is made for it, in no turn of a loop. A view in another shape has a cotangent of its own,
which is added once; but not in a turn where only numbers are read from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Equation, Operand, Value, equations_of, literal
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import Scalar
from bpcompiler.primitives.creation import size_value, zeros_like
from bpcompiler.primitives.declare import Structural
from bpcompiler.primitives.indexing import At, add_at, getitem, getslice, has_arrays
from bpcompiler.primitives.parts import Part, is_view, through
from bpcompiler.primitives.shapes import reshape, transpose
from bpcompiler.transforms.activity import has_derivative


class Views:
    """The views among the values of a program, with the equations that make them."""

    def __init__(self, equations: Iterable[Equation]) -> None:
        program = Block((), tuple(equations), ())
        inside = {each for eqn in program.equations for b in eqn.blocks for each in equations_of(b)}
        readers = _Readers(program)
        self._made = {eqn.output: eqn for eqn in program.equations if is_view(eqn)}
        self._made.update((eqn.output, eqn) for eqn in inside if is_view(eqn))
        for eqn in self._made.copy().values():
            of_numbers = eqn in inside and readers.want_numbers(eqn.output)
            if eqn.primitive is reshape and not of_numbers:
                del self._made[eqn.output]

    def of(self, value: Value) -> Equation | None:
        """Return the equation that makes a view of another value."""
        eqn = self._made.get(value)
        return eqn if eqn is not None and isinstance(eqn.operands[0], Value) else None

    def base(self, value: Value) -> Value:
        """Return what a value is a view of, itself if of nothing."""
        while (eqn := self.of(value)) is not None:
            (value,) = (operand for operand in eqn.operands[:1] if isinstance(operand, Value))
        return value


class _Readers:
    """Who reads each array; None: what a block results in."""

    def __init__(self, program: Block) -> None:
        self._found: defaultdict[Operand, list[Equation | None]] = defaultdict(list)
        for eqn in equations_of(program):
            for operand in eqn.operands:
                self._found[operand].append(eqn)
            for result in (result for block in eqn.blocks for result in block.results):
                self._found[result].append(None)

    def want_numbers(self, array: Value) -> bool:
        """Return whether an array is only read number by number, at places that are known as sizes."""
        return all(eqn is not None and self._reads_number(eqn) for eqn in self._found[array])

    def _reads_number(self, eqn: Equation) -> bool:
        if not has_derivative(eqn):
            return not eqn.blocks
        if eqn.primitive in (getitem, getslice) and not _has_known_place(eqn):
            return False
        if isinstance(eqn.output.aval, Scalar):
            return eqn.primitive in (getitem, getslice)
        return is_view(eqn) and self.want_numbers(eqn.output)


def _has_known_place(eqn: Equation) -> bool:
    return all(item.proven is not None for item in eqn.attrs["spec"] if isinstance(item, At))


def handed_on(emit: Builder, view: Equation, ct: Operand) -> Operand:
    """Return the cotangent of what a view shows, given that of the view."""
    rule = view.primitive.transpose if isinstance(view.primitive, Structural) else None
    found = rule(emit, ct, view, 0) if rule is not None else ct
    assert found is not None
    return found


def scatter_through(emit: Builder, view: Equation, scatter: Equation) -> Operand | None:
    """Return what `scatter` adds to zeros for a view, added to zeros for what it shows.

    None where that is not one part of it, or where an index is an array.
    """

    def as_operand(size: Size) -> Operand:
        return literal(size) if isinstance(size, int) else emit.one(size_value, size=size)

    shown, ct, *indices = scatter.operands
    if has_arrays(scatter.attrs["spec"], [shown.aval, *(index.aval for index in indices)]):
        return None
    before = len(emit.equations)
    part = through(view, Part(scatter.attrs["spec"], tuple(indices)), as_operand)
    in_order = _in_order(emit, ct, part) if part is not None else None
    if part is None or in_order is None:
        del emit.equations[before:]
        return None
    return emit.one(add_at, emit.one(zeros_like, view.operands[0]), in_order, *part.indices, spec=part.spec)


def _in_order(emit: Builder, ct: Operand, part: Part) -> Operand | None:
    """Return the cotangent of a part with its axes as the base has them; None where some are missing."""
    if part.moved is None or not ct.aval.shape or part.moved == tuple(range(len(part.moved))):
        return ct
    return emit.one(transpose, ct, permutation=part.moved) if len(ct.aval.shape) == len(part.moved) else None
