"""A part of a part is one part: the elements are NumPy's."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bpcompiler.ir.equations import Literal, literal
from bpcompiler.ir.types import INT64, Scalar
from bpcompiler.primitives.indexing import At, NewAxis, Slice, full_slice, numpy_key
from bpcompiler.primitives.parts import Part, composed

RUN_TIME = Scalar(INT64)


@st.composite
def parts(draw, shape):
    """Draw a part of an array of this shape, and the indices at run time."""
    spec, indices = [], []
    for size in shape:
        kinds = ["full", "slice", *(["proven", "traced", "new"] if size else [])]
        kind = draw(st.sampled_from(kinds))
        if kind == "new":
            spec.append(NewAxis())
        if kind in ("full", "new"):
            spec.append(full_slice(size))
        elif kind == "slice":
            spec.append(draw(slices(size)))
        else:
            proven = draw(st.integers(0, size - 1)) if kind == "proven" else None
            indices.append(draw(st.integers(-size, size - 1)) if proven is None else proven)
            spec.append(At(len(indices), proven))
    return tuple(spec), indices


@st.composite
def slices(draw, size):
    key = slice(
        *(draw(st.none() | st.integers(-size - 1, size + 1)) for _ in range(2)),
        draw(st.sampled_from([1, 2, -1, -2, None])),
    )
    start, stop, step = key.indices(size)
    return Slice(start, len(range(start, stop, step)), step, (key.start, key.stop, key.step))


@given(st.data())
def test_a_part_of_a_part_is_one_part(data):
    shape = data.draw(st.sampled_from([(5,), (4, 3), (1, 6), (2, 3, 2)]))
    x = np.arange(np.prod(shape)).reshape(shape)
    spec, given_indices = data.draw(parts(shape))
    shown = x[numpy_key(spec, given_indices)]
    asked, more = data.draw(parts(shown.shape))
    counted = [
        literal(index) if index >= 0 else Literal(index, RUN_TIME) for index in (*given_indices, *more)
    ]
    outer = Part(spec, tuple(counted[: len(given_indices)]))
    found = composed(outer, shape, Part(asked, tuple(counted[len(given_indices) :])), literal)
    if found is not None:
        key = numpy_key(found.spec, [index.value for index in found.indices])
        np.testing.assert_array_equal(x[key], shown[numpy_key(asked, more)])
