"""Operations that move elements: reshape, transpose, concatenate, stack.

All are linear: the adjoint of each moves the cotangent's elements back. In a rule: `x` the operand, `ct`
the cotangent of the output.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpcompiler.errors import ShapeError
from bpcompiler.ir import sizes
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Attrs, Block, Equation, Operand, literal
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import Array, Aval, Scalar, promote
from bpcompiler.primitives import type_rules as rules
from bpcompiler.primitives.declare import ATOM, Structural, Text, Writer, call
from bpcompiler.primitives.indexing import At, Slice, full_slice, getslice


def _infer_reshape(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    """Sizes whose equality is not known as expressions were compared by who built the equation."""
    (x,) = avals
    difference = sizes.product(x.shape) - sizes.product(attrs["shape"])
    if isinstance(difference, int) and difference:
        wanted = rules.shape_text(attrs["shape"])
        raise ShapeError(f"cannot reshape array of size {sizes.product(x.shape)} into shape {wanted}")
    return (Array(x.dtype, attrs["shape"]),)


def _write_reshape(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    shape = eqn.attrs["shape"]
    text = ", ".join(map(writer.size, shape)) if shape else "()"
    if isinstance(eqn.operands[0].aval, Scalar):  # a Python number has no methods
        return call("np.reshape", str(operands[0]), f"({text},)" if len(shape) == 1 else f"({text})")
    return Text(f"{operands[0].within(ATOM)}.reshape({text})")


def _infer_transpose(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    return (Array(avals[0].dtype, tuple(avals[0].shape[axis] for axis in attrs["permutation"])),)


def _write_transpose(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    permutation = eqn.attrs["permutation"]
    if permutation == tuple(reversed(range(len(permutation)))):
        return Text(f"{operands[0].within(ATOM)}.T")
    return Text(f"{operands[0].within(ATOM)}.transpose({', '.join(map(str, permutation))})")


def _untranspose(emit: Builder, ct: Operand, eqn: Equation, index: int) -> Operand:
    return emit.one(transpose, ct, permutation=tuple(int(i) for i in np.argsort(eqn.attrs["permutation"])))


def _infer_concatenate(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    axis, shapes = attrs["axis"], [aval.shape for aval in avals]
    rest = {shape[:axis] + shape[axis + 1 :] for shape in shapes}
    if len(rest) > 1:
        raise ShapeError(
            "all the input array dimensions except for the concatenation axis must match exactly: "
            + " ".join(map(rules.shape_text, shapes))
        )
    total: Size = 0
    for shape in shapes:
        total = total + shape[axis]
    return (Array(promote(avals), (*shapes[0][:axis], total, *shapes[0][axis + 1 :])),)


def _joined(function: str) -> Any:
    def write(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
        axis = str(eqn.attrs["axis"]) if eqn.attrs["axis"] else ""
        items = ", ".join(map(str, operands)) + ("," if len(operands) == 1 else "")
        return call(function, f"({items})", axis=axis)

    return write


def _split(emit: Builder, ct: Operand, eqn: Equation, index: int) -> Operand:
    """The part of the cotangent where operand `index` stands."""
    axis = eqn.attrs["axis"]
    start: Size = 0
    for operand in eqn.operands[:index]:
        start = start + operand.aval.shape[axis]
    length = eqn.operands[index].aval.shape[axis]
    spec = [full_slice(size) for size in ct.aval.shape]
    given = (start if start != 0 else None, start + length if index + 1 < len(eqn.operands) else None, None)
    spec[axis] = Slice(start, length, 1, given)
    return emit.one(getslice, ct, spec=tuple(spec))


def _infer_stack(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    shapes = {aval.shape for aval in avals}
    if len(shapes) > 1:
        raise ShapeError("all input arrays must have the same shape")
    shape, axis = shapes.pop(), attrs["axis"]
    return (Array(promote(avals), (*shape[:axis], len(avals), *shape[axis:])),)


def _unstack(emit: Builder, ct: Operand, eqn: Equation, index: int) -> Operand:
    axis = eqn.attrs["axis"]
    spec = tuple(
        At(1, proven=index) if i == axis else full_slice(size) for i, size in enumerate(ct.aval.shape)
    )
    return emit.one(getslice, ct, literal(index), spec=spec)


def _write_stack(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    """Numbers in a list are an array: `np.array([a, b])`."""
    if all(not operand.aval.shape for operand in eqn.operands):
        dtype = eqn.output.aval.dtype
        given = "" if dtype is promote(tuple(o.aval for o in eqn.operands)) else f"np.{dtype.value}"
        return call("np.array", "[" + ", ".join(map(str, operands)) + "]", dtype=given)
    joined: Text = _joined("np.stack")(writer, eqn, operands)
    return joined


reshape: Structural = Structural(
    "reshape",
    _infer_reshape,
    evaluate=lambda x, *, shape: np.reshape(x, shape),
    text=_write_reshape,
    linear_in=(0,),
    transpose=lambda emit, ct, eqn, i: emit.one(reshape, ct, shape=eqn.operands[0].aval.shape),
)
transpose = Structural(
    "transpose",
    _infer_transpose,
    evaluate=lambda x, *, permutation: np.transpose(x, permutation),
    text=_write_transpose,
    linear_in=(0,),
    transpose=_untranspose,
)
concatenate = Structural(
    "concatenate",
    _infer_concatenate,
    evaluate=lambda *arrays, axis: np.concatenate(arrays, axis),
    text=_joined("np.concatenate"),
    linear_in=None,
    jointly=True,
    transpose=_split,
)
stack = Structural(
    "stack",
    _infer_stack,
    evaluate=lambda *arrays, axis: np.stack(arrays, axis),
    text=_write_stack,
    linear_in=None,
    jointly=True,
    transpose=_unstack,
)

FAMILY = (reshape, transpose, concatenate, stack)
