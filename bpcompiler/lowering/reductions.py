"""Loops for sums, means and extremes.

Over trailing axes a number is accumulated; over others whole rows are, so that memory is read in order.
float32 is summed in float64: more exact than NumPy's pairwise sums, whatever the length.
"""

from __future__ import annotations

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Operand, Primitive, Value, literal
from bpcompiler.ir.types import FLOAT32, FLOAT64, Array, DType, Scalar
from bpcompiler.lowering.lower import Lowering, Rule
from bpcompiler.lowering.nests import fill, nest, size_operand
from bpcompiler.lowering.scalars import cast
from bpcompiler.primitives import broadcasting, piecewise, reductions
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.arithmetic import div
from bpcompiler.primitives.loops import load, store


def _accumulator(dtype: DType) -> DType:
    return FLOAT64 if dtype is FLOAT32 else dtype


def lower_sum(lowering: Lowering, eqn: Equation) -> None:
    """`np.sum` and, with a division at the end, `np.mean`."""
    wanted = eqn.output.aval.dtype
    if isinstance(eqn.output.aval, Scalar):
        total = _sum_elements(lowering, eqn.operands[0], wanted, lowering.name(eqn.output))
        lowering.write(eqn.output, _finish(lowering.emit, eqn, total, wanted))
    elif _keeps_last(eqn):
        lowering.write(eqn.output, _sum_rows(lowering, eqn))
    else:
        lowering.write(eqn.output, _sum_each(lowering, eqn))


def _keeps_last(eqn: Equation) -> bool:
    return len(eqn.operands[0].aval.shape) - 1 not in eqn.attrs["axes"]


def _finish(emit: Builder, eqn: Equation, total: Operand, wanted: DType) -> Operand:
    if eqn.primitive is reductions.mean:
        count = cast(emit, size_operand(emit, reductions.count(eqn)), total.aval.dtype)
        total = emit.one(div, total, count)
    return cast(emit, total, wanted)


def _sum_elements(lowering: Lowering, operand: Operand, wanted: DType, name: str) -> Operand:
    """Return the sum of all elements."""
    dtype = _accumulator(wanted)
    start = literal(0.0 if dtype.is_float else 0, like=Scalar(dtype, weak=True))

    def body(emit: Builder, indices: list[Operand], carried: list[Operand]) -> list[Operand]:
        value = lowering.at(emit, operand, operand.aval.shape, indices)
        return [emit.one(accumulate, carried[0], cast(emit, value, dtype))]

    (total,) = nest(lowering.emit, operand.aval.shape, [start], body)
    if name and isinstance(total, Value):
        lowering.emit.names[total] = name
    return total


def _sum_rows(lowering: Lowering, eqn: Equation) -> Value:
    """Add whole rows: the last axis stays, so the innermost loop runs along memory."""
    emit, aval, wanted = lowering.emit, eqn.output.aval, eqn.output.aval.dtype
    operand, dtype, name = eqn.operands[0], _accumulator(wanted), lowering.name(eqn.output)
    finished = dtype is wanted and eqn.primitive is not reductions.mean
    zero = literal(0.0 if dtype.is_float else 0, like=Scalar(dtype, weak=True))
    total = Array(dtype, aval.shape)
    out: Operand = fill(emit, total, lambda emit, indices: zero, name if dtype is wanted else "")

    def body(emit: Builder, indices: list[Operand], carried: list[Operand]) -> list[Operand]:
        place = _kept_indices(eqn, indices)
        value = cast(emit, lowering.at(emit, operand, operand.aval.shape, indices), dtype)
        return [
            emit.one(
                store, carried[0], emit.one(accumulate, emit.one(load, carried[0], *place), value), *place
            )
        ]

    (result,) = nest(emit, operand.aval.shape, [out], body)
    if finished:
        return _value(result)

    def share(emit: Builder, indices: list[Operand]) -> Operand:
        return _finish(emit, eqn, emit.one(load, result, *indices), wanted)

    return fill(emit, aval, share, name, into=_value(result) if dtype is wanted else None)


def _value(operand: Operand) -> Value:
    assert isinstance(operand, Value)
    return operand


def _kept_indices(eqn: Equation, indices: list[Operand]) -> list[Operand]:
    axes, keepdims = eqn.attrs["axes"], eqn.attrs["keepdims"]
    if keepdims:
        return [literal(0) if axis in axes else index for axis, index in enumerate(indices)]
    return [index for axis, index in enumerate(indices) if axis not in axes]


