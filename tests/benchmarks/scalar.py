"""What a call costs: value and gradient of the notes' scalar function."""

from __future__ import annotations

import types
from collections.abc import Callable

import numba
import numpy as np

import bpcompiler as bp
from tests.benchmarks import functions
from tests.benchmarks.hand import f_value_and_grad
from tests.benchmarks.harness import duration, interleaved, optional, timing_table

POINT = (3.0, -4.0)
HAND = "hand-written, Numba"


def run(rounds: int) -> str:
    """Return the section: timings of value and gradient, and of the function alone."""
    runs: dict[str, Callable[[], object]] = {
        HAND: lambda: f_value_and_grad(*POINT),
        "bpcompiler": ours(),
        "the function alone, Numba": primal(),
    }
    absent = {}
    for name, make in {"JAX, jit": jax, "PyTorch, eager": torch, "autograd": autograd}.items():
        rival = make()
        if rival is None:
            absent[name] = "not installed"
        else:
            runs[name] = rival
    check(runs)
    timings = interleaved(runs, rounds)
    more = timings["bpcompiler"].median - timings[HAND].median
    return (
        "## A call\n\nValue and gradient of the scalar function on the start page, at two Python floats.\n\n"
        + timing_table(timings, HAND, absent)
        + f"\n\nbpcompiler's call costs {duration(more)} more than the hand-written function's"
        " (to be at most 300 ns)."
    )


def check(runs: dict[str, Callable[[], object]]) -> None:
    """Raise where a rival's value or gradient is not the hand's."""
    for name, call in runs.items():
        if "alone" not in name:
            value, gradient = call()
            actual = [float(value), *map(float, gradient)]
            expected = [1.5456448841066441, 2.0595697955721652, 1.5922327514838093]
            np.testing.assert_allclose(actual, expected, rtol=1e-12, err_msg=name)


def ours() -> Callable[[], object]:
    compiled = bp.value_and_grad(functions.f, argnums=(0, 1))
    return lambda: compiled(*POINT)


def primal() -> Callable[[], object]:
    compiled = numba.njit(functions.f)
    return lambda: compiled(*POINT)


def jax() -> Callable[[], object] | None:
    jax = optional("jax")
    if jax is None:
        return None
    function = types.FunctionType(functions.f.__code__, {"math": jax.numpy})
    compiled = jax.jit(jax.value_and_grad(function, argnums=(0, 1)))
    return lambda: jax.block_until_ready(compiled(*POINT))


def torch() -> Callable[[], object] | None:
    torch = optional("torch")
    if torch is None:
        return None
    function = types.FunctionType(functions.f.__code__, {"math": torch})

    def call():
        x, y = (torch.tensor(p, dtype=torch.float64, requires_grad=True) for p in POINT)
        value = function(x, y)
        return value.detach(), torch.autograd.grad(value, (x, y))

    return call


def autograd() -> Callable[[], object] | None:
    autograd = optional("autograd")
    if autograd is None:
        return None
    function = types.FunctionType(functions.f.__code__, {"math": optional("autograd.numpy")})
    value_and_grad = autograd.value_and_grad(lambda point: function(*point))
    return lambda: value_and_grad(POINT)
