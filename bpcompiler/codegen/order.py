"""The next value of a carry is computed after what still reads the current one: then one variable will do.

dx[i] += s * ds               instead of         ds_ = x[i] * ds
ds = x[i] * ds                                   dx[i] += s * ds
                                                 ds = ds_
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bpcompiler.analysis.clobbers import Memory
from bpcompiler.analysis.liveness import LOOPS
from bpcompiler.analysis.sharing import STORES
from bpcompiler.ir.equations import Block, Equation, Operand, Value, equations_of, has_effect, values_used
from bpcompiler.ir.program import Program
from bpcompiler.primitives.loops import carries_of

Key = Callable[[Value], object]


def carries_last(program: Program, variable: Key) -> Program:
    """Return the program with next values moved back; `variable`: equal for what could share a variable."""
    memory = Memory(program.block)
    return replace(program, block=_ordered(program.block, (), variable, memory))


def _ordered(block: Block, results: Sequence[Operand], variable: Key, memory: Memory) -> Block:
    equations = [
        replace(e, blocks=tuple(_inner(e, variable, memory))) if e.blocks else e for e in block.equations
    ]
    for result in results:
        made = next((e for e in equations if e.outputs == (result,)), None)
        if made is not None and _is_movable(made):
            _move_back(equations, made, variable, memory)
    return Block(block.params, tuple(equations), block.results)


def _inner(eqn: Equation, variable: Key, memory: Memory) -> list[Block]:
    """The branches of an `if` end with what they hand on; of a loop the body does."""
    ends = [b.results for b in eqn.blocks]
    if eqn.primitive in LOOPS:
        ends = [(), carries_of(eqn.blocks[-1], eqn.attrs)][-len(eqn.blocks) :]
    return [_ordered(b, end, variable, memory) for b, end in zip(eqn.blocks, ends, strict=True)]


def _is_movable(eqn: Equation) -> bool:
    return not has_effect(eqn) and not eqn.blocks and eqn.primitive not in STORES


def _move_back(equations: list[Equation], made: Equation, variable: Key, memory: Memory) -> None:
    """Move an equation behind the last one that reads what has its variable now, if it may stand there.

    What has no name may stand in the expression that reads it, so that is a reader too.
    """
    place = start = equations.index(made)
    readers: set[Value] = set()
    for at, eqn in enumerate(equations[start + 1 :], start + 1):
        read = set(values_used(eqn))
        if made.output in read or _writes_what_is_read(eqn, made, memory):
            break
        if read & readers or any(variable(value) == variable(made.output) for value in read):
            readers.update(value for value in eqn.outputs if variable(value) is value)
            place = at
    equations.insert(place, equations.pop(start))


def _writes_what_is_read(eqn: Equation, made: Equation, memory: Memory) -> bool:
    targets = [e.operands[0] for e in _all(eqn) if e.primitive in STORES]
    return any(
        memory.sharing.may_share(target, value)
        for target in targets
        for value in values_used(made)
        if isinstance(target, Value)
    )


def _all(eqn: Equation) -> list[Equation]:
    return [eqn, *(inner for block in eqn.blocks for inner in equations_of(block))]
