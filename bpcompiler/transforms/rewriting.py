"""Derivative equations made anew, each through the rewrites of its primitive; nested blocks too.

What is computed in a block is not known outside of it. What a region carries and returns keeps its type.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Effect, Equation, Literal, Operand, Primitive, Value, equations_of
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import FLOAT32, Array, Aval, Scalar, is_weak
from bpcompiler.primitives.broadcasting import broadcast_to, expand_dims, squeeze
from bpcompiler.primitives.creation import zeros, zeros_like
from bpcompiler.primitives.indexing import getslice
from bpcompiler.primitives.piecewise import alias, convert
from bpcompiler.primitives.shapes import reshape, transpose
from bpcompiler.transforms.rewrites import Wanted, rewrites_of

# Views cost nothing: they are written where they are needed. What is written to is nobody else's.
CHEAP = {broadcast_to, expand_dims, getslice, reshape, squeeze, transpose, zeros, zeros_like}


def rewritten(program: Program) -> Program:
    """Return the program with every derivative equation made anew."""
    return _Rewriter(program).run()


class _Rewriter:
    """The new program under construction. Rewrites ask it for definitions, and to make equations."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.emit = Builder((), _names_to_keep(program), program.derivatives)
        self._new: dict[Value, Operand] = {}
        self._defined: dict[Value, Equation] = {}
        self._known: ChainMap[object, Value] = ChainMap()
        self._first: dict[Operand, Value] = {}  # of views that are made again and again, the first
        self._place: dict[Equation, object] = {}
        self._carried: set[Value] = set()
        self._whole = {*_handed_to_regions(program.block)}
        self._here: object = program.block
        everything = [*equations_of(program.block)]
        self._phases: dict[Operand, tuple[str, ...]] = {
            value: eqn.phase for eqn in everything for value in eqn.outputs
        }
        self._mixed = any(v.aval.dtype is FLOAT32 for eqn in everything for v in eqn.outputs)

    def run(self) -> Program:
        for eqn in self.program.equations:
            self._equation(eqn)
        self.emit.origin, self.emit.phase = None, self._last_phase()
        results = [self._result(result) for result in self.program.outputs]
        self._follow_bases()
        return self.emit.program(self.program.name, self.program.inputs, results)

    def _follow_bases(self) -> None:
        """What a cotangent belongs to may have become another value."""
        derivatives = self.emit.derivatives
        for value, (pattern, of) in list(derivatives.items()):
            now = self._new.get(of, of)
            if isinstance(now, Value):
                derivatives[value] = (pattern, now)

    # ------------------------------------------------------------------ what rewrites ask for

    def definition(self, operand: Operand, primitive: Primitive) -> Equation | None:
        """Return the equation that defines an operand, if it is of this primitive."""
        eqn = self._defined.get(operand) if isinstance(operand, Value) else None
        return eqn if eqn is not None and eqn.primitive is primitive else None

    def is_near(self, eqn: Equation) -> bool:
        """Return whether an equation belongs to the statement at hand."""
        here = self.emit.origin
        return eqn.origin is here or (
            eqn.origin is not None and here is not None and eqn.origin.statement == here.statement
        )

    def is_local(self, eqn: Equation) -> bool:
        """Return whether an equation stands in the block at hand, not in one around it."""
        return self._place[eqn] is self._here

    def is_derivative(self, operand: Operand) -> bool:
        """Return whether an operand was computed for the derivative."""
        return isinstance(operand, Value) and operand in self._defined and bool(self._defined[operand].phase)

    def is_named(self, operand: Operand) -> bool:
        """Return whether the operand will be a variable."""
        return operand in self.emit.names

    def make(self, primitive: Primitive, *operands: Operand, **attrs: Any) -> Operand:
        """Return the value of a new equation, or what one of the rewrites makes of it."""
        (expected,) = primitive.infer(tuple(o.aval for o in operands), attrs, ())
        wanted = Wanted(primitive, operands, attrs, expected)
        for rewrite in rewrites_of(primitive):
            found = rewrite(self, wanted)
            if found is not None and self._may_stand_for(found.aval, expected):
                return found
        key = self._key(primitive, operands, attrs)
        if key not in self._known or not isinstance(expected, Array) or primitive in CHEAP:
            value = self.emit.one(primitive, *operands, **attrs)
            self._define(value)
            if key in self._known:
                self._first[value] = self._first.get(self._known[key], self._known[key])
            self._known[key] = value
        return self._known[key]

    # ------------------------------------------------------------------ the old program

    def _equation(self, eqn: Equation) -> None:
        with self.emit.at(eqn.origin, eqn.phase):
            if eqn.blocks:
                operands = tuple(map(self._exact, eqn.operands))
                blocks = tuple(map(self._block, eqn.blocks))
                self._append(replace(eqn, operands=operands, blocks=blocks))
                self._name_results(eqn, blocks)
            elif eqn.phase and len(eqn.outputs) == 1 and eqn.primitive.effect is Effect.NONE:
                self._replace(eqn.output, self.make(eqn.primitive, *self._read(eqn.operands), **eqn.attrs))
            else:
                self._keep(eqn)

    def _block(self, block: Block) -> Block:
        """Return a nested block, rewritten; its results have the types that they had."""
        outer, here = self.emit, self._here
        self.emit, self._known, self._here = outer.inside(), self._known.new_child(), block
        self._name_again(block.params)
        self._carried.update(block.params)
        try:
            for eqn in block.equations:
                self._equation(eqn)
            return self.emit.block(block.params, [*map(self._exact, block.results)])
        finally:
            self.emit, self._known, self._here = outer, self._known.parents, here

    def _exact(self, old: Operand) -> Operand:
        """Return what an operand is now, in exactly the type that it had."""
        (new,) = self._read((old,))
        if new.aval == old.aval or not isinstance(old.aval, Scalar):
            return new
        if isinstance(new, Literal):
            return Literal(new.value, old.aval)
        with self.emit.at(self.emit.origin, self._phases.get(old, self.emit.phase)):
            value = self.emit.one(convert, new, dtype=old.aval.dtype, weak=old.aval.weak)
        self._define(value)
        return value

    def _keep(self, eqn: Equation) -> None:
        """Take over an equation of the primal, or one with an effect. A tape keeps one type.

        The primal reads derivatives where the function differentiates something itself.
        """
        operands = self._read(eqn.operands)
        if eqn.primitive.effect is Effect.TAPE or not _gives_the_same(eqn, operands):
            operands = tuple(map(self._exact, eqn.operands))
        self._append(eqn if operands == eqn.operands else replace(eqn, operands=operands))

    def _append(self, eqn: Equation) -> None:
        self.emit.equations.append(eqn)
        self._place[eqn] = self._here
        self._defined.update((value, eqn) for value in eqn.outputs)
        self._name_again(eqn.outputs)

    def _name_again(self, values: Iterable[Value]) -> None:
        self.emit.names.update((v, self.program.names[v]) for v in values if v in self.program.names)

    def _name_results(self, eqn: Equation, blocks: Iterable[Block]) -> None:
        """What hands on a number is called after what the number was called."""
        for old, new in zip(eqn.blocks, blocks, strict=True):
            for value, result, number in zip(eqn.outputs, old.results, new.results, strict=False):
                if isinstance(number, Literal) and isinstance(result, Value) and value not in self.emit.names:
                    self._call(value, result)

    def _call(self, new: Value, old: Value) -> None:
        """Give a value the name of another one, if that has one."""
        if old in self.program.names:
            self.emit.names[new] = self.program.names[old]
            if old in self.program.derivatives:
                self.emit.derivatives[new] = self.program.derivatives[old]

    def _define(self, value: Value) -> None:
        """Remember the equation that was added last."""
        self._defined[value] = self.emit.equations[-1]
        self._place[self.emit.equations[-1]] = self._here

    def _replace(self, old: Value, new: Operand) -> None:
        """Say what an old value is now. Where it had a name the new one gets it, or a second one."""
        derivatives = self.emit.derivatives
        if old in self.program.names:
            narrow = self._equal_in_all_places(old, new)
            if narrow is not None:
                new = self.make(broadcast_to, self._called(narrow, old), shape=new.aval.shape)
            else:
                new = self._called(new, old)
        elif isinstance(new, Value) and old in derivatives and self.is_derivative(new):
            derivatives.setdefault(new, derivatives[old])
        self._new[old] = new

    def _called(self, new: Operand, old: Value) -> Operand:
        """Return the new operand under the name of the old value, or a second name for it.

        What a loop carries keeps its name where an adjoint adds nothing to it: then no turn changes it. In
        branches and turns the result's own cotangent, 1.0, needs no name.
        """
        if isinstance(new, Literal) and new.value == 1 and self._here is not self.program.block:
            return new
        if isinstance(new, Value) and self._has_name_of(old, new):
            return new
        if not isinstance(new, Value) or not self._may_be_called(new, old):
            new = self.emit.one(alias, new)
            self._define(new)
        self._call(new, old)
        return new

    def _has_name_of(self, old: Value, new: Value) -> bool:
        """Return whether a carry, or an array of the derivative, is called like this already."""
        name = self.program.names[old]
        if new in self._carried:
            return self.program.names.get(new) == name
        _, of = self.program.derivatives.get(old, ("", old))
        if not isinstance(new.aval, Array) or not self.is_derivative(new) or of in self.program.inputs:
            return False  # a gradient is called after the argument
        return self.emit.names.get(new) == name

    def _equal_in_all_places(self, old: Value, new: Operand) -> Operand | None:
        """What stands for the cotangent of a mere intermediate; gradients and carries are whole arrays."""
        spread = self.definition(new, broadcast_to)
        if spread is None or not spread.phase or old in self._whole:
            return None
        _, of = self.program.derivatives.get(old, ("", old))
        return None if of in self.program.inputs else spread.operands[0]

    def _may_be_called(self, new: Value, old: Value) -> bool:
        derivatives = self.emit.derivatives
        if new in self.emit.names or not self.is_derivative(new):
            return False
        return new not in derivatives or derivatives[new] == derivatives.get(old)

    def _read(self, operands: tuple[Operand, ...]) -> tuple[Operand, ...]:
        return tuple(self._new.get(o, o) if isinstance(o, Value) else o for o in operands)

    def _may_stand_for(self, found: Aval, expected: Aval) -> bool:
        """Weakness decides what float32 becomes, and nothing where there is none."""
        if isinstance(found, Array) or isinstance(expected, Array):
            return found == expected
        return found.dtype is expected.dtype and (not self._mixed or found.weak == expected.weak)

    def _key(self, primitive: Primitive, operands: tuple[Operand, ...], attrs: Mapping[str, Any]) -> object:
        statement = self.emit.origin.statement if self.emit.origin else -1
        firsts = tuple(self._first.get(o, o) for o in operands)
        return (statement, self.emit.phase, primitive, firsts, tuple(sorted(attrs.items())))

    def _last_phase(self) -> tuple[str, ...]:
        return self.program.equations[-1].phase if self.program.equations else ()

    def _result(self, result: Operand) -> Operand:
        (new,) = self._read((result,))
        wanted = result.aval
        if not isinstance(wanted, Scalar) or is_weak(new.aval) == wanted.weak:
            return new
        exact = self.make(convert, new, dtype=wanted.dtype, weak=wanted.weak)
        if isinstance(result, Value) and result in self.emit.derivatives and isinstance(exact, Value):
            self.emit.derivatives[exact] = self.emit.derivatives[result]
        return exact


def _gives_the_same(eqn: Equation, operands: tuple[Operand, ...]) -> bool:
    """Return whether an equation's outputs have the types that they have with other operands too."""
    avals = tuple(operand.aval for operand in operands)
    if eqn.blocks or avals == tuple(operand.aval for operand in eqn.operands):
        return True
    return tuple(eqn.primitive.infer(avals, eqn.attrs, ())) == tuple(value.aval for value in eqn.outputs)


def _handed_to_regions(block: Block) -> Iterator[Operand]:
    """Yield what loops start with, and what nested blocks return."""
    for eqn in block.equations:
        if eqn.blocks:
            yield from eqn.operands
        for inner in eqn.blocks:
            yield from inner.results
            yield from _handed_to_regions(inner)


def _names_to_keep(program: Program) -> dict[Value, str]:
    return {value: program.names[value] for value in program.inputs if value in program.names}
