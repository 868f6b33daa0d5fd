"""Products that BLAS adds to an array, or stores into a part of one: no buffer in between.

    dw += x.T @ dh        gemm(dw, x, dh, True, False, 1.0)
    h[t] = x @ w          gemm(h[t], x, w, False, False, 0.0)
    x @ w + h @ u         gemm(y, x, w, False, False, 0.0)    gemm(y, h, u, False, False, 1.0)

The sum over a batch of products is added up likewise: for each i, gemm(dw, x[i], dh[i], True, False, 1.0).
"""

from __future__ import annotations

from bpcompiler.ir.equations import Equation, Operand, Primitive, Value, literal
from bpcompiler.ir.types import Array, Scalar
from bpcompiler.lowering.indexing import places_of
from bpcompiler.lowering.lower import STORES, Lowering, Rule, lower_elementwise, part_shape
from bpcompiler.lowering.multiplying import batch_dimensions, multiply_into
from bpcompiler.lowering.nests import fill
from bpcompiler.lowering.parts import Part, part_at
from bpcompiler.lowering.reductions import lower_sum
from bpcompiler.primitives import adjoint, arithmetic, broadcasting, indexing, products

SUMS = {adjoint.accumulate, arithmetic.add}


def is_awaited(lowering: Lowering, eqn: Equation) -> bool:
    """Return whether a product is read only where it may be added or stored in place."""
    reader = _only_reader(lowering, eqn)
    if reader is None:
        return False
    if reader.primitive in SUMS:
        return _target(lowering, reader, eqn.output) is not None
    if reader.primitive is broadcasting.sum:
        return _sums_batch(reader, eqn)
    return reader.primitive in STORES and reader.operands[1] is eqn.output and _fits(reader)


def _only_reader(lowering: Lowering, eqn: Equation) -> Equation | None:
    readers = lowering.users[eqn.output]
    return readers[0] if len(readers) == 1 else None


def _lower_sum(lowering: Lowering, eqn: Equation) -> None:
    if lowering.buffers.overwritten(eqn) not in {None, *eqn.operands}:  # the next carry of a loop
        lower_elementwise(lowering, eqn)
        return
    for operand in reversed(eqn.operands):
        if isinstance(operand, Value) and lowering.waits_whole(operand):
            target = _target(lowering, eqn, operand)
            if target is not None and _add(lowering, eqn, operand, target):
                return
    lower_elementwise(lowering, eqn)


def _target(lowering: Lowering, eqn: Equation, product: Value) -> Value | None:
    """The other summand, if its buffer may become that of the sum."""
    other = next((operand for operand in eqn.operands if operand is not product), None)
    if not isinstance(other, Value) or not other.aval == product.aval == eqn.output.aval:
        return None
    overwritten = eqn.primitive is adjoint.accumulate and lowering.buffers.overwritten(eqn) is other
    return other if overwritten or _is_fresh(lowering, other) else None


def _is_fresh(lowering: Lowering, value: Operand) -> bool:
    """Whether an array is a product, or a sum of such, in a buffer of its own that is read once."""
    made = lowering.defined.get(value) if isinstance(value, Value) else None
    if made is None or made.primitive not in (arithmetic.add, products.matmul):
        return False
    if _only_reader(lowering, made) is None:
        return False
    return made.primitive is products.matmul or all(_is_fresh(lowering, o) for o in made.operands)


def _add(lowering: Lowering, eqn: Equation, product: Value, target: Value) -> bool:
    """Add a product to an array in place; return False if it is computed from that array."""
    if lowering.sources(product) & lowering.buffers.roots(target):
        return False
    into = lowering.read(target)
    lowering.before_writing(eqn)
    lowering.take(product)
    lowering.write(eqn.output, _added(lowering, lowering.defined[product], into))
    return True


def _added(lowering: Lowering, eqn: Equation, into: Operand) -> Operand:
    """Return the array with a product, or the sum of a batch of products, added to it."""
    if eqn.primitive is products.matmul:
        return multiply_into(lowering, eqn, Part(into), beta=1.0)
    (batch,) = eqn.operands
    assert isinstance(batch, Value)
    lowering.take(batch)
    return multiply_into(lowering, lowering.defined[batch], Part(into), beta=1.0, summed=True)


def _sums_batch(eqn: Equation, product: Equation) -> bool:
    """Whether a sum is over all dimensions of a batch of products, and no others."""
    axes = tuple(range(batch_dimensions(product)))
    return bool(axes) and tuple(sorted(eqn.attrs["axes"])) == axes and not eqn.attrs["keepdims"]


def _lower_sum_of_batch(lowering: Lowering, eqn: Equation) -> None:
    if not lowering.waits_whole(eqn.operands[0]):
        lower_sum(lowering, eqn)
        return
    reader = _only_reader(lowering, eqn)
    if reader is not None and reader.primitive in SUMS and _target(lowering, reader, eqn.output) is not None:
        lowering.wait_whole(eqn.output, lambda: _sum_of_batch(lowering, eqn))
    else:
        lowering.write(eqn.output, _sum_of_batch(lowering, eqn))


def _sum_of_batch(lowering: Lowering, eqn: Equation) -> Operand:
    aval = eqn.output.aval
    with lowering.emit.at(eqn.origin, eqn.phase):
        zero = literal(0.0, like=Scalar(aval.dtype, weak=True))
        return _added(lowering, eqn, fill(lowering.emit, aval, lambda *_: zero, lowering.name(eqn.output)))


def _fits(eqn: Equation) -> bool:
    """Whether a part that is stored is a matrix or a vector, of the type and shape of its place."""
    part, *indices = eqn.operands[1:]
    return (
        part.aval == Array(eqn.output.aval.dtype, part_shape(eqn))
        and len(part.aval.shape) <= 2
        and not any(isinstance(index.aval, Array) for index in indices)
    )


def store_product(lowering: Lowering, eqn: Equation, operands: list[Operand]) -> Operand | None:
    """Return the array with a product stored into, or added to, a part of it; None if nothing is to be.

    `operands`: the array that is written, and the indices.
    """
    product = eqn.operands[1]
    if not isinstance(product, Value) or not lowering.waits_whole(product):
        return None
    if lowering.sources(product) & lowering.buffers.written(eqn):
        return None
    place = part_at(
        lowering,
        lowering.emit,
        operands[0],
        part_shape(eqn),
        lambda emit, indices: places_of(emit, eqn.attrs["spec"], operands, indices),
    )
    if place is None or place.transposed:
        return None
    lowering.take(product)
    beta = 1.0 if eqn.primitive is indexing.add_at else 0.0
    return multiply_into(lowering, lowering.defined[product], place, beta=beta)


RULES: dict[Primitive, Rule] = {**dict.fromkeys(SUMS, _lower_sum), broadcasting.sum: _lower_sum_of_batch}
