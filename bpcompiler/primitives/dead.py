"""A program without what nobody reads, through branches, loops and tapes.

A carry is read if it is after the loop, or in the body by more than what computes its own next value. A tape
is if anything recalled from it is: else nothing need be recorded. Whether a loop ends is no effect.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from bpcompiler.ir.equations import Block, Effect, Equation, Operand, Value
from bpcompiler.ir.sizes import Dim, Symbol, as_symbol, symbols
from bpcompiler.ir.types import Aval, Scalar
from bpcompiler.primitives.carries import deciding, params, parts_of, with_outputs
from bpcompiler.primitives.tapes import Tape

# The integer that a symbol is, in the scope at hand; None: an argument's size.
Bound = ChainMap[Symbol, Value | None]


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
    given: dict[Symbol, Value | None] = {
        symbol: None for param in block.params for symbol in _symbols_of_type(param.aval)
    }
    marking.enter(block, None, ChainMap(given))
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
        self._bound: dict[Equation, Bound] = {}
        self._waiting: list[Operand] = []

    def enter(self, block: Block, around: Equation | None, bound: Bound) -> None:
        """Learn where everything in a block is defined; `bound`: which integer a symbol of sizes is."""
        for eqn in block.equations:
            self._around[eqn], self._bound[eqn] = around, bound
            self._source.update((value, (eqn, k)) for k, value in enumerate(eqn.outputs))
            if (tape := eqn.attrs.get("tape")) is not None:
                self._tapes.setdefault(tape, []).append(eqn)
            for inner in eqn.blocks:
                self._source.update((param, (eqn, None)) for param in inner.params)
                self._source.update((param, (eqn, k)) for k, param in enumerate(params(eqn, inner)))
                self.enter(inner, eqn, _with_bound(bound.new_child(), inner.params))
            _with_bound(bound, eqn.outputs)

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
        self._waiting.extend(
            value for symbol in _symbols_of(eqn) if (value := self._bound[eqn].get(symbol)) is not None
        )

    def kept(self, block: Block) -> Block:
        """Return the block with what is marked."""
        equations = tuple(self._kept(eqn) for eqn in block.equations if eqn in self.equations)
        return replace(block, equations=equations)

    def _kept(self, eqn: Equation) -> Equation:
        if not eqn.blocks:
            return eqn
        numbers = [k for k, value in enumerate(eqn.outputs) if value in self.values]
        return with_outputs(eqn, [self.kept(inner) for inner in eqn.blocks], numbers)


def _with_bound(bound: Bound, values: Iterable[Value]) -> Bound:
    """Return what is bound, the symbols that these integers are included; the first to be one stays it."""
    for value in values:
        size = value.aval.size if isinstance(value.aval, Scalar) else None
        if size is not None and (symbol := as_symbol(size)) is not None and symbol not in bound:
            bound[symbol] = value
    return bound


def _symbols_of(eqn: Equation) -> Iterator[Symbol]:
    for attr in eqn.attrs.values():
        yield from _symbols_in(attr)
    for value in eqn.outputs:
        yield from _symbols_of_type(value.aval)


def _symbols_of_type(aval: Aval) -> Iterator[Symbol]:
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
