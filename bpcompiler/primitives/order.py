"""Running sums, and where an extreme stands. In a rule: `x` the operand, `ct` the cotangent of the output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Attrs, Block, Equation, Operand
from bpcompiler.ir.types import BOOL, INT64, Array, Aval
from bpcompiler.primitives import type_rules as rules
from bpcompiler.primitives.declare import ATOM, Structural, Text, Writer, WriteText, call


def _infer_cumsum(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    (x,) = avals
    return (Array(INT64 if x.dtype is BOOL else x.dtype, x.shape),)


def _evaluate_cumsum(x: Any, *, axis: int, backwards: bool) -> Any:
    return np.flip(np.cumsum(np.flip(x, axis), axis), axis) if backwards else np.cumsum(x, axis)


def _write_cumsum(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    """`np.cumsum(x)`; from the end, `np.cumsum(x[::-1])[::-1]`."""
    axis, ndim = eqn.attrs["axis"], len(eqn.output.aval.shape)
    given = "" if ndim == 1 else str(axis)
    if not eqn.attrs["backwards"]:
        return call("np.cumsum", str(operands[0]), axis=given)
    flip = f"[{':, ' * axis}::-1]"
    return Text(f"{call('np.cumsum', operands[0].within(ATOM) + flip, axis=given)}{flip}")


def _uncumsum(emit: Builder, ct: Operand, eqn: Equation, index: int) -> Operand:
    return emit.one(cumsum, ct, axis=eqn.attrs["axis"], backwards=not eqn.attrs["backwards"])


def _infer_where(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    return (rules.array_or_scalar(INT64, rules.reduced_shape(avals[0].shape, (attrs["axis"],), False)),)


def _write_where(function: str) -> WriteText:
    def write(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
        only = len(eqn.operands[0].aval.shape) == 1
        return call(function, str(operands[0]), axis="" if only else str(eqn.attrs["axis"]))

    return write


def _where(name: str, function: Any) -> Structural:
    """The index along `axis` of the first extreme: an integer, which has no derivative."""
    return Structural(
        name,
        _infer_where,
        evaluate=lambda x, *, axis: function(x, axis),
        text=_write_where(f"np.{name}"),
    )


# The sum of all elements up to here; `backwards`: from here on.
cumsum = Structural(
    "cumsum",
    _infer_cumsum,
    evaluate=_evaluate_cumsum,
    text=_write_cumsum,
    linear_in=(0,),
    transpose=_uncumsum,
)
argmax = _where("argmax", np.argmax)
argmin = _where("argmin", np.argmin)

FAMILY = (cumsum, argmax, argmin)
