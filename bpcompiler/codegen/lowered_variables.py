"""The variables of a lowered program: which values share one, and what it is called.

A loop's carry is one variable before, in and after the loop wherever that is possible, and so is what the
branches of an `if` leave behind; else the printer assigns. A buffer keeps its variable when it is written.
Names are the user's where given, unique, a function of the program.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpcompiler.codegen.live_ranges import LiveRanges, Range, overlap
from bpcompiler.codegen.lowered_inline import WRITES, Inline
from bpcompiler.codegen.words import word
from bpcompiler.ir.equations import Block, Equation, Operand, Primitive, Value, equations_of
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import Array, Scalar
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.loops import carries_of, empty, for_, load
from bpcompiler.primitives.piecewise import convert
from bpcompiler.primitives.regions import if_, undefined, while_
from bpcompiler.primitives.simd import block_stop
from bpcompiler.primitives.tapes import recall

_WORDS: dict[Primitive, str] = {load: "element", empty: "array", recall: "kept", block_stop: "stop"}


def inits_of(eqn: Equation) -> tuple[Operand, ...]:
    """Return what a loop's carries start with."""
    return eqn.operands[3:] if eqn.primitive is for_ else eqn.operands


def params_of(eqn: Equation) -> tuple[Value, ...]:
    """Return the carries inside a loop's body."""
    return eqn.blocks[-1].params[1:] if eqn.primitive is for_ else eqn.blocks[-1].params


def is_same_number(eqn: Equation) -> bool:
    """Return whether an equation only says that a number is Python's or NumPy's: to Numba they are one."""
    return eqn.primitive is convert and eqn.operands[0].aval.dtype is eqn.output.aval.dtype


class _Shared:
    """Values that share a variable, by union; each set keeps the ranges of its members."""

    def __init__(self, live: LiveRanges) -> None:
        self._live = live
        self._parent: dict[Value, Value] = {}
        self._ranges: dict[Value, list[Range]] = {}
        self._pinned: set[Value] = set()

    def find(self, value: Value) -> Value:
        while (parent := self._parent.get(value, value)) is not value:
            value = parent
        return value

    def pin(self, value: Value) -> None:
        """The variable of a value that sizes are read from is never assigned anything else."""
        self._pinned.add(self.find(value))

    def join(self, one: Value, other: Value) -> None:
        first, second = self.find(one), self.find(other)
        if first is not second:
            ranges = self._of(first) + self._of(second)
            self._parent[second] = first
            self._ranges[first] = ranges
            if second in self._pinned:
                self._pinned.add(first)

    def join_if_free(self, one: Operand, other: Value) -> None:
        """Join two values unless both are needed at once somewhere."""
        if not isinstance(one, Value) or one.aval.dtype is not other.aval.dtype:
            return
        first, second = self.find(one), self.find(other)
        if first is second or first in self._pinned or second in self._pinned:
            return
        if not overlap(self._of(first), self._of(second)):
            self.join(one, other)

    def _of(self, root: Value) -> list[Range]:
        if root not in self._ranges:
            self._ranges[root] = self._live.ranges(root)
        return self._ranges[root]


