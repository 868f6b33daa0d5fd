"""An adjoint equation that computes what the forward block has computed already refers to that instead.

Then it can be kept: `left - 2 * here + u[i + 1]` is one number on the tape, its operands would be three.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bpcompiler.ir.equations import Block, Equation, Operand, Value
from bpcompiler.primitives.declare import Elementwise
from bpcompiler.primitives.piecewise import alias
from bpcompiler.transforms.adjoint_regions import Pair

Key = tuple[object, ...]


def reuse(
    adjoint: Sequence[Equation], pairs: Mapping[Equation, Pair]
) -> tuple[Sequence[Equation], dict[Equation, Pair]]:
    """Return the adjoint equations, and the pairs by the regions among them."""
    found = _Reuse(pairs)
    equations = [new for eqn in adjoint for new in found.rewritten(eqn, {})]
    return equations, found.now


class _Reuse:
    def __init__(self, pairs: Mapping[Equation, Pair]) -> None:
        self.pairs = pairs
        self.now: dict[Equation, Pair] = {}
        self.same: dict[Value, Operand] = {}

    def rewritten(self, eqn: Equation, known: Mapping[Key, Value]) -> list[Equation]:
        """Return what stands for an equation: nothing where a forward value is the same."""
        operands = tuple(map(self._read, eqn.operands))
        if isinstance(eqn.primitive, Elementwise) and known and len(eqn.outputs) == 1:
            forward = known.get(_key(eqn, operands))
            if forward is not None and forward.aval == eqn.output.aval:
                self.same[eqn.output] = forward
                return []
        pair = self.pairs.get(eqn)
        own = pair.forward.blocks[-len(eqn.blocks) :] if pair is not None and eqn.blocks else eqn.blocks
        blocks = tuple(
            self._block(block, {**known, **_computed(forward)} if pair is not None else known)
            for block, forward in zip(eqn.blocks, own, strict=True)
        )
        new = (
            eqn if operands == eqn.operands and not blocks else replace(eqn, operands=operands, blocks=blocks)
        )
        if pair is not None:
            self.now[new] = pair
        return [new]

    def _block(self, block: Block, known: Mapping[Key, Value]) -> Block:
        equations = tuple(new for eqn in block.equations for new in self.rewritten(eqn, known))
        return Block(block.params, equations, tuple(map(self._read, block.results)))

    def _read(self, operand: Operand) -> Operand:
        return self.same.get(operand, operand) if isinstance(operand, Value) else operand


def _computed(block: Block) -> dict[Key, Value]:
    """Return what a forward block computes element by element, by operation and operands."""
    return {_key(eqn, eqn.operands): eqn.output for eqn in _elementwise(block.equations)}


def _elementwise(equations: Iterable[Equation]) -> Iterable[Equation]:
    return (eqn for eqn in equations if isinstance(eqn.primitive, Elementwise) and eqn.primitive is not alias)


def _key(eqn: Equation, operands: tuple[Operand, ...]) -> Key:
    return (eqn.primitive, operands, tuple(sorted(eqn.attrs.items(), key=lambda item: item[0])))
