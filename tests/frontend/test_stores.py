"""Stores into arrays: what is written, what is converted, what is refused; as NumPy has it, at every size."""

from __future__ import annotations

import numpy as np
import pytest

from bpcompiler.errors import OutsideWriteError, UnsupportedError
from bpcompiler.frontend.tracing import trace
from tests.frontend.evaluated import same_as_numpy

SIZES = (0, 1, 2, 5)
CASES = []


def case(function):
    """Collect a function of (x, i): n numbers, and 3 integers between 0 and n."""
    CASES.append(function)
    return function


@case
def element(x, i):
    x[0] = 5.0
    x[-1] += x[0]
    return np.sum(x)


@case
def element_by_a_traced_integer(x, i):
    x[i[0]] = x[i[1]] * 2
    x[i[2]] -= 1.0
    return x


@case
def swap(x, i):
    x[0], x[-1] = x[-1], x[0]
    return x


@case
def slices(x, i):
    x[1:] = x[:-1]
    x[::2] *= 3.0
    x[-1:] = 4
    return x


@case
def overlapping_reads_and_writes(x, i):
    x[1:-1] += 0.5 * (x[2:] - 2 * x[1:-1] + x[:-2])
    x[::-1] = x
    x[:-1] -= x[1:]
    return x


@case
def slice_by_traced_integers(x, i):
    x[i[0] : i[1]] = 1.0
    x[i[2] :] += 1.0
    x[: i[0] - 3] *= 2.0
    return x


@case
def ellipsis_and_new_axes(x, i):
    x[...] = x + 1
    x[..., None] *= 2
    x[None, :1] = 7
    return x


@case
def whole(x, i):
    x[:] = x[::-1]
    x += 1.0
    x -= x
    x += 2
    x *= x
    x /= 3
    x //= 0.25
    x %= 5
    x **= 2
    return x


@case
def matrix_product_in_place(x, i):
    m = np.outer(x, x)
    m @= m
    return m


@case
def bools(x, i):
    m = x > 0.5
    m |= x < 0.2
    m &= True
    m ^= m
    m[:1] = 2
    return m


@case
def into_integers(x, i):
    k = np.arange(3)
    k[0] = 2.7
    k[1:] = np.array([-1.5, 9.5])
    k += 1
    k //= 2
    return k


@case
def into_float32(x, i):
    y = x.astype(np.float32)
    y += 0.1
    y[:1] = 0.1
    y *= x
    return y


@case
def zero_dimensional(x, i):
    s = np.zeros(())
    s += 1
    s[...] = s + np.sum(x)
    s[()] *= 2
    return s


@case
def mask_and_number(x, i):
    x[x > 0.5] = -1.0
    x[x < 0] *= 2
    x[(x > -1) & (x < 1)] += 1
    return x


@case
def mask_on_both_sides(x, i):
    y = np.sin(x)
    x[x > 0.3] = y[x > 0.3] ** 2 + 1
    m = y > 0.1
    x[m] += np.exp(y[m]) * 2
    return x


@case
def selections(x, i):
    s = x[x > 0.3]
    t = s
    t += 1
    return x, s.sum(), np.sum(np.sqrt(s)), s.size, np.sum(x[x > 0.3])


@case
def mask_of_rows(x, i):
    a = np.outer(x, np.ones(3))
    rows = x > 0.5
    a[rows] = np.arange(3.0)
    a[rows, 0] = 9
    a[:, np.array([1.0, 0.0, 1.0]) > 0.5] -= 1
    a[~rows] *= 2
    return a


@case
def mask_that_is_known(x, i):
    y = np.zeros(3)
    y[[True, False, True]] = 1.0
    return y


@case
def repeated_indices(x, i):
    x[i] = np.array([1.0, 2.0, 3.0])
    x[i] += 1.0
    x[[0, 0]] += 5.0
    return x


@case
def adding_at_repeated_indices(x, i):
    np.add.at(x, i, np.array([1.0, 2.0, 3.0]))
    np.add.at(x, [0, -1, 0], 1.0)
    np.subtract.at(x, (i,), 0.5)
    np.add.at(x, x > 1, 1.0)
    np.add.at(x, slice(1, None), 1.0)
    return x


@case
def integer_arrays_with_slices(x, i):
    a = np.outer(x, np.arange(4.0))
    a[i] = 1.0
    a[1:, [0, 2]] = a[1:, :2]
    a[[0], 1:3] += 1
    a[np.array([[0], [-1]]), [0, 3]] = 8
    a[:, [1, 1, 1]] -= 1
    return a


@case
def out(x, i):
    y = np.zeros_like(x)
    np.add(x, 1, out=y)
    np.exp(y, y)
    np.multiply(y, x, out=x[::-1])
    s = np.zeros(())
    np.sum(x, out=s)
    np.clip(x, 0, 1, out=x)
    np.maximum(x, 0.5, out=(x,))
    return y, s, x


