"""Loops for operations that move elements: reshape, transpose, broadcast, concatenate, and the creators."""

from __future__ import annotations

from collections.abc import Callable

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Operand, Primitive, Value, literal
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import INT64, Array, Scalar
from bpcompiler.lowering.lower import Lowering, Rule
from bpcompiler.lowering.nests import element_of, fill, nest, plus, size_operand, times
from bpcompiler.lowering.scalars import cast
from bpcompiler.primitives import broadcasting, creation, loops, shapes
from bpcompiler.primitives.loops import empty, load, store
from bpcompiler.primitives.piecewise import equal, select

Source = Callable[[Equation, list[Operand]], list[Operand]]


def _moved(source: Source) -> Rule:
    """Return the rule of an operation whose element at `indices` is the operand's at `source(indices)`.

    The operand is there when it is read: moved elements may be read more than once.
    """

    def rule(lowering: Lowering, eqn: Equation) -> None:
        operand = eqn.operands[0]
        lowering.read_through(operand)

        def element(emit: Builder, indices: list[Operand]) -> Operand:
            return lowering.at(emit, operand, operand.aval.shape, source(eqn, indices))

        lowering.wait(eqn.output, element)

    return rule


def _before_transpose(eqn: Equation, indices: list[Operand]) -> list[Operand]:
    permutation = eqn.attrs["permutation"]
    return [indices[permutation.index(axis)] for axis in range(len(indices))]


def _before_expand(eqn: Equation, indices: list[Operand]) -> list[Operand]:
    return [index for axis, index in enumerate(indices) if axis not in eqn.attrs["axes"]]


def _before_squeeze(eqn: Equation, indices: list[Operand]) -> list[Operand]:
    rest = iter(indices)
    ndim = len(eqn.operands[0].aval.shape)
    return [literal(0) if axis in eqn.attrs["axes"] else next(rest) for axis in range(ndim)]


def _lower_broadcast(lowering: Lowering, eqn: Equation) -> None:
    operand, shape = eqn.operands[0], eqn.output.aval.shape
    lowering.read_through(operand)
    lowering.wait(eqn.output, lambda emit, indices: lowering.at(emit, operand, shape, indices))


def _lower_reshape(lowering: Lowering, eqn: Equation) -> None:
    """A view of a buffer that we made, which is contiguous; an argument is copied first."""
    operand = lowering.read(eqn.operands[0])
    if not isinstance(operand.aval, Array):
        result = fill(
            lowering.emit, eqn.output.aval, lambda emit, indices: operand, lowering.name(eqn.output)
        )
    else:
        aval = operand.aval
        if isinstance(eqn.operands[0], Value) and lowering.buffers.is_callers(eqn.operands[0]):
            operand = _copied(lowering.emit, operand, aval)
        result = lowering.emit.one(shapes.reshape, operand, shape=eqn.output.aval.shape)
    lowering.write(eqn.output, result)


def _copied(emit: Builder, operand: Operand, aval: Array) -> Operand:
    return fill(emit, aval, lambda emit, indices: element_of(emit, operand, aval.shape, indices))


def _lower_concatenate(lowering: Lowering, eqn: Equation) -> None:
    axis, emit = eqn.attrs["axis"], lowering.emit
    out: Operand = _buffer(lowering, eqn)
    offset: Size = 0
    for part in map(lowering.read, eqn.operands):
        out = _write_part(emit, out, part, axis, offset)
        offset = offset + part.aval.shape[axis]
    lowering.write(eqn.output, out)


def _buffer(lowering: Lowering, eqn: Equation) -> Value:
    aval = eqn.output.aval
    out = lowering.emit.one(empty, shape=aval.shape, dtype=aval.dtype)
    if lowering.name(eqn.output):
        lowering.emit.names[out] = lowering.name(eqn.output)
    return out


