"""A product of matrices and vectors by BLAS, in place, on parts of arrays where they stand.

A batch is a loop over its matrices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Operand, Primitive, Value, literal
from bpcompiler.ir.types import Array, DType
from bpcompiler.lowering.lower import Lowering
from bpcompiler.lowering.nests import INDEX, Element, element_of, fill, inside, nest
from bpcompiler.lowering.parts import Part, part_read
from bpcompiler.lowering.scalars import cast
from bpcompiler.primitives.indexing import At, Item, full_slice
from bpcompiler.primitives.loops import dot, gemm, gemv


def inner_product(lowering: Lowering, eqn: Equation) -> Operand:
    """Return the product of two vectors."""
    dtype = eqn.output.aval.dtype
    parts = [
        _part(lowering, lowering.emit, operand, _source(lowering, operand, dtype)) for operand in eqn.operands
    ]
    return _product(lowering.emit, dot, parts)


def multiply_into(
    lowering: Lowering, eqn: Equation, out: Part, *, beta: float, summed: bool = False
) -> Operand:
    """Return the array that `out` is a part of, with `product + beta * out` there.

    `summed`: it takes the sum of all products of a batch, and beta is 1.
    """
    a, b = (_source(lowering, operand, eqn.output.aval.dtype) for operand in eqn.operands)
    batch = eqn.output.aval.shape[: batch_dimensions(eqn)]
    if not batch:
        return _multiply(lowering, lowering.emit, eqn, out, (a, b), beta=beta)

    def body(emit: Builder, indices: list[Operand], carried: list[Operand]) -> list[Operand]:
        here = replace(out, array=carried[0])
        here = here if summed else _at(here, eqn, indices)
        return [_multiply(lowering, emit, eqn, here, (a, b), indices, beta=beta)]

    return nest(lowering.emit, batch, [out.array], body)[0]


def batch_dimensions(eqn: Equation) -> int:
    """Return how many dimensions a product has in front of its matrices or vectors."""
    return max(0, *(len(operand.aval.shape) - 2 for operand in eqn.operands))


def _at(out: Part, eqn: Equation, batch: Sequence[Operand]) -> Part:
    """Return one product's place in a whole array."""
    rest = [full_slice(size) for size in eqn.output.aval.shape[len(batch) :]]
    items: list[Item] = [At(k + 1) for k in range(len(batch))]
    return Part(out.array, (*items, *rest), tuple(batch))


def _multiply(
    lowering: Lowering, emit: Builder, eqn: Equation, out: Part, sources: tuple[Element, Element],
    batch: Sequence[Operand] = (), *, beta: float,
) -> Operand:  # fmt: skip
    """Multiply two matrices, or a matrix and a vector."""
    a, b = (
        _part(lowering, emit, operand, source, batch)
        for operand, source in zip(eqn.operands, sources, strict=True)
    )
    if len(eqn.operands[0].aval.shape) == 1:
        return _product(emit, gemv, (out, b, a), trans_a=not b.transposed, beta=beta)
    if len(eqn.operands[1].aval.shape) == 1:
        return _product(emit, gemv, (out, a, b), trans_a=a.transposed, beta=beta)
    return _product(emit, gemm, (out, a, b), trans_a=a.transposed, trans_b=b.transposed, beta=beta)


def _product(emit: Builder, primitive: Primitive, parts: Sequence[Part], **attrs: Any) -> Value:
    """Add the equation of a product of parts: their indices are counted together."""
    indices: list[Operand] = []
    specs = []
    for part in parts:
        first = len(indices)
        specs.append(
            tuple(replace(i, operand=i.operand + first) if isinstance(i, At) else i for i in part.items)
        )
        indices += part.indices
    if not all(part.is_whole for part in parts):
        attrs["parts"] = tuple(
            None if part.is_whole else spec for part, spec in zip(parts, specs, strict=True)
        )
    return emit.one(primitive, *(part.array for part in parts), *indices, **attrs)


# ------------------------------------------------------------------ operands


def _source(lowering: Lowering, operand: Operand, dtype: DType) -> Element:
    """Return how elements of an operand are read: where they stand if of this type, or from a copy."""
    shape = operand.aval.shape

    def element(emit: Builder, indices: list[Operand]) -> Operand:
        return cast(emit, lowering.at(emit, operand, shape, indices), dtype)

    trial = inside(lowering.emit)
    first: list[Operand] = [trial.input(INDEX) for _ in shape[:-2]]
    if part_read(lowering, trial, shape[-2:], lambda emit, i: element(emit, [*first, *i])) is not None:
        return element
    if operand.aval.dtype is dtype:
        array = lowering.read(operand)
    else:
        array = fill(lowering.emit, Array(dtype, shape), element)
    return lambda emit, indices: element_of(emit, array, shape, indices)


def _part(
    lowering: Lowering, emit: Builder, operand: Operand, element: Element, batch: Sequence[Operand] = ()
) -> Part:
    """Return the part that is multiplied: all of an operand, or its matrix at these places of the batch."""
    first = matrices_of(operand, list(batch))
    part = part_read(
        lowering, emit, operand.aval.shape[len(first) :], lambda emit, i: element(emit, [*first, *i])
    )
    assert part is not None
    return part


def matrices_of(operand: Operand, batch: list[Operand]) -> list[Operand]:
    """Return where in its own batch an operand's matrix at these places of the broadcast batch is."""
    own = operand.aval.shape[:-2]
    places = batch[len(batch) - len(own) :]
    return [literal(0) if size == 1 else i for size, i in zip(own, places, strict=True)]