@case
def copyto_fill_and_put(x, i):
    y = np.empty_like(x)
    y.fill(2)
    np.copyto(y, x, where=x > 0.5)
    np.copyto(x, 3)
    np.put(x, [0], 4.0)
    y.put(0, 5.0)
    np.putmask(x, y > 1, 0.0)
    return x, y


@case
def diagonals(x, i):
    a = np.zeros((len(x), len(x)))
    np.fill_diagonal(a, 2)
    np.fill_diagonal(a[:, 1:], x[1:])
    return a


@case
def iteration_sees_stores(x, i):
    total = 0.0
    for v in x:
        x[-1] = v * 2
        total = total + v
    return total


@case
def rows_are_views(x, i):
    a = np.outer(x, x)
    for row in a:
        row *= 2
        row[0] = 1
    return a


@case
def helper_that_stores(x, i):
    _clear(x[1:])
    _clear(x)
    return x


def _clear(part):
    part[:1] = 0.0
    part += 1.0


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("function", CASES, ids=lambda f: f.__name__)
def test_stores_are_numpys(function, size):
    numbers = np.sin(np.arange(float(size))) + 0.4
    same_as_numpy(function, numbers, np.array([0, size // 2, max(size - 1, 0)]))


# ------------------------------------------------------------------ what NumPy refuses

X = np.arange(4.0)
REFUSED = [
    ("x[4] = 1.0", IndexError, "index 4 is out of bounds for axis 0 with size 4"),
    ("x[0, 0] = 1.0", IndexError, "too many indices for array"),
    ("x[1.0] = 1.0", IndexError, "only integers, slices"),
    ("x[1:3] = np.ones(3)", ValueError, "could not broadcast input array from shape (3,) into shape (2,)"),
    (
        "x[:] = np.ones((2, 4))",
        ValueError,
        "could not broadcast input array from shape (2,4) into shape (4,)",
    ),
    ("x[0] = x", ValueError, "setting an array element with a sequence."),
    ("x += np.ones((2, 4))", ValueError, "non-broadcastable output operand with shape (4,)"),
    ("np.add(x, np.ones((2, 4)), out=x)", ValueError, "non-broadcastable output operand"),
    ("k = np.arange(3); k += 0.5", TypeError, "Cannot cast ufunc 'add' output from dtype('float64')"),
    ("k = np.arange(3); np.multiply(k, 0.5, out=k)", TypeError, "Cannot cast ufunc 'multiply' output"),
    ("k = np.arange(3); np.copyto(k, x[:3])", TypeError, "Cannot cast array data from dtype('float64')"),
    ("np.broadcast_to(x, (2, 4))[0] = 1.0", ValueError, "assignment destination is read-only"),
    ("np.diagonal(np.outer(x, x))[0] = 1.0", ValueError, "assignment destination is read-only"),
    ("x[x > 1] = np.ones(2)", NotImplementedError, "as many values as a mask selects"),
    ("x[np.ones(3) > 0] = 1.0", IndexError, "boolean index did not match indexed array along axis 0"),
    ("x[x > 1][0] = 1.0", NotImplementedError, "a mask as an index"),
    ("y = np.fft.fftfreq(4); y[0] = 1.0", NotImplementedError, "an array that NumPy made while tracing"),
    ("np.add(x, 1, out=np.fft.fftfreq(4))", NotImplementedError, "an array that NumPy made while tracing"),
    ("x.shape = (2, 2)", NotImplementedError, "a store into the attribute shape of an array"),
    ("del x[0]", ValueError, "cannot delete array elements"),
]


@pytest.mark.parametrize(("line", "error", "message"), REFUSED, ids=[line for line, _, _ in REFUSED])
def test_what_cannot_be_stored_is_refused(line, error, message, tmp_path):
    with pytest.raises(error) as raised:
        trace(_function(line, tmp_path), (X,), {})
    assert message in str(raised.value)


def _function(line, folder):
    path = folder / "refused.py"
    path.write_text(f"import numpy as np\n\n\ndef refused(x):\n    {line}\n    return x\n")
    namespace = {"__name__": "refused"}
    exec(compile(path.read_text(), str(path), "exec"), namespace)
    return namespace["refused"]


def test_a_read_only_argument_cannot_be_stored_into():
    x = np.arange(3.0)
    x.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        trace(element, (x, None), {})


TABLE = np.arange(3.0)


def test_an_array_from_outside_cannot_be_stored_into():
    def through_a_view(x):
        TABLE[1:] += x
        return x

    with pytest.raises(OutsideWriteError, match="the array TABLE, which existed before the call"):
        trace(through_a_view, (1.0,), {})


def test_a_reshape_whose_layout_is_unknown_cannot_be_stored_through():
    def unknown(x):
        y = x[:, np.array([0, 1])].reshape(-1)
        y[0] = 1.0
        return y

    with pytest.raises(UnsupportedError, match="whether that made a view or a copy is not known"):
        trace(unknown, (np.ones((3, 4)),), {})
