"""Loops over strips compute what the program does, at every length: whole strips, none, and what is left."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import bpcompiler as bp
from bpcompiler.goal import Goal
from bpcompiler.ir.equations import Equation, Literal, Value, equations_of
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Dim, Size
from bpcompiler.ir.verify import verify
from bpcompiler.lowering.rules import lowered
from bpcompiler.lowering.strips.axes import Axis
from bpcompiler.lowering.strips.in_strips import in_strips
from bpcompiler.lowering.strips.profit import LENGTHS, LONG, Profit
from bpcompiler.primitives.evaluate import evaluate
from bpcompiler.primitives.loops import empty, for_
from tests.corpus.everything import ALL
from tests.end_to_end.running import Run, numbers
from tests.oracles import trees


@dataclass(frozen=True)
class Always:
    """The judgement that strips are always worth it: over this axis, two elements at a time."""

    size: Size

    def axis(self, equations: Sequence[Equation]) -> Axis | None:
        return Axis(self.size)

    def suits(self, axis: Axis, members: Sequence[Equation], moved: Collection[Value]) -> bool:
        return True

    def length(self, axis: Axis, members: Sequence[Equation]) -> int:
        return 2


def sizes_of(program: Program) -> list[Size]:
    """The unknown sizes of the program's arrays."""
    values = [*program.inputs, *(value for eqn in equations_of(program.block) for value in eqn.outputs)]
    return list(dict.fromkeys(s for value in values for s in value.aval.shape if isinstance(s, Dim)))


def is_single(args: Any) -> bool:
    return any(np.asarray(leaf).dtype == np.float32 for leaf in trees.leaves(args))


@pytest.mark.parametrize("program", ALL, ids=lambda program: program.id)
def test_every_program_in_strips_has_its_meaning(program: Any) -> None:
    goal = Goal("value_and_grad", program.argnums, program.has_aux, checkpoint=program.checkpoint)
    run = Run(program.function, goal, program.args, dict(program.kwargs))
    expected, rtol = numbers(run.evaluated()), 1e-4 if is_single(program.args) else 1e-9
    for size in sizes_of(run.program):
        strips = verify(in_strips(run.program, Always(size)), "strips")
        found = numbers(list(evaluate(strips, run.flat())))
        np.testing.assert_allclose(
            found, expected, rtol=rtol, atol=rtol * np.max(np.abs(expected), initial=1e-300)
        )


# ------------------------------------------------------------------ as the sizes of a call have it


def mixture(w: Any, m: Any, A: Any, X: Any) -> Any:
    centred = X - m[:, None, :]
    z = centred @ A.transpose(0, 2, 1)
    scores = w[:, None] - 0.5 * np.sum(z * z, axis=2)
    top = np.max(scores, axis=0)
    return np.sum(top + np.log(np.sum(np.exp(scores - top), axis=0)))


def standardised(w: Any, X: Any, y: Any) -> Any:
    """Three loops: what is left over of the first two is needed in later ones."""
    z = (X - np.mean(X, axis=0)) / np.sqrt(np.mean((X - np.mean(X, axis=0)) ** 2, axis=0) + 1e-3)
    e = np.tanh(z) @ w - y
    return np.mean(e * e), z


def columns(a: Any, P: Any) -> Any:
    Q = np.stack([P[:, 0] * a[0], P[:, 1] - P[:, 2], np.sin(P[:, 2])], axis=1)
    Q[:, 0] += P[:, 1]
    return np.sum(Q * Q, axis=1) @ (P @ a)


def steps(W: Any, X: Any, y: Any) -> Any:
    """Strips in a loop of the user's."""
    for _ in range(3):
        h = np.tanh(X * W)
        e = np.sum(h, axis=1, keepdims=True) - y
        W = W - 0.1 * np.mean(e * h, axis=0)
    return np.sum(W)


