"""The cotangents of a block while it is walked backwards.

Each value has a total so far. The first contribution is the total, later ones are added by `accumulate`; a
cotangent is final when it is first read. Every contribution is brought to the type of its value here:
broadcasting undone, dtype converted. The cotangent of `x` is called `dx`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping

from bpcompiler.errors import CompilerError
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import (
    Block,
    Equation,
    Literal,
    Operand,
    Value,
    equations_of,
    literal,
)
from bpcompiler.ir.types import FLOAT64, Array, Aval, Scalar, is_float, is_weak
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.broadcasting import unbroadcast
from bpcompiler.primitives.creation import zeros, zeros_like
from bpcompiler.primitives.indexing import add_at, getslice
from bpcompiler.primitives.piecewise import alias, convert
from bpcompiler.primitives.shapes import reshape
from bpcompiler.primitives.tapes import Tape, recall, record
from bpcompiler.transforms.scattered import Scattered
from bpcompiler.transforms.view_cotangents import Views, handed_on, scatter_through

# A condition and the side of it on which a cotangent is exactly zero, whatever it is multiplied by later.
Mask = tuple[Operand, bool]
Masks = tuple[Mask, ...]


class Cotangents:
    """Totals by value. `active`: the values that have a cotangent at all."""

    def __init__(
        self,
        emit: Builder,
        active: Iterable[Value],
        totals: Mapping[Value, Operand] | None = None,
        around: Cotangents | None = None,
    ) -> None:
        self.emit = emit
        self.active: set[Value] = around.active if around is not None else set(active)
        self.active_tapes: set[Tape] = (
            around.active_tapes if around is not None else _active_tapes(emit, self.active)
        )
        self.tapes: dict[Tape, Tape] = around.tapes if around is not None else {}
        self._old: set[Operand] = around._old if around is not None else {*_values(emit), *self.active}  # noqa: SLF001
        self._totals: dict[Value, Operand] = dict(totals or {})
        self._read: set[Value] = set()
        self._masks: dict[Value, Masks] = {}
        self._handed: set[Operand] = set()  # by the region around
        self._views: Views = around._views if around is not None else Views(emit.equations)  # noqa: SLF001
        self._scattered = Scattered()
        self._local: set[Value] | None = None  # of a nested block: what it defines
        self._handed_in: set[Value] = set()

    def __contains__(self, value: object) -> bool:
        return value in self._totals

    def inside(self, emit: Builder, block: Block, known: Iterable[Value] = ()) -> Cotangents:
        """Return the cotangents of a nested block; the totals of what is known are handed in."""
        totals = {value: self._totals[value] for value in known if value in self._totals}
        inner = Cotangents(emit, self.active, totals, around=self)
        inner._local = {*block.params, *(value for eqn in block.equations for value in eqn.outputs)}
        inner._handed_in = {*known}
        return inner

    def base(self, value: Value) -> Value:
        """Return what a value, which is not of the block at hand, is a view of: that has the cotangent."""
        return self._views.base(value)

    def touches_tapes(self, eqn: Equation) -> bool:
        """Return whether an equation, or one in its blocks, uses a tape of what has a derivative."""
        if eqn.attrs.get("tape") in self.active_tapes:
            return True
        return any(self.touches_tapes(inner) for block in eqn.blocks for inner in block.equations)

    def put(self, value: Value, total: Operand) -> None:
        """Replace the total of a value: a region has added to it."""
        if value in self._read:
            raise CompilerError("a cotangent grew after it was read")
        self._totals[value] = total
        self._masks[value] = ()

    def add_result(self, result: Operand, ct: Operand) -> None:
        """Add the cotangent of a block's result to that of the value that it is."""
        if isinstance(result, Value):
            self._handed.add(ct)
            self.add(result, ct)

    def total_or_zero(self, value: Value) -> Operand:
        """Return the cotangent so far, or zero."""
        return self._totals[value] if value in self._totals else zero_of(self.emit, value.aval)

    def final_or_zero(self, value: Value) -> Operand:
        """Return the cotangent, to which nothing may be added from now on, or zero."""
        return self.final(value) if value in self._totals else zero_of(self.emit, value.aval)

    def final(self, value: Value) -> Operand:
        """Return the cotangent of a value; nothing may be added to it from now on."""
        self._read.add(value)
        return self._totals[value]

    def add_seed(self, value: Value, ct: Operand) -> None:
        """Give an output its cotangent from outside; a value returned twice gets the sum."""
        if value in self.active:
            total = self._totals.get(value)
            self._totals[value] = ct if total is None else self.emit.one(accumulate, total, ct)

    def masks(self, value: Value) -> Masks:
        """Return where the cotangent of a value is zero because a `select` took the other side."""
        return self._masks.get(value, ())

    def add(self, value: Value, contribution: Operand | None, masks: Masks = ()) -> None:
        """Add a contribution (None: zero) to the cotangent of a value; it is zero where `masks` say."""
        if contribution is None or value not in self.active:
            return
        if value in self._read:
            raise CompilerError("a cotangent grew after it was read")
        if self._added_to_base(value, contribution):
            return
        if self._local is not None and value not in self._local and value not in self._handed_in:
            raise CompilerError("a region adds to a cotangent that it was not given")
        total = self._totals.get(value)
        self._remember(value, masks if contribution.aval.shape == value.aval.shape else ())
        scattered = self._scatter_into(total, contribution) if total is not None else None
        if scattered is None:
            contribution = self._scattered.noted(self.emit, fit(self.emit, contribution, value.aval))
            if total is not None:
                contribution = self._both(total, contribution)
        self._totals[value] = self._named(value, contribution if scattered is None else scattered)

    def _both(self, total: Operand, contribution: Operand) -> Operand:
        """Return the sum; where the total is zero but for parts, these are added to the contribution."""
        alone = sum(each is total for each in self._totals.values()) == 1
        if alone and self._scattered.may_add_to(
            self.emit, total, contribution, in_turn=self._local is not None
        ):
            return self._scattered.added_to(self.emit, total, contribution)
        return self.emit.one(accumulate, total, contribution)

    def _remember(self, value: Value, masks: Masks) -> None:
        """What is added up is zero only where each part is."""
        before = self.masks(value) if value in self._totals else masks
        self._masks[value] = tuple(mask for mask in masks if mask in before)

    def _named(self, value: Value, ct: Operand) -> Operand:
        """Call the cotangent `d<name>`; what already has a name, or is a number, gets a second one."""
        names, derivatives = self.emit.names, self.emit.derivatives
        if value not in names:
            if isinstance(ct, Value) and ct not in self._old:
                derivatives.setdefault(ct, ("d{}", value))
            return ct
        if isinstance(ct, Value) and ct in self._handed and names.get(ct) == f"d{names[value]}":
            return ct
        if isinstance(ct, Literal) or ct in names or ct in self._old:
            ct = self.emit.one(alias, ct)
        names[ct], derivatives[ct] = f"d{names[value]}", ("d{}", value)
        self._old.add(ct)
        return ct

    def _scatter_into(self, total: Operand, contribution: Operand) -> Operand | None:
        """Add to a part of the total directly, where the contribution is zero but for that part."""
        if contribution.aval != total.aval or (scatter := self._taken_scatter(contribution)) is None:
            return None
        return self._scattered.again(self.emit, total, scatter)

    def _taken_scatter(self, contribution: Operand) -> Equation | None:
        """Take back the equation that made the contribution, if that is zero but for a part."""
        equations = self.emit.equations
        if len(equations) < 2 or equations[-1].primitive is not add_at:
            return None
        made, scatter = equations[-2:]
        if scatter.output is not contribution or made.primitive is not zeros_like:
            return None
        if contribution in self._totals.values():
            return None  # it is a cotangent already: of what handed it on
        del equations[-2:]
        return scatter

    def _added_to_base(self, value: Value, contribution: Operand) -> bool:
        """Add to what the value is a view of, if only a part is added, or the view is of a block around."""
        view = self._views.of(value)
        if view is None or (base := view.operands[0]) not in self.active:
            return False
        assert isinstance(base, Value)
        if (part := self._moved_to_base(view, contribution)) is not None:
            self.add(base, part)
            return True
        if self._local is None or value in self._local:
            return False
        self.add(base, handed_on(self.emit, view, fit(self.emit, contribution, value.aval)))
        return True

    def _moved_to_base(self, view: Equation, contribution: Operand) -> Operand | None:
        """Return what is zero but for a part of a view as what is zero but for a part of its base."""
        before = self.emit.equations[-2:]
        scatter = self._taken_scatter(contribution)
        moved = scatter_through(self.emit, view, scatter) if scatter is not None else None
        if scatter is not None and moved is None:
            self.emit.equations += before
        return moved


