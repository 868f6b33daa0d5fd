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
    values_used,
)
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import BOOL, FLOAT32, FLOAT64, INT64, Scalar, is_weak
from bpcompiler.primitives import (
    arithmetic,
    broadcasting,
    creation,
    functions,
    indexing,
    loops,
    piecewise,
    shapes,
)
from bpcompiler.primitives.declare import ATOM, SUM, UNARY, Declared, Text, Writer

# In compiled code these mention an operand twice, so it must be a variable.
REPEATS = {piecewise.maximum, piecewise.minimum, functions.square}
STATEMENTS = {
    loops.empty,
    loops.copy,
    creation.zeros_like,
    creation.constant,
    indexing.add_at,
}  # never inside others
VIEWS = {indexing.getslice, shapes.transpose, broadcasting.expand_dims, broadcasting.squeeze}


class Expressions:
    """Writes operands: a variable, a literal, or the expression of a value that is used once."""

    def __init__(
        self, program: Program, inline: Mapping[Value, Equation], names: Names, writer: Writer
    ) -> None:
        self.names, self.writer = names, writer
        self._inline, self._mixed = inline, has_float32(program)

    def is_inline(self, eqn: Equation) -> bool:
        """Return whether the equation's result is written where it is used."""
        return len(eqn.outputs) == 1 and eqn.output in self._inline

    def inlined(self, operand: Operand) -> Equation | None:
        """Return the equation that is written where the operand is used, if it is one."""
        return self._inline.get(operand) if isinstance(operand, Value) else None

    def operand(self, operand: Operand, eqn: Equation | None = None) -> Text:
        """Return the text of an operand of an equation."""
        if isinstance(operand, Literal):
            return self._literal(operand, eqn)
        if operand in self._inline:
            return self._inner(self._inline[operand], eqn)
        return Text(self.names(operand))

    def expression(self, eqn: Equation) -> Text:
        """Return the text of an equation's right side."""
        operands = [self.operand(operand, eqn) for operand in eqn.operands]
        if is_transparent(eqn) and not self._mixed:
            return operands[0]
        if eqn.primitive is arithmetic.add and not self.writer.lowered and _is_negative(eqn.operands[0]):
            return Text(f"{operands[1].within(SUM)} - {operands[0].source[1:]}", SUM)
        return cast(Declared, eqn.primitive).text(self.writer, eqn, operands)

    def _inner(self, eqn: Equation, user: Equation | None) -> Text:
        """An expression inside another one. `math.exp` makes a float of its argument itself."""
        text = self.expression(eqn)
        if self.writer.lowered or user is None or len(user.operands) != 1 or not _makes_float(eqn):
            return text
        outer = cast(Declared, user.primitive).text(self.writer, user, [text])
        return self.operand(eqn.operands[0], eqn) if str(outer).startswith("math.") else text

    def _literal(self, operand: Literal, eqn: Equation | None) -> Text:
        dtype, value = operand.aval.dtype, operand.value
        text = _number(value)
        if dtype is FLOAT32 and (self.writer.lowered or not operand.aval.weak):
            return Text(f"np.float32({text})")
        if dtype is FLOAT64 and not operand.aval.weak and self._mixed and _is_promoted(eqn):
            return Text(f"np.float64({text})")
        if self.writer.lowered and dtype in (FLOAT64, INT64, BOOL) and type(value) is not _PYTHON[dtype]:
            text = _number(_PYTHON[dtype](value))
        return Text(text, UNARY if text.startswith("-") else ATOM)


def find_inline(program: Program, ownership: Ownership, *, lowered: bool = False) -> dict[Value, Equation]:
    """Return the results that are written where they are used: unnamed, used once, in the same statement."""
    block = program.block
    uses, users = _count_uses(block), _users(block)
    has_backward, mixed = any(eqn.phase for eqn in block.equations), has_float32(program)

    def may_inline(eqn: Equation) -> bool:
        if is_transparent(eqn) and not mixed:
            return True
        if len(eqn.outputs) != 1 or eqn.blocks or eqn.output in program.names or eqn.primitive in STATEMENTS:
            return False
        if _is_short(eqn):
            return True
        if uses[eqn.output] != 1 or ownership.in_place(eqn):
            return False
        user = users.get(eqn.output)
        if user is None:  # a result: named where a backward pass follows, so that the forward pass shows it
            return eqn.primitive.effect is Effect.NONE and (not has_backward or bool(eqn.phase))
        return _may_stand_in(eqn, user, ownership, lowered)

    found = {eqn.output: eqn for eqn in equations_of(block) if may_inline(eqn)}
    for inner in (block, *(inner for eqn in equations_of(block) for inner in eqn.blocks)):
        _drop_overtaken(inner, found, ownership)
    return found


