"""Arrays from nothing, and the integers that sizes are. None has a derivative but `full`'s in its value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Attrs, Block, Equation, Operand
from bpcompiler.ir.types import FLOAT64, INT64, Array, Aval, DType, Scalar
from bpcompiler.primitives.declare import ATOM, SUM, Structural, Text, Writer, WriteText, call

SINGLE = re.compile(r"[\w.]+(\[\d+\])?|(len|max|min)\([^()]*\)")  # no operator stands outside of brackets


def _infer_shape(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    return (Array(attrs["dtype"], attrs["shape"]),)


def dtype_text(dtype: DType, default: DType = FLOAT64) -> str:
    """Return the text of a dtype keyword; empty where it is the default."""
    return "" if dtype is default else f"np.{'bool_' if dtype.value == 'bool' else dtype.value}"


def _evaluate_zeros(*, shape: tuple[int, ...], dtype: DType) -> Any:
    return np.zeros([max(size, 0) for size in shape], dtype.value)


def _filled(function: str) -> WriteText:
    def write(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
        shape = (writer.room if eqn.phase else writer.shape)(eqn.attrs["shape"])
        return call(function, shape, *map(str, operands), dtype=dtype_text(eqn.attrs["dtype"]))

    return write


def _write_full(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    """`np.full` takes the dtype of the number, if not told another."""
    dtype = dtype_text(eqn.attrs["dtype"], default=eqn.operands[0].aval.dtype)
    return call("np.full", writer.shape(eqn.attrs["shape"]), str(operands[0]), dtype=dtype)


def _infer_like(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    return (Array(avals[0].dtype, avals[0].shape),)


def _write_eye(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    rows, columns = eqn.attrs["shape"]
    sides = [writer.size(rows)] + ([] if rows == columns else [writer.size(columns)])
    offset = "" if eqn.attrs["k"] == 0 else str(eqn.attrs["k"])
    return call("np.eye", *sides, k=offset, dtype=dtype_text(eqn.attrs["dtype"]))


def _infer_arange(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    return (Array(INT64, (attrs["length"],)),)


def _write_arange(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    start, step = eqn.attrs["start"], eqn.attrs["step"]
    stop = writer.size(start + eqn.attrs["length"] * step)
    if step != 1:
        return call("np.arange", writer.size(start), stop, str(step))
    return call("np.arange", stop) if start == 0 else call("np.arange", writer.size(start), stop)


def _infer_constant(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    return (Array(attrs["dtype"], attrs["shape"]),)


def _write_constant(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    """The numbers as nested lists; infinities and NaN by NumPy's names."""
    values, shape, dtype = eqn.attrs["values"], eqn.attrs["shape"], eqn.attrs["dtype"]
    nested = np.array(values, dtype=object).reshape(shape).tolist() if shape else values[0]
    text = repr(nested).replace("inf", "np.inf").replace("nan", "np.nan")
    whole = values and all(type(value) is int for value in values)
    default = INT64 if whole else FLOAT64
    return call("np.array", text, dtype=dtype_text(dtype, default))


def _evaluate_constant(*, values: tuple[Any, ...], shape: tuple[int, ...], dtype: DType) -> Any:
    return np.array(values, dtype=dtype.value).reshape(shape)


def _infer_dim(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    return (Scalar(INT64, weak=True, size=avals[0].shape[attrs["axis"]]),)


def _write_dim(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    if eqn.attrs.get("len", False) and not writer.lowered:
        return call("len", str(operands[0]))
    return Text(f"{operands[0].within(ATOM)}.shape[{eqn.attrs['axis']}]")


def _infer_size(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    return (Scalar(INT64, weak=True, size=attrs["size"]),)


def _write_size(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    text = writer.size(eqn.attrs["size"])
    return Text(text, ATOM if SINGLE.fullmatch(text) else SUM)


def _sum_all(emit: Builder, ct: Operand, eqn: Equation, index: int) -> Operand:
    """Every element of the output is the operand; the engine sums over what was broadcast."""
    return ct


zeros = Structural(
    "zeros",
    _infer_shape,
    evaluate=_evaluate_zeros,
    text=_filled("np.zeros"),
)
ones = Structural(
    "ones",
    _infer_shape,
    evaluate=lambda *, shape, dtype: np.ones(shape, dtype.value),
    text=_filled("np.ones"),
)
full = Structural(
    "full",
    _infer_shape,
    evaluate=lambda value, *, shape, dtype: np.full(shape, value, dtype.value),
    text=_write_full,
    linear_in=(0,),
    transpose=_sum_all,
)
zeros_like = Structural(
    "zeros_like",
    _infer_like,
    evaluate=lambda x: np.zeros(x.shape, x.dtype),
    text=lambda writer, eqn, operands: call("np.zeros_like", str(operands[0])),
)
eye = Structural(
    "eye",
    _infer_shape,
    evaluate=lambda *, shape, k, dtype: np.eye(shape[0], shape[1], k, dtype.value),
    text=_write_eye,
)
arange = Structural(
    "arange",
    _infer_arange,
    evaluate=lambda *, start, length, step: start + step * np.arange(length),
    text=_write_arange,
)
constant = Structural("constant", _infer_constant, evaluate=_evaluate_constant, text=_write_constant)
dim = Structural("dim", _infer_dim, evaluate=lambda x, *, axis, **text: x.shape[axis], text=_write_dim)
size_value = Structural("size_value", _infer_size, evaluate=lambda *, size: size, text=_write_size)


FAMILY = (zeros, ones, full, zeros_like, eye, arange, constant, dim, size_value)
