"""Which results take over a variable: what is written in place, and totals that grow.

`dx += ct` is only right where nobody else reads the memory of `dx` afterwards. The program decides, through
branches and turns of loops (see `analysis`), and the printer obeys. An input's memory is the caller's.
"""

from __future__ import annotations

from bpcompiler.analysis.clobbers import Memory
from bpcompiler.analysis.sharing import STORES, VIEWS, WRITES
from bpcompiler.ir.equations import Equation, Value, equations_of
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import Scalar
from bpcompiler.primitives import adjoint

__all__ = ["VIEWS", "WRITES", "Ownership"]


class Ownership:
    """Says of each equation of a program whether it may write to its first operand."""

    def __init__(self, program: Program) -> None:
        self._derivatives = program.derivatives
        self.inputs = set(program.inputs)
        self.memory = Memory(program.block)
        self._granted = {eqn for eqn in equations_of(program.block) if self._may_write(eqn)}

    def in_place(self, eqn: Equation) -> bool:
        """Return whether the equation writes to the memory of its first operand."""
        return eqn.primitive in WRITES or eqn in self._granted

    def continued(self, eqn: Equation) -> Value | None:
        """Return the value whose variable the result takes over: written into, or a total that has grown."""
        target = eqn.operands[0] if eqn.operands else None
        if not isinstance(target, Value) or len(eqn.outputs) != 1:
            return None
        if self.in_place(eqn) or (self._has_grown(eqn, target) and self._is_last(eqn, target)):
            return target
        return None

    def root(self, value: Value) -> Value:
        """Return the value that allocated the memory."""
        return self.memory.sharing.root(value)

    def is_callers(self, value: Value) -> bool:
        """Return whether the memory may be an argument's, or one that NumPy made read-only."""
        return self.memory.sharing.is_frozen(value) or self.root(value) in self.inputs

    def _has_grown(self, eqn: Equation, target: Value) -> bool:
        return target in self._derivatives and self._identity(target) == self._identity(eqn.output)

    def _identity(self, value: Value) -> object:
        """What a value is the cotangent or tangent of: equal for all versions of it."""
        if value not in self._derivatives:
            return value
        pattern, of = self._derivatives[value]
        return pattern, self._identity(of)

    def _may_write(self, eqn: Equation) -> bool:
        if eqn.primitive is not adjoint.accumulate and eqn.primitive not in STORES:
            return False
        target = eqn.operands[0]
        if isinstance(target, Value) and isinstance(target.aval, Scalar):
            outermost = self.memory.liveness.place(eqn)[0] is self.memory.block
            return (outermost or target in self._derivatives) and self._is_last(eqn, target)
        return self.memory.may_write(eqn)

    def _is_last(self, eqn: Equation, target: Value) -> bool:
        """Whether nobody reads the target after the equation, nor a turn of a loop again."""
        return not self.memory.liveness.after(eqn, target)