def has_float32(program: Program) -> bool:
    """Return whether it matters which numbers are NumPy's: Python's do not make float32 arrays float64."""
    values = (*program.inputs, *(value for eqn in equations_of(program.block) for value in eqn.outputs))
    return any(value.aval.dtype is FLOAT32 for value in values)


def is_transparent(eqn: Equation) -> bool:
    """Return whether a derivative's number only changes from NumPy's float to Python's, or back."""
    if eqn.primitive is not piecewise.convert or not eqn.phase or not isinstance(eqn.output.aval, Scalar):
        return False
    return eqn.operands[0].aval.dtype is eqn.output.aval.dtype and isinstance(eqn.operands[0].aval, Scalar)


def _is_short(eqn: Equation) -> bool:
    """Whether the result is written wherever it is used: `x.shape[0]`, `x[1:]`, `x.T` cost nothing."""
    if eqn.primitive in VIEWS:
        return True
    aval = eqn.output.aval
    return isinstance(aval, Scalar) and aval.size is not None and eqn.primitive.effect is Effect.NONE


def _drop_overtaken(block: Block, inline: dict[Value, Equation], ownership: Ownership) -> None:
    """An expression that reads a variable is not written after that variable has changed."""
    changes = _changes(block, ownership)
    written_at = {result: len(block.equations) for result in block.results if isinstance(result, Value)}
    for at, eqn in reversed(list(enumerate(block.equations))):
        place = at
        if len(eqn.outputs) == 1 and eqn.output in inline:
            place = written_at.get(eqn.output, at)
            read = {ownership.root(value) for value in values_used(eqn)}
            if any(changes[later] & read for later in range(at + 1, place)):
                del inline[eqn.output]
                place = at
        for value in values_used(eqn):
            written_at[value] = max(place, written_at.get(value, 0))


def _changes(block: Block, ownership: Ownership) -> list[set[Value]]:
    """The variables, by the values that they held first, that each equation changes."""
    changed: list[set[Value]] = []
    for eqn in block.equations:
        target = ownership.continued(eqn)
        targets = [target] if target is not None else eqn.operands[3:] if eqn.blocks else []
        changed.append({ownership.root(value) for value in targets if isinstance(value, Value)})
    return changed


def _may_stand_in(eqn: Equation, user: Equation, ownership: Ownership, lowered: bool) -> bool:
    if lowered and user.primitive in REPEATS:
        return False
    if user.blocks:  # a loop's bounds; its carries are variables
        return eqn.output in user.operands[:3] and eqn.output not in user.operands[3:]
    if ownership.continued(user) is eqn.output:
        return False
    return is_transparent(user) or statement_of(eqn) == statement_of(user)


_PYTHON: dict[object, type] = {FLOAT64: float, INT64: int, BOOL: bool}


def _makes_float(eqn: Equation) -> bool:
    aval = eqn.output.aval
    return eqn.primitive is piecewise.convert and is_weak(aval) and aval.dtype is FLOAT64


def _is_negative(operand: Operand) -> bool:
    return isinstance(operand, Literal) and type(operand.value) is int and operand.value < 0


def _number(value: bool | int | float) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return "math.nan" if math.isnan(value) else "math.inf" if value > 0 else "-math.inf"
    return repr(value)


def _is_promoted(eqn: Equation | None) -> bool:
    """Whether the result's type shows that a number is NumPy's: it is a number itself, or met float32."""
    if eqn is None or not eqn.outputs:
        return False
    return isinstance(eqn.output.aval, Scalar) or any(o.aval.dtype is FLOAT32 for o in eqn.operands)


def statement_of(eqn: Equation) -> tuple[int, tuple[str, ...]]:
    """Return what tells the statements of a program apart."""
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
