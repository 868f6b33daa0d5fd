"""The next value of a carry is computed after what still reads the current one: then one variable will do.

dx[i] += s * ds               instead of         ds_ = x[i] * ds
ds = x[i] * ds                                   dx[i] += s * ds
                                                 ds = ds_

So is what the next value is summed up from, within its statement; and `ds_ = dt; ds_ += ds` is `ds += dt`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from bpcompiler.analysis.clobbers import Memory
from bpcompiler.analysis.liveness import LOOPS
from bpcompiler.analysis.sharing import STORES
from bpcompiler.codegen.expressions import statement_of
from bpcompiler.ir.equations import Block, Equation, Operand, Value, equations_of, has_effect, values_used
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import Array
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.loops import carries_of
from bpcompiler.primitives.piecewise import alias

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
        for made in _links(equations, result, variable):
            if _is_movable(made):
                place = _last_place(equations, made, variable, memory)
                if made.outputs == (result,) or statement_of(equations[place]) == statement_of(made):
                    equations.insert(place, equations.pop(equations.index(made)))
    return Block(block.params, tuple(_added_to(equations, variable)), block.results)


def _added_to(equations: Sequence[Equation], variable: Key) -> list[Equation]:
    """dx_ = dy; dx_ += dx >> dx += dy."""
    uses = Counter(value for eqn in equations for value in values_used(eqn))
    names = {e.output: e for e in equations if e.primitive is alias and uses[e.output] == 1}
    found = list(equations)
    for at, eqn in enumerate(equations):
        name = names.get(eqn.operands[0]) if eqn.primitive is accumulate else None  # type: ignore[arg-type]
        if name is None or isinstance(eqn.output.aval, Array) or not isinstance(eqn.operands[1], Value):
            continue
        if variable(eqn.operands[1]) == variable(eqn.output):
            found[at] = replace(eqn, operands=(eqn.operands[1], *name.operands))
            found[equations.index(name)] = replace(name, outputs=())
    return [eqn for eqn in found if eqn.outputs or eqn.primitive is not alias]


def _inner(eqn: Equation, variable: Key, memory: Memory) -> list[Block]:
    """The branches of an `if` end with what they hand on; of a loop the body does."""
    ends = [b.results for b in eqn.blocks]
    if eqn.primitive in LOOPS:
        ends = [(), carries_of(eqn.blocks[-1], eqn.attrs)][-len(eqn.blocks) :]
    return [_ordered(b, end, variable, memory) for b, end in zip(eqn.blocks, ends, strict=True)]


def _links(equations: Sequence[Equation], result: Operand, variable: Key) -> list[Equation]:
    """Return what makes a next value: the sum, and what is summed up in its variable, the first one first."""
    made = next((e for e in equations if e.outputs == (result,)), None)
    if made is None:
        return []
    target = made.operands[0] if made.primitive is accumulate else None
    if not isinstance(target, Value) or variable(target) != variable(made.output):
        return [made]
    return [*_links(equations, target, variable), made]


def _is_movable(eqn: Equation) -> bool:
    return not has_effect(eqn) and not eqn.blocks and eqn.primitive not in STORES


def _last_place(equations: Sequence[Equation], made: Equation, variable: Key, memory: Memory) -> int:
    """Return the place behind the last equation that reads what has the variable now, if it may stand there.

    What has no name may stand in the expression that reads it, so that is a reader too.
    """
    place = start = equations.index(made)
    readers: set[Value] = set()
    own = {variable(value) for value in values_used(made)} - {variable(made.output)}
    for at, eqn in enumerate(equations[start + 1 :], start + 1):
        read = set(values_used(eqn))
        if made.output in read or _writes_what_is_read(eqn, made, memory):
            break
        if not own.isdisjoint(map(variable, eqn.outputs)):
            break
        if read & readers or any(variable(value) == variable(made.output) for value in read):
            readers.update(value for value in eqn.outputs if variable(value) is value)
            place = at
    return place


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
