"""Where two ways meet: values of equal structure become one, its numbers and arrays results of the region.

    numbers             one number of the promoted type
    arrays              one array; of different storages, a new one
    tuples, lists ...   of equal structure: item by item
    bound on one way    `Maybe`: reading the name is checked by the program

Anything else that differs cannot be joined: `NeedsValueError`, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

import numpy as np

from bpcompiler.frontend.dtypes import dtype_of_array
from bpcompiler.frontend.grown import GrownList
from bpcompiler.frontend.interpreter.functions import closure_of
from bpcompiler.frontend.interpreter.maybe import Maybe, Unjoined
from bpcompiler.frontend.regions import descriptions, holders
from bpcompiler.frontend.regions.descriptions import UNDEFINED, is_array, is_number
from bpcompiler.frontend.state import UNBOUND, same
from bpcompiler.frontend.storage import Mark, Storage
from bpcompiler.frontend.trace import Trace, Traced
from bpcompiler.frontend.tracers import TracedArray
from bpcompiler.ir import sizes
from bpcompiler.ir.equations import Literal, Operand, Value
from bpcompiler.ir.types import BOOL, INT64, Array, Aval, Scalar, promote, without_size
from bpcompiler.primitives import piecewise
from bpcompiler.primitives.regions import undefined

Outputs = Sequence[Any]
Rebuild = Callable[[Outputs], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A result of the region: what it is on either way, its type and name.

    `part` is what a part of a container is called if it gets no name of its own.
    """

    left: Any
    right: Any
    aval: Aval
    name: str
    part: str = ""


@dataclass(slots=True, eq=False)
class Join:
    """Collects the leaves of everything that differs between two ways, left and right.

    `local` are the values that only one of the ways defines. `condition`, of a branch, is true on the left.
    """

    trace: Trace
    own: Callable[[Any], Any]
    local: set[Value]
    marks: tuple[Mark, Mark]
    condition: Any = None
    leaves: list[Leaf] = field(default_factory=list)
    arrays: dict[tuple[Any, Any], Rebuild] = field(default_factory=dict)
    containers: dict[tuple[int, int], Rebuild] = field(default_factory=dict)
    pairs: list[tuple[Storage | None, Storage | None, int]] = field(default_factory=list)

    # ------------------------------------------------------------------ any value

    def value(self, left: Any, right: Any, name: str) -> Rebuild:
        """Return what makes the joined value from the region's results."""
        if isinstance(left, Unjoined) or isinstance(right, Unjoined):
            raise (left if isinstance(left, Unjoined) else right).error
        if any(each is UNBOUND or isinstance(each, Maybe) for each in (left, right)):
            return self._maybe(left, right, name)
        if left is UNDEFINED or right is UNDEFINED:
            return self._one_sided(left, right, name)
        return self._both(left, right, name)

    def _both(self, left: Any, right: Any, name: str) -> Rebuild:
        if is_number(left) and is_number(right):
            return self._number(left, right, name)
        if is_array(left) and is_array(right):
            return self._array(left, right, name)
        if left is right or same(left, right) or _same_function(left, right):
            return lambda outputs: right
        parts = holders.parts(left), holders.parts(right)
        if parts[0] is None or parts[1] is None or type(left) is not type(right):
            raise descriptions.unlike(left, right, name)
        return self._parts(left, right, parts, name)  # type: ignore[arg-type]

    def _one_sided(self, left: Any, right: Any, name: str) -> Rebuild:
        """There is a value on one way only: it is kept as it is, unless the block itself defines it."""
        value = right if left is UNDEFINED else left
        if not self._is_local(value):
            return lambda outputs: value
        if is_number(value):
            return self.leaf(left, right, without_size(self.trace.operand(value).aval), name)
        if is_array(value):
            return self._array(left, right, name)
        parts = holders.parts(value)
        assert parts is not None
        missing = dict.fromkeys(parts, UNDEFINED)
        return self._parts(left, right, (missing, parts) if left is UNDEFINED else (parts, missing), name)

    def _is_local(self, value: Any) -> bool:
        if isinstance(value, GrownList):
            raise value.refused("the use after the loop or branch in which it was made")
        if isinstance(value, TracedArray):
            return value.view is not None or value.storage.initial in self.local
        if isinstance(value, Traced):
            return value.value in self.local
        parts = holders.parts(value)
        return parts is not None and any(map(self._is_local, parts.values()))

    # ------------------------------------------------------------------ numbers

    def _number(self, left: Any, right: Any, name: str) -> Rebuild:
        if left is right or same(left, right) or _same_value(left, right):
            return lambda outputs: left
        avals = [self.trace.operand(side).aval for side in (left, right)]
        return self.leaf(left, right, joined_type(avals[0], avals[1]), name)

    def leaf(self, left: Any, right: Any, aval: Aval, name: str) -> Rebuild:
        """Return the rebuild of a result of the region."""
        self._check_shape(aval, name)
        index = len(self.leaves)
        own, part = ("", name) if isinstance(name, holders.PartName) else (name, "")
        self.leaves.append(Leaf(left, right, aval, own, part))
        return lambda outputs: outputs[index]

    def _check_shape(self, aval: Aval, name: str) -> None:
        """Raise NeedsValueError for a shape that mentions an integer of one of the ways."""
        inner = {
            symbol for value in self.local if isinstance(value.aval, Scalar)
            for symbol in sizes.symbols(value.aval.size or 0)
        }  # fmt: skip
        if any(
            symbol in inner and not self.trace.decisions.decidable(size)
            for size in aval.shape
            for symbol in sizes.symbols(size)
        ):
            raise descriptions.inner_shape(name, aval)

    def flag(self, left: Any, right: Any) -> Rebuild:
        """Return the rebuild of a bool; True on the left only, it is the condition itself."""
        if left is True and right is False and self.condition is not None:
            return lambda outputs: self.condition
        return self.value(left, right, "")

    # ------------------------------------------------------------------ arrays

    def _array(self, left: Any, right: Any, name: str) -> Rebuild:
        if _same_reference(left, right):
            return lambda outputs: left
        for side, mark in zip((left, right), self.marks, strict=True):
            if isinstance(side, TracedArray) and mark.is_stale(side.storage):
                raise descriptions.stale(name)
        key = _reference(left), _reference(right)
        if key not in self.arrays:
            aval = self._array_type(left, right, name)
            self.arrays[key] = self.leaf(left, right, aval, name)
            self.pairs.append((_storage(left), _storage(right), len(self.leaves) - 1))
        return self.arrays[key]

    def _array_type(self, left: Any, right: Any, name: str) -> Aval:
        avals = [self._aval(side) for side in (left, right) if side is not UNDEFINED]
        if avals[0].dtype is not avals[-1].dtype:
            raise descriptions.two_dtypes(name, avals)
        same_rank = len(avals[0].shape) == len(avals[-1].shape)
        dims = zip(avals[0].shape, avals[-1].shape, strict=False)
        if not same_rank or not all(self.trace.decisions.equal(one, other) for one, other in dims):
            raise descriptions.two_shapes(name, avals)
        return Array(avals[0].dtype, avals[0].shape)

    def _aval(self, side: Any) -> Aval:
        return Array(dtype_of_array(side), side.shape) if isinstance(side, np.ndarray) else side.aval

    # ------------------------------------------------------------------ containers

    def _parts(
        self, left: Any, right: Any, parts: tuple[dict[Any, Any], dict[Any, Any]], name: str
    ) -> Rebuild:
        key = id(left), id(right)
        if key in self.containers:
            return self.containers[key]
        if list(parts[0]) != list(parts[1]):
            raise descriptions.unlike(left, right, name)
        whole = right if left is UNDEFINED else left
        items = {
            part: self.value(parts[0][part], parts[1][part], holders.part_name(name, whole, part))
            for part in parts[0]
        }
        made: list[Any] = []

        def rebuild(outputs: Outputs) -> Any:
            if not made:
                made.append(self.own_like(whole, {part: item(outputs) for part, item in items.items()}))
            return made[0]

        self.containers[key] = rebuild
        return rebuild

    def own_like(self, whole: Any, items: dict[Any, Any]) -> Any:
        """Return a new container like `whole` of these items; the trace owns it."""
        made = holders.like(whole, items)
        return made if isinstance(made, tuple) else self.own(made)

    # ------------------------------------------------------------------ names that may be unbound

    def _maybe(self, left: Any, right: Any, name: str) -> Rebuild:
        (one, bound_left), (other, bound_right) = _split(left), _split(right)
        if one is UNDEFINED and other is UNDEFINED:
            return lambda outputs: UNBOUND
        value = self.value(one, other, name)
        flag = self.flag(bound_left, bound_right)
        return lambda outputs: Maybe(value(outputs), flag(outputs))


