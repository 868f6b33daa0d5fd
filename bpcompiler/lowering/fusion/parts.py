"""Which part of its arrays a product reads and writes, and the product on smaller arrays."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from bpcompiler.ir.equations import Equation, Operand, Value
from bpcompiler.ir.types import INT64, Scalar
from bpcompiler.primitives.indexing import At, Item, NewAxis, full_slice
from bpcompiler.primitives.loops import PRODUCTS

EVERYWHERE = Value(Scalar(INT64))  # stands for all indices of a dimension


def indices_of(eqn: Equation, at: int) -> tuple[Operand, ...] | None:
    """Return the indices of the part of array `at` that is used; None if it is the whole, or not known."""
    specs = eqn.attrs.get("parts")
    if eqn.primitive not in PRODUCTS or specs is None or specs[at] is None:
        return None
    first = PRODUCTS[eqn.primitive] - 1
    return tuple(
        eqn.operands[first + item.operand] if isinstance(item, At) else EVERYWHERE
        for item in specs[at]
        if not isinstance(item, NewAxis)
    )


def narrowed(eqn: Equation, kept: Mapping[int, Collection[int]]) -> Equation:
    """Return a product whose arrays have fewer dimensions; `kept`: by array, those that stay."""
    count = PRODUCTS[eqn.primitive]
    specs: list[tuple[Item, ...] | None] = []
    indices: list[Operand] = []
    for at, spec in enumerate(eqn.attrs["parts"]):
        items: list[Item] = []
        for item in () if spec is None else _staying(spec, kept.get(at)):
            if isinstance(item, At):
                indices.append(eqn.operands[count + item.operand - 1])
                item = replace(item, operand=len(indices))  # noqa: PLW2901 - the same, counted anew
            items.append(item)
        specs.append(tuple(items) if spec is not None and not all(map(_is_whole, items)) else None)
    attrs = {key: value for key, value in eqn.attrs.items() if key != "parts"}
    if any(spec is not None for spec in specs):
        attrs["parts"] = tuple(specs)
    return replace(eqn, operands=(*eqn.operands[:count], *indices), attrs=attrs)


def _staying(spec: tuple[Item, ...], kept: Collection[int] | None) -> list[Item]:
    found: list[Item] = []
    dimension = 0
    for item in spec:
        if kept is None or isinstance(item, NewAxis) or dimension in kept:
            found.append(item)
        dimension += not isinstance(item, NewAxis)
    return found


def _is_whole(item: Item) -> bool:
    return not isinstance(item, (At, NewAxis)) and item.given == (None, None, None)


def widened(eqn: Equation, at: int, array: Value, first: tuple[Operand, ...]) -> Equation:
    """Return a product whose array `at` is that part of another one that has these first indices."""
    count = PRODUCTS[eqn.primitive]
    specs = list(eqn.attrs.get("parts", (None,) * count))
    rest = eqn.operands[at].aval.shape
    own = specs[at] if specs[at] is not None else tuple(map(full_slice, rest))
    known = len(eqn.operands) - count
    specs[at] = (*(At(known + k + 1) for k in range(len(first))), *own)
    operands = [*eqn.operands, *first]
    operands[at] = array
    return replace(eqn, operands=tuple(operands), attrs={**eqn.attrs, "parts": tuple(specs)})
