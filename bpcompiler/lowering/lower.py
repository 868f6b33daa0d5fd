"""Lowering: each array equation becomes a loop nest, matrix products become BLAS calls.

One equation at a time. An elementwise result that is read once is computed where it is read, and what
only moves elements is an index; anything more in the way of fusion is a later pass's work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bpcompiler.errors import CompilerError
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Equation, Operand, Primitive, Value
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import Array, Scalar
from bpcompiler.lowering.buffers import Buffers, users_of
from bpcompiler.lowering.nests import broadcast_places, element_of, fill
from bpcompiler.lowering.prune import prune
from bpcompiler.lowering.scalars import emit_scalar
from bpcompiler.primitives import broadcasting, reductions
from bpcompiler.primitives.declare import Elementwise

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
        self.users = users_of(program)
        self.defined = {value: eqn for eqn in program.equations for value in eqn.outputs}
        self._new: dict[Value, Operand] = {value: value for value in program.inputs}
        self._waiting: dict[Value, Place] = {}
        self._cheap: set[Value] = set()

    def read(self, operand: Operand) -> Operand:
        """Return what an operand of the old program is in the new one; an array that waits is computed."""
        if not isinstance(operand, Value):
            return operand
        if operand in self._waiting:
            element = self._waiting.pop(operand)
            self.write(operand, fill(self.emit, operand.aval, element, self.name(operand)))
        return self._new[operand]

    def at(
        self, emit: Builder, operand: Operand, shape: Sequence[Size], indices: Sequence[Operand]
    ) -> Operand:
        """Return the element of an old operand, broadcast to `shape`, at these indices."""
        if operand not in self._waiting or not isinstance(operand, Value):
            return element_of(emit, self.read(operand), shape, indices)
        return self._waiting[operand](emit, broadcast_places(operand.aval.shape, shape, indices))

    def write(self, value: Value, result: Operand) -> None:
        """Say what a value of the old program is in the new one."""
        self._new[value] = result
        if isinstance(result, Value) and value in self.program.names:
            self.emit.names[result] = self.program.names[value]

    def wait(self, value: Value, element: Place) -> None:
        """Say where an element of an old array is found, as often as it is read."""
        self._waiting[value] = element
        self._cheap.add(value)

    def define(self, eqn: Equation, element: Place) -> None:
        """Let an array wait if its only reader reads each element once; else compute it here."""
        self._waiting[eqn.output] = element
        if not self._reads_once(eqn.output):
            self.read(eqn.output)

    def read_through(self, operand: Operand) -> None:
        """See to it that elements of an old operand are cheap to read: computed, or moved from such."""
        if isinstance(operand, Value) and operand in self._waiting and operand not in self._cheap:
            self.read(operand)

    def _reads_once(self, value: Value) -> bool:
        readers = self.users[value]
        if len(readers) != 1 or readers[0] is None or self.buffers.is_overwritten(value):
            return False
        reader = readers[0]
        if reader.primitive in REDUCTIONS:
            return True
        return isinstance(reader.primitive, Elementwise) and reader.output.aval.shape == value.aval.shape

    def name(self, value: Value) -> str:
        """Return the user's name of an old value, or ""."""
        return self.program.names.get(value, "")

    def is_read(self, value: Value) -> bool:
        """Return whether anybody reads an old value."""
        return bool(self.users[value])


REDUCTIONS = {broadcasting.sum, reductions.mean}
Rule = Callable[[Lowering, Equation], None]
RULES: dict[Primitive, Rule] = {}


def lower(program: Program) -> Program:
    """Return the program in loops over elements. Results are fresh buffers."""
    program = prune(program)
    lowering = Lowering(program)
    for eqn in program.equations:
        lowering.emit.origin, lowering.emit.phase = eqn.origin, eqn.phase
        _lower_equation(lowering, eqn)
    lowering.emit.origin = None
    results = [_fresh(lowering, result, at) for at, result in enumerate(program.outputs)]
    block = Block(program.inputs, tuple(lowering.emit.equations), tuple(results))
    return replace(program, block=block, names=lowering.emit.names)


def _lower_equation(lowering: Lowering, eqn: Equation) -> None:
    rule = RULES.get(eqn.primitive)
    if rule is not None:
        rule(lowering, eqn)
    elif isinstance(eqn.primitive, Elementwise):
        _lower_elementwise(lowering, eqn)
    else:
        raise CompilerError(f"{eqn.primitive} has no lowering", origin=eqn.origin)


def _lower_elementwise(lowering: Lowering, eqn: Equation) -> None:
    aval = eqn.output.aval
    if isinstance(aval, Scalar):
        operands = [lowering.read(operand) for operand in eqn.operands]
        lowering.write(eqn.output, emit_scalar(lowering.emit, eqn, operands))
        return

    def element(emit: Builder, indices: list[Operand]) -> Operand:
        elements = [lowering.at(emit, operand, aval.shape, indices) for operand in eqn.operands]
        return emit_scalar(emit, eqn, elements)

    if lowering.buffers.may_overwrite(eqn):
        total = lowering.read(eqn.operands[0])
        assert isinstance(total, Value)
        lowering.write(eqn.output, fill(lowering.emit, aval, element, lowering.name(eqn.output), total))
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
