"""An adjoint equation that computes what the forward block has computed already refers to that instead.

Then it can be kept: `left - 2 * here + u[i + 1]` is one number on the tape, its operands would be three. In
the turn itself nothing is kept, and what costs next to nothing is written where it is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value
from bpcompiler.primitives import powers
from bpcompiler.primitives.declare import Elementwise
from bpcompiler.primitives.piecewise import alias
from bpcompiler.transforms.adjoint_regions import Pair
from bpcompiler.transforms.planning.costs import CHEAP

Key = tuple[object, ...]


def reuse(
    adjoint: Sequence[Equation], pairs: Mapping[Equation, Pair], turn: Sequence[Equation] = ()
) -> tuple[Sequence[Equation], dict[Equation, Pair]]:
    """Return the adjoint equations, and the pairs by the regions among them; `turn`: of a joined loop."""
    found, known = _Reuse(pairs), _computed(turn)
    equations = [new for eqn in adjoint for new in found.rewritten(eqn, known, here=True)]
    return equations, found.now


class _Reuse:
    def __init__(self, pairs: Mapping[Equation, Pair]) -> None:
        self.pairs = pairs
        self.now: dict[Equation, Pair] = {}
        self.same: dict[Value, Operand] = {}
        self.equal: dict[Value, Operand] = {}  # the same number, and yet computed again

    def rewritten(self, eqn: Equation, known: Mapping[Key, Value], *, here: bool = False) -> list[Equation]:
        """Return what stands for an equation: nothing where a forward value is the same.

        `here`: in the turn that computes the forward value.
        """
        operands = tuple(map(self._read, eqn.operands))
        if isinstance(eqn.primitive, Elementwise) and known and len(eqn.outputs) == 1:
            forward = known.get(_key(eqn, tuple(map(self._alike, operands))))
            if forward is not None and forward.aval == eqn.output.aval:
                if not here or not _is_cheap(eqn):
                    self.same[eqn.output] = forward
                    return []
                self.equal[eqn.output] = forward
        pair = self.pairs.get(eqn)
        own = pair.forward.blocks[-len(eqn.blocks) :] if pair is not None and eqn.blocks else eqn.blocks
        blocks = tuple(
            self._block(block, {**known, **_computed(forward.equations)} if pair is not None else known)
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

    def _alike(self, operand: Operand) -> Operand:
        return self.equal.get(operand, operand) if isinstance(operand, Value) else operand


def _is_cheap(eqn: Equation) -> bool:
    """Whether an equation costs next to nothing: `x**2` is a product."""
    return eqn.primitive in CHEAP or (eqn.primitive is powers.pow and isinstance(eqn.operands[1], Literal))


def _computed(equations: Iterable[Equation]) -> dict[Key, Value]:
    """Return what forward equations compute element by element, by operation and operands."""
    return {_key(eqn, eqn.operands): eqn.output for eqn in _elementwise(equations)}


def _elementwise(equations: Iterable[Equation]) -> Iterable[Equation]:
    return (eqn for eqn in equations if isinstance(eqn.primitive, Elementwise) and eqn.primitive is not alias)


def _key(eqn: Equation, operands: tuple[Operand, ...]) -> Key:
    return (eqn.primitive, operands, tuple(sorted(eqn.attrs.items(), key=lambda item: item[0])))
