"""What pairs of loops read or write across its order though it is the caller's, or for him: it gets a copy.

By the two indices alone: so the loops around the pair read or write each element again and again.
"""

from __future__ import annotations

from collections.abc import Sequence

from bpcompiler.ir.equations import Equation, Operand, Value
from bpcompiler.ir.program import Program
from bpcompiler.lowering.fusion.memory import Memory, is_array
from bpcompiler.lowering.interchange.pairs import Pair
from bpcompiler.primitives.loops import load


class Across:
    """The equations that read arguments which nobody writes, and the results that pairs write."""

    def __init__(self, program: Program, memory: Memory, pairs: Sequence[Pair]) -> None:
        self._memory = memory
        block = program.block
        accesses = [access for eqn in block.equations for access in memory.of(eqn)]
        written = {access.buffer for access in accesses if access.writes}
        given = {param for param in block.params if is_array(param) and memory.buffer(param) not in written}
        found = [eqn for pair in pairs for eqn in self._in(pair)]
        self.loads = {eqn: None for eqn in found if eqn.primitive is load and eqn.operands[0] in given}
        arguments = {memory.buffer(param) for param in block.params}
        buffers = {memory.buffer(array) for eqn in found if is_array(array := eqn.operands[0])} - arguments
        made = {value for eqn in block.equations for value in eqn.outputs}
        self.results = {r: None for r in block.results if r in made and self._is_of(r, buffers)}

    def __bool__(self) -> bool:
        return bool(self.loads or self.results)

    def _is_of(self, array: Operand, buffers: set[Value]) -> bool:
        return is_array(array) and self._memory.buffer(array) in buffers

    def _in(self, pair: Pair) -> list[Equation]:
        """Return what reads or writes an element by the two indices of a pair, the long one first."""
        (core,) = pair.inner.blocks
        both = {pair.index, core.params[0]}
        return [
            eqn
            for eqn in core.equations
            for access in self._memory.of(eqn)
            if access.indices and both.issuperset(access.indices) and pair.index in access.indices[:-1]
        ]
