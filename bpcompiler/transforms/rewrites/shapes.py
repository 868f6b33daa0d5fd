"""Rewrites of what moves elements: much of it cancels."""

from __future__ import annotations

from bpcompiler.ir.equations import Operand
from bpcompiler.ir.types import Array, Aval
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.arithmetic import neg
from bpcompiler.primitives.broadcasting import expand_dims, squeeze
from bpcompiler.primitives.broadcasting import sum as sum_
from bpcompiler.primitives.creation import zeros, zeros_like
from bpcompiler.primitives.indexing import NewAxis, Spec, is_full
from bpcompiler.primitives.products import matmul
from bpcompiler.primitives.shapes import reshape, transpose
from bpcompiler.transforms.rewrites.common import Program, Wanted, unnamed


def squeezed(program: Program, eqn: Wanted) -> Operand | None:
    """np.squeeze(x[None], 0) >> x, np.squeeze(np.sum(x, 0, keepdims=True), 0) >> np.sum(x, 0)."""
    (x,) = eqn.operands
    wider = program.definition(x, expand_dims)
    if wider is not None and wider.attrs["axes"] == eqn.attrs["axes"]:
        return wider.operands[0]
    if (negative := unnamed(program, x, neg)) is not None:
        return program.make(neg, program.make(squeeze, negative.operands[0], **eqn.attrs))
    total = unnamed(program, x, sum_)
    if total is not None and total.attrs["axes"] == eqn.attrs["axes"] and isinstance(eqn.aval, Array):
        return program.make(sum_, total.operands[0], axes=eqn.attrs["axes"], keepdims=False)
    return None


def expanded(program: Program, eqn: Wanted) -> Operand | None:
    """np.squeeze(x, 0)[None] >> x."""
    inner = program.definition(eqn.operands[0], squeeze)
    return inner.operands[0] if inner is not None and inner.attrs["axes"] == eqn.attrs["axes"] else None


def transposed(program: Program, eqn: Wanted) -> Operand | None:
    """x.T.T >> x, (a @ b).T >> b.T @ a.T, also matrix by matrix in a batch."""
    permutation = eqn.attrs["permutation"]
    if permutation == tuple(range(len(permutation))):
        return eqn.operands[0]
    product = unnamed(program, eqn.operands[0], matmul)
    if (
        product is not None
        and permutation == _last_two_exchanged(len(permutation))
        and all(len(side.aval.shape) >= 2 for side in product.operands)
    ):
        a, b = (
            program.make(transpose, side, permutation=_last_two_exchanged(len(side.aval.shape)))
            for side in product.operands
        )
        return program.make(matmul, b, a)
    inner = program.definition(eqn.operands[0], transpose)
    if inner is None:
        return None
    both = tuple(inner.attrs["permutation"][axis] for axis in permutation)
    return program.make(transpose, inner.operands[0], permutation=both)


def _last_two_exchanged(ndim: int) -> tuple[int, ...]:
    return (*range(ndim - 2), ndim - 1, ndim - 2)


def reshaped(program: Program, eqn: Wanted) -> Operand | None:
    """x.reshape(m).reshape(n) >> x.reshape(n); x >> x where it has that shape."""
    (x,) = eqn.operands
    if x.aval == eqn.aval:
        return x
    inner = unnamed(program, x, reshape)
    return program.make(reshape, inner.operands[0], **eqn.attrs) if inner is not None else None


def whole_slice(program: Program, eqn: Wanted) -> Operand | None:
    """x[:] >> x."""
    x, spec = eqn.operands[0], eqn.attrs["spec"]
    axes = zip(spec, x.aval.shape, strict=False)
    return x if x.aval == eqn.aval and all(is_full(item, size) for item, size in axes) else None


def zeros_again(program: Program, eqn: Wanted) -> Operand | None:
    """np.zeros_like(np.zeros(n)) >> np.zeros(n), np.zeros_like(np.zeros_like(x)) >> np.zeros_like(x)."""
    for primitive in (zeros, zeros_like):
        if (made := program.definition(eqn.operands[0], primitive)) is not None:
            return program.make(primitive, *made.operands, **made.attrs)
    return None


def added_to_whole(program: Program, eqn: Wanted) -> Operand | None:
    """dx = np.zeros_like(x); dx[:, None] += ct >> dx = np.squeeze(ct, 1)."""
    total, part = eqn.operands[:2]
    spec, wide = eqn.attrs["spec"], part.aval.shape
    if not _only_new_axes(spec, total.aval) or len(wide) != len(spec):
        return None
    axes = tuple(axis for axis, item in enumerate(spec) if isinstance(item, NewAxis))
    part = program.make(squeeze, part, axes=axes) if axes else part
    if program.definition(total, zeros_like) is not None and part.aval == total.aval:
        return part
    return program.make(accumulate, total, part)


def _only_new_axes(spec: Spec, aval: Aval) -> bool:
    """Whether the spec takes the whole array, in order, perhaps with axes of size 1 between."""
    kept = [item for item in spec if not isinstance(item, NewAxis)]
    return len(kept) == len(aval.shape) and all(map(is_full, kept, aval.shape))