def _source_indices(eqn: Equation, kept: list[Operand], reduced: list[Operand]) -> list[Operand]:
    """Where in the operand: `reduced` for the axes that go, `kept` for the others, in order."""
    axes, keepdims = eqn.attrs["axes"], eqn.attrs["keepdims"]
    ndim = len(eqn.operands[0].aval.shape)
    inner, outer = iter(reduced), iter(kept)
    if keepdims:
        return [next(inner) if axis in axes else kept[axis] for axis in range(ndim)]
    return [next(inner) if axis in axes else next(outer) for axis in range(ndim)]


def _sum_each(lowering: Lowering, eqn: Equation) -> Value:
    """One sum after the other: the axes that go are the innermost loops."""
    operand = eqn.operands[0]
    shape = tuple(operand.aval.shape[axis] for axis in eqn.attrs["axes"])
    wanted = eqn.output.aval.dtype
    dtype = _accumulator(wanted)

    def element(emit: Builder, kept: list[Operand]) -> Operand:
        start = literal(0.0 if dtype.is_float else 0, like=Scalar(dtype, weak=True))

        def body(emit: Builder, indices: list[Operand], carried: list[Operand]) -> list[Operand]:
            value = lowering.at(
                emit, operand, operand.aval.shape, _source_indices(eqn, kept, indices[len(kept) :])
            )
            return [emit.one(accumulate, carried[0], cast(emit, value, dtype))]

        (total,) = nest(emit, shape, [start], body, kept)
        return _finish(emit, eqn, total, wanted)

    return fill(lowering.emit, eqn.output.aval, element, lowering.name(eqn.output))


def lower_extreme(lowering: Lowering, eqn: Equation) -> None:
    """`np.max` and `np.min`: from the first element on; there is one, the trace has seen to that."""
    lowering.read_through(eqn.operands[0])
    better = piecewise.maximum if eqn.primitive is reductions.amax else piecewise.minimum
    if isinstance(eqn.output.aval, Scalar):
        lowering.write(eqn.output, _extreme(lowering, eqn, better, lowering.emit, []))
    elif _keeps_last(eqn):
        lowering.write(eqn.output, _extreme_rows(lowering, eqn, better))
    else:
        found = fill(
            lowering.emit,
            eqn.output.aval,
            lambda emit, kept: _extreme(lowering, eqn, better, emit, kept),
            lowering.name(eqn.output),
        )
        lowering.write(eqn.output, found)


def _element(
    lowering: Lowering, eqn: Equation, emit: Builder, kept: list[Operand], reduced: list[Operand]
) -> Operand:
    operand = eqn.operands[0]
    return lowering.at(emit, operand, operand.aval.shape, _source_indices(eqn, kept, reduced))


def _first(lowering: Lowering, eqn: Equation, emit: Builder, kept: list[Operand]) -> Operand:
    return _element(lowering, eqn, emit, kept, [literal(0)] * len(eqn.attrs["axes"]))


def _extreme(
    lowering: Lowering, eqn: Equation, better: Primitive, emit: Builder, kept: list[Operand]
) -> Operand:
    """Return one extreme: the axes that go are the innermost loops."""
    shape = tuple(eqn.operands[0].aval.shape[axis] for axis in eqn.attrs["axes"])

    def body(emit: Builder, indices: list[Operand], carried: list[Operand]) -> list[Operand]:
        value = _element(lowering, eqn, emit, kept, indices[len(kept) :])
        return [emit.one(better, carried[0], value)]

    return nest(emit, shape, [_first(lowering, eqn, emit, kept)], body, kept)[0]


def _extreme_rows(lowering: Lowering, eqn: Equation, better: Primitive) -> Value:
    """Compare whole rows: the last axis stays, so the innermost loop runs along memory."""
    operand, emit = eqn.operands[0], lowering.emit
    out: Operand = fill(
        emit,
        eqn.output.aval,
        lambda emit, kept: _first(lowering, eqn, emit, kept),
        lowering.name(eqn.output),
    )

    def body(emit: Builder, indices: list[Operand], carried: list[Operand]) -> list[Operand]:
        place = _kept_indices(eqn, indices)
        value = lowering.at(emit, operand, operand.aval.shape, indices)
        best = emit.one(better, emit.one(load, carried[0], *place), value)
        return [emit.one(store, carried[0], best, *place)]

    return _value(nest(emit, operand.aval.shape, [out], body)[0])


RULES: dict[Primitive, Rule] = {
    broadcasting.sum: lower_sum,
    reductions.mean: lower_sum,
    reductions.amax: lower_extreme,
    reductions.amin: lower_extreme,
}
