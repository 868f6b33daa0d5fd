"""Machine code computes in the program's types, on arrays of every layout and size; results are fresh."""

import math

import numba
import numpy as np
import pytest

import bpcompiler as bp
from bpcompiler import pipeline
from bpcompiler.codegen.lowered import _Printer
from bpcompiler.goal import Goal
from bpcompiler.ir.equations import equations_of
from bpcompiler.ir.types import Array, Scalar
from tests.end_to_end.running import Run

SINGLE = np.float32
x32, x64 = np.linspace(0.5, 2.0, 4, dtype=SINGLE), np.linspace(-1.0, 1.0, 4)
n64, flags = np.arange(4), np.array([True, False, True, True])


def weak_and_strong(a, x, y):
    return np.sum(a * x * 0.5 + np.float64(2.0) * y) + SINGLE(0.25) * a


def integers_and_floats(x, n, k):
    return np.sum(x * n + n // 2 - k % 3 + n**2) + np.sum(x / k) + np.sum(np.minimum(x, k))


def bools_and_floats(x, flags, y):
    picked = np.where(flags & (x > 0.0), x, y)
    return np.sum(picked * flags) + np.sum(flags) * 1.5 + np.mean(~flags * y)


def single_reductions(x):
    return np.mean(x) * np.max(x) + np.sum(np.exp(x) / (1 + x), dtype=SINGLE) * SINGLE(0.5)


def products_in_two_types(x, y):
    return (x @ y) * 0.5 + x.sum() * np.dot(x, x) + np.sum(np.outer(x, y))


CASES = {
    "weak_and_strong": (weak_and_strong, (0.75, x32, x64)),
    "integers_and_floats": (integers_and_floats, (x32, n64, 3)),
    "bools_and_floats": (bools_and_floats, (x32, flags, x64)),
    "single_reductions": (single_reductions, (x32,)),
    "products_in_two_types": (products_in_two_types, (x32, x64)),
}


def numba_name(aval):
    scalar = {"bool": ("bool", "boolean"), "int64": ("int64",)}.get(aval.dtype.value, (aval.dtype.value,))
    if isinstance(aval, Scalar):
        return scalar
    return tuple(f"array({name}, {len(aval.shape)}d" for name in scalar)


@pytest.mark.parametrize("case", CASES)
def test_numba_infers_the_types_of_the_program(case):
    function, args = CASES[case]
    run = Run(function, Goal("value_and_grad", 0), args, {})
    run.compiled()
    in_loops = pipeline.in_loops(run.program)
    printer = _Printer(in_loops)
    assert list(printer.body())
    variables = printer.names._names
    kernel = run.specialization._compiled.kernel
    (compiled,) = kernel.overloads.values()
    types = {}
    for variable, numba_type in compiled.type_annotation.typemap.items():
        types.setdefault(variable.split(".")[0], set()).add(str(numba.types.unliteral(numba_type)))
    checked = [v for eqn in equations_of(in_loops.block) for v in eqn.outputs if variables.get(v) in types]
    for value in checked:
        for found in types[variables[value]]:
            assert found.startswith(numba_name(value.aval)), (
                f"{variables[value]}: {found} is not {value.aval}"
            )
    assert checked


def test_a_single_float_that_becomes_pythons_is_computed_in_double():
    def wave(x):
        return math.exp(x[0]) + float(x[1]) / 3.0

    x = np.array([0.1, 0.7], SINGLE)
    assert bp.jit(wave)(x) == wave(x)


def everything(x):
    y = np.tanh(x) * 2.0 + x[::-1]
    return np.sum(y * x.T.reshape(x.shape)) + np.sum(np.concatenate([x, y])) + np.sum(x @ y.T) + np.mean(x)


LAYOUTS = {
    "C": lambda x: np.ascontiguousarray(x),
    "F": lambda x: np.asfortranarray(x),
    "strided": lambda x: np.repeat(np.repeat(x, 2, axis=0), 3, axis=1)[::2, ::3],
    "reversed": lambda x: np.ascontiguousarray(x[::-1, ::-1])[::-1, ::-1],
    "read-only": lambda x: np.broadcast_to(x, x.shape),
}


GRADIENT = bp.value_and_grad(everything)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("shape", [(3, 3), (1, 4), (2, 5)])
def test_layouts_and_sizes(shape, layout, dtype):
    values = np.random.default_rng(1).standard_normal(shape).astype(dtype)
    x = LAYOUTS[layout](values)
    value, gradient = GRADIENT(x)
    run = Run(everything, Goal("value_and_grad", 0), (values.copy(),), {})
    expected_value, expected = run.in_tree(run.evaluated())
    rtol = 2e-5 if dtype == "float32" else 1e-13
    np.testing.assert_allclose(value, expected_value, rtol=rtol)
    np.testing.assert_allclose(gradient, expected, rtol=rtol, atol=rtol)
    assert gradient.dtype == dtype
    assert gradient.flags.writeable
    assert not np.shares_memory(gradient, x)
    np.testing.assert_array_equal(x, values)


@pytest.mark.parametrize("shape", [(0,), (1,), (0, 3), (3, 0), ()])
def test_empty_single_and_zero_dimensional_arrays(shape):
    def total(x, scale):
        return np.sum(np.exp(x) * scale + x * x)

    x = np.full(shape, 0.5)
    run = Run(total, Goal("value_and_grad", (0, 1)), (x, 2.0), {})
    value, (dx, dscale) = run.compiled()
    np.testing.assert_allclose(value, total(x, 2.0))
    np.testing.assert_allclose(dx, 2.0 * np.exp(x) + 2.0 * x)
    np.testing.assert_allclose(dscale, np.sum(np.exp(x)))
    assert np.shape(dx) == shape


def test_results_never_alias():
    def same_twice(x):
        return np.sum(x), {"a": x, "b": x, "c": x[1:], "d": x.T}

    x = np.arange(6.0).reshape(2, 3)
    run = Run(same_twice, Goal("value_and_grad", 0, has_aux=True), (x,), {})
    (_, aux), gradient = run.compiled()
    arrays = [*aux.values(), gradient, x]
    for i, one in enumerate(arrays):
        assert not any(np.shares_memory(one, other) for other in arrays[:i])
    staged_aux = run.staged()[0][1]
    arrays = [*staged_aux.values(), x]
    for i, one in enumerate(arrays):
        assert not any(np.shares_memory(one, other) for other in arrays[:i])


def test_an_index_out_of_bounds_names_the_line():
    def picks(x, i):
        picked = x[i]
        return np.sum(picked**2)

    x = np.arange(3.0)
    run = Run(picks, Goal("value_and_grad", 0), (x, np.array([0, 2, -3])), {})
    assert run.compiled()[0] == 4.0
    with pytest.raises(IndexError, match=r"picked = x\[i\]") as caught:
        run.specialization.entry((x, np.array([0, 3])), {})
    assert "3" in str(caught.value)
    with pytest.raises(IndexError):
        run.specialization.entry((x, np.array([-4])), {})


def test_an_integer_division_by_zero_names_the_line():
    def divides(x, n, k):
        share = n // k
        return x * share

    run = Run(divides, Goal("value_and_grad", 0), (2.0, 7, 2), {})
    assert run.compiled() == (6.0, 3.0)
    with pytest.raises(ZeroDivisionError, match="share = n // k"):
        run.specialization.entry((2.0, 7, 0), {})
    assert isinstance(run.program.inputs[0].aval, Scalar)
    assert not isinstance(run.program.inputs[0].aval, Array)
