"""A program without what nobody reads, through branches, loops and tapes.

A carry is read if it is after the loop, or in the body by more than what computes its own next value. A tape
is if anything recalled from it is: else nothing need be recorded. Whether a loop ends is no effect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from bpcompiler.ir.equations import Block, Effect, Equation, Operand, Value
from bpcompiler.ir.sizes import Dim, Symbol, symbols
from bpcompiler.ir.types import Scalar
from bpcompiler.primitives.carries import deciding, params, parts_of, with_outputs
from bpcompiler.primitives.regions import as_size
from bpcompiler.primitives.tapes import Tape


@dataclass(frozen=True, slots=True)
class Policy:
    """What stays although nobody reads it: whole equations, and outputs of regions by number."""

    stays: Callable[[Equation], bool]
    may_drop: Callable[[Equation, int], bool]


# Whatever is not read goes, but for effects.
STRICT = Policy(lambda eqn: False, lambda eqn, number: True)


def without_dead(block: Block, policy: Policy = STRICT) -> Block:
    """Return the block, nested ones included, without what nobody reads."""
    marking = _Marking(policy)
    marking.enter(block, None)
    marking.run(block.results)
    return marking.kept(block)


class _Marking:
    """Marks what is needed, from the results and effects back."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.values: set[Value] = set()
        self.equations: set[Equation] = set()
        self._source: dict[Value, tuple[Equation, int | None]] = {}
        self._around: dict[Equation, Equation | None] = {}
        self._tapes: dict[Tape, list[Equation]] = {}
        self._naming: dict[Symbol, list[Equation]] = {}
        self._waiting: list[Operand] = []

    def enter(self, block: Block, around: Equation | None) -> None:
        """Learn where everything in a block is defined."""
        for eqn in block.equations:
            self._around[eqn] = around
            self._source.update((value, (eqn, k)) for k, value in enumerate(eqn.outputs))
            if (tape := eqn.attrs.get("tape")) is not None:
                self._tapes.setdefault(tape, []).append(eqn)
            if eqn.primitive is as_size:
                self._naming.setdefault(eqn.attrs["symbol"], []).append(eqn)
            for inner in eqn.blocks:
                self._source.update((param, (eqn, None)) for param in inner.params)
                self._source.update((param, (eqn, k)) for k, param in enumerate(params(eqn, inner)))
                self.enter(inner, eqn)

    def run(self, results: Iterable[Operand]) -> None:
        """Mark what these results need, what has effects, and what the policy keeps."""
        self._waiting.extend(results)
        for eqn in self._around:
            if eqn.primitive.effect not in (Effect.NONE, Effect.TAPE) or self.policy.stays(eqn):
                self._need(eqn)
        while self._waiting:
            value = self._waiting.pop()
            if isinstance(value, Value) and value not in self.values:
                self.values.add(value)
                self._reach(value)

    def _reach(self, value: Value) -> None:
        eqn, number = self._source.get(value, (None, None))
        if eqn is None:
            return
        self._need(eqn)
        if eqn.blocks and number is not None:
            self._waiting.extend((eqn.outputs[number], *parts_of(eqn, number)))

    def _need(self, eqn: Equation) -> None:
        if eqn in self.equations:
            return
        self.equations.add(eqn)
        if (around := self._around[eqn]) is not None:
            self._need(around)
        self._waiting.extend(deciding(eqn) if eqn.blocks else eqn.operands)
        if eqn.blocks:
            self._waiting.extend(out for k, out in enumerate(eqn.outputs) if not self.policy.may_drop(eqn, k))
        for other in self._tapes.get(eqn.attrs.get("tape"), ()):  # type: ignore[arg-type]
            self._need(other)
        scopes = {*self._regions_around(eqn)}
        for symbol in _symbols_of(eqn):
            for naming in self._naming.get(symbol, ()):
                if self._around[naming] in scopes:
                    self._need(naming)

    def _regions_around(self, eqn: Equation) -> Iterator[Equation | None]:
        around: Equation | None = eqn
        while around is not None:
            around = self._around[around]
            yield around

    def kept(self, block: Block) -> Block:
        """Return the block with what is marked."""
        equations = tuple(self._kept(eqn) for eqn in block.equations if eqn in self.equations)
        return replace(block, equations=equations)

    def _kept(self, eqn: Equation) -> Equation:
        if not eqn.blocks:
            return eqn
        numbers = [k for k, value in enumerate(eqn.outputs) if value in self.values]
        return with_outputs(eqn, [self.kept(inner) for inner in eqn.blocks], numbers)


def _symbols_of(eqn: Equation) -> Iterator[Symbol]:
    for attr in eqn.attrs.values():
        yield from _symbols_in(attr)
    for value in eqn.outputs:
        aval = value.aval
        sizes = (aval.size,) if isinstance(aval, Scalar) and aval.size is not None else aval.shape
        for size in sizes:
            yield from symbols(size)


def _symbols_in(attr: Any) -> Iterator[Symbol]:
    if isinstance(attr, Dim):
        yield from symbols(attr)
    elif isinstance(attr, tuple):
        for item in attr:
            yield from _symbols_in(item)
    elif is_dataclass(attr) and not isinstance(attr, (type, Tape)):
        for field in fields(attr):
            yield from _symbols_in(getattr(attr, field.name))
