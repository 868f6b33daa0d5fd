"""Copies: after this pass every store may be made in place.

A store makes a new version of an array. Where the old version, or a view of it, is still read later, or the
array is the caller's, something is copied first, at the cheapest place that helps:

    what a loop starts with, in front of the outermost loop        u = u.copy()  for ...:  u[i] = ...
    a view that is read later, where it is made                    top = u[:9].copy()
    the array itself, in front of the store

Each choice is tried: it stands if the store no longer destroys what it did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from operator import is_

from bpcompiler.analysis.clobbers import Clobber, Memory
from bpcompiler.analysis.sharing import SAME, STORES, VIEWS
from bpcompiler.ir.equations import Block, Equation, Operand, Value, equations_of, with_operands
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import Array
from bpcompiler.primitives import regions
from bpcompiler.primitives.indexing import getitem
from bpcompiler.primitives.loops import carries_of
from bpcompiler.primitives.stores import copy_array

Edit = Callable[[Program], Program]


def in_place(program: Program) -> Program:
    """Return the program with copies of what a store in place would destroy though it is still needed."""
    memory = Memory(program.block)
    while (clobber := _worst(memory)) is not None:
        program = _repaired(program, clobber, memory)
        memory = Memory(program.block)
    return program


def _worst(memory: Memory) -> Clobber | None:
    """What the first harmful store destroys; not a view, if there is anything else."""
    first: Clobber | None = None
    for clobber in memory.clobbers():
        if first is not None and clobber.store is not first.store:
            break
        if clobber.victim is None or not _is_view(clobber.victim, memory):
            return clobber
        first = first or clobber
    return first


def _repaired(program: Program, clobber: Clobber, memory: Memory) -> Program:
    *attempts, surest = _edits(clobber, memory)
    for edit in attempts:
        edited = edit(program)
        if not _remains(clobber, edited):
            return edited
    return surest(program)


def _remains(clobber: Clobber, program: Program) -> bool:
    return any(
        found.store.outputs == clobber.store.outputs and found.victim is clobber.victim
        for found in Memory(program.block).clobbers()
    )


# ------------------------------------------------------------------ what may be copied


def _edits(clobber: Clobber, memory: Memory) -> Iterator[Edit]:
    """Yield the copies that may help, the cheapest first; the last one always helps."""
    store, victim = clobber.store, clobber.victim
    if store.primitive is regions.update and victim is not None:
        yield partial(_copied_from, victim=victim, eqn=store)
        return
    view = victim if victim is not None and _is_view(victim, memory) else None
    outermost = view is not None and memory.liveness.home(view) is memory.block
    if view is not None and outermost:
        yield partial(_copied_where_made, view=view)
    for loop, index in reversed(list(_entries(clobber.target, memory))):
        if together := _entering(loop, index, victim, memory):
            yield partial(_copied_before, eqn=loop, indices=together)
    if view is not None and not outermost:
        yield partial(_copied_where_made, view=view)
    if _adds_itself(clobber):
        yield partial(_copied_before, eqn=store, indices=[1])
    yield partial(_copied_before, eqn=store, indices=[0])


def _adds_itself(clobber: Clobber) -> bool:
    return clobber.victim is clobber.store.operands[1]


def _is_view(value: Value, memory: Memory) -> bool:
    eqn = memory.definitions.get(value)
    return eqn is not None and (eqn.primitive in VIEWS or eqn.primitive is getitem)


def _entries(target: Value, memory: Memory) -> Iterator[tuple[Equation, int]]:
    """Yield the loops whose carries brought the array here, the innermost first, each with its operand."""
    value: object = target
    while isinstance(value, Value):
        eqn = memory.definitions.get(value)
        if eqn is not None:
            follows = eqn.primitive in STORES or eqn.primitive in SAME or eqn.primitive in VIEWS
            value = eqn.operands[0] if follows else None
            continue
        home = memory.liveness.home(value)
        loop = memory.liveness.owner(home)
        if loop is None:
            return
        index = len(loop.operands) - len(home.params) + home.params.index(value)
        yield loop, index
        value = loop.operands[index]


def _entering(loop: Equation, index: int, victim: Value | None, memory: Memory) -> list[int]:
    """Return the operands by which what must not be written enters the loop and reaches this carry.

    Carries may change places, `u, v = v, u`: then all that take part are copied.
    """
    body, sharing, first = loop.blocks[-1], memory.sharing, len(loop.operands) - len(loop.outputs)
    carries = body.params[len(body.params) - len(loop.outputs) :]
    results = carries_of(body, loop.attrs)
    reached = [index - first]
    for i in reached:
        result = results[i]
        reached += [
            j
            for j, carry in enumerate(carries)
            if j not in reached and isinstance(result, Value) and sharing.may_share(result, carry)
        ]

    def is_dangerous(init: object) -> bool:
        if not isinstance(init, Value) or not isinstance(init.aval, Array):
            return False
        return sharing.is_frozen(init) if victim is None else sharing.may_share(init, victim)

    return [i + first for i in sorted(reached) if is_dangerous(loop.operands[i + first])]


# ------------------------------------------------------------------ edits


def _copied_before(program: Program, eqn: Equation, indices: list[int]) -> Program:
    """Copy operands of an equation in front of it."""
    originals = {index: _value(eqn.operands[index]) for index in indices}
    copies = {index: _copy(original, eqn) for index, original in originals.items()}
    operands = tuple(copies[i].output if i in copies else o for i, o in enumerate(eqn.operands))
    block = _replaced(program.block, eqn, [*copies.values(), replace(eqn, operands=operands)])
    program = replace(program, block=block)
    for index, original in originals.items():
        program = _named_like(program, copies[index].output, _carry(eqn, index), original)
    return program


def _carry(eqn: Equation, index: int) -> Value:
    """What an operand is called inside of a loop."""
    if not eqn.blocks:
        return _value(eqn.operands[index])
    params = eqn.blocks[-1].params
    return params[len(params) - len(eqn.operands) + index]


def _value(operand: Operand) -> Value:
    assert isinstance(operand, Value)
    return operand


def _copied_where_made(program: Program, view: Value) -> Program:
    """Copy a view where it is made; all who read it read the copy."""
    eqn = next(eqn for eqn in equations_of(program.block) if view in eqn.outputs)
    copy = _copy(view, eqn)
    block = with_operands(program.block, {view: copy.output})
    made = next(e for e in equations_of(block) if view in e.outputs)
    program = _named_like(replace(program, block=_replaced(block, made, [made, copy])), copy.output, view)
    return _unnamed(program, view)


def _copied_from(program: Program, victim: Value, eqn: Equation) -> Program:
    """Copy an array in front of an equation of the outermost block; what follows reads the copy."""
    at = program.equations.index(eqn)
    copy = _copy(victim, eqn)
    later = with_operands(Block((), program.equations[at + 1 :], program.outputs), {victim: copy.output})
    equations = (*program.equations[:at], copy, eqn, *later.equations)
    block = Block(program.block.params, equations, later.results)
    return _named_like(replace(program, block=block), copy.output, victim)


def _copy(value: Value, near: Equation) -> Equation:
    return Equation(copy_array, (value,), (Value(value.aval),), origin=near.origin, phase=near.phase)


def _replaced(block: Block, old: Equation, new: list[Equation]) -> Block:
    equations: list[Equation] = []
    for eqn in block.equations:
        if eqn is old:
            equations += new
        elif eqn.blocks:
            inner = tuple(_replaced(each, old, new) for each in eqn.blocks)
            equations.append(replace(eqn, blocks=inner) if inner != eqn.blocks else eqn)
        else:
            equations.append(eqn)
    same = len(equations) == len(block.equations) and all(map(is_, equations, block.equations))
    return block if same else Block(block.params, tuple(equations), block.results)


def _named_like(program: Program, copy: Value, *originals: Value) -> Program:
    """Call the copy as one of the originals is called: `u = u.copy()`."""
    names, derivatives = dict(program.names), dict(program.derivatives)
    for original in originals:
        if original in derivatives:
            derivatives[copy] = derivatives[original]
        if original in names:
            names[copy] = names[original]
        if original in derivatives or original in names:
            break
    return replace(program, names=names, derivatives=derivatives)


def _unnamed(program: Program, value: Value) -> Program:
    names = {v: name for v, name in program.names.items() if v is not value}
    derivatives = {v: known for v, known in program.derivatives.items() if v is not value}
    return replace(program, names=names, derivatives=derivatives)