def random(*shape: int, dtype: str = "float64") -> Any:
    return np.random.default_rng(len(shape)).normal(size=shape).astype(dtype)


def arguments(function: Any, n: int, dtype: str = "float64") -> tuple[Any, ...]:
    shapes = {
        mixture: ((4,), (4, 3), (4, 3, 3), (n, 3)),
        standardised: ((3,), (n, 3), (n,)),
        columns: ((3,), (n, 3)),
        steps: ((5,), (n, 5), (n, 1)),
    }[function]
    return tuple(random(*shape, dtype=dtype) for shape in shapes)


def run_at(function: Any, n: int, dtype: str = "float64") -> Run:
    goal = Goal("value_and_grad", ..., has_aux=function is standardised)
    return Run(function, goal, arguments(function, n, dtype), {})


def strips_in(program: Program) -> int:
    return sum(
        eqn.primitive is for_ and isinstance(eqn.operands[2], Literal) and eqn.operands[2].value in LENGTHS
        for eqn in equations_of(program.block)
    )


FUNCTIONS = {mixture: 1, standardised: 3, columns: 1, steps: 5}


def assert_same(found: Sequence[Any], expected: Sequence[Any], rtol: float) -> None:
    for actual, right in zip(found, expected, strict=True):
        assert np.asarray(actual).dtype == np.asarray(right).dtype
        np.testing.assert_allclose(
            actual, right, rtol=rtol, atol=rtol * np.max(np.abs(right), initial=1e-300)
        )


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_strips_are_right_for_all_sizes(function: Any, dtype: str) -> None:
    made = run_at(function, 1100, dtype)
    strips = verify(in_strips(made.program, Profit(made.derivation.sizes)), "strips")
    assert strips_in(strips) == FUNCTIONS[function]
    for n in (1, 2, 511, 512, 513, 1100):
        run = run_at(function, n, dtype)
        expected = evaluate(made.program, run.flat())
        assert_same(evaluate(strips, run.flat()), expected, 5e-4 if dtype == "float32" else 1e-11)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_strips_in_loops_over_elements(function: Any, dtype: str) -> None:
    run = run_at(function, 5, dtype)
    size = run.program.inputs[-1].aval.shape[0]
    in_loops = verify(lowered(in_strips(run.program, Always(size))), "lowering")
    assert_same(evaluate(in_loops, run.flat()), run.evaluated(), 5e-4 if dtype == "float32" else 1e-11)


def pairs(a: Any, P: Any) -> Any:
    """Both axes of the kernel are long, and a check stands between two loops over strips."""
    d = P[:, None, :] - P[None, :, :]
    K = np.exp(-np.sum(d * d * a, axis=2))
    L = np.linalg.cholesky(K + np.eye(len(P)))
    return np.sum(np.log(np.diag(L))) + np.sum(np.sin(K) * K.T) + np.sum(K @ P)


def test_the_last_of_two_long_axes_is_cut() -> None:
    def run_of(n: int) -> Run:
        return Run(pairs, Goal("value_and_grad", ...), (np.abs(random(3)), random(n, 3)), {})

    made = run_of(520)
    strips = verify(in_strips(made.program, Profit(made.derivation.sizes)), "strips")
    assert strips_in(strips) == 2
    for n in (1, 2, 511, 512, 513):
        run = run_of(n)
        assert_same(evaluate(strips, run.flat()), evaluate(made.program, run.flat()), 1e-9)
    in_loops = verify(lowered(in_strips(made.program, Always(made.program.inputs[1].aval.shape[0]))), "")
    small = run_of(5)
    assert_same(evaluate(in_loops, small.flat()), evaluate(made.program, small.flat()), 1e-11)


def shares(C: Any, X: Any) -> Any:
    d = np.sum((X[:, None, :] - C) ** 2, axis=2)
    e = np.exp(-d)
    return e / np.sum(e, axis=1, keepdims=True), np.max(d, axis=1)


