"""One equation for a strip: `(k, n, d)` is `(k, d, count)` there, for `count` of the n.

A rule writes an equation with operands in that form. Where the output has the long axis, its form is
returned; where that axis was summed, the strip's share of the sum. None: it cannot be written so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Operand, Primitive, Value
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import FLOAT64, Aval
from bpcompiler.lowering.strips.axes import Axis, moved, moved_all, to_the_end
from bpcompiler.primitives import broadcasting, creation, products, random, reductions, shapes
from bpcompiler.primitives.declare import Elementwise
from bpcompiler.primitives.indexing import (
    At,
    NewAxis,
    Spec,
    add_at,
    full_slice,
    getslice,
    has_arrays,
    is_full,
    result_shape,
)
from bpcompiler.primitives.piecewise import convert
from bpcompiler.primitives.products import swap_last
from bpcompiler.primitives.stores import setslice


@dataclass(slots=True)
class Strip:
    """A strip under construction: `count` elements from `start` on. `forms`: of the arrays with the axis."""

    axis: Axis
    start: Size
    count: Size
    emit: Builder
    forms: Callable[[Value], Operand]

    def write(self, eqn: Equation) -> Operand | None:
        """Return an equation's output in the strip, or the strip's share of it; None if there is no rule."""
        rule = _elementwise if isinstance(eqn.primitive, Elementwise) else RULES.get(eqn.primitive)
        if rule is None or eqn.blocks:
            return None
        with self.emit.at(eqn.origin, eqn.phase):
            found = rule(self, eqn)
        if found is None or self.is_share(found):
            return found if eqn.primitive in SUMS else None
        return found if found.aval.shape == self.shape(eqn.output.aval) else None

    def is_share(self, written: Operand) -> bool:
        """Return whether what was written is a share of a sum over the long axis."""
        return self.count not in written.aval.shape

    def has(self, operand: Operand) -> bool:
        """Return whether an operand has the long axis."""
        return self.axis.is_in(operand.aval)

    def form(self, operand: Operand) -> Operand:
        """Return an operand in its form; without the long axis it is the same in each strip."""
        return self.forms(operand) if isinstance(operand, Value) and self.has(operand) else operand

    def shape(self, aval: Aval) -> tuple[Size, ...]:
        """Return the shape of the form of an array."""
        at = self.axis.of(aval)
        return (*(size for axis, size in enumerate(aval.shape) if axis != at), self.count)

    def at(self, aval: Aval) -> int:
        """Return which axis is long; there is one."""
        found = self.axis.of(aval)
        assert found is not None
        return found

    def aligned(self, operand: Operand, behind: int) -> Operand | None:
        """Return an operand as it broadcasts with forms whose long axis had so many axes behind it.

        A long axis that stands elsewhere is no other than the rest of them: it is read whole.
        """
        ndim = len(operand.aval.shape)
        if ndim == 0:
            return operand
        if self.axis.of(operand.aval) == ndim - 1 - behind:
            return self.form(operand)
        if ndim <= behind:
            return self.emit.one(broadcasting.expand_dims, operand, axes=(ndim,))
        if operand.aval.shape[ndim - 1 - behind] != 1:
            return None
        if behind == 0:
            return operand
        return self.emit.one(shapes.transpose, operand, permutation=to_the_end(ndim - 1 - behind, ndim))


Rule = Callable[[Strip, Equation], Operand | None]


def _elementwise(strip: Strip, eqn: Equation) -> Operand | None:
    aval = eqn.output.aval
    behind = len(aval.shape) - 1 - strip.at(aval)
    operands = [strip.aligned(operand, behind) for operand in eqn.operands]
    if None in operands:
        return None
    return strip.emit.one(eqn.primitive, *operands, **eqn.attrs)  # type: ignore[arg-type]


def _reduction(strip: Strip, eqn: Equation) -> Operand | None:
    """Over other axes: the same. Over the long one too: a sum's share, float32 in float64 as a sum is."""
    (x,), axes = eqn.operands, eqn.attrs["axes"]
    at, ndim = strip.at(x.aval), len(x.aval.shape)
    form, axes = strip.form(x), moved_all(axes, at, ndim)
    if ndim - 1 not in axes:
        return strip.emit.one(eqn.primitive, form, axes=axes, keepdims=eqn.attrs["keepdims"])
    if eqn.primitive not in (broadcasting.sum, reductions.mean):
        return None
    if eqn.output.aval.dtype.is_float and form.aval.dtype is not FLOAT64:
        form = strip.emit.one(convert, form, dtype=FLOAT64, weak=False)
    return strip.emit.one(broadcasting.sum, form, axes=axes, keepdims=False)


def _expand(strip: Strip, eqn: Equation) -> Operand:
    out = eqn.output.aval
    axes = moved_all(eqn.attrs["axes"], strip.at(out), len(out.shape))
    return strip.emit.one(broadcasting.expand_dims, strip.form(eqn.operands[0]), axes=axes)


def _squeeze(strip: Strip, eqn: Equation) -> Operand:
    x = eqn.operands[0].aval
    axes = moved_all(eqn.attrs["axes"], strip.at(x), len(x.shape))
    return strip.emit.one(broadcasting.squeeze, strip.form(eqn.operands[0]), axes=axes)


def _broadcast(strip: Strip, eqn: Equation) -> Operand | None:
    out = eqn.output.aval
    operand = strip.aligned(eqn.operands[0], len(out.shape) - 1 - strip.at(out))
    if operand is None:
        return None
    return strip.emit.one(broadcasting.broadcast_to, operand, shape=strip.shape(out))


