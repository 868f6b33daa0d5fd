"""Views: which results share memory, and stores through them, as NumPy has it for every layout and size."""

from __future__ import annotations

import numpy as np
import pytest

from tests.frontend.evaluated import same_as_numpy

SHAPES = [(0, 0), (0, 2), (1, 1), (1, 3), (2, 1), (2, 3), (5, 5)]
CASES = []


def case(function):
    """Collect a function of a matrix."""
    CASES.append(function)
    return function


@case
def rows_and_columns(a):
    row, column = a[0], a[:, -1]
    row += 1
    column *= 2
    row[0] = column[-1]
    return a, row, column


@case
def slices_of_slices(a):
    inner = a[1:][:, ::-1]
    inner[::2] += 1
    inner[-1:][:, 1:] = 5
    deep = a[::-1][1:][::2, :1]
    deep -= 3
    return a, inner, deep


@case
def transposes(a):
    t = a.T
    t[0] = 1.0
    t[-1, :1] += a[:1, 0]
    s = np.swapaxes(a[None], 0, 2)
    s[:, 0] *= 3
    m = np.moveaxis(a[:, None], 0, -1)
    m += 1
    return a, t, s, m


@case
def transposed_update_by_itself(a):
    square = a[:2, :2]
    square += square.T
    square.T[...] = square[::-1]
    return a


@case
def new_axes_and_squeeze(a):
    wide = a[:, None, :, None]
    wide[..., 0] = 2.0
    narrow = np.squeeze(wide)
    narrow += 1
    deep = np.expand_dims(a, (0, 3))
    deep[0, :1] *= 2
    lifted = np.atleast_2d(a[0])
    lifted[0] -= 1
    return a, narrow, deep, lifted


@case
def reshapes(a):
    flat = a.reshape(-1)
    flat[:2] = 9
    back = flat.reshape(a.shape)
    back[:1] += 1
    column = a[:, :1].reshape(-1)
    column += 4
    odd = a[:, ::2].reshape(-1)
    odd += 100
    return a, flat, back, column, odd


@case
def reshapes_of_transposes(a):
    flat = a.T.reshape(-1)
    flat[:1] = 7
    again = a.T.T.reshape(-1)
    again[:1] = 8
    return a, flat, again


@case
def ravel_and_flatten(a):
    ravelled, flat, every_other = a.ravel(), a.flatten(), a.reshape(-1)[::2].ravel()
    ravelled += 1
    flat += 10
    every_other += 100
    return a, ravelled, flat, every_other


@case
def elementwise_results_keep_the_order_of_their_operands(a):
    y = a * 2
    flat = y.reshape(-1)
    flat += 1
    z = a.T + 1
    other = z.T.reshape(-1)
    other += 1
    return y, flat, z, other


@case
def copies_of_every_kind(a):
    made = [
        a.copy(),
        np.array(a),
        np.copy(a),
        +a,
        a.astype(np.float64),
        np.positive(a),
        np.tile(a, 1),
        np.take(a, [0], 0),
    ]
    for each in made:
        flat = each.reshape(-1)
        flat[:1] += 1
    return a, made


@case
def new_arrays_like_others(a):
    made = [np.zeros_like(a), np.ones_like(a), np.full_like(a, 2.0), np.full(a.shape, 3.0)]
    for each in made:
        flat = each.reshape(-1)
        flat[:1] += 1
    return made


@case
def the_same_array_again(a):
    same = [np.asarray(a), np.ascontiguousarray(a), np.real(a), a.real, a[:], a[...], np.atleast_1d(a)]
    for each in same:
        each += 1
    return a, same


@case
def flips_and_splits(a):
    flipped = np.flip(a)
    flipped[:1] = 3
    parts = np.split(a, 1, axis=1)
    parts[0][1:] += 1
    upside_down = np.flipud(a)
    upside_down[-1:] *= 2
    return a, flipped, parts


@case
def diagonal_shows_later_stores(a):
    diagonal = np.diagonal(a)
    a += 1
    return diagonal


@case
def broadcast_shows_later_stores(a):
    wide = np.broadcast_to(a, (2, *a.shape))
    a += 1
    return wide


@case
def advanced_indices_copy(a):
    taken = a[[0, -1]]
    taken += 1
    column = a[:, [0]]
    column[:1] = 5
    return a, taken, column


@case
def views_of_sums_and_products(a):
    total = np.sum(a[None], axis=0)
    flat = total.reshape(-1)
    flat += 1
    product = a.T @ a
    flat_product = product.reshape(-1)
    flat_product += 1
    return total, flat, product, flat_product


@case
def old_versions_stay_what_they_were(a):
    before = a * 1
    a += before
    return before, a


LAYOUTS = {
    "C": np.ascontiguousarray,
    "F": np.asfortranarray,
    "strided": lambda a: np.repeat(a, 2, axis=-1)[:, ::2],
    "reversed": lambda a: np.ascontiguousarray(a[::-1])[::-1],
}


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("function", CASES, ids=lambda f: f.__name__)
def test_views_are_numpys(function, layout, shape):
    numbers = np.arange(1.0, 1.0 + np.prod(shape)).reshape(shape)
    same_as_numpy(function, LAYOUTS[layout](numbers))


def test_programs_without_stores_depend_on_no_layout():
    def untouched(a):
        return np.sum(a.reshape(-1)) + np.sum(a.T.ravel() * 2)

    traced = same_as_numpy(untouched, np.ones((2, 3)))
    assert traced.memory.layouts == ()
    assert not any(eqn.primitive.name.startswith("set") for eqn in traced.program.equations)
