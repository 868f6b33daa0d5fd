"""Which values share a variable: versions of an array, a carry and its loop, the results of a branch.

    must    an array and what it is after a store; a loop's carry and what the loop leaves in it
    may     a carry and its first and next values, a branch's results and what they become, a growing total

Two values may share a variable if neither is needed while the other one is there, and the user gave them
no different names. What stands inside an expression is needed where the expression is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from bpcompiler.analysis.liveness import LOOPS, Liveness
from bpcompiler.codegen.expressions import is_transparent
from bpcompiler.codegen.ownership import Ownership
from bpcompiler.ir import sizes
from bpcompiler.ir.equations import Block, Equation, Operand, Value, equations_of
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Dim, Symbol
from bpcompiler.ir.types import Array, Aval, Scalar, is_float
from bpcompiler.primitives import regions
from bpcompiler.primitives.loops import carries_of
from bpcompiler.primitives.stores import copy_array


class Variables:
    """The classes of values that share a variable, each known by one of them."""

    def __init__(self, program: Program, ownership: Ownership, inline: Mapping[Value, Equation]) -> None:
        self._program, self._ownership, self._inline = program, ownership, inline
        self._symbols: defaultdict[Symbol, list[Value]] = defaultdict(list)
        for symbol, value in _symbols_bound(program.block):
            self._symbols[symbol].append(value)
        self.liveness = Liveness(program.block, self._read_by, self._read_at_end)
        self._members: dict[Value, list[Value]] = {}
        self._class: dict[Value, Value] = {}
        self._made = {v: e for e in equations_of(program.block) for v in e.outputs}
        for one, other in self._musts():
            self._merge(one, other)
        for one, other in self._grown():
            if one not in self._inline and not self._conflict(one, other):
                self._merge(one, other)
        for one, other in ((self._written(one), other) for one, other in self._mays()):
            if self._is_alike(one, other) and not self._conflict(one, other):
                self._merge(one, other)

    def __call__(self, value: Value) -> Value:
        """Return the value that stands for all that share its variable."""
        return self._class.get(value, value)

    def sharing(self, value: Value) -> list[Value]:
        """Return the values that share its variable, itself included."""
        return self._members.get(self(value), [value])

    def reads(self, operand: Operand) -> Iterator[Value]:
        """Yield the values whose variables the text of an operand has."""
        if not isinstance(operand, Value):
            return
        eqn = self._inline.get(operand)
        if eqn is None:
            yield operand
            return
        yield from self._read_in(eqn)

    def is_read(self, value: Value) -> bool:
        """Return whether anybody reads the variable of a value."""
        return any(self.liveness.is_read(each) for each in self.sharing(value))

    def is_undefined(self, value: Value) -> bool:
        """Return whether nobody reads the value although he seems to."""
        return value in self._made and self._made[value].primitive is regions.undefined

    # ------------------------------------------------------------------ what the text reads

    def _read_in(self, eqn: Equation) -> Iterator[Value]:
        for operand in eqn.operands:
            yield from self.reads(operand)
        for symbol in _mentioned([*eqn.attrs.values(), *(value.aval.shape for value in eqn.outputs)]):
            for value in self._symbols.get(symbol, ()):
                if value not in eqn.outputs:
                    yield from self.reads(value)

    def _read_by(self, eqn: Equation) -> Iterable[Value]:
        if len(eqn.outputs) == 1 and eqn.output in self._inline:
            return ()
        if eqn.primitive is regions.update and self._ownership.memory.is_updated_in_place(eqn):
            return ()
        return self._read_in(eqn)

    def _read_at_end(self, block: Block) -> Iterable[Value]:
        for result in block.results:
            yield from self.reads(result)

    # ------------------------------------------------------------------ who shares

    def _musts(self) -> Iterator[tuple[Value, Value]]:
        for eqn in equations_of(self._program.block):
            target = self._ownership.continued(eqn)
            if target is not None and isinstance(target.aval, Array) and self._ownership.in_place(eqn):
                yield target, eqn.output
            if eqn.primitive in LOOPS:
                for block in eqn.blocks:
                    yield from zip(_carries(block, eqn), eqn.outputs, strict=True)

    def _grown(self) -> Iterator[tuple[Value, Value]]:
        for eqn in equations_of(self._program.block):
            target = self._ownership.continued(eqn)
            if target is not None and eqn.output not in self._inline:
                yield self._written(target), eqn.output

    def _mays(self) -> Iterator[tuple[Value, Value]]:
        for eqn in equations_of(self._program.block):
            yield from self._reassigned(eqn)
            if eqn.primitive is regions.if_:
                for block in eqn.blocks:
                    yield from _values(zip(block.results, eqn.outputs, strict=True))
            elif eqn.blocks:
                first, body = eqn.operands[len(eqn.operands) - len(eqn.outputs) :], eqn.blocks[-1]
                yield from _values(zip(first, eqn.outputs, strict=True))
                yield from _values(zip(carries_of(body, eqn.attrs), eqn.outputs, strict=True))

    def _reassigned(self, eqn: Equation) -> Iterator[tuple[Value, Value]]:
        """`u = u.copy()`, and in branches and loops `s = s * x`."""
        is_nested = self.liveness.place(eqn)[0] is not self._program.block
        if len(eqn.outputs) != 1 or not (is_nested or eqn.primitive is copy_array):
            return
        name = self.wish(eqn.output)
        for value in self._read_in(eqn):
            if name and self.wish(value) == name:
                yield value, eqn.output

    def _written(self, value: Value) -> Value:
        """Return the value whose variable is written for this one: a number that only changes its type."""
        eqn = self._inline.get(value)
        if eqn is None or not is_transparent(eqn) or not isinstance(eqn.operands[0], Value):
            return value
        return self._written(eqn.operands[0])

    def _is_alike(self, one: Value, other: Value) -> bool:
        """Whether two values have one type, a variable, and no different names."""
        if one in self._inline or other in self._inline or not _same_type(one.aval, other.aval):
            return False
        wishes = {self.wish(value) for value in (*self.sharing(one), *self.sharing(other))} - {""}
        return len(wishes) < 2 and not self.is_undefined(one) and not self.is_undefined(other)

    def _conflict(self, one: Value, other: Value) -> bool:
        """Whether two variables cannot be one."""
        left, right = self.sharing(one), self.sharing(other)
        return left is not right and any(self._interfere(a, b) for a in left for b in right)

    def wish(self, value: Value) -> str:
        """Return the name that the user gave a value, or that of what it is the derivative of."""
        return wish(self._program, value, self.sharing)

    def _merge(self, one: Value, other: Value) -> None:
        if self(one) is self(other):
            return
        members = [*self.sharing(one), *self.sharing(other)]
        head = self(one)
        self._members[head] = members
        self._class.update((value, head) for value in members)

    # ------------------------------------------------------------------ who must not

    def _interfere(self, one: Value, other: Value) -> bool:
        return self._lives_past(one, other) or self._lives_past(other, one)

    def _lives_past(self, value: Value, made: Value) -> bool:
        """Whether a value is there already, and still needed, when another one is made."""
        eqn = self._made.get(made)
        if eqn is not None:
            if value in eqn.outputs:
                return True
            return self.liveness.across(eqn, value)
        home = self.liveness.home(made)
        if value in home.params:
            return True
        loop = self.liveness.owner(home)
        if loop is None:
            return False
        return self.liveness.before(loop, value) and self.liveness.throughout(loop, value)


def _same_type(one: Aval, other: Aval) -> bool:
    """Whether values of two types may be in one variable: a float is one of Python's or NumPy's."""
    both_floats = isinstance(one, Scalar) and isinstance(other, Scalar) and is_float(one)
    return one == other or (both_floats and one.dtype is other.dtype)


def wish(
    program: Program, value: Value, alike: Callable[[Value], Sequence[Value]] = lambda value: (value,)
) -> str:
    """Return the name that the user gave a value, or that of what it is the derivative of; or ""."""
    if value not in program.derivatives:
        return program.names.get(value, "")
    pattern, of = program.derivatives[value]
    known = next(filter(None, (wish(program, each, alike) for each in alike(of))), "")
    return known and pattern.format(known)


def _carries(block: Block, eqn: Equation) -> tuple[Value, ...]:
    return block.params[len(block.params) - len(eqn.outputs) :]


def _values(pairs: Iterable[tuple[Operand, Value]]) -> Iterator[tuple[Value, Value]]:
    return ((one, other) for one, other in pairs if isinstance(one, Value))


def _symbols_bound(block: Block) -> Iterator[tuple[Symbol, Value]]:
    """Yield the symbols that stand for integers of the program, each with its value."""
    for eqn in equations_of(block):
        values = [*eqn.outputs, *(param for inner in eqn.blocks for param in inner.params)]
        for value in values:
            if isinstance(value.aval, Scalar) and value.aval.size is not None:
                symbol = sizes.as_symbol(value.aval.size)
                if symbol is not None and (eqn.blocks or eqn.primitive is regions.as_size):
                    yield symbol, value


def _mentioned(attr: Any) -> Iterator[Symbol]:
    """Yield the symbols of the sizes in an attribute."""
    if isinstance(attr, Dim):
        yield from sizes.symbols(attr)
    elif isinstance(attr, (tuple, list)):
        for item in attr:
            yield from _mentioned(item)
    elif is_dataclass(attr) and not isinstance(attr, type):
        for field in fields(attr):
            yield from _mentioned(getattr(attr, field.name))