class Variables:
    """The variable of each value of a lowered program that is not written in place."""

    def __init__(
        self, program: Program, inputs: Sequence[str], inline: Inline, reserved: frozenset[str]
    ) -> None:
        self._inline, self._hints = inline, program.names
        self._shared = _Shared(LiveRanges(program.block, inline))
        self._join(program)
        self._hint_of: dict[Value, str] = {}
        self._names: dict[Value, str] = {}
        self._taken = set(reserved)
        self._loaded = {eqn.output for eqn in equations_of(program.block) if eqn.primitive is load}
        self._numbers: dict[str, int] = {}
        self._indices: set[str] = set()  # names of loop indices that are free again
        for value, name in zip(program.inputs, inputs, strict=True):
            self._names[self._shared.find(value)] = name
            self._taken.add(name)
        self._collect_hints(program)
        self._name_block(program.block)
        for eqn in equations_of(program.block):
            if eqn.primitive is undefined:
                self._name(eqn.outputs, eqn)

    def __call__(self, value: Value) -> str:
        """Return the variable that holds a value."""
        return self._names[self._shared.find(value)]

    def fresh(self, base: str) -> str:
        """Return a new variable: `base`, or `base_1` ... where that is taken."""
        base = base if base.isidentifier() else "value"
        name, number = base, self._numbers.get(base, 0)
        while name in self._taken:
            number += 1
            name = f"{base}_{number}"
        self._numbers[base] = number
        self._taken.add(name)
        return name

    # ------------------------------------------------------------------ what shares a variable

    def _join(self, program: Program) -> None:
        equations = [e for e in equations_of(program.block) if not self._is_inline(e)]
        for value in program.inputs:
            if isinstance(value.aval, Array) or value.aval.size is not None:
                self._shared.pin(value)
        for eqn in equations:
            self._join_always(eqn)
        self._join_same(program.block)
        for eqn in equations:
            for one, other in _copies(eqn):
                if one not in self._inline:
                    self._shared.join_if_free(one, other)

    def _is_inline(self, eqn: Equation) -> bool:
        return len(eqn.outputs) == 1 and eqn.output in self._inline

    def _join_always(self, eqn: Equation) -> None:
        if eqn.primitive in WRITES:
            target = eqn.operands[0]
            assert isinstance(target, Value)
            self._shared.join(target, eqn.output)
        elif eqn.primitive in (for_, while_):
            for block in eqn.blocks:
                for param, after in zip(block.params[-len(eqn.outputs) :], eqn.outputs, strict=False):
                    self._shared.join(after, param)
            if eqn.primitive is for_:
                self._shared.pin(eqn.blocks[0].params[0])
        for value in eqn.outputs:
            if isinstance(value.aval, Scalar) and value.aval.size is not None:
                self._shared.pin(value)

    def _join_same(self, block: Block) -> None:
        """What a loop does not change, or changes in place, is the same all the way."""
        for eqn in block.equations:
            for inner in eqn.blocks:
                self._join_same(inner)
            if eqn.primitive in (for_, while_):
                results = carries_of(eqn.blocks[-1], eqn.attrs)
                for init, result, param in zip(inits_of(eqn), results, params_of(eqn), strict=True):
                    if isinstance(init, Value) and self._is_same(result, param):
                        self._shared.join(init, param)
            elif eqn.primitive is if_:
                for then, otherwise, after in zip(*(b.results for b in eqn.blocks), eqn.outputs, strict=True):
                    if isinstance(then, Value) and self._is_same(otherwise, then):
                        self._shared.join(then, after)

    def _is_same(self, one: Operand, other: Value) -> bool:
        return isinstance(one, Value) and self._shared.find(one) is self._shared.find(other)

    # ------------------------------------------------------------------ names

    def _collect_hints(self, program: Program) -> None:
        for value in _values(program.block):
            if value in self._hints and self._hints[value].isidentifier():
                self._hint_of.setdefault(self._shared.find(value), self._hints[value])

    def _name_block(self, block: Block) -> None:
        for eqn in block.equations:
            if self._is_inline(eqn) or eqn.primitive is undefined:
                continue
            index = self._name_index(eqn) if eqn.primitive is for_ else ""
            self._name(eqn.blocks[-1].params if eqn.blocks else (), eqn)
            for inner in eqn.blocks:
                self._name_block(inner)
            self._indices.discard("")
            if index:
                self._indices.add(index)
            self._name(eqn.outputs, eqn)

    def _name(self, values: Sequence[Value], eqn: Equation) -> None:
        for value in values:
            root = self._shared.find(value)
            if root not in self._names:
                self._names[root] = self.fresh(self._hint_of.get(root) or self._invented(value, eqn))

    def _invented(self, value: Value, eqn: Equation) -> str:
        if eqn.blocks:
            return "total" if value.aval.dtype.is_float else "count"
        if is_same_number(eqn) and eqn.operands[0] in self._loaded:
            return _WORDS[load]
        return _WORDS.get(eqn.primitive) or word(eqn, self.known)

    def _name_index(self, eqn: Equation) -> str:
        """Indices of loops that follow one another may have one name: they are integers all."""
        root = self._shared.find(eqn.blocks[0].params[0])
        base = self._hint_of.get(root, "i")
        name = base if base in self._indices else self.fresh(base)
        self._indices.discard(name)
        self._names[root] = name
        return name

    def known(self, value: Value) -> str:
        """Return the variable that holds a value, "" if none does."""
        return self._names.get(self._shared.find(value), "")


def _values(block: Block) -> Iterator[Value]:
    for eqn in block.equations:
        yield from eqn.outputs
        for inner in eqn.blocks:
            yield from inner.params
            yield from _values(inner)


def _copies(eqn: Equation) -> Iterator[tuple[Operand, Value]]:
    """Yield (value, value) where one is handed on as the other."""
    if eqn.primitive in (for_, while_):
        results = carries_of(eqn.blocks[-1], eqn.attrs)
        for init, result, param in zip(inits_of(eqn), results, params_of(eqn), strict=True):
            yield result, param
            yield init, param
    elif eqn.primitive is if_:
        for block in eqn.blocks:
            yield from zip(block.results, eqn.outputs, strict=True)
    elif eqn.primitive is accumulate or (eqn.outputs and is_same_number(eqn)):
        yield eqn.operands[0], eqn.output
