"""Lowering: each array equation becomes a loop nest, matrix products become BLAS calls.

One equation at a time. An elementwise result that is read once is computed where it is read, and what
only moves elements is an index; anything more in the way of fusion is a later pass's work. What waits to be
read is computed before a store changes what it reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from bpcompiler.errors import CompilerError
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Equation, Operand, Primitive, Value, equations_of
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import Array, DType, Scalar
from bpcompiler.lowering.buffers import Buffers
from bpcompiler.lowering.nests import broadcast_places, element_of, fill, inside
from bpcompiler.lowering.next_turns import with_next_turns_last
from bpcompiler.lowering.prune import prune
from bpcompiler.lowering.scalars import emit_scalar
from bpcompiler.lowering.sharing import NOWHERE, Roots
from bpcompiler.lowering.shortcuts import with_shortcuts
from bpcompiler.lowering.uses import users_of
from bpcompiler.primitives import broadcasting, indexing, reductions, stores
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.declare import Elementwise
from bpcompiler.primitives.indexing import result_shape
from bpcompiler.primitives.tapes import Tape

Place = Callable[[Builder, list[Operand]], Operand]


class Lowering:
    """The lowered program under construction.

    A value of the old program is either there (`read`), as a number or a buffer, or it waits: it is known
    how to compute one element (`at`), and whoever needs the elements computes them in his own loop.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.emit = Builder(names=dict(program.names))
        self.buffers = Buffers(program.block)
        self.users = users_of(program.block)
        self.defined = {value: eqn for eqn in equations_of(program.block) for value in eqn.outputs}
        self.places: dict[Value, Roots] = {}  # of the new arrays: the buffers that they may live in
        self.tapes: dict[Tape, Tape] = {}
        self.factors: dict[tuple[Operand, DType], Operand] = {}  # of old matrices: see `linalg`
        self.at_the_end: list[Callable[[], None]] = []  # what is done when the results are there
        self._new: dict[Value, Operand] = {}
        self._waiting: dict[Value, Place] = {}
        self._cheap: set[Value] = set()
        self._whole: dict[Value, Callable[[], Operand]] = {}
        self._done: set[Equation] = set()
        for value in program.inputs:
            self.write(value, value)

    def block(self, block: Block) -> None:
        """Lower the equations of a block, in order."""
        for eqn in block.equations:
            self.emit.origin, self.emit.phase = eqn.origin, eqn.phase
            _lower_equation(self, eqn)
            self._done.add(eqn)

    @contextmanager
    def nested(self) -> Iterator[Builder]:
        """Build a nested block: what is computed in it is not there outside."""
        before = self.emit, dict(self._new), dict(self._waiting), dict(self.factors)
        self.emit = inside(self.emit)
        try:
            yield self.emit
        finally:
            self.emit, self._new, self._waiting, self.factors = before

    # ------------------------------------------------------------------ reading

    def read(self, operand: Operand) -> Operand:
        """Return what an operand of the old program is in the new one; an array that waits is computed."""
        if not isinstance(operand, Value):
            return operand
        if operand in self._waiting:
            element, whole = self._waiting.pop(operand), self._whole.get(operand)
            name = self.name(operand)
            self.write(operand, whole() if whole else fill(self.emit, operand.aval, element, name))
        return self._new[operand]

    def at(
        self, emit: Builder, operand: Operand, shape: Sequence[Size], indices: Sequence[Operand]
    ) -> Operand:
        """Return the element of an old operand, broadcast to `shape`, at these indices."""
        if not isinstance(operand, Value) or operand not in self._waiting or operand in self._whole:
            return element_of(emit, self.read(operand), shape, indices)
        return self._waiting[operand](emit, broadcast_places(operand.aval.shape, shape, indices))

    def sources(self, operand: Operand) -> Roots:
        """Return the buffers that are read when an element of an old operand is."""
        if not isinstance(operand, Value) or operand not in self._waiting:
            return self.buffers.roots(operand) if isinstance(operand, Value) else NOWHERE
        return NOWHERE.union(*map(self.sources, self.defined[operand].operands))

    # ------------------------------------------------------------------ writing

    def write(self, value: Value, result: Operand) -> None:
        """Say what a value of the old program is in the new one."""
        self._new[value] = result
        if not isinstance(result, Value):
            return
        if isinstance(result.aval, Array):
            self.places[result] = self.buffers.roots(value)
        if value in self.program.names:
            self.emit.names[result] = self.program.names[value]

    def wait(self, value: Value, element: Place) -> None:
        """Say where an element of an old array is found, as often as it is read."""
        self._waiting[value] = element
        self._cheap.add(value)

    def wait_whole(self, value: Value, compute: Callable[[], Operand]) -> None:
        """Say how an old array is computed when it is read, whole."""
        self._waiting[value] = lambda emit, indices: element_of(
            emit, self.read(value), value.aval.shape, indices
        )
        self._whole[value] = compute

    def waits_whole(self, operand: Operand) -> bool:
        """Return whether an old array is still to be computed, whole."""
        return operand in self._whole and operand in self._waiting

    def take(self, value: Value) -> None:
        """Say that an old array that waits is nobody else's to read: it is computed in another's place."""
        del self._waiting[value]

    def define(self, eqn: Equation, element: Place) -> None:
        """Let an array wait if its only reader reads each element once; else compute it here."""
        self._waiting[eqn.output] = element
        if not self._reads_once(eqn.output):
            self.read(eqn.output)

    def read_through(self, operand: Operand) -> None:
        """See to it that elements of an old operand are cheap to read: computed, or moved from such."""
        if isinstance(operand, Value) and operand in self._waiting and operand not in self._cheap:
            self.read(operand)

    def before_writing(self, eqn: Equation) -> None:
        """Compute what waits to be read from the buffers that an equation is about to write into."""
        written = self.buffers.written(eqn)
        if written:
            for value in list(self._waiting):
                if value in self._waiting and self.sources(value) & written and self._is_wanted(value, eqn):
                    self.read(value)

    def _is_wanted(self, value: Value, eqn: Equation) -> bool:
        """Whether a value is read later on: by others than the equation at hand, or in its blocks."""
        done = self._done if eqn.blocks else self._done | {eqn}
        return any(reader is None or reader not in done for reader in self.users[value])

    def _reads_once(self, value: Value) -> bool:
        readers = self.users[value]
        if len(readers) != 1 or readers[0] is None:
            return False
        reader = readers[0]
        if reader.primitive in REDUCTIONS:
            return True
        if reader.primitive in STORES:
            return reader.operands[1] is value and part_shape(reader) == value.aval.shape
        return isinstance(reader.primitive, Elementwise) and reader.output.aval.shape == value.aval.shape

    def name(self, value: Value) -> str:
        """Return the user's name of an old value, or ""."""
        return self.program.names.get(value, "")

    def is_read(self, value: Value) -> bool:
        """Return whether anybody reads an old value."""
        return bool(self.users[value])


