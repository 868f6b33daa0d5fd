"""Sums of products in loops: what is taken out of them, what must stay, and that the gradient is the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import bpcompiler as bp
from bpcompiler.goal import Goal
from bpcompiler.ir.equations import Equation, equations_of
from bpcompiler.ir.program import Program
from bpcompiler.lowering.rules import FUSION, SUMS, lowered
from bpcompiler.primitives.loops import for_, store
from tests.end_to_end.running import Run, numbers
from tests.oracles import dual

GENERATOR = np.random.default_rng(1)
POINTS, MEANS = GENERATOR.normal(size=(6, 3)), GENERATOR.normal(size=(3, 4))
FACTORS, SHIFTS = GENERATOR.normal(size=(3, 3, 4)), GENERATOR.normal(size=(3, 4))


def triangular(means: Any, factors: Any, points: Any) -> Any:
    """dmeans gets `-factors[i, j, k] * dz[k]`: the sum over the points is of dz alone."""
    total = 0.0
    for n in range(len(points)):
        for i in range(means.shape[0]):
            for k in range(means.shape[1]):
                z = 0.0
                for j in range(i + 1):
                    z += factors[i, j, k] * (points[n, j] - means[j, k])
                total += np.sin(z)
    return total


def shifted(shifts: Any, points: Any) -> Any:
    """dshifts gets the same for all rows."""
    total = 0.0
    for n in range(len(points)):
        score = 0.0
        for i in range(shifts.shape[0]):
            for k in range(shifts.shape[1]):
                score += shifts[i, k]
        total += np.sin(score * points[n, 0])
    return total


def changing(means: Any, points: Any) -> Any:
    """Every factor changes with the point: nothing to take out."""
    total = 0.0
    for n in range(len(points)):
        for i in range(means.shape[0]):
            total += np.sum(np.sin(means[i] * points[n, i]))
    return total


PROGRAMS = [
    (triangular, (MEANS, FACTORS, POINTS), (0, 1, 2)),
    (triangular, (MEANS, FACTORS, POINTS[:0]), (0, 1)),
    (triangular, (MEANS[:, :1], FACTORS[:, :, :1], POINTS[:1]), (0,)),
    (triangular, (MEANS[:0], FACTORS[:0, :0], POINTS[:, :0]), (0,)),
    (shifted, (SHIFTS, POINTS), (0, 1)),
    (shifted, (SHIFTS[:, :0], POINTS), (0,)),
    (changing, (MEANS, POINTS), (0, 1)),
]


@pytest.mark.parametrize(("function", "args", "argnums"), PROGRAMS)
def test_the_gradient_is_that_of_dual_numbers(function, args, argnums):
    run = Run(function, Goal("grad", argnums), args, {})
    expected = dual.gradient(function, args, argnums=argnums)
    for sums in (SUMS, ()):
        found = numbers(run.in_tree(run.in_loops(FUSION, sums)))
        np.testing.assert_allclose(found, numbers(expected), rtol=1e-12, atol=1e-14)


def nests(program: Program) -> list[Equation]:
    return [eqn for eqn in program.block.equations if eqn.primitive is for_]


def depth_of_stores(eqn: Equation) -> int:
    """How often the stores of a loop run, if every loop in it has two turns."""
    stores = sum(inner.primitive is store for inner in eqn.blocks[0].equations)
    inner = sum(depth_of_stores(loop) for loop in eqn.blocks[0].equations if loop.primitive is for_)
    return 2 * (stores + inner)


@pytest.mark.parametrize(("function", "args"), [(triangular, PROGRAMS[0][1]), (shifted, PROGRAMS[4][1])])
def test_a_loop_stores_less_often_then(function, args):
    program = Run(function, Goal("grad", (0,)), args, {}).program
    longest = [max(map(depth_of_stores, nests(lowered(program, sums=sums)))) for sums in ((), SUMS)]
    assert longest[1] < longest[0]


def test_what_changes_in_all_loops_stays():
    program = Run(changing, Goal("grad", (0,)), (MEANS, POINTS), {}).program
    with_sums, without = (list(equations_of(lowered(program, sums=sums).block)) for sums in (SUMS, ()))
    assert sum(e.primitive is store for e in with_sums) == sum(e.primitive is store for e in without)


def test_it_compiles():
    gradient = bp.grad(triangular, argnums=(0, 1))
    for count in (6, 1, 0):
        args = (MEANS, FACTORS, POINTS[:count])
        expected = dual.gradient(triangular, args, argnums=(0, 1))
        np.testing.assert_allclose(numbers(gradient(*args)), numbers(expected), rtol=1e-12, atol=1e-14)
