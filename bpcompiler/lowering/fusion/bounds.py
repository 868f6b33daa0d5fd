"""What is known of the index of a loop: that it is not negative, and what it is less than."""

from __future__ import annotations

from collections.abc import Callable

from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value, equations_of
from bpcompiler.ir.sizes import Size, is_nonnegative
from bpcompiler.ir.types import BOOL, Scalar
from bpcompiler.lowering.fusion.ranges import indices_below, size_of, sizes_in
from bpcompiler.primitives.arithmetic import neg
from bpcompiler.primitives.piecewise import convert, greater_equal, less, logical_and, select


class Bounds:
    """The indices of a program's loops."""

    def __init__(self, block: Block) -> None:
        self._sizes = sizes_in(block)
        self._below = dict(indices_below(equations_of(block), self._sizes))
        self._not_positive: set[Operand] = set()

    def below(self, index: Operand) -> Size | None:
        """Return what an index is less than; it counts up from 0 or more. None if it is no such index."""
        return self._below.get(index) if isinstance(index, Value) else None

    def decided(self, eqn: Equation) -> Operand | None:
        """Return what a comparison or a choice comes to, if that is known of the indices."""
        rule = _RULES.get(eqn.primitive.name)
        return None if rule is None else rule(self, eqn)

    def learn(self, eqn: Equation) -> None:
        """Take note of an index that becomes another kind of integer, NumPy's, and of a size's negative."""
        if eqn.primitive is convert and eqn.output.aval.dtype is eqn.operands[0].aval.dtype:
            below = self.below(eqn.operands[0])
            if below is not None:
                self._below[eqn.output] = below
        elif eqn.primitive is neg:
            size = size_of(eqn.operands[0], self._sizes)
            if size is not None and is_nonnegative(size):
                self._not_positive.add(eqn.output)

    def _less(self, eqn: Equation) -> Operand | None:
        left, right = eqn.operands
        below = self.below(left)
        if below is None:
            return None
        if isinstance(right, Literal) and right.value <= 0:
            return FALSE
        return TRUE if size_of(right, self._sizes) == below else None

    def _greater_equal(self, eqn: Equation) -> Operand | None:
        left, right = eqn.operands
        if self.below(left) is None:
            return None
        if isinstance(right, Literal):
            return TRUE if right.value <= 0 else None
        return TRUE if right in self._not_positive else None

    def _and(self, eqn: Equation) -> Operand | None:
        left, right = eqn.operands
        if FALSE in eqn.operands:
            return FALSE
        return right if left == TRUE else left if right == TRUE else None

    def _select(self, eqn: Equation) -> Operand | None:
        condition, one, other = eqn.operands
        chosen = one if condition == TRUE else other if condition == FALSE else None
        return chosen if chosen is not None and chosen.aval == eqn.output.aval else None


TRUE, FALSE = (Literal(value, Scalar(BOOL, weak=True)) for value in (True, False))
_RULES: dict[str, Callable[[Bounds, Equation], Operand | None]] = {
    less.name: Bounds._less,  # noqa: SLF001
    greater_equal.name: Bounds._greater_equal,  # noqa: SLF001
    logical_and.name: Bounds._and,  # noqa: SLF001
    select.name: Bounds._select,  # noqa: SLF001
}