def _transpose(strip: Strip, eqn: Equation) -> Operand | None:
    """The other axes in their new order; where that is the old one, nothing is to be done."""
    (x,), permutation = eqn.operands, eqn.attrs["permutation"]
    at, ndim, form = strip.at(x.aval), len(permutation), strip.form(x)
    if permutation[strip.at(eqn.output.aval)] != at:
        return None
    order = (*(moved(axis, at, ndim) for axis in permutation if axis != at), ndim - 1)
    if order == tuple(range(ndim)):
        return form
    return strip.emit.one(shapes.transpose, form, permutation=order)


def _part(strip: Strip, eqn: Equation) -> Operand | None:
    """`x[...]` that takes all of the long axis."""
    x, *indices = eqn.operands
    spec = _spec(strip, eqn, indices)
    return None if spec is None else strip.emit.one(getslice, strip.form(x), *indices, spec=spec)


def _stored(strip: Strip, eqn: Equation) -> Operand | None:
    """Stores into `x[...]`, and additions to it, that take all of the long axis."""
    x, value, *indices = eqn.operands
    spec = _spec(strip, eqn, indices)
    if spec is None:
        return None
    shape = result_shape(eqn.attrs["spec"], [x.aval, *(index.aval for index in indices)])
    stored = strip.aligned(value, shape[::-1].index(strip.axis.size))
    if stored is None:
        return None
    return strip.emit.one(eqn.primitive, strip.form(x), stored, *indices, spec=spec)


def _spec(strip: Strip, eqn: Equation, indices: Sequence[Operand]) -> Spec | None:
    """Return the spec for the form of the first operand, if all of the long axis is taken."""
    x, spec = eqn.operands[0], eqn.attrs["spec"]
    if not strip.has(x) or has_arrays(spec, [x.aval, *(index.aval for index in indices)]):
        return None
    consuming = [at for at, item in enumerate(spec) if not isinstance(item, NewAxis)]
    long = consuming[strip.at(x.aval)]
    if isinstance(spec[long], At) or not is_full(spec[long], strip.axis.size):
        return None
    return (*spec[:long], *spec[long + 1 :], full_slice(strip.count))


def _joined(strip: Strip, eqn: Equation) -> Operand | None:
    """`concatenate` and `stack` along other axes."""
    out, axis = eqn.output.aval, eqn.attrs["axis"]
    at = strip.axis.of(out)
    if at is None or at == axis or not all(map(strip.has, eqn.operands)):
        return None
    forms = [strip.form(operand) for operand in eqn.operands]
    return strip.emit.one(eqn.primitive, *forms, axis=moved(axis, at, len(out.shape)))


def _filled(strip: Strip, eqn: Equation) -> Operand:
    aval = eqn.output.aval
    if eqn.primitive is creation.full:
        return strip.emit.one(creation.full, eqn.operands[0], shape=strip.shape(aval), dtype=aval.dtype)
    made = creation.ones if eqn.primitive is creation.ones else creation.zeros
    return strip.emit.one(made, shape=strip.shape(aval), dtype=aval.dtype)


def _drawn(strip: Strip, eqn: Equation) -> Operand:
    """Elements keep their numbers."""
    aval, attrs = eqn.output.aval, eqn.attrs
    first, *steps = random.places_of(eqn)
    long = steps.pop(strip.at(aval))
    places = (first + strip.start * long, *steps, long)
    return strip.emit.one(
        eqn.primitive, *eqn.operands, **{**attrs, "shape": strip.shape(aval), "places": places}
    )


def _product(strip: Strip, eqn: Equation) -> Operand | None:
    """The long axis is that of rows, of columns or the one that is summed; not one of a batch."""
    a, b = eqn.operands
    if strip.axis.is_twice_in(a.aval) or strip.axis.is_twice_in(b.aval):
        return None
    left, right = (strip.axis.of(operand.aval) for operand in (a, b))
    last_a, vector_b = len(a.aval.shape) - 1, len(b.aval.shape) == 1
    summed_b = 0 if vector_b else len(b.aval.shape) - 2
    if left == last_a and right == summed_b:
        return _share_of_product(strip, a, b)
    if right is None and left is not None and left == last_a - 1:
        b = b if vector_b else swap_last(strip.emit, b)
        return strip.emit.one(products.matmul, b, strip.form(a))
    if left is None and not vector_b and right == summed_b + 1:
        return strip.emit.one(products.matmul, a, strip.form(b))
    return None


def _share_of_product(strip: Strip, a: Operand, b: Operand) -> Operand:
    """Of (..., count, n) the form is (..., n, count)."""
    left, right = strip.form(a), strip.form(b)
    if len(b.aval.shape) > 1:
        right = swap_last(strip.emit, right)
    return strip.emit.one(products.matmul, left, right)


SUMS = {broadcasting.sum, reductions.mean, products.matmul}
RULES: Mapping[Primitive, Rule] = {
    broadcasting.sum: _reduction,
    reductions.mean: _reduction,
    reductions.amax: _reduction,
    reductions.amin: _reduction,
    broadcasting.expand_dims: _expand,
    broadcasting.squeeze: _squeeze,
    broadcasting.broadcast_to: _broadcast,
    shapes.transpose: _transpose,
    getslice: _part,
    setslice: _stored,
    add_at: _stored,
    shapes.concatenate: _joined,
    shapes.stack: _joined,
    products.matmul: _product,
    creation.zeros: _filled,
    creation.zeros_like: _filled,
    creation.ones: _filled,
    creation.full: _filled,
    **dict.fromkeys(random.DRAWS, _drawn),
}
MOVEMENTS = {
    *(broadcasting.expand_dims, broadcasting.squeeze, broadcasting.broadcast_to, shapes.transpose),
    *(getslice, creation.zeros, creation.zeros_like, creation.ones, creation.full),
}
