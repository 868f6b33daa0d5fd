"""Whether the turns of a loop are independent, and which of its values differ from turn to turn.

A turn may read what is there before the loop, and write arrays that it makes itself, and its own part of the
arrays that the loop carries: the elements whose index on one axis is the loop's. It may hand on numbers, such
as a sum over all turns, that take no loop to compute: a loop of their own remains for them, after all else.
Whatever is not known to be so is a reason to leave the loop alone.

What is the same in every turn is computed once, also where there is no turn at all. So it must not fault, and
must not read where only a turn would have shown that there is something.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from bpcompiler.analysis.refusals import may_be_refused
from bpcompiler.errors import Error
from bpcompiler.ir.equations import Block, Effect, Equation, Operand, Value, values_used
from bpcompiler.ir.inequalities import follows
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import Array, Aval, Scalar, is_weak, promote
from bpcompiler.primitives import carries, creation
from bpcompiler.primitives.declare import Elementwise
from bpcompiler.primitives.indexing import At, getslice
from bpcompiler.primitives.loops import empty, for_
from bpcompiler.primitives.regions import if_
from bpcompiler.primitives.stores import setslice
from bpcompiler.transforms.planning.homes import symbols_in
from bpcompiler.transforms.vectorizing.access import is_element, is_own, own_axis
from bpcompiler.transforms.vectorizing.turns import Turns, facts_of

SIZES = {creation.dim, creation.size_value}
MAKERS = {creation.zeros, creation.ones, empty}
DEPTH = 3  # how many facts prove that an index is in bounds


@dataclass(eq=False, slots=True)
class Own:
    """An array that turns write, in all its versions. `axis`: where a turn's own part is, once known.

    `whole`: each turn makes an array of its own, which gets the axis as its last.
    """

    axis: int | None = None
    whole: bool = False


@dataclass(eq=False, slots=True)
class Independence:
    """What is found out about a loop. `undefined`: values that nobody may read.

    `varying`: numbers that differ from turn to turn. `own`: the versions of the arrays that turns write.
    `in_turn`: what depends on the numbers of the turn before; `remaining`: the equations that compute it.
    """

    loop: Equation
    turns: Turns
    undefined: Collection[Value]
    varying: set[Value] = field(default_factory=set)
    own: dict[Value, Own] = field(default_factory=dict)
    in_turn: set[Value] = field(default_factory=set)
    remaining: list[Equation] = field(default_factory=list)

    def holds(self, facts: Sequence[Size]) -> bool:
        """Return whether the turns are independent; `facts`: sizes that are not negative around the loop."""
        (body,) = self.loop.blocks
        index, *params = body.params
        self.varying.add(index)
        self.own.update((param, Own()) for param in params if isinstance(param.aval, Array))
        self.in_turn.update(param for param in params if param not in self.own)
        if self.loop.attrs or not all(self._in_body(eqn, facts) for eqn in body.equations):
            return False
        numbers = (operand for eqn in self.remaining for operand in eqn.operands)
        handed_on = zip(params, body.results, strict=True)
        return all(map(self._may_remain, numbers)) and all(
            self._owner(result) is self.own.get(param) and (param in self.own or self._may_remain(result))
            for param, result in handed_on
        )

    def _may_remain(self, operand: Operand) -> bool:
        """Whether the loop that remains can read an operand: no carried array, no size from an array."""
        if operand is self.loop.blocks[0].params[0] or not self.is_varying(operand):
            return self._owner(operand) is None
        return operand.aval.dtype.is_float or not is_weak(operand.aval)

    def is_own(self, operand: Operand) -> bool:
        """Return whether an operand is an array that turns write."""
        return self._owner(operand) is not None

    def is_whole(self, operand: Operand) -> bool:
        """Return whether an operand is an array that each turn makes anew."""
        owner = self._owner(operand)
        return owner is not None and owner.whole

    def is_varying(self, operand: Operand) -> bool:
        """Return whether a number differs from turn to turn."""
        return isinstance(operand, Value) and operand in self.varying

    def batched(self, operand: Operand) -> Aval:
        """Return the type that an operand has in the array code."""
        return Array(operand.aval.dtype, (self.turns.count,)) if self.is_varying(operand) else operand.aval

    def _owner(self, operand: Operand) -> Own | None:
        return self.own.get(operand) if isinstance(operand, Value) else None

    def _in_body(self, eqn: Equation, facts: Sequence[Size]) -> bool:
        if self.in_turn.isdisjoint(values_used(eqn)):
            return self._equation(eqn, facts)
        self.in_turn.update(eqn.outputs)
        self.remaining.append(eqn)
        is_number = all(isinstance(value.aval, Scalar) for value in eqn.outputs)
        if not is_number or may_be_refused(eqn):  # after all stores it would be too late to raise
            return False
        return isinstance(eqn.primitive, Elementwise) or eqn.primitive is getslice

    def _block(self, block: Block, facts: Sequence[Size]) -> bool:
        return all(self._equation(eqn, facts) for eqn in block.equations)

    def _equation(self, eqn: Equation, facts: Sequence[Size]) -> bool:
        if eqn.primitive is for_:
            return self._loop(eqn, facts)
        if eqn.primitive is if_:
            return self._branch(eqn, facts)
        if eqn.primitive is getslice:
            return self._read(eqn, facts)
        if eqn.primitive is setslice:
            return self._store(eqn)
        if eqn.primitive.effect is not Effect.NONE or self._mentions_index(eqn):
            return False
        if eqn.primitive in SIZES:
            return True
        if eqn.primitive in MAKERS:
            self.own[eqn.output] = Own(len(eqn.output.aval.shape), whole=True)
            return True
        return isinstance(eqn.primitive, Elementwise) and self._elementwise(eqn)

    def _mentions_index(self, eqn: Equation) -> bool:
        """Whether a size in an equation would have to differ from turn to turn."""
        shapes = tuple(size for value in eqn.outputs for size in value.aval.shape)
        return self.turns.symbol in symbols_in((*eqn.attrs.values(), *shapes))

    # ------------------------------------------------------------------ numbers

    def _elementwise(self, eqn: Equation) -> bool:
        if any(self._owner(operand) for operand in eqn.operands) or may_be_refused(eqn):
            return False
        if not any(map(self.is_varying, eqn.operands)):
            return True
        self.varying.add(eqn.output)
        return isinstance(eqn.output.aval, Scalar) and self._keeps_types(eqn)

    def _keeps_types(self, eqn: Equation) -> bool:
        """A Python number takes the type of what it meets; as an element of an array it does not."""
        avals = tuple(map(self.batched, eqn.operands))
        try:
            (aval,) = eqn.primitive.infer(avals, eqn.attrs, ())
        except Error:
            return False
        same = promote(avals) is promote(operand.aval for operand in eqn.operands)
        return same and aval == Array(eqn.output.aval.dtype, (self.turns.count,))

    # ------------------------------------------------------------------ elements

    def _read(self, eqn: Equation, facts: Sequence[Size]) -> bool:
        source, *indices = eqn.operands
        spec = eqn.attrs["spec"]
        if not is_element(spec):
            return False
        if self._owner(source) is None and self.turns.symbol not in symbols_in(spec):
            return not any(map(self.is_varying, indices)) and self._is_in_bounds(eqn, facts)
        self.varying.add(eqn.output)
        return self._takes_own_part(eqn, indices)

    def _is_in_bounds(self, eqn: Equation, facts: Sequence[Size]) -> bool:
        """Whether an index is in bounds even where the loop does not run."""
        for item, size in zip(eqn.attrs["spec"], eqn.operands[0].aval.shape, strict=True):
            assert isinstance(item, At)
            assert item.proven is not None
            if not follows(item.proven, facts, DEPTH) or not follows(size - 1 - item.proven, facts, DEPTH):
                return False
        return True

    def _store(self, eqn: Equation) -> bool:
        target, value, *indices = eqn.operands
        owner = self._owner(target)
        if owner is None or not is_element(eqn.attrs["spec"]) or not isinstance(value.aval, Scalar):
            return False
        self.own[eqn.output] = owner
        return self._takes_own_part(eqn, indices)

    def _takes_own_part(self, eqn: Equation, indices: Sequence[Operand]) -> bool:
        """Whether all turns are a slice of one axis; of an array that the loop carries, each its own part."""
        spec, owner = eqn.attrs["spec"], self._owner(eqn.operands[0])
        if owner is not None and owner.whole:
            return self.turns.symbol not in symbols_in(spec) and not any(map(self.is_varying, indices))
        axis = own_axis(spec, self.turns)
        others = (indices[item.operand - 1] for number, item in enumerate(spec) if number != axis)
        if axis is None or any(map(self.is_varying, others)):
            return False
        if owner is None:
            return True
        if owner.axis is None:
            owner.axis = axis
        return owner.axis == axis and is_own(spec, axis, self.turns)

    # ------------------------------------------------------------------ control flow

    def _loop(self, eqn: Equation, facts: Sequence[Size]) -> bool:
        """A loop inside, with the same range in every turn. What varies in it does from its first turn on."""
        (body,) = eqn.blocks
        if eqn.attrs or any(map(self.is_varying, eqn.operands[:3])):
            return False
        inits, params = carries.inits(eqn), body.params[1:]
        self._pass_on(inits, params)
        while True:
            if not self._block(body, (*facts, *facts_of(eqn))):
                return False
            handed_on = list(zip(params, body.results, strict=True))
            more = {p for p, result in handed_on if self.is_varying(result)} - self.varying
            if not more:
                break
            self.varying |= more
        self._pass_on(params, eqn.outputs)
        if any(self.is_varying(p) and init in self.undefined for p, init in zip(params, inits, strict=True)):
            return False
        return all(self._owner(result) is self._owner(param) for param, result in handed_on)

    def _pass_on(self, operands: Sequence[Operand], values: Sequence[Value]) -> None:
        for operand, value in zip(operands, values, strict=True):
            if self.is_varying(operand):
                self.varying.add(value)
            if (owner := self._owner(operand)) is not None:
                self.own[value] = owner

    def _branch(self, eqn: Equation, facts: Sequence[Size]) -> bool:
        """A branch that all turns take or none. Either side may be the one that stores."""
        if self.is_varying(eqn.operands[0]) or not all(self._block(block, facts) for block in eqn.blocks):
            return False
        for block in eqn.blocks:
            self._pass_on(block.results, eqn.outputs)
        sides = zip(eqn.outputs, *(block.results for block in eqn.blocks), strict=True)
        return all(
            self._owner(value) is self._owner(result)
            and not (self.is_varying(value) and result in self.undefined)
            for value, *results in sides
            for result in results
        )
