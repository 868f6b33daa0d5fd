"""Products are read, added and stored where they stand; each program's loops against its meaning."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bpcompiler.goal import Goal
from bpcompiler.ir.equations import equations_of
from bpcompiler.lowering.rules import lowered
from bpcompiler.primitives.loops import dot, empty, for_, gemm, gemv, load, store
from bpcompiler.primitives.tapes import new_tape
from tests.end_to_end.running import Run


def fork(x: Any, w: Any, u: Any) -> Any:
    return np.sum(np.tanh(x @ w) @ u) + np.sum(x @ w)


def sum_of_products(x: Any, w: Any, h: Any, u: Any) -> Any:
    return np.sum(np.tanh(x @ w + h @ u + x @ (w * w)))


def recurrent(xs: Any, w: Any, u: Any) -> Any:
    h = np.zeros((xs.shape[1], u.shape[0]))
    for t in range(len(xs)):
        h = np.tanh(xs[t] @ w + h @ u)
    return np.sum(h * h)


def recurrent_vectors(xs: Any, w: Any, u: Any) -> Any:
    h = np.zeros(u.shape[0])
    total = 0.0
    for t in range(len(xs)):
        h = np.tanh(w @ xs[t] + u @ h)
        total += h @ h
    return total


def stored(xs: Any, w: Any) -> Any:
    ys = np.zeros((xs.shape[0], xs.shape[1], w.shape[1]))
    for t in range(len(xs)):
        ys[t] = xs[t] @ w
    return np.sum(ys * ys)


def stored_in_columns(x: Any, w: Any) -> Any:
    y = np.zeros((x.shape[0], 2 * w.shape[1]))
    y[:, : w.shape[1]] = x @ w
    y[:, w.shape[1] :] += x @ w
    return np.sum(y * y)


def stored_over_its_factor(x: Any, w: Any) -> Any:
    y = x.copy()
    y[1:] = y[:-1] @ w
    y[:1] += y[1:2] @ w
    return np.sum(y * y)


def slices(x: Any, w: Any) -> Any:
    return np.sum(x[1:3] @ w[::2, ::3]) + np.sum(x[:, 0] @ x) + x[0] @ x[1] + np.sum(x.T[1:] @ x)


def rows_and_columns(x: Any, w: Any) -> Any:
    return np.sum(np.tanh(x[None, :] @ w)) + np.sum((w @ x[:, None]) ** 2) + np.sum(x[:, None] @ x[None, :])


def swapped(A: Any, B: Any, n: Any) -> Any:
    for _ in range(n):
        A, B = B, A @ B
    return np.sum(A * A) + np.sum(B)


def added_to_itself(A: Any, n: Any) -> Any:
    B = A * 1.0
    for _ in range(n):
        B += B @ A
    return np.sum(B * B)


def fixed_row(x: Any, w: Any, i: Any) -> Any:
    return np.sum((x[i] @ w) ** 2) + np.sum(w.T @ x[-1].T)


def batch(a: Any, b: Any) -> Any:
    return np.sum(np.tanh(a @ b))


def other_dtype(x: Any, n: Any) -> Any:
    return np.sum(x @ n) + np.sum(n.T @ x.T)


def numbers(*shape: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.random.default_rng([len(shape), *shape]).normal(size=shape)


CASES = {
    "fork": (fork, (numbers(4, 3), numbers(3, 5), numbers(5, 2))),
    "sum": (sum_of_products, (numbers(4, 3), numbers(3, 5), numbers(4, 2), numbers(2, 5))),
    "recurrent": (recurrent, (numbers(6, 4, 3), numbers(3, 5), numbers(5, 5))),
    "no turns": (recurrent, (numbers(0, 4, 3), numbers(3, 5), numbers(5, 5))),
    "vectors": (recurrent_vectors, (numbers(6, 3), numbers(5, 3), numbers(5, 5))),
    "stored": (stored, (numbers(6, 4, 3), numbers(3, 5))),
    "columns": (stored_in_columns, (numbers(4, 3), numbers(3, 5))),
    "over its factor": (stored_over_its_factor, (numbers(5, 3), numbers(3, 3))),
    "slices": (slices, (numbers(4, 4), numbers(7, 7))),
    "rows and columns": (rows_and_columns, (numbers(4), numbers(4, 4))),
    "one by one": (rows_and_columns, (numbers(1), numbers(1, 1))),
    "swapped": (swapped, (numbers(3, 3), numbers(3, 3), 5)),
    "to itself": (added_to_itself, (numbers(3, 3), 3)),
    "row": (fixed_row, (numbers(4, 5, 5), numbers(5, 5), 2)),
    "row from the end": (fixed_row, (numbers(4, 5, 5), numbers(5, 5), -3)),
    "batch": (batch, (numbers(6, 4, 3), numbers(6, 3, 5))),
    "batch, one factor": (batch, (numbers(4, 3), numbers(6, 3, 5))),
    "batch, broadcast": (batch, (numbers(2, 1, 4, 3), numbers(6, 3, 5))),
    "batch of vectors": (batch, (numbers(6, 4, 3), numbers(3))),
    "vector and batch": (batch, (numbers(3), numbers(6, 3, 5))),
    "empty batch": (batch, (numbers(0, 4, 3), numbers(3, 5))),
    "empty sum": (batch, (numbers(2, 0), numbers(0, 3))),
    "integers": (other_dtype, (numbers(3, 4), np.arange(8).reshape(4, 2))),
}


def run_of(name: str, kind: str = "value_and_grad") -> Run:
    function, args = CASES[name]
    floats = tuple(k for k, arg in enumerate(args) if isinstance(arg, np.ndarray) and arg.dtype == float)
    return Run(function, Goal(kind, argnums=floats) if kind != "value" else Goal(kind), args, {})


@pytest.mark.parametrize("name", CASES)
def test_loops_have_the_meaning_of_the_program(name: str) -> None:
    run = run_of(name)
    for actual, in_place, expected in zip(run.lowered(), run.in_place(), run.evaluated(), strict=True):
        np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-13)
        np.testing.assert_allclose(in_place, expected, rtol=1e-12, atol=1e-13)


def counted(name: str, kind: str = "value_and_grad") -> tuple[int, int, int]:
    """Return how many products there are, how many of them add in place, and how many buffers."""
    equations = list(equations_of(lowered(run_of(name, kind).program).block))
    found = [eqn for eqn in equations if eqn.primitive in {gemm, gemv, dot}]
    adding = sum(eqn.attrs.get("beta", 0.0) == 1.0 for eqn in found)
    return len(found), adding, sum(eqn.primitive is empty for eqn in equations)


@pytest.mark.parametrize(
    ("name", "products", "adding"),
    [
        ("fork", 9, 2),
        ("sum", 8, 3),
        ("recurrent", 6, 4),
        ("stored", 3, 2),
        ("columns", 6, 2),
        ("batch", 3, 0),
    ],
)
def test_what_is_added_is_added_in_place(name: str, products: int, adding: int) -> None:
    assert counted(name)[:2] == (products, adding)


def test_a_sum_of_products_is_one_buffer() -> None:
    assert counted("sum", "value") == (3, 2, 2)  # the other is the square of w


def test_a_product_is_stored_without_a_buffer() -> None:
    assert counted("stored", "value") == (1, 0, 1)


@pytest.mark.parametrize("name", ["slices", "rows and columns", "row"])
def test_nothing_is_copied_for_a_product(name: str) -> None:
    """No loop only loads and stores."""
    block = lowered(run_of(name, "value").program).block
    bodies = [eqn.blocks[0].equations for eqn in equations_of(block) if eqn.primitive is for_]
    copies = [body for body in bodies if [eqn.primitive for eqn in body] == [load, store]]
    assert not copies


def layers(a: Any, b: Any, c: Any) -> Any:
    return np.sum(np.tanh(np.tanh(a @ b) @ c) * 0.5)


def centred(a: Any, b: Any) -> Any:
    d = a - np.sum(a, axis=1)[:, None, :]
    return np.sum(np.sum((d @ b) ** 2, axis=2) * np.sum(d, axis=2))


BATCHES = {
    "layers": (layers, (numbers(6, 4, 3), numbers(6, 3, 5), numbers(6, 5, 2))),
    "centred": (centred, (numbers(6, 4, 3), numbers(6, 3, 5))),
    "one matrix": (layers, (numbers(6, 4, 3), numbers(3, 5), numbers(5, 2))),
    "empty": (layers, (numbers(0, 4, 3), numbers(3, 5), numbers(5, 2))),
}


@pytest.mark.parametrize("name", BATCHES)
def test_a_batch_has_the_meaning_of_the_program(name: str) -> None:
    function, args = BATCHES[name]
    run = Run(function, Goal("value_and_grad", argnums=tuple(range(len(args)))), args, {})
    for actual, in_place, expected in zip(run.lowered(), run.in_place(), run.evaluated(), strict=True):
        np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-13)
        np.testing.assert_allclose(in_place, expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", ["layers", "centred"])
def test_a_batch_is_one_loop_over_small_buffers(name: str) -> None:
    function, args = BATCHES[name]
    run = Run(function, Goal("value_and_grad", argnums=tuple(range(len(args)))), args, {})
    block = lowered(run.program).block
    assert sum(eqn.primitive is for_ for eqn in block.equations) == 1
    large = [eqn for eqn in equations_of(block) if eqn.primitive is empty and len(eqn.attrs["shape"]) == 3]
    assert len(large) == len(args)  # the results


def branching(xs: Any, w: Any) -> Any:
    h = np.zeros(w.shape[0])
    for t in range(len(xs)):
        if np.sum(xs[t]) > 0.0:
            h = np.tanh(w @ h + xs[t])
            while h @ h > 0.5:
                h = h * 0.7
        else:
            h = np.sin(h + xs[t])
    return h @ h


@pytest.mark.parametrize("rows", [0, 1, 6])
def test_what_is_kept_in_branches_of_a_loop_is_stored_in_arrays(rows: int) -> None:
    run = Run(branching, Goal("value_and_grad", argnums=(0, 1)), (numbers(rows, 3), numbers(3, 3)), {})
    for actual, in_place, expected in zip(run.lowered(), run.in_place(), run.evaluated(), strict=True):
        np.testing.assert_allclose(actual, expected, rtol=1e-12)
        np.testing.assert_allclose(in_place, expected, rtol=1e-12)
    tapes = {eqn.attrs["tape"]: eqn.attrs["sizes"] for eqn in equations_of(lowered(run.program).block)
             if eqn.primitive is new_tape}  # fmt: skip
    assert set(tapes.values()) <= {None}  # of the turns of `while` only
