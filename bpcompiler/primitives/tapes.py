"""Tapes: what a forward loop keeps for its reverse. The one state in a program that is not a value.

    new_tape[tape, sizes]()           an empty tape; `sizes`: one for each index, or None: it grows
    record[tape](value, index...)     keep a value: at the indices, or on top
    recall[tape](index...)            the value at the indices, or the one on top, which is taken off
    recall[tape, shape](index...)     lowered: the array of the numbers that have these indices in front

Effects keep their order, so what is recorded in the turns of a loop is recalled in the turns of its reverse,
last in, first out. The adjoint of recalling is recording the cotangent on a tape of its own, and the other
way round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bpcompiler.errors import CompilerError
from bpcompiler.ir.equations import Attrs, Block, Effect, Equation
from bpcompiler.ir.types import Array, Aval
from bpcompiler.primitives.declare import Structural, Text, Writer


@dataclass(frozen=True, slots=True, eq=False)
class Tape:
    """What one tape keeps: values of one type. It compares by identity; `name` is a wish."""

    aval: Aval
    name: str = "tape"

    def __str__(self) -> str:
        return f"{self.name}: {self.aval}"


def _infer_nothing(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    return ()


def _infer_record(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    if avals[0] != attrs["tape"].aval:
        raise CompilerError(f"{avals[0]} on a tape of {attrs['tape'].aval}")
    return ()


def _infer_recall(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    aval = attrs["tape"].aval
    return (Array(aval.dtype, attrs["shape"]) if "shape" in attrs else aval,)


def _by_the_evaluator(*values: Any, **attrs: Any) -> Any:
    raise CompilerError("the evaluator keeps the tapes itself")


def _no_text(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    raise CompilerError(f"{eqn.primitive} is printed as a statement")


new_tape = Structural(
    "new_tape", _infer_nothing, evaluate=_by_the_evaluator, text=_no_text, effect=Effect.TAPE
)
record = Structural("record", _infer_record, evaluate=_by_the_evaluator, text=_no_text, effect=Effect.TAPE)
recall = Structural("recall", _infer_recall, evaluate=_by_the_evaluator, text=_no_text, effect=Effect.TAPE)

FAMILY = (new_tape, record, recall)
