"""The text of expressions: which results stand inside the expression that uses them, and literals."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import cast

from bpcompiler.codegen.naming import Names
from bpcompiler.codegen.ownership import Ownership
from bpcompiler.ir.equations import (
    Block,
    Effect,
    Equation,
    Literal,
    Operand,
    Value,
    equations_of,
    free_values,
)
from bpcompiler.ir.types import BOOL, FLOAT32, FLOAT64, INT64
from bpcompiler.primitives import creation, functions, loops, piecewise
from bpcompiler.primitives.declare import ATOM, UNARY, Declared, Text, Writer

# In compiled code these mention an operand twice, so it must be a variable.
REPEATS = {piecewise.maximum, piecewise.minimum, functions.square}
STATEMENTS = {loops.empty, loops.copy, creation.zeros_like, creation.constant}  # never part of an expression


class Expressions:
    """Writes operands: a variable, a literal, or the expression of a value that is used once."""

    def __init__(self, inline: Mapping[Value, Equation], names: Names, writer: Writer) -> None:
        self.names, self.writer = names, writer
        self._inline = inline

    def is_inline(self, eqn: Equation) -> bool:
        """Return whether the equation's result is written where it is used."""
        return len(eqn.outputs) == 1 and eqn.output in self._inline

    def operand(self, operand: Operand, eqn: Equation | None = None) -> Text:
        """Return the text of an operand of an equation."""
        if isinstance(operand, Literal):
            return self._literal(operand, eqn)
        if operand in self._inline:
            return self.expression(self._inline[operand])
        return Text(self.names(operand))

    def expression(self, eqn: Equation) -> Text:
        """Return the text of an equation's right side."""
        operands = [self.operand(operand, eqn) for operand in eqn.operands]
        return cast(Declared, eqn.primitive).text(self.writer, eqn, operands)

    def _literal(self, operand: Literal, eqn: Equation | None) -> Text:
        dtype, value = operand.aval.dtype, operand.value
        text = _number(value)
        if dtype is FLOAT32 and (self.writer.lowered or not operand.aval.weak):
            return Text(f"np.float32({text})")
        if dtype is FLOAT64 and not operand.aval.weak and eqn is not None and _meets_float32(eqn):
            return Text(f"np.float64({text})")
        if self.writer.lowered and dtype in (FLOAT64, INT64, BOOL) and type(value) is not _PYTHON[dtype]:
            text = _number(_PYTHON[dtype](value))
        return Text(text, UNARY if text.startswith("-") else ATOM)


def find_inline(
    block: Block, hints: Mapping[Value, str], ownership: Ownership, *, lowered: bool = False
) -> dict[Value, Equation]:
    """Return the results that are written where they are used: unnamed, used once, in the same statement."""
    uses, users = _count_uses(block), _users(block)
    has_backward = any(eqn.phase for eqn in block.equations)

    def may_inline(eqn: Equation) -> bool:
        if len(eqn.outputs) != 1 or eqn.blocks or eqn.output in hints or uses[eqn.output] != 1:
            return False
        if ownership.in_place(eqn) or eqn.primitive in STATEMENTS:
            return False
        user = users.get(eqn.output)
        if user is None:  # a result: named where a backward pass follows, so that the forward pass shows it
            return eqn.primitive.effect is Effect.NONE and (not has_backward or bool(eqn.phase))
        return _may_stand_in(eqn, user, ownership, lowered)

    return {eqn.output: eqn for eqn in equations_of(block) if may_inline(eqn)}


def _may_stand_in(eqn: Equation, user: Equation, ownership: Ownership, lowered: bool) -> bool:
    if lowered and user.primitive in REPEATS:
        return False
    if user.blocks:  # a loop's bounds; its carries are variables
        return eqn.output in user.operands[:3] and eqn.output not in user.operands[3:]
    if ownership.in_place(user) and user.operands[0] is eqn.output:
        return False
    return _statement(eqn) == _statement(user)


_PYTHON: dict[object, type] = {FLOAT64: float, INT64: int, BOOL: bool}


def _number(value: bool | int | float) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return "math.nan" if math.isnan(value) else "math.inf" if value > 0 else "-math.inf"
    return repr(value)


def _meets_float32(eqn: Equation) -> bool:
    return any(operand.aval.dtype is FLOAT32 for operand in eqn.operands)


def _statement(eqn: Equation) -> tuple[int, tuple[str, ...]]:
    return (eqn.origin.statement if eqn.origin else -1, eqn.phase)


def _count_uses(block: Block) -> Counter[Value]:
    uses: Counter[Value] = Counter()
    for values in _reads(block):
        uses.update(values)
    return uses


def _reads(block: Block) -> Sequence[list[Value]]:
    found = [[r for r in block.results if isinstance(r, Value)]]
    for eqn in block.equations:
        found.append([o for o in eqn.operands if isinstance(o, Value)])
        for inner in eqn.blocks:
            found.extend(_reads(inner))
            found.append(list(free_values(inner)))  # used in a loop: every turn, so not once
    return found


def _users(block: Block) -> dict[Value, Equation]:
    return {o: eqn for eqn in equations_of(block) for o in eqn.operands if isinstance(o, Value)}
