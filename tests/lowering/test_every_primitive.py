"""Every primitive that a trace can hold has a lowering; running sums and positions in compiled code."""

from __future__ import annotations

import numpy as np
import pytest

import bpcompiler as bp
from bpcompiler.lowering import rules
from bpcompiler.lowering.lower import RULES
from bpcompiler.primitives import lapack, loops
from bpcompiler.primitives.declare import Elementwise
from bpcompiler.primitives.registry import ALL

X = np.array([[1.0, 3.0, 3.0, -2.0], [0.5, np.nan, 7.0, np.nan], [4.0, 4.0, 4.0, 4.0]])


def test_every_primitive_is_lowered() -> None:
    assert rules.lowered
    lowered = {*loops.FAMILY, *lapack.FAMILY}
    structural = {name for name, p in ALL.items() if not isinstance(p, Elementwise) and p not in lowered}
    assert structural - {p.name for p in RULES} == set()


@pytest.mark.parametrize("function", [np.argmax, np.argmin, np.cumsum], ids=lambda f: f.__name__)
@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64])
def test_running_sums_and_positions(function: object, axis: int, dtype: type) -> None:
    x = np.where(np.isnan(X), 2.0, X).astype(dtype) if dtype is np.int64 else X.astype(dtype)
    found = bp.jit(lambda x: function(x, axis=axis))(x)  # type: ignore[operator]
    expected = function(x, axis=axis)  # type: ignore[operator]
    np.testing.assert_array_equal(found, expected)
    assert found.dtype == expected.dtype


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_gradient_of_a_running_sum(n: int) -> None:
    weights = np.arange(1.0, n + 1)
    gradient = bp.grad(lambda x: np.sum(np.cumsum(x) * weights))(np.ones(n))
    np.testing.assert_allclose(gradient, np.cumsum(weights[::-1])[::-1])