def part_shape(eqn: Equation) -> tuple[Size, ...]:
    """Return the shape of the part of an array that an equation stores or adds to."""
    x, _, *indices = eqn.operands
    return result_shape(eqn.attrs["spec"], [operand.aval for operand in (x, *indices)])


REDUCTIONS = {broadcasting.sum, reductions.mean}
STORES = {stores.setitem, stores.setslice, indexing.add_at}
Rule = Callable[[Lowering, Equation], None]
RULES: dict[Primitive, Rule] = {}


def lower(program: Program) -> Program:
    """Return the program in loops over elements. Results are fresh buffers."""
    program = with_next_turns_last(prune(with_shortcuts(program)))
    lowering = Lowering(program)
    lowering.block(program.block)
    lowering.emit.origin = None
    results = [_fresh(lowering, result, at) for at, result in enumerate(program.outputs)]
    for step in lowering.at_the_end:
        step()
    block = Block(program.inputs, tuple(lowering.emit.equations), tuple(results))
    return replace(program, block=block, names=lowering.emit.names)


def _lower_equation(lowering: Lowering, eqn: Equation) -> None:
    rule = RULES.get(eqn.primitive)
    if rule is not None:
        rule(lowering, eqn)
    elif isinstance(eqn.primitive, Elementwise):
        lower_elementwise(lowering, eqn)
    else:
        raise CompilerError(f"{eqn.primitive} has no lowering", origin=eqn.origin)


def lower_elementwise(lowering: Lowering, eqn: Equation) -> None:
    """Compute element by element: in place where the buffers allow, else where the result is read."""
    aval = eqn.output.aval
    if isinstance(aval, Scalar):
        operands = [lowering.read(operand) for operand in eqn.operands]
        lowering.write(eqn.output, emit_scalar(lowering.emit, eqn, operands))
        return

    def element(emit: Builder, indices: list[Operand]) -> Operand:
        elements = [lowering.at(emit, operand, aval.shape, indices) for operand in eqn.operands]
        return emit_scalar(emit, eqn, elements)

    target = lowering.buffers.overwritten(eqn)
    if target is not None:
        into = lowering.read(target)
        lowering.before_writing(eqn)
        if eqn.primitive is accumulate and lowering.sources(eqn.operands[1]) & lowering.buffers.roots(target):
            lowering.read(eqn.operands[1])
        assert isinstance(into, Value)
        lowering.write(eqn.output, fill(lowering.emit, aval, element, lowering.name(eqn.output), into))
    else:
        lowering.define(eqn, element)


def _fresh(lowering: Lowering, result: Operand, at: int) -> Operand:
    """A result is a buffer of its own: not an argument's, nor another result's."""
    new = lowering.read(result)
    if not isinstance(result, Value) or not isinstance(result.aval, Array):
        return new
    earlier = lowering.program.outputs[:at]
    shared = any(lowering.buffers.same(result, other) for other in earlier if isinstance(other, Value))
    if not shared and not lowering.buffers.is_callers(result):
        return new
    aval = result.aval
    return fill(lowering.emit, aval, lambda emit, indices: element_of(emit, new, aval.shape, indices))
