"""Vector functions: accurate everywhere, the same at each place in a loop, libm where there are none."""

import math

import mpmath
import numba
import numpy as np
import pytest
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from bpcompiler.runtime import simd, simd_calls
from bpcompiler.runtime.module import load_module
from bpcompiler.runtime.vector_library import vector_library

mp = mpmath.mp.clone()
mp.prec = 90

REFERENCES = {
    "exp": mp.exp, "exp2": lambda x: mp.mpf(2) ** x, "expm1": mp.expm1, "log": mp.log,
    "log2": lambda x: mp.log(x, 2), "log10": mp.log10, "log1p": mp.log1p,
    "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)), "sin": mp.sin, "cos": mp.cos, "tan": mp.tan,
    "asin": mp.asin, "acos": mp.acos, "atan": mp.atan, "sinh": mp.sinh, "cosh": mp.cosh, "tanh": mp.tanh,
    "asinh": mp.asinh, "acosh": mp.acosh, "atanh": mp.atanh, "erf": mp.erf, "erfc": mp.erfc,
    "atan2": mp.atan2, "hypot": mp.hypot, "pow": mp.power,
}  # fmt: skip
PLAIN = {
    "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "asinh": np.arcsinh, "acosh": np.arccosh,
    "atanh": np.arctanh, "atan2": np.arctan2, "pow": np.power, "erf": scipy.special.erf,
    "erfc": scipy.special.erfc,
}  # fmt: skip
OF_TWO = ("atan2", "hypot", "pow")
DTYPES = ("float64", "float32")


def text():
    """A function with a loop for each function: one compilation for each dtype."""
    lines = ["from numba import njit", "from bpcompiler.runtime import simd", ""]
    lines += ['@njit(error_model="numpy")', "def all_of(x, y, out):"]
    for row, name in enumerate(REFERENCES):
        operands = "x[i], y[i]" if name in OF_TWO else "x[i]"
        lines += ["    for i in range(x.shape[0]):", f"        out[{row}, i] = simd.{name}({operands})"]
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def kernel(shared_cache):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BPCOMPILER_CACHE_DIR", str(shared_cache))
        yield load_module(text(), "simd_functions").all_of


def values(kernel, x, y):
    out = np.empty((len(REFERENCES), x.size), x.dtype)
    kernel(x, y, out)
    return dict(zip(REFERENCES, out, strict=True))


def specials(dtype):
    """Zeros, infinities, NaN, the largest, smallest and subnormal numbers, and where functions overflow."""
    info = np.finfo(dtype)
    numbers = [
        0.0,
        1.0,
        2.0,
        0.5,
        np.inf,
        np.nan,
        info.max,
        info.tiny,
        info.tiny / 3,
        1e5,
        3.0,
        1.0 + info.eps,
    ]
    numbers += [info.smallest_subnormal, 1.0 - info.epsneg, 88.7, 104.0, 709.7, 745.2, 1022.5, 1e10, 20.0]
    with np.errstate(over="ignore"):
        return np.array([sign * number for number in numbers for sign in (1.0, -1.0)]).astype(dtype)


def samples(dtype, count):
    random = np.random.default_rng(5)
    scales = random.choice([1e-5, 0.1, 1.0, 1.0, 10.0, 300.0, 1e6], count)
    return np.concatenate([specials(dtype), (random.normal(size=count) * scales).astype(dtype)])


def exact(name, x, y):
    """The result to 90 bits, rounded to long double; NumPy's where it is no finite number."""
    with np.errstate(all="ignore"):
        plain = PLAIN.get(name, getattr(np, name, None))
        found = float(plain(float(x), float(y)) if name in OF_TWO else plain(float(x)))
    if not math.isfinite(found) or found == 0.0 or found == 2.0:
        return found
    operands = (mp.mpf(float(x)), mp.mpf(float(y))) if name in OF_TWO else (mp.mpf(float(x)),)
    return REFERENCES[name](*operands)


@pytest.mark.parametrize("dtype", DTYPES)
def test_within_four_units_in_the_last_place(kernel, dtype):
    x = samples(dtype, 150)
    y = np.random.default_rng(6).permutation(x)
    limit = float(np.finfo(dtype).max)
    for name, found in values(kernel, x, y).items():
        for a, b, result in zip(x, y, found, strict=True):
            expected = exact(name, a, b)
            nearest = float(expected)
            where = f"{name}({a!r}, {b!r})" if name in OF_TWO else f"{name}({a!r})"
            if math.isnan(nearest) or abs(nearest) > limit:
                wanted = nearest if math.isnan(nearest) else math.copysign(math.inf, nearest)
                assert np.array_equal(result, wanted, equal_nan=True) or abs(result) == limit, where
                continue
            with np.errstate(all="ignore"):
                unit = float(np.spacing(np.abs(np.asarray(nearest).astype(dtype))))
            assert abs(mp.mpf(float(result)) - expected) <= 4 * unit, f"{where} is {result}, not {nearest}"
            if nearest == 0.0:
                assert np.signbit(result) == np.signbit(nearest), where


