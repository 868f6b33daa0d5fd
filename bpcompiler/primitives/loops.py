"""Loops, element access and checks: what array equations become for Numba.

    for_(start, stop, step, init...) { block(i, carry...) -> carry... }     the last values of the carries
    for_[exits](...)           { block(i, carry...) -> stop, carry... }     ends after the turn that says stop
    load(x, i...)              an element
    store(x, value, i...)      x with that element replaced: written in place, the old version is dead
    empty[shape, dtype]        a buffer
    gemm(out, a, b, i...)      out = op(a) @ op(b) + beta * out, by BLAS
    gemv(out, a, x, i...)      out = op(a) @ x + beta * out, by BLAS
    dot(x, y, i...)            the sum of x * y, by BLAS
    check(ok, value...)        stops the program with fault `kind` unless ok; of the user's own: see `faults`

Indices of load and store are in bounds and not negative: `check` has seen to it.

A product takes parts of arrays where they stand: `parts` has a spec (see `indexing`) or None for each array,
whose `At(k)` is index k of the product, from 1 on. What is computed is the array that `out` is a part of.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpcompiler.errors import CompilerError
from bpcompiler.ir.equations import Attrs, Block, Effect, Equation, Operand, Primitive
from bpcompiler.ir.types import Array, Aval, DType, Scalar, without_size
from bpcompiler.primitives.creation import dtype_text
from bpcompiler.primitives.declare import ATOM, Structural, Text, Writer, call
from bpcompiler.primitives.faults import made
from bpcompiler.primitives.indexing import Spec, numpy_key, spec_text


def _infer_for(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    (body,) = blocks
    carried = tuple(map(without_size, avals[3:]))
    same_types("params", body.params[1:], carried)
    same_types("results", carries_of(body, attrs), carried)
    return carried


def carries_of(body: Block, attrs: Attrs) -> tuple[Operand, ...]:
    """Return the results of a loop's body that are the carries of its next turn."""
    return body.results[1:] if attrs.get("exits") else body.results


def same_types(what: str, found: Sequence[Operand], carried: tuple[Aval, ...]) -> None:
    """Raise CompilerError unless these params or results have the types of what a loop carries."""
    types = tuple(without_size(value.aval) for value in found)
    if types != carried:
        texts = [", ".join(map(str, avals)) for avals in (carried, types)]
        raise CompilerError(f"the loop carries ({texts[0]}), the {what} of its body are ({texts[1]})")


def _infer_load(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    if len(avals) != 1 + len(avals[0].shape):
        raise CompilerError(f"{len(avals) - 1} indices into {avals[0]}")
    return (Scalar(avals[0].dtype),)


def _infer_store(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    if len(avals) != 2 + len(avals[0].shape):
        raise CompilerError(f"{len(avals) - 2} indices into {avals[0]}")
    return (avals[0],)


def _infer_first(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    return (avals[0],)


def _index(indices: Sequence[Text]) -> str:
    return ", ".join(map(str, indices)) if indices else "()"


def _write_load(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    return Text(f"{operands[0].within(ATOM)}[{_index(operands[1:])}]")


def _write_store(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    return Text(f"{operands[0]}[{_index(operands[2:])}] = {operands[1]}")


def _write_empty(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    shape = (writer.room if writer.lowered or eqn.phase else writer.shape)(eqn.attrs["shape"])
    return call("np.empty", shape, dtype=dtype_text(eqn.attrs["dtype"]))


def _write_product(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    count = PRODUCTS[eqn.primitive]
    specs = eqn.attrs.get("parts", (None,) * count)
    parts = [
        str(array) if spec is None else f"{array.within(ATOM)}[{spec_text(writer, spec, operands[count:])}]"
        for array, spec in zip(operands[:count], specs, strict=True)
    ]
    flags = [repr(eqn.attrs[key]) for key in ("trans_a", "trans_b", "beta") if key in eqn.attrs]
    return call(eqn.primitive.name, *parts, *flags)


def _parts(arrays: Sequence[Any], indices: Sequence[Any], specs: Sequence[Spec | None] | None) -> list[Any]:
    if specs is None:
        return list(arrays)
    return [
        array if spec is None else array[numpy_key(spec, indices)]
        for array, spec in zip(arrays, specs, strict=True)
    ]


def _evaluate_product(
    *operands: Any, trans_a: bool, beta: float, trans_b: bool = False, parts: Any = None
) -> Any:
    part, a, b = _parts(operands[:3], operands[3:], parts)
    product = (a.T if trans_a else a) @ (b.T if trans_b else b)
    part[...] = product + beta * part if beta else product
    return operands[0]


def _evaluate_dot(x: Any, y: Any, *indices: Any, parts: Any = None) -> Any:
    x, y = _parts((x, y), indices, parts)
    return x @ y


def _evaluate_store(x: Any, value: Any, *indices: Any) -> Any:
    x[indices] = value  # in place, as machine code does: so a reader of the old version is caught
    return x


def _evaluate_empty(*, shape: tuple[int, ...], dtype: DType) -> Any:
    room = [max(size, 0) for size in shape]
    return np.full(room, np.nan if dtype.is_float else 0, dtype.value)  # what nobody may read


def _evaluate_check(ok: Any, *values: Any, kind: str, **attrs: Any) -> tuple[()]:
    if not ok and kind in ("raise", "assert"):
        raise made(attrs["exception"], attrs["args"], values)
    if not ok:
        raise IndexError(kind) if kind == "index" else ValueError(kind)
    return ()


def _not_evaluated(*values: Any, **attrs: Any) -> Any:
    raise CompilerError("the evaluator runs blocks itself")


def _no_text(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    raise CompilerError(f"{eqn.primitive} is printed as statements")


for_ = Structural("for_", _infer_for, evaluate=_not_evaluated, text=_no_text)
load = Structural("load", _infer_load, evaluate=lambda x, *i: x[i], text=_write_load)
store = Structural("store", _infer_store, evaluate=_evaluate_store, text=_write_store)
empty = Structural(
    "empty",
    lambda avals, attrs, blocks: (Array(attrs["dtype"], attrs["shape"]),),
    evaluate=_evaluate_empty,
    text=_write_empty,
)
copy = Structural(
    "copy",
    _infer_first,
    evaluate=np.array,
    text=lambda writer, eqn, operands: Text(f"{operands[0].within(ATOM)}.copy()"),
)
gemm = Structural("gemm", _infer_first, evaluate=_evaluate_product, text=_write_product)
gemv = Structural("gemv", _infer_first, evaluate=_evaluate_product, text=_write_product)
dot = Structural(
    "dot",
    lambda avals, attrs, blocks: (Scalar(avals[0].dtype),),
    evaluate=_evaluate_dot,
    text=_write_product,
)
PRODUCTS: dict[Primitive, int] = {gemm: 3, gemv: 3, dot: 2}  # how many arrays; indices follow
check = Structural(
    "check",
    lambda avals, attrs, blocks: (),
    evaluate=_evaluate_check,
    text=_no_text,
    effect=Effect.FAULT,
)

FAMILY = (for_, load, store, empty, copy, gemm, gemv, dot, check)
