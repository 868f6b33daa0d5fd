"""Stores: an array with a part replaced. The adjoint hands the part's cotangent to what was stored.

    setitem[spec](x, value, index...)      x with x[spec] = value; indices are checked
    setslice[spec](x, value, index...)     the same, where nothing can be out of bounds
    copy_array(x)                          a copy: of its own when one of the two is written to

`spec` is `indexing`'s: At(k) is index number k (from 1), operand k of a read, and operand k + 1 here. A store
makes a new version of x. Indices that repeat: the last one written stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from bpcompiler.errors import DtypeError
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Attrs, Block, Effect, Equation, Operand, literal
from bpcompiler.ir.sizes import product
from bpcompiler.ir.types import INT64, Aval, Scalar
from bpcompiler.primitives import type_rules as rules
from bpcompiler.primitives.creation import arange, zeros
from bpcompiler.primitives.declare import ATOM, Structural, Text, Writer
from bpcompiler.primitives.indexing import (
    At,
    Spec,
    getslice,
    has_arrays,
    numpy_key,
    result_shape,
    spec_text,
)
from bpcompiler.primitives.piecewise import equal, select
from bpcompiler.primitives.shapes import reshape


def _infer_set(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    x, value, *indices = avals
    part = result_shape(attrs["spec"], (x, *indices))
    if rules.broadcast_shapes(part, value.shape) != part:
        raise DtypeError(f"a value of shape {value.shape} into a part of shape {part}")
    if value.dtype is not x.dtype:
        raise DtypeError(f"a value of type {value.dtype.value} stored into {x.dtype.value}: convert it first")
    return (x,)


def _evaluate_set(x: Any, value: Any, *indices: Any, spec: Spec) -> Any:
    result = np.array(x)
    result[numpy_key(spec, indices)] = value
    return result


def _write_set(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    """As a statement on the buffer that x is."""
    key = spec_text(writer, eqn.attrs["spec"], operands[2:])
    return Text(f"{operands[0].within(ATOM)}[{key}] = {operands[1]}")


def checked(spec: Spec) -> Spec:
    """Return the spec for an equation that reads or writes where an earlier one did: in bounds."""
    return tuple(replace(item, checked=True) if isinstance(item, At) else item for item in spec)


def _pull_set(emit: Builder, ct: Operand, eqn: Equation, index: int) -> Operand:
    """x: the cotangent with zeros where it was written over; the value: what stood there."""
    x, _, *indices = eqn.operands
    spec = checked(eqn.attrs["spec"])
    if index == 0:
        return emit.one(setslice, ct, literal(0.0, like=Scalar(x.aval.dtype)), *indices, spec=spec)
    part = emit.one(getslice, ct, *indices, spec=spec)
    if not has_arrays(spec, (x.aval, *(o.aval for o in indices))):
        return part
    return emit.one(select, _written_last(emit, x, part.aval, indices, spec), part, literal(0.0))


def _written_last(emit: Builder, x: Operand, part: Aval, indices: list[Operand], spec: Spec) -> Operand:
    """Where the element that was written is still there: indices may repeat."""
    turns = emit.one(arange, start=0, length=product(part.shape), step=1)
    if len(part.shape) != 1:
        turns = emit.one(reshape, turns, shape=part.shape)
    nobody = emit.one(zeros, shape=x.aval.shape, dtype=INT64)
    writer = emit.one(setslice, nobody, turns, *indices, spec=spec)
    return emit.one(equal, emit.one(getslice, writer, *indices, spec=spec), turns)


def _declare_set(name: str, effect: Effect) -> Structural:
    return Structural(
        name,
        _infer_set,
        evaluate=_evaluate_set,
        text=_write_set,
        linear_in=(0, 1),
        jointly=True,
        transpose=_pull_set,
        effect=effect,
    )


setitem = _declare_set("setitem", Effect.FAULT)  # an index may be out of bounds
setslice = _declare_set("setslice", Effect.NONE)
copy_array = Structural(
    "copy_array",
    lambda avals, attrs, blocks: (avals[0],),
    evaluate=np.array,
    text=lambda writer, eqn, operands: Text(f"{operands[0].within(ATOM)}.copy()"),
    linear_in=(0,),
    transpose=lambda emit, ct, eqn, index: ct,
)

FAMILY = (setitem, setslice, copy_array)