def test_elements_keep_every_bit() -> None:
    """Sums over the long axis are added up in another order; nothing else is computed otherwise."""
    args = (random(5, 3), random(7, 3))
    program = Run(shares, Goal("value"), args, {}).program
    strips = in_strips(program, Always(program.inputs[1].aval.shape[0]))
    assert strips is not program
    for actual, expected in zip(
        evaluate(lowered(strips), args), evaluate(lowered(program), args), strict=True
    ):
        np.testing.assert_array_equal(actual, expected)


def test_no_elements_are_no_strips() -> None:
    made, empty = run_at(columns, 300), run_at(columns, 0)
    strips = in_strips(made.program, Profit(made.derivation.sizes))
    assert_same(evaluate(strips, empty.flat()), evaluate(made.program, empty.flat()), 0.0)


@pytest.mark.parametrize("n", [50, 300])
def test_short_axes_are_left_alone(n: int) -> None:
    run = run_at(mixture, n)
    assert strips_in(lowered(run.program, sizes=run.derivation.sizes)) == (n > LONG)
    assert strips_in(lowered(run.program)) == 0


def trained(V: Any, W: Any, m: Any, X: Any, y: Any) -> Any:
    """A layer with as many units as there are weights of them: (k,h) @ (h,2)."""
    for _ in range(3):
        h = np.tanh(X @ V)
        e = h @ W - y
        m = 0.9 * m + 0.1 * (h.T @ e)
        V = V - 0.1 * (X.T @ ((e @ W.T) * (1.0 - h * h)))
        W = W - 0.1 * m / (np.sqrt(m * m) + 1e-8)
    return W, V


def test_weights_that_are_one_strip_are_left_alone() -> None:
    """Their products would be what they are, and each step would copy the weights there and back."""
    shapes = (3, 200), (200, 2), (200, 2), (40, 3), (40, 2)
    run = Run(trained, Goal("value"), tuple(random(*shape) for shape in shapes), {})
    assert Profit(run.derivation.sizes).axis(run.program.equations) is not None
    assert strips_in(in_strips(run.program, Profit(run.derivation.sizes))) == 0


@pytest.mark.parametrize(("dtype", "rtol"), [("float64", 1e-15), ("float32", 2e-7)])
def test_sums_of_strips_lose_nothing(dtype: str, rtol: float) -> None:
    """One running sum of so many equal numbers is wrong in its last four digits."""

    def total(X: Any) -> Any:
        q = X * X
        return np.sum(np.sum(q * X, axis=1) + np.sum(q, axis=1))

    X = np.full((200_000, 3), 0.1, dtype)
    run = Run(total, Goal("value"), (X,), {})
    strips = in_strips(run.program, Profit(run.derivation.sizes))
    assert strips_in(strips) == 1
    (found,) = evaluate(strips, (X,))
    each = X[0].astype(np.longdouble) if dtype == "float64" else X[0]
    row = np.sum(each * each * each) + np.sum(each * each)
    np.testing.assert_allclose(found, float(row * np.longdouble(len(X))), rtol=rtol)


def test_machine_code_at_every_length() -> None:
    gradient = bp.value_and_grad(mixture, argnums=...)
    assert "min(512, X.shape[0] - start)" in gradient.specialize(*arguments(mixture, 300)).lowered_source
    for n in (300, 1, 512, 1025):
        run = run_at(mixture, n)
        expected = numbers(run.in_tree(run.evaluated()))
        found = numbers(gradient(*run.args))
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12 * np.max(np.abs(expected)))


def test_a_strip_allocates_nothing() -> None:
    run = run_at(mixture, 300)
    in_loops = lowered(run.program, sizes=run.derivation.sizes)
    outside = [eqn for eqn in in_loops.equations if eqn.primitive is empty]
    assert len(outside) == sum(eqn.primitive is empty for eqn in equations_of(in_loops.block))
