"""Whether one loop for two would have to copy arrays that neither of the two has to."""

from __future__ import annotations

from bpcompiler.analysis.clobbers import Memory
from bpcompiler.analysis.sharing import STORES
from bpcompiler.ir.equations import Block, Equation, Value, equations_of, values_used
from bpcompiler.ir.types import Array
from bpcompiler.primitives.loops import empty


def destroys(both: Equation, loop: Equation) -> bool:
    """Return whether a store in `both` destroys values of the loop that none in the loop alone does."""
    everything = [*equations_of(loop.blocks[-1])]
    if not any(eqn.primitive in STORES for eqn in everything):
        return False
    own = {value for eqn in everything for value in eqn.outputs}
    own.update(param for eqn in (loop, *everything) for block in eqn.blocks for param in block.params)
    return bool((_victims(both) - _victims(loop)) & own)


def _victims(loop: Equation) -> set[Value]:
    """Return what stores in a loop would destroy; each array from outside counts as a buffer of its own."""
    outside = dict.fromkeys(v for v in values_used(loop) if isinstance(v.aval, Array))
    made = [
        Equation(empty, (), (value,), {"shape": value.aval.shape, "dtype": value.aval.dtype})
        for value in outside
    ]
    memory = Memory(Block((), (*made, loop), loop.outputs))
    return {clobber.victim for clobber in memory.clobbers() if clobber.victim is not None}