def _all(emit: Builder) -> Iterator[Equation]:
    for eqn in emit.equations:
        yield eqn
        for block in eqn.blocks:
            yield from equations_of(block)


def _values(emit: Builder) -> Iterator[Value]:
    for eqn in _all(emit):
        yield from eqn.outputs


def _active_tapes(emit: Builder, active: Container[Operand]) -> set[Tape]:
    """Return the tapes that keep what has a derivative, and are read again."""
    kept = {eqn.attrs["tape"] for eqn in _all(emit) if eqn.primitive is record and eqn.operands[0] in active}
    return kept & {eqn.attrs["tape"] for eqn in _all(emit) if eqn.primitive is recall}


def zero_of(emit: Builder, aval: Aval) -> Operand:
    """Return the zero of a type."""
    if isinstance(aval, Array):
        return emit.one(zeros, shape=aval.shape, dtype=aval.dtype)
    return literal(0.0, like=aval if is_float(aval) else Scalar(FLOAT64, weak=True))


def fit(emit: Builder, ct: Operand, aval: Aval) -> Operand:
    """Return a cotangent in the shape and dtype of the value that it belongs to."""
    if isinstance(ct, Literal) and isinstance(aval, Scalar):
        return literal(ct.value, like=aval)
    ct = like_kind(emit, unbroadcast(emit, ct, aval), aval)
    if ct.aval.dtype is not aval.dtype:
        ct = emit.one(convert, ct, dtype=aval.dtype, weak=is_weak(aval))
    return ct


def like_kind(emit: Builder, ct: Operand, aval: Aval) -> Operand:
    """Return a number as a 0-d array, or the other way round, as the value is."""
    if isinstance(ct.aval, Array) and isinstance(aval, Scalar):
        return emit.one(getslice, ct, spec=())
    if isinstance(ct.aval, Scalar) and isinstance(aval, Array) and not aval.shape:
        return emit.one(reshape, ct, shape=())
    return ct
