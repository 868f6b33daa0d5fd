"""Every primitive of the registry: both modes against each other and against differences, twice.

<w, J v> = <J^T w, v>         forward and reverse, of the equation and of its adjoint
J v = d/dt f(x + t v)         by Richardson's differences
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bpcompiler.ir.types import FLOAT32
from bpcompiler.ir.verify import verify
from bpcompiler.primitives.registry import ALL
from bpcompiler.transforms.activity import has_derivative
from bpcompiler.transforms.forward import forward
from bpcompiler.transforms.reverse import reverse
from tests.oracles.differences import along
from tests.primitives.samples import BINDERS, Case, cases, run

# What only moves references, makes arrays, or is the lowering's own: no derivative is ever asked for.
NONE_ASKED = {"for_", "load", "store", "empty", "copy", "gemm", "check", "check_shape"}
NAMES = [name for name in ALL if cases(name)]
RTOL = {False: 1e-12, True: 2e-5}


def test_every_primitive_with_a_derivative_has_cases():
    for name, primitive in ALL.items():
        if name not in NONE_ASKED and not cases(name):
            some = cases("add")[0].program().equations[0]
            replaced = type(some)(primitive, some.operands, some.outputs)
            assert not has_derivative(replaced), f"{name} needs a row in STRUCTURAL"


@pytest.mark.parametrize("name", NAMES)
def test_derivatives(name):
    for case in cases(name):
        for sizes in case.sizes:
            check(case, sizes)


def check(case: Case, sizes: dict[str, int]) -> None:
    program, wrt = verify(case.program(), case.id), case.floats()
    if not wrt or not program.outputs[0].aval.dtype.is_float:
        return
    x = case.arguments(sizes)
    v, u = ([like(x[i], seed + i) for i in wrt] for seed in (10, 20))
    w = like(run(program, x)[0], 30)
    single = any(value.aval.dtype is FLOAT32 for value in (*program.inputs, *program.outputs))
    pushed, pulled = modes(program, wrt)
    tangent = run(pushed, [*x, *v])[-1]
    found = run(pulled, [*x, w])
    assert_types(found, [x[i] for i in wrt], case)
    compare(inner([w], [tangent]), inner(found, v), single, case, "forward and reverse")
    if not single and case.primitive.name != "stop_gradient":
        difference = along(lambda t: inner([w], run(program, moved(x, wrt, v, t))), 1e-3)
        assert abs(inner([w], [tangent]) - difference.derivative) <= slack(difference, x), case.id
    second(case, pulled, wrt, [*x, w], (v, u), single)


def second(case: Case, pulled: Any, wrt: list[int], x: list[Any], directions: Any, single: bool) -> None:
    """The adjoint is a program like any other: <u, d(J^T w)> in its inputs and in w, both modes."""
    v, u = directions
    wrt = [*wrt, len(x) - 1]
    v = [*v, like(x[-1], 50)]
    pushed, twice = modes(pulled, wrt)
    tangents = run(pushed, [*x, *v])[len(u) :]
    found = run(twice, [*x, *u])
    compare(inner(u, tangents), inner(found, v), single, case, "forward and reverse of the adjoint")
    if not single:
        difference = along(lambda t: inner(u, run(pulled, moved(x, wrt, v, t))), 1e-3)
        assert abs(inner(u, tangents) - difference.derivative) <= slack(difference, x), case.id


def modes(program: Any, wrt: list[int]) -> tuple[Any, Any]:
    pushed = verify(forward(program, wrt), "forward")
    return pushed, verify(reverse(program, wrt, output=None), "reverse")


def like(value: Any, seed: int) -> Any:
    """Return random numbers in the type of a value."""
    numbers = np.random.default_rng(seed).uniform(-1.0, 1.0, np.shape(value))
    if isinstance(value, float) and not isinstance(value, np.float64):
        return float(numbers)
    return numbers.astype(value.dtype)[()]


def moved(x: list[Any], wrt: list[int], v: list[Any], t: float) -> list[Any]:
    result = list(x)
    for i, direction in zip(wrt, v, strict=True):
        result[i] = result[i] + t * direction
    return result


def inner(left: Any, right: Any) -> float:
    return float(sum(np.sum(np.multiply(a, b, dtype=np.float64)) for a, b in zip(left, right, strict=True)))


def assert_types(found: Any, arguments: list[Any], case: Case) -> None:
    """A cotangent has exactly the type of its argument."""
    for ct, argument in zip(found, arguments, strict=True):
        assert type(ct) is type(argument), case.id
        assert np.shape(ct) == np.shape(argument), case.id
        assert np.asarray(ct).dtype == np.asarray(argument).dtype, case.id


def compare(a: float, b: float, single: bool, case: Case, what: str) -> None:
    assert abs(a - b) <= RTOL[single] * max(1.0, abs(a), abs(b)), f"{case.id}: {what}: {a!r} and {b!r}"


def slack(difference: Any, x: list[Any]) -> float:
    """Ridders' estimate is no bound: a factor of twenty. Where it is bad, a kink is near."""
    assert difference.error < 1e-4 or not all(np.size(each) for each in x[: -len(BINDERS)])
    return 20.0 * difference.error + 1e-9 * max(1.0, abs(difference.derivative))
