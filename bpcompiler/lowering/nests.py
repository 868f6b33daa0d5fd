"""Loop nests: the one way in which arrays are read and written element by element."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Literal, Operand, Value, literal
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import INT64, Array, Aval, Scalar
from bpcompiler.primitives.arithmetic import add, mul
from bpcompiler.primitives.creation import size_value
from bpcompiler.primitives.loops import empty, for_, load, store

INDEX_NAMES = "ijklmn"
INDEX = Scalar(INT64, weak=True)

Body = Callable[[Builder, list[Operand], list[Operand]], list[Operand]]
Element = Callable[[Builder, list[Operand]], Operand]


def size_operand(emit: Builder, size: Size) -> Operand:
    """Return a size as an operand."""
    return literal(size) if isinstance(size, int) else emit.one(size_value, size=size)


def inside(emit: Builder) -> Builder:
    """Return a builder for a nested block: the same names, place and phase."""
    inner = Builder()
    inner.names = emit.names
    inner.origin, inner.phase = emit.origin, emit.phase
    return inner


def nest(
    emit: Builder,
    shape: Sequence[Size],
    carried: list[Operand],
    body: Body,
    indices: list[Operand] | None = None,
) -> list[Operand]:
    """Return the carries after `body(emit, indices, carries)` ran for every index of the shape, in order."""
    indices = indices or []
    if not shape:
        return body(emit, indices, carried)
    inner = inside(emit)
    depth = len(indices)
    index = inner.input(INDEX, INDEX_NAMES[depth] if depth < len(INDEX_NAMES) else f"i{depth}")
    params: list[Operand] = [_carry(inner, emit, value) for value in carried]
    results = nest(inner, shape[1:], params, body, [*indices, index])
    block = inner.block([index, *(p for p in params if isinstance(p, Value))], results)
    bounds = (literal(0), size_operand(emit, shape[0]), literal(1))
    outputs = emit.emit(for_, *bounds, *carried, blocks=(block,))
    for before, after in zip(carried, outputs, strict=True):
        if isinstance(before, Value) and before in emit.names:
            emit.names[after] = emit.names[before]
    return list(outputs)


def _carry(inner: Builder, emit: Builder, value: Operand) -> Value:
    name = emit.names.get(value, "") if isinstance(value, Value) else ""
    return inner.input(value.aval, name)


def fill(emit: Builder, aval: Aval, element: Element, name: str = "", into: Value | None = None) -> Value:
    """Return an array with `element(emit, indices)` at each place; `into`: a buffer that is overwritten."""
    out = into if into is not None else emit.one(empty, shape=aval.shape, dtype=aval.dtype)
    if name:
        emit.names[out] = name

    def body(emit: Builder, indices: list[Operand], carried: list[Operand]) -> list[Operand]:
        stored = emit.one(store, carried[0], element(emit, indices), *indices)
        emit.names.update({stored: name} if name else {})
        return [stored]

    (result,) = nest(emit, aval.shape, [out], body)
    assert isinstance(result, Value)
    if name:
        emit.names[result] = name
    return result


def element_of(emit: Builder, operand: Operand, shape: Sequence[Size], indices: Sequence[Operand]) -> Operand:
    """Return the element of a number or buffer that is broadcast to `shape`, at these indices."""
    if not isinstance(operand.aval, Array):
        return operand
    return emit.one(load, operand, *broadcast_places(operand.aval.shape, shape, indices))


def broadcast_places(own: Sequence[Size], shape: Sequence[Size], indices: Sequence[Operand]) -> list[Operand]:
    """Return where in an array of shape `own` the element of its broadcast at these indices stands."""
    places = indices[len(shape) - len(own) :]
    return [literal(0) if size == 1 else i for size, i in zip(own, places, strict=True)]


def is_literal(operand: Operand, value: int) -> bool:
    """Return whether an operand is this number."""
    return isinstance(operand, Literal) and operand.value == value


def plus(emit: Builder, left: Operand, right: Operand) -> Operand:
    """Return the sum of two indices."""
    if is_literal(left, 0):
        return right
    if is_literal(right, 0):
        return left
    return emit.one(add, left, right)


def times(emit: Builder, left: Operand, right: Operand) -> Operand:
    """Return the product of two indices."""
    return left if is_literal(right, 1) else emit.one(mul, left, right)