def _write_part(emit: Builder, out: Operand, part: Operand, axis: int, offset: Size) -> Operand:
    start = size_operand(emit, offset)

    def body(emit: Builder, indices: list[Operand], carried: list[Operand]) -> list[Operand]:
        places = [plus(emit, i, start) if at == axis else i for at, i in enumerate(indices)]
        value = cast(emit, emit.one(load, part, *indices), out.aval.dtype)
        return [emit.one(store, carried[0], value, *places)]

    return nest(emit, part.aval.shape, [out], body)[0]


def _lower_stack(lowering: Lowering, eqn: Equation) -> None:
    axis, emit = eqn.attrs["axis"], lowering.emit
    out: Operand = _buffer(lowering, eqn)
    for number, part in enumerate(map(lowering.read, eqn.operands)):
        out = _write_layer(emit, out, part, axis, number)
    lowering.write(eqn.output, out)


def _write_layer(emit: Builder, out: Operand, part: Operand, axis: int, number: int) -> Operand:
    def body(emit: Builder, indices: list[Operand], carried: list[Operand]) -> list[Operand]:
        value = emit.one(load, part, *indices) if isinstance(part.aval, Array) else part
        places = [*indices[:axis], literal(number), *indices[axis:]]
        return [emit.one(store, carried[0], cast(emit, value, out.aval.dtype), *places)]

    return nest(emit, part.aval.shape, [out], body)[0]


def _filled(value: Callable[[Lowering, Equation], Operand]) -> Rule:
    def rule(lowering: Lowering, eqn: Equation) -> None:
        number = cast(lowering.emit, value(lowering, eqn), eqn.output.aval.dtype)
        lowering.wait(eqn.output, lambda emit, indices: number)

    return rule


def _lower_eye(lowering: Lowering, eqn: Equation) -> None:
    dtype, offset = eqn.output.aval.dtype, literal(eqn.attrs["k"])
    one, zero = (cast(lowering.emit, literal(n), dtype) for n in (1, 0))

    def element(emit: Builder, indices: list[Operand]) -> Operand:
        row, column = indices
        return emit.one(select, emit.one(equal, plus(emit, row, offset), column), one, zero)

    lowering.wait(eqn.output, element)


def _lower_arange(lowering: Lowering, eqn: Equation) -> None:
    start = size_operand(lowering.emit, eqn.attrs["start"])

    def element(emit: Builder, indices: list[Operand]) -> Operand:
        return plus(emit, times(emit, indices[0], literal(eqn.attrs["step"])), start)

    lowering.wait(eqn.output, element)


def _keep(lowering: Lowering, eqn: Equation) -> None:
    """The equation stays as it is."""
    operands = [lowering.read(operand) for operand in eqn.operands]
    lowering.write(eqn.output, lowering.emit.one(eqn.primitive, *operands, **eqn.attrs))


def _lower_dim(lowering: Lowering, eqn: Equation) -> None:
    size = eqn.operands[0].aval.shape[eqn.attrs["axis"]]
    lowering.write(eqn.output, size_operand(lowering.emit, size))


RULES: dict[Primitive, Rule] = {
    shapes.reshape: _lower_reshape,
    shapes.transpose: _moved(_before_transpose),
    broadcasting.expand_dims: _moved(_before_expand),
    broadcasting.squeeze: _moved(_before_squeeze),
    broadcasting.broadcast_to: _lower_broadcast,
    shapes.concatenate: _lower_concatenate,
    shapes.stack: _lower_stack,
    creation.zeros: _filled(lambda lowering, eqn: literal(0, like=Scalar(INT64, weak=True))),
    creation.zeros_like: _filled(lambda lowering, eqn: literal(0, like=Scalar(INT64, weak=True))),
    creation.ones: _filled(lambda lowering, eqn: literal(1, like=Scalar(INT64, weak=True))),
    creation.full: _filled(lambda lowering, eqn: lowering.read(eqn.operands[0])),
    creation.eye: _lower_eye,
    creation.arange: _lower_arange,
    creation.constant: _keep,
    loops.empty: _keep,
    creation.size_value: _keep,
    creation.dim: _lower_dim,
}
