"""Nothing is computed, or read from memory, twice: what is known to be the same number is that number.

    store(x, a, i); load(x, i)         is a
    exp(x) ... exp(x)                  is computed once, where the first one is
    in a loop, what is the same in each turn is computed in front of it

An array is a value, and each store makes a new one. So an element of one and the same array never changes,
and an element that was just stored need not be read.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Hashable
from dataclasses import replace

from bpcompiler.ir.equations import Attrs, Block, Effect, Equation, Literal, Operand, Value
from bpcompiler.ir.program import Program
from bpcompiler.ir.substitution import substituted
from bpcompiler.ir.types import Array, Scalar
from bpcompiler.lowering.fusion.bounds import TRUE, Bounds
from bpcompiler.primitives.arithmetic import floordiv
from bpcompiler.primitives.creation import size_value
from bpcompiler.primitives.loops import check, for_, load, store
from bpcompiler.primitives.piecewise import convert
from bpcompiler.primitives.powers import mod
from bpcompiler.primitives.regions import as_size, undefined

NEVER = {as_size, undefined, size_value}
DIVISIONS = {floordiv, mod}  # of integers: not by zero, a check in the loop has seen to that
Key = tuple[Hashable, ...]


def numbered(program: Program) -> Program:
    """Return the program where each number is computed once, as far out as it can be."""
    numbering = _Numbering(program)
    block = numbering.block(program.block, ChainMap(), set(program.inputs))
    return replace(program, block=block, names=numbering.names)


class _Numbering:
    def __init__(self, program: Program) -> None:
        self.names = dict(program.names)
        self._instead: dict[Value, Operand] = {}
        self._stored: dict[Value, Equation] = {}
        self._bounds = Bounds(program.block)

    def block(self, block: Block, known: ChainMap[Key, Value], scope: set[Value]) -> Block:
        """Return the block; `known`: what is computed already, around it. `scope`: what is there in it."""
        scope |= set(block.params)
        equations: list[Equation] = []
        for eqn in block.equations:
            equations += self._equation(eqn, known, scope)
        results = tuple(
            self._typed(substituted(result, self._instead), result.aval, equations)
            for result in block.results
        )
        return Block(block.params, tuple(equations), results)

    def _equation(self, old: Equation, known: ChainMap[Key, Value], scope: set[Value]) -> list[Equation]:
        eqn = replace(old, operands=tuple(substituted(operand, self._instead) for operand in old.operands))
        if eqn.blocks:
            return self._region(eqn, known, scope)
        if eqn.primitive is load and (value := self._stored_at(eqn)) is not None:
            return self._is(eqn, value, scope)
        if (value := self._bounds.decided(eqn)) is not None:
            self._instead[eqn.output] = value
            return []
        if eqn.primitive is check and eqn.operands[0] == TRUE:
            return []
        self._bounds.learn(eqn)
        if _is_number(eqn) or eqn.primitive is size_value:
            same = known.get(_key(eqn))
            if same is not None and same in scope:
                self._same(eqn.output, same)
                return []
            known[_key(eqn)] = eqn.output
        elif eqn.primitive is store:
            eqn = self._stored[eqn.output] = self._without_overwritten(eqn)
        scope.update(eqn.outputs)
        return [eqn]

    # ------------------------------------------------------------------ what is the same

    def _stored_at(self, eqn: Equation) -> Operand | None:
        array, *indices = eqn.operands
        stored = self._stored.get(array) if isinstance(array, Value) else None
        if stored is None or list(stored.operands[2:]) != indices:
            return None
        return stored.operands[1]

    def _without_overwritten(self, eqn: Equation) -> Equation:
        """A store into the element that was stored last needs nothing of that: the first one may be dead."""
        before = self._stored.get(eqn.operands[0])  # type: ignore[arg-type]
        if before is None or before.operands[2:] != eqn.operands[2:]:
            return eqn
        return replace(eqn, operands=(before.operands[0], *eqn.operands[1:]))

    def _is(self, eqn: Equation, value: Operand, scope: set[Value]) -> list[Equation]:
        """Let an element that is read be the number that was stored, in the type that is read."""
        more: list[Equation] = []
        typed = self._typed(value, eqn.output.aval, more, eqn)
        scope.update(new.output for new in more)
        if isinstance(typed, Value):
            self._same(eqn.output, typed)
            name = self.names.get(eqn.operands[0]) if isinstance(eqn.operands[0], Value) else None
            if name and isinstance(value, Value):
                self.names.setdefault(value, name)
        else:
            self._instead[eqn.output] = typed
        return more

    def _same(self, value: Value, other: Value) -> None:
        self._instead[value] = other
        if value in self.names:
            self.names.setdefault(other, self.names[value])

    def _typed(
        self, operand: Operand, aval: object, into: list[Equation], like: Equation | None = None
    ) -> Operand:
        """Return the number as a Python or a NumPy one, whichever is wanted: to machine code they are one."""
        if operand.aval == aval or not isinstance(aval, Scalar) or isinstance(operand.aval, Array):
            return operand
        if aval.size is not None or operand.aval.dtype is not aval.dtype:
            return operand
        if isinstance(operand, Literal):
            return Literal(operand.value, aval)
        attrs = {"dtype": aval.dtype, "weak": aval.weak, "plain": True}
        eqn = Equation(convert, (operand,), (Value(aval),), attrs)
        if like is not None:
            eqn = replace(eqn, origin=like.origin, phase=like.phase)
        into.append(eqn)
        return eqn.output

    # ------------------------------------------------------------------ loops and branches

    def _region(self, eqn: Equation, known: ChainMap[Key, Value], scope: set[Value]) -> list[Equation]:
        blocks = [self.block(inner, known.new_child(), set(scope)) for inner in eqn.blocks]
        moved: list[Equation] = []
        if eqn.primitive is for_:
            moved, blocks[0] = self._without_invariants(blocks[0], scope, known)
        scope.update(value for new in moved for value in new.outputs)
        scope.update(eqn.outputs)
        return [*moved, replace(eqn, blocks=tuple(blocks))]

    def _without_invariants(
        self, body: Block, scope: set[Value], known: ChainMap[Key, Value]
    ) -> tuple[list[Equation], Block]:
        """Take out of a body what needs nothing of its turn."""
        moved: list[Equation] = []
        kept: list[Equation] = []
        there = set(scope)
        for eqn in body.equations:
            if _is_number(eqn) and self._needs_only(eqn, there):
                moved.append(eqn)
                there.add(eqn.output)
                known.setdefault(_key(eqn), eqn.output)
            else:
                kept.append(eqn)
        return moved, replace(body, equations=tuple(kept))

    def _needs_only(self, eqn: Equation, there: set[Value]) -> bool:
        """Whether all operands are there, and an element that is read, too: the loop may have no turn."""
        values = [operand for operand in eqn.operands if isinstance(operand, Value)]
        if not all(value in there for value in values):
            return False
        if eqn.primitive is load:
            below = [self._bounds.below(index) for index in eqn.operands[1:]]
            return below == list(eqn.operands[0].aval.shape)
        return eqn.primitive not in DIVISIONS or eqn.output.aval.dtype.is_float


def _is_number(eqn: Equation) -> bool:
    """Whether an equation computes one number and does nothing else."""
    if eqn.blocks or eqn.primitive.effect is not Effect.NONE or eqn.primitive in NEVER:
        return False
    if len(eqn.outputs) != 1 or not isinstance(eqn.output.aval, Scalar) or eqn.output.aval.size is not None:
        return False
    return eqn.primitive is load or not any(isinstance(operand.aval, Array) for operand in eqn.operands)


def _key(eqn: Equation) -> Key:
    operands = tuple(
        operand if isinstance(operand, Value) else (repr(operand.value), operand.aval)
        for operand in eqn.operands
    )
    return eqn.primitive, operands, _attrs_key(eqn.attrs), eqn.output.aval


def _attrs_key(attrs: Attrs) -> Key:
    if "size" in attrs:
        return (attrs["size"],)
    return tuple(sorted((name, repr(value)) for name, value in attrs.items()))
