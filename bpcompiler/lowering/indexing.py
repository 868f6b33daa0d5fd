"""Reading a part of an array: where its elements are, and the checks that indices need."""

from __future__ import annotations

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Literal, Operand, Primitive, Value, literal
from bpcompiler.ir.sizes import Size, is_nonnegative
from bpcompiler.ir.types import Scalar
from bpcompiler.lowering.lower import Lowering, Rule
from bpcompiler.lowering.nests import element_of, nest, plus, size_operand, times
from bpcompiler.primitives import indexing
from bpcompiler.primitives.arithmetic import add, neg
from bpcompiler.primitives.indexing import At, NewAxis, Slice, Spec, arrays_in_front, has_arrays
from bpcompiler.primitives.loops import check
from bpcompiler.primitives.piecewise import greater_equal, less, logical_and, select
from bpcompiler.primitives.type_rules import broadcast_shapes


def _lower_get(lowering: Lowering, eqn: Equation) -> None:
    source, spec, emit = eqn.operands[0], eqn.attrs["spec"], lowering.emit
    indices = [lowering.read(operand) for operand in eqn.operands[1:]]
    lowering.read_through(source)
    check_indices(emit, spec, [source, *indices])
    if not lowering.is_read(eqn.output):
        return

    def element(emit: Builder, here: list[Operand]) -> Operand:
        places = places_of(emit, spec, [source, *indices], here)
        return lowering.at(emit, source, source.aval.shape, places)

    if isinstance(eqn.output.aval, Scalar):
        lowering.write(eqn.output, element(emit, []))
    elif eqn.primitive is indexing.getslice:
        lowering.wait(eqn.output, element)
    else:
        lowering.define(eqn, element)


def check_indices(emit: Builder, spec: Spec, operands: list[Operand]) -> None:
    """Test every index that is not proven, once, before the elements are read."""
    for axis, item in _source_axes(spec):
        if not isinstance(item, At) or item.proven is not None or item.checked:
            continue
        index, size = operands[item.operand], _counted_in(item, operands, axis)

        def body(
            emit: Builder, indices: list[Operand], carried: list[Operand], index: Operand = index,
            size: Size = size, axis: int = axis,
        ) -> list[Operand]:  # fmt: skip
            _check(emit, element_of(emit, index, index.aval.shape, indices), size, axis)
            return []

        nest(emit, index.aval.shape, [], body)


def _check(emit: Builder, index: Operand, size: Size, axis: int) -> None:
    bound = size_operand(emit, size)
    low = emit.one(
        greater_equal, index, emit.one(neg, bound) if isinstance(bound, Value) else literal(-bound.value)
    )
    ok = emit.one(logical_and, low, emit.one(less, index, bound))
    emit.emit(check, ok, index, bound, literal(axis), kind="index")


def _source_axes(spec: Spec) -> list[tuple[int, indexing.Item]]:
    """The items that take an axis of the source, with that axis."""
    consuming = [item for item in spec if not isinstance(item, NewAxis)]
    return list(enumerate(consuming))


def places_of(emit: Builder, spec: Spec, operands: list[Operand], indices: list[Operand]) -> list[Operand]:
    """Return where in the source the element of the result at `indices` comes from."""
    avals = [operand.aval for operand in operands]
    advanced = has_arrays(spec, avals)
    shape = broadcast_shapes(*(avals[i.operand].shape for i in spec if isinstance(i, At))) if advanced else ()
    count, rest = len(shape), list(indices)
    here: list[Operand] = []
    if advanced and arrays_in_front(spec):
        here, rest = rest[:count], rest[count:]
    places: list[Operand] = []
    axis = 0
    for item in spec:
        if isinstance(item, NewAxis):
            rest.pop(0)
            continue
        if isinstance(item, Slice):
            places.append(_in_slice(emit, item, rest.pop(0)))
        else:
            if advanced and not here and count:
                here, rest = rest[:count], rest[count:]
            places.append(_at(emit, item, operands, shape, here, axis))
        axis += 1
    return places


def _in_slice(emit: Builder, item: Slice, index: Operand) -> Operand:
    return plus(emit, times(emit, index, literal(item.step)), size_operand(emit, item.start))


def _at(
    emit: Builder, item: At, operands: list[Operand], shape: tuple[Size, ...], here: list[Operand], axis: int
) -> Operand:
    """An index counts from the end where it is negative."""
    if item.proven is not None:
        return size_operand(emit, item.proven)
    index = element_of(emit, operands[item.operand], shape, here)
    if not _cannot_be_negative(index):
        size = size_operand(emit, _counted_in(item, operands, axis))
        index = emit.one(select, emit.one(less, index, literal(0)), emit.one(add, index, size), index)
    return index if item.within is None else _in_slice(emit, item.within, index)


def _counted_in(item: At, operands: list[Operand], axis: int) -> Size:
    """Return the size of what an index counts in: the axis, or a part of it."""
    return operands[0].aval.shape[axis] if item.within is None else item.within.length


def _cannot_be_negative(index: Operand) -> bool:
    if isinstance(index, Literal):
        return index.value >= 0
    size = index.aval.size if isinstance(index.aval, Scalar) else None
    return size is not None and is_nonnegative(size)


RULES: dict[Primitive, Rule] = {
    indexing.getitem: _lower_get,
    indexing.getslice: _lower_get,
}
