"""Reading a part of an array, and adding to a part of one: each is the adjoint of the other.

    spec ::= (Slice | NewAxis | At(k)) ...       one item for each source axis, and the new axes
    At(k)                                        operand k of the equation: an int, or an array of ints
    At(k, within=Slice)                          the same index into that part of the axis: x[1:][k]

An ellipsis and trailing full slices are written out. Integer arrays combine as in NumPy: they broadcast
together, and their dimensions stand where they stood if they are adjacent, else in front.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpcompiler.errors import DtypeError
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Attrs, Block, Effect, Equation, Operand
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import INT64, Array, Aval, Scalar
from bpcompiler.primitives import type_rules as rules
from bpcompiler.primitives.creation import zeros_like
from bpcompiler.primitives.declare import ATOM, Structural, Text, Writer


@dataclass(frozen=True, slots=True)
class Slice:
    """`length` elements from `start`, `step` apart. `given` is what the user wrote, for the text."""

    start: Size
    length: Size
    step: int
    given: tuple[Size | None, Size | None, int | None]

    def __str__(self) -> str:
        return f"{self.start}:+{self.length}:{self.step}"


@dataclass(frozen=True, slots=True)
class NewAxis:
    """A new axis of size 1."""


@dataclass(frozen=True, slots=True)
class At:
    """The index is operand `operand` of the equation. `proven`: where it points, known to be in bounds.

    `checked`: an earlier equation has seen to it that the index is in bounds; it may be negative.
    `within`: it counts in this part of the axis, also from the end of it; then no index is an array.
    """

    operand: int
    proven: Size | None = None
    checked: bool = False
    within: Slice | None = None


Item = Slice | NewAxis | At
Spec = tuple[Item, ...]


def full_slice(size: Size) -> Slice:
    """Return `:` over an axis of this size."""
    return Slice(0, size, 1, (None, None, None))


_WHOLE = full_slice(0)


def is_full(item: Item, size: Size) -> bool:
    """Return whether the item takes a whole axis of this size, in order."""
    return isinstance(item, Slice) and (item.start, item.length, item.step) == (0, size, 1)


def has_arrays(spec: Spec, avals: Sequence[Aval]) -> bool:
    """Return whether an index is an array (then the scalar ones count as arrays too)."""
    return any(isinstance(item, At) and avals[item.operand].shape for item in spec)


def arrays_in_front(spec: Spec) -> bool:
    """Return whether the dimensions of index arrays go to the front: they are not adjacent."""
    places = [i for i, item in enumerate(spec) if isinstance(item, At)]
    return places != list(range(places[0], places[-1] + 1))


def result_shape(spec: Spec, avals: Sequence[Aval]) -> rules.Shape:
    """Return the shape of `x[spec]`; `avals` are the types of x and the indices."""
    advanced = has_arrays(spec, avals)
    indices = (
        rules.broadcast_shapes(*(avals[item.operand].shape for item in spec if isinstance(item, At)))
        if advanced
        else ()
    )
    shape: list[Size] = []
    placed = not advanced
    if advanced and arrays_in_front(spec):
        shape, placed = list(indices), True
    for item in spec:
        if isinstance(item, Slice):
            shape.append(item.length)
        elif isinstance(item, NewAxis):
            shape.append(1)
        elif not placed:
            shape.extend(indices)
            placed = True
    return tuple(shape)


def _infer_get(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    _check_indices(avals[1:])
    return (_result(avals[0], attrs["spec"], avals),)


def _result(x: Aval, spec: Spec, avals: Sequence[Aval]) -> Aval:
    shape = result_shape(spec, avals)
    every_axis_indexed = all(isinstance(item, At) for item in spec)
    return Scalar(x.dtype) if every_axis_indexed and not shape else Array(x.dtype, shape)


def _check_indices(avals: Sequence[Aval]) -> None:
    for aval in avals:
        if aval.dtype is not INT64:
            raise DtypeError(
                f"an index of type {aval.dtype.value}", remedy="indices are int64: i.astype(np.int64)"
            )


def _infer_add_at(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    rules.broadcast_shapes(result_shape(attrs["spec"], (avals[0], *avals[2:])), avals[1].shape)
    return (avals[0],)


def spec_text(writer: Writer, spec: Spec, indices: Sequence[Text]) -> str:
    """Return the text between the outer brackets: `i, 1:4`; `indices[k - 1]` is the text of At(k).

    Indices into parts stand behind, in brackets of their own: `i, 1:][j`.
    """
    first = [item.within if isinstance(item, At) and item.within is not None else item for item in spec]
    texts = [_key_text(writer, first, indices)]
    if first != list(spec):
        left = [item for item in spec if not isinstance(item, At) or item.within is not None]
        texts.append(_key_text(writer, [i if isinstance(i, At) else _WHOLE for i in left], indices))
    return "][".join(texts)


def _key_text(writer: Writer, items: Sequence[Item], indices: Sequence[Text]) -> str:
    items = list(items)
    while len(items) > 1 and isinstance(items[-1], Slice) and items[-1].given == (None, None, None):
        items.pop()
    return ", ".join(_item_text(writer, item, indices) for item in items) or "()"


def _item_text(writer: Writer, item: Item, indices: Sequence[Text]) -> str:
    if isinstance(item, NewAxis):
        return "None"
    if isinstance(item, At):
        return str(indices[item.operand - 1])
    start, stop, step = ("" if part is None else writer.size(part) for part in item.given)
    return f"{start}:{stop}" + (f":{step}" if step else "")


def _write_get(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    return Text(f"{operands[0].within(ATOM)}[{spec_text(writer, eqn.attrs['spec'], operands[1:])}]")


def numpy_key(spec: Spec, indices: Sequence[Any]) -> tuple[Any, ...]:
    """Return the key that NumPy takes; sizes in the spec are numbers."""
    return tuple(_numpy_item(item, indices) for item in spec)


def _numpy_item(item: Item, indices: Sequence[Any]) -> Any:
    if isinstance(item, NewAxis):
        return None
    if isinstance(item, At):
        return _number(item, indices[item.operand - 1])
    start, length, step = int(item.start), int(item.length), item.step  # type: ignore[arg-type]
    stop = start + length * step
    return slice(start, stop if stop >= 0 else None, step) if length else slice(0, 0)


def _number(item: At, index: Any) -> Any:
    """Return where an index points in the whole axis."""
    if item.within is None:
        return index
    start, length = int(item.within.start), int(item.within.length)  # type: ignore[arg-type]
    if not -length <= index < length:
        raise IndexError(f"index {index} is out of bounds for axis with size {length}")
    return start + item.within.step * (index % length)


def _evaluate_get(x: Any, *indices: Any, spec: Spec) -> Any:
    return x[numpy_key(spec, indices)]


def _evaluate_add_at(acc: Any, ct: Any, *indices: Any, spec: Spec) -> Any:
    result = np.array(acc)
    np.add.at(result, numpy_key(spec, indices), ct)
    return result


def _pull_get(emit: Builder, ct: Operand, eqn: Equation, index: int) -> Operand:
    """The engine adds to the cotangent it already has, where there is one: see `scatter`."""
    return emit.one(
        add_at, emit.one(zeros_like, eqn.operands[0]), ct, *eqn.operands[1:], spec=eqn.attrs["spec"]
    )


def _pull_add_at(emit: Builder, ct: Operand, eqn: Equation, index: int) -> Operand:
    if index == 0:
        return ct
    read = getitem if len(eqn.operands) > 2 else getslice
    return emit.one(read, ct, *eqn.operands[2:], spec=eqn.attrs["spec"])


def _write_add_at(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    """As a statement on the buffer that `acc` is: `dx[1:] += ct`, `np.add.at(dx, i, ct)` for arrays."""
    key = spec_text(writer, eqn.attrs["spec"], operands[2:])
    if has_arrays(eqn.attrs["spec"], [eqn.operands[0].aval, *(o.aval for o in eqn.operands[2:])]):
        given = f"np.s_[{key}]" if ":" in key else f"({key})" if "," in key else key
        return Text(f"np.add.at({operands[0]}, {given}, {operands[1]})")
    return Text(f"{operands[0]}[{key}] += {operands[1]}")


def _declare_get(name: str, effect: Effect) -> Structural:
    return Structural(
        name,
        _infer_get,
        evaluate=_evaluate_get,
        text=_write_get,
        linear_in=(0,),
        transpose=_pull_get,
        effect=effect,
    )


getitem = _declare_get("getitem", Effect.FAULT)  # an index may be out of bounds
getslice = _declare_get("getslice", Effect.NONE)  # slices and new axes cannot
add_at = Structural(
    "add_at",
    _infer_add_at,
    evaluate=_evaluate_add_at,
    text=_write_add_at,
    linear_in=(0, 1),
    jointly=True,
    transpose=_pull_add_at,
)

FAMILY = (getitem, getslice, add_at)