@pytest.mark.parametrize("dtype", DTYPES)
def test_logaddexp_is_numpys(dtype):
    @njit(error_model="numpy")
    def loop(a, b, out):
        for i in range(a.shape[0]):
            out[i] = simd.logaddexp(a[i], b[i])

    numbers = np.concatenate([specials(dtype), np.linspace(-30.0, 30.0, 40).astype(dtype)])
    a, b = np.repeat(numbers, numbers.size), np.tile(numbers, numbers.size)
    out = np.empty_like(a)
    loop(a, b, out)
    with np.errstate(all="ignore"):
        expected = np.logaddexp(a, b)
        allowed = 4 * np.spacing(np.fmax(np.abs(np.fmax(a, b)), 1.0))
        close = np.abs(out - expected) <= allowed
    same = (out == expected) | (np.isnan(out) & np.isnan(expected))
    wrong = ~same & ~(np.isfinite(expected) & close)
    assert not np.any(wrong), (a[wrong], b[wrong], out[wrong], expected[wrong])


FLOATS = st.one_of(
    st.floats(-30.0, 30.0), st.floats(allow_nan=True, allow_infinity=True), st.sampled_from([0.0, -0.0, 1.0])
)


@pytest.mark.parametrize("dtype", DTYPES)
@settings(max_examples=60, deadline=None)
@given(numbers=st.lists(FLOATS, min_size=1, max_size=70), data=st.data())
def test_a_result_does_not_depend_on_its_place(kernel, dtype, numbers, data):
    with np.errstate(over="ignore"):
        x = np.array(numbers).astype(dtype)
    y = x[::-1].copy()
    cut = data.draw(st.integers(0, x.size))
    at = data.draw(st.integers(0, x.size - 1))
    bits = "u8" if dtype == "float64" else "u4"
    whole, first, rest = (
        values(kernel, x[part], y[part]) for part in (slice(None), slice(cut), slice(cut, None))
    )
    alone = values(kernel, x[at : at + 1], y[at : at + 1])
    among_others = values(kernel, np.full(23, x[at]), np.full(23, y[at]))
    for name, found in whole.items():
        pieces = np.concatenate([first[name], rest[name]])
        np.testing.assert_array_equal(pieces.view(bits), found.view(bits), err_msg=name)
        assert alone[name].view(bits)[0] == found.view(bits)[at], name
        assert set(among_others[name].view(bits)) == {found.view(bits)[at]}, name


@pytest.mark.skipif(not vector_library(), reason="there are no vector functions here")
@pytest.mark.parametrize(("dtype", "suffix"), [("float64", ""), ("float32", "f")])
def test_loops_call_the_vector_functions(shared_cache, monkeypatch, dtype, suffix):
    monkeypatch.setenv("BPCOMPILER_CACHE_DIR", str(shared_cache))

    @njit(error_model="numpy")
    def loop(x, out):
        for i in range(x.shape[0]):
            out[i] = simd.exp(x[i]) if x[i] > 0.0 else simd.tanh(x[i])

    loop(np.ones(3, dtype), np.ones(3, dtype))
    (llvm,) = loop.inspect_llvm().values()
    for name in ("exp", "tanh"):
        calls = [line for line in llvm.splitlines() if " call " in line and f"v_{name}{suffix}(" in line]
        assert len(calls) >= 2  # in lane 0, and in the loop


@pytest.fixture
def without_a_library(monkeypatch):
    monkeypatch.setattr(simd_calls, "vector_library", lambda: "")
    simd_calls.vector_form.cache_clear()
    yield
    simd_calls.vector_form.cache_clear()


def test_without_a_library_it_is_libm(without_a_library):
    @njit(error_model="numpy")
    def both(x, out):
        for i in range(x.shape[0]):
            out[0, i], out[1, i] = simd.exp(x[i]), math.exp(x[i])
            out[2, i], out[3, i] = simd.atan2(x[i], 2.0), math.atan2(x[i], 2.0)
            out[4, i], out[5, i] = simd.pow(2.0, x[i]), 2.0 ** x[i]
            out[6, i], out[7, i] = simd.cbrt(x[i]), 0.0

    x = np.linspace(-5.0, 5.0, 101)
    out = np.empty((8, x.size))
    both(x, out)
    np.testing.assert_array_equal(out[0:6:2], out[1:6:2])
    np.testing.assert_allclose(out[6], np.cbrt(x), rtol=1e-15)
    (llvm,) = both.inspect_llvm().values()
    assert "_ZGV" not in llvm


def test_in_python_they_are_numpys():
    assert simd.exp(0.5) == np.exp(0.5)
    assert simd.erf(0.5) == scipy.special.erf(0.5)
    assert simd.pow(2.0, 3.0) == 8.0
    assert simd.add(1.0, 2.0) == 3.0
    assert simd.maximum(1.0, 2.0) == 2.0
    assert simd.minimum(1.0, 2.0) == 1.0
    assert simd.block(10, 12) == range(10, 12)
    assert simd.lost(1.0, 1e-20) == 1e-20
    assert simd.lost(1e308, 1e308) == 0.0


@pytest.mark.parametrize("x", [2, 2.0j, "a"])
def test_other_types_are_refused(x):
    with pytest.raises(numba.TypingError):
        njit(lambda x: simd.exp(x))(x)


NEXT_PROCESS = """
import numpy as np
from bpcompiler.runtime.module import load_module
module = load_module('''{text}''', "simd_functions")
x = np.linspace(-2.0, 2.0, 40)
out = np.empty(({rows}, 40))
module.all_of(x, x, out)
print(sum(module.all_of.stats.cache_hits.values()), out.tobytes().hex()[:1000])
"""


def test_the_next_process_has_the_functions_of_machine_code_on_disk(python):
    script = NEXT_PROCESS.format(text=text(), rows=len(REFERENCES))
    (cold, first), (warm, second) = (python(script).split() for _ in range(2))
    assert (cold, warm) == ("0", "1")
    assert first == second