def _split(value: Any) -> tuple[Any, Any]:
    """Return what a name holds, and whether it is bound."""
    if isinstance(value, Maybe):
        return value.value, value.bound
    if value is UNDEFINED:
        return UNDEFINED, UNDEFINED
    return (UNDEFINED, False) if value is UNBOUND else (value, True)


# ------------------------------------------------------------------ what values are


def _same_value(left: Any, right: Any) -> bool:
    return isinstance(left, Traced) and isinstance(right, Traced) and left.value is right.value


def _same_reference(left: Any, right: Any) -> bool:
    if left is right:
        return True
    if not isinstance(left, TracedArray) or not isinstance(right, TracedArray):
        return False
    return left.storage is right.storage and left.view is None and right.view is None


def _reference(value: Any) -> Any:
    """Return what two references to one array have in common."""
    if isinstance(value, TracedArray):
        return value.storage if value.view is None else value.view
    return id(value)


def _storage(value: Any) -> Storage | None:
    return value.storage if isinstance(value, TracedArray) else None


def _same_function(left: Any, right: Any) -> bool:
    """Return whether two functions made in the trace are one `def` or `lambda`, made twice."""
    if not isinstance(left, FunctionType) or not isinstance(right, FunctionType):
        return False
    one, other = closure_of(left), closure_of(right)
    if one is None or other is None or one.node is not other.node or one.environment is not other.environment:
        return False
    return left.__defaults__ is None and not left.__kwdefaults__ and not one.bind.__defaults__


def joined_type(left: Aval, right: Aval) -> Scalar:
    """Return the type of a number that is one of two: promoted, and weak if both are Python's."""
    weak = all(isinstance(aval, Scalar) and aval.weak for aval in (left, right))
    return Scalar(promote((left, right)), weak)


# ------------------------------------------------------------------ operands


def operand(trace: Trace, value: Any, aval: Aval) -> Operand:
    """Return a value as a result of the block that is being traced, converted to the joined type."""
    if callable(value):
        value = value()
    if value is UNDEFINED:
        return trace.builder.one(undefined, aval=aval)
    given = trace.operand(value)
    if without_size(given.aval) == without_size(aval):
        return given
    assert isinstance(aval, Scalar)
    if isinstance(given, Literal):
        convert = {BOOL: bool, INT64: int}.get(aval.dtype, float)
        return Literal(convert(given.value), aval)
    return trace.builder.one(piecewise.convert, given, dtype=aval.dtype, weak=aval.weak)
