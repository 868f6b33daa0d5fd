"""Sum and broadcast, each the adjoint of the other, and the axes of size 1 that go with them.

`axes` are normalised and in order. In a rule: `x` the operand, `y` the output, `ct` the cotangent of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpcompiler.errors import ShapeError
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Attrs, Block, Equation, Operand
from bpcompiler.ir.types import BOOL, INT64, Array, Aval, DType
from bpcompiler.primitives import type_rules as rules
from bpcompiler.primitives.declare import ATOM, Structural, Text, Writer, WriteText, call


def unbroadcast(emit: Builder, ct: Operand, aval: Aval) -> Operand:
    """Return the cotangent summed over exactly the axes along which a value of type `aval` was broadcast."""
    if ct.aval.shape == aval.shape:
        return ct
    extra = len(ct.aval.shape) - len(aval.shape)
    wide = [axis for axis, size in enumerate(aval.shape, extra) if size == 1 and ct.aval.shape[axis] != 1]
    if wide:
        ct = emit.one(sum, ct, axes=tuple(wide), keepdims=True)
    if extra:
        ct = emit.one(sum, ct, axes=tuple(range(extra)), keepdims=False)
    return ct


def spread(emit: Builder, ct: Operand, eqn: Equation) -> Operand:
    """Return the cotangent of a reduction's output with the reduced axes back, as size 1."""
    if eqn.attrs["keepdims"] or not ct.aval.shape:
        return ct
    return emit.one(expand_dims, ct, axes=eqn.attrs["axes"])


def infer_reduction(dtype_of: Callable[[DType], DType]) -> rules.Infer:
    """Return the type rule of a reduction; `dtype_of` gives the result's dtype."""

    def infer(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
        shape = rules.reduced_shape(avals[0].shape, attrs["axes"], attrs["keepdims"])
        return (rules.array_or_scalar(dtype_of(avals[0].dtype), shape),)

    return infer


def _sum_dtype(dtype: DType) -> DType:
    return INT64 if dtype is BOOL else dtype


def text_reduction(function: str) -> WriteText:
    """Return the text rule of a reduction: all axes go without saying."""

    def write(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
        axes, keepdims = eqn.attrs["axes"], eqn.attrs["keepdims"]
        every = axes == tuple(range(len(eqn.operands[0].aval.shape)))
        axis = "" if every else str(axes[0]) if len(axes) == 1 else str(axes)
        return call(function, str(operands[0]), axis=axis, keepdims="True" if keepdims else "")

    return write


def spread_evenly(emit: Builder, ct: Operand, eqn: Equation, index: int) -> Operand:
    """Return the cotangent of a sum's operand: that of the sum, at every element."""
    return emit.one(broadcast_to, spread(emit, ct, eqn), shape=eqn.operands[0].aval.shape)


def reduce_with(function: Any) -> Any:
    """Return the meaning of a reduction by one of NumPy's functions."""
    return lambda x, *, axes, keepdims: function(x, axis=axes, keepdims=keepdims)


def expanded_shape(shape: rules.Shape, axes: tuple[int, ...]) -> rules.Shape:
    """Return the shape with a 1 at each of `axes` of the result."""
    rest = iter(shape)
    return tuple(1 if axis in axes else next(rest) for axis in range(len(shape) + len(axes)))


def _infer_expand(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    return (Array(avals[0].dtype, expanded_shape(avals[0].shape, attrs["axes"])),)


def _write_expand(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    """`x[:, None]`: what comes after the last new axis needs no mention."""
    axes = eqn.attrs["axes"]
    if not eqn.operands[0].aval.shape:
        return call("np.reshape", str(operands[0]), "(" + "1, " * len(axes) + ")")
    items = ["None" if axis in axes else ":" for axis in range(max(axes) + 1)]
    return Text(f"{operands[0].within(ATOM)}[{', '.join(items)}]")


def _infer_squeeze(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    shape = tuple(size for axis, size in enumerate(avals[0].shape) if axis not in attrs["axes"])
    return (Array(avals[0].dtype, shape),)


def _write_squeeze(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    axes = eqn.attrs["axes"]
    text = str(axes[0]) if len(axes) == 1 else str(axes)
    return call("np.squeeze", str(operands[0]), axis=text)


def _infer_broadcast(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    (x,) = avals
    if rules.broadcast_shapes(x.shape, attrs["shape"]) != attrs["shape"]:
        raise ShapeError(
            f"cannot broadcast {rules.shape_text(x.shape)} to {rules.shape_text(attrs['shape'])}"
        )
    return (Array(x.dtype, attrs["shape"]),)


def _write_broadcast(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    return call("np.broadcast_to", str(operands[0]), writer.shape(eqn.attrs["shape"]))


sum: Structural = Structural(  # noqa: A001 -- NumPy's name
    "sum",
    infer_reduction(_sum_dtype),
    evaluate=reduce_with(np.sum),
    text=text_reduction("np.sum"),
    linear_in=(0,),
    transpose=spread_evenly,
)
expand_dims: Structural = Structural(
    "expand_dims",
    _infer_expand,
    evaluate=lambda x, *, axes: np.expand_dims(x, axes),
    text=_write_expand,
    linear_in=(0,),
    transpose=lambda emit, ct, eqn, i: emit.one(squeeze, ct, axes=eqn.attrs["axes"]),
)
squeeze: Structural = Structural(
    "squeeze",
    _infer_squeeze,
    evaluate=lambda x, *, axes: np.squeeze(x, axes),
    text=_write_squeeze,
    linear_in=(0,),
    transpose=lambda emit, ct, eqn, i: emit.one(expand_dims, ct, axes=eqn.attrs["axes"]),
)
broadcast_to = Structural(
    "broadcast_to",
    _infer_broadcast,
    evaluate=lambda x, *, shape: np.broadcast_to(x, shape),
    text=_write_broadcast,
    linear_in=(0,),
    transpose=lambda emit, ct, eqn, i: unbroadcast(emit, ct, eqn.operands[0].aval),
)

FAMILY = (sum, expand_dims, squeeze, broadcast_to)
