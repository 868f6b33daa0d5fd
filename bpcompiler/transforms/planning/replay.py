"""Regions that are run again in the reverse, so that nothing inside has to be kept until then.

An equation with the attribute `replay` is such a region. Where its adjoint stands, a copy of it runs first,
with the records in it; the forward region itself keeps nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from types import MappingProxyType

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Effect, Equation, Operand, Value, free_values
from bpcompiler.primitives.again import AGAIN, again

ONCE = {Effect.FAULT, Effect.OUTPUT, Effect.WRITE}


def is_replayed(eqn: Equation) -> bool:
    """Return whether a region is run again for its adjoint."""
    return bool(eqn.attrs.get("replay"))


def inputs_of(region: Equation) -> Iterator[Value]:
    """Yield the values that a region reads from outside."""
    yield from (operand for operand in region.operands if isinstance(operand, Value))
    for block in region.blocks:
        yield from free_values(block)


class Copier:
    """Copies equations into a builder, with new values; `known` has the new one of each old one."""

    def __init__(self, emit: Builder, read: Callable[[Operand], Operand]) -> None:
        self.emit, self._read = emit, read
        self.known: dict[Value, Value] = {}

    def copy(self, equations: Iterable[Equation]) -> None:
        """Add copies of these equations. What was checked is not checked again."""
        self.emit.equations.extend(self._copied(equations))

    def _copied(self, equations: Iterable[Equation]) -> Iterator[Equation]:
        for eqn in equations:
            if eqn.primitive.effect in ONCE and eqn.primitive not in AGAIN:
                continue
            yield self._copy(eqn)

    def _copy(self, eqn: Equation) -> Equation:
        primitive, attrs = again(eqn)
        attrs = {key: value for key, value in attrs.items() if key != "replay"}
        operands = tuple(map(self._operand, eqn.operands))
        blocks = tuple(map(self._block, eqn.blocks))
        return replace(
            eqn,
            primitive=primitive,
            operands=operands,
            blocks=blocks,
            outputs=self._new(eqn.outputs),
            attrs=MappingProxyType(attrs),
            phase=self.emit.phase,
        )

    def _block(self, block: Block) -> Block:
        params = self._new(block.params)
        return Block(params, tuple(self._copied(block.equations)), tuple(map(self._operand, block.results)))

    def _operand(self, operand: Operand) -> Operand:
        if isinstance(operand, Value) and operand in self.known:
            return self.known[operand]
        return self._read(operand)

    def _new(self, values: tuple[Value, ...]) -> tuple[Value, ...]:
        made = tuple(Value(value.aval) for value in values)
        for old, new in zip(values, made, strict=True):
            self.known[old] = new
            if old in self.emit.names:
                self.emit.names[new] = self.emit.names[old]
        return made
