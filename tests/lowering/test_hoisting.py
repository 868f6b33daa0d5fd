"""Buffers of single turns are allocated in front of the loop, and only those."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import bpcompiler as bp
from bpcompiler.goal import Goal
from bpcompiler.ir.equations import Block, equations_of
from bpcompiler.lowering.rules import lowered
from bpcompiler.primitives.loops import empty
from tests.end_to_end.running import Run


def temporary(A: Any, x: Any) -> Any:
    total = 0.0
    for i in range(len(A)):
        y = np.exp(A[i] * x)
        total += np.sum(y * y[::-1])
    return total


def handed_on(A: Any, x: Any) -> Any:
    for i in range(len(A)):
        x = np.exp(-A[i] * x) * x[::-1]
    return np.sum(x)


def followed(A: Any, x: Any) -> Any:
    for i in range(len(A)):
        y = np.exp(-A[i] * x)
        x = y * y[::-1]
    return np.sum(x)


def other_sizes(A: Any, x: Any) -> Any:
    total = 0.0
    for i in range(len(x)):
        y = x[i:] * 2.0
        total += np.sum(y * y[::-1])
    return total


def from_branches(A: Any, x: Any) -> Any:
    for i in range(len(A)):
        y = x * 0.5
        if x[0] > 0.2:
            y[0] = A[i, 0]
            x = y
    return np.sum(x) + x[-1]


def allocated_in_loops(block: Block) -> int:
    return sum(
        eqn.primitive is empty
        for loop in block.equations
        for inner in loop.blocks
        for eqn in equations_of(inner)
    )


@pytest.mark.parametrize(
    ("function", "inside"),
    [(temporary, 0), (handed_on, 1), (followed, 0), (other_sizes, 1), (from_branches, 1)],
)
def test_only_what_a_turn_keeps_is_allocated_in_it(function: Any, inside: int) -> None:
    A, x = np.random.default_rng(0).uniform(size=(4, 3)), np.array([0.3, 0.7, 0.4])
    run = Run(function, Goal("value"), (A, x), {})
    found = allocated_in_loops(lowered(run.program, passes=()).block)
    assert found == inside
    for rows in (0, 1, 4):
        np.testing.assert_allclose(bp.jit(function)(A[:rows], x), function(A[:rows], x), rtol=1e-13)


def shifted_products(W: Any, B: Any, x: Any) -> Any:
    total = 0.0
    for i in range(len(B)):
        z = W @ x + B[i]
        total += np.sum(z * z[::-1])
    return total


def test_buffers_of_single_turns_are_written_again_as_others_are() -> None:
    rng = np.random.default_rng(0)
    W, B, x = rng.normal(size=(3, 3)), rng.normal(size=(4, 3)), rng.normal(size=3)
    run = Run(shifted_products, Goal("value"), (W, B, x), {})
    made = [eqn for eqn in equations_of(lowered(run.program).block) if eqn.primitive is empty]
    assert len(made) == 1  # of the product and of the sum
    np.testing.assert_allclose(bp.jit(shifted_products)(W, B, x), shifted_products(W, B, x), rtol=1e-13)
