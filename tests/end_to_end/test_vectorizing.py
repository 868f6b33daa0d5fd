"""Loops that become array code for machine code alone: the same numbers, and the source that people read."""

from __future__ import annotations

import numpy as np
import pytest

from bpcompiler.goal import Goal
from bpcompiler.runtime.dispatch import MISS
from tests.benchmarks.loops_functions import mixture, mixture_sample
from tests.end_to_end.running import Run, numbers
from tests.oracles import layout

GOAL = Goal("value_and_grad", (0, 1, 2, 3))


@pytest.fixture(scope="module")
def run():
    return Run(mixture, GOAL, mixture_sample(40, 4, 17), {})


def test_the_loop_stays_in_the_staged_source_alone(run):
    assert "for k in range(count):" in run.derivation.source
    assert "for k in range(means.shape[0]):" not in run.specialization.lowered_source
    assert "lower[k, i, j]" in run.specialization.lowered_source  # the copy in front


@pytest.mark.parametrize("sizes", [(12, 4, 17), (2, 3, 40), (5, 2, 2), (0, 2, 3), (3, 0, 2)], ids=str)
def test_one_program_serves_all_sizes(run, sizes):
    args = mixture_sample(*sizes)
    found = run.specialization.entry(args, {})
    assert found is not MISS
    expected = numbers(Run(mixture, GOAL, args, {}).staged())
    scale = np.max(np.abs(expected), initial=1.0)
    np.testing.assert_allclose(numbers(found), expected, rtol=0, atol=1e-13 * scale)


def smoothed(weights, image, out):
    """Stores into the caller's array, and returns what it has summed on the way."""
    total = 0.0
    for row in range(len(image)):
        for k in range(image.shape[1] - 2):
            s = 0.0
            for j in range(len(weights)):
                s += weights[j] * image[row, k] + image[row, k + 2]
            out[row, k] = s / (1.0 + s * s)
            total = 0.5 * total + s
    return total


SMOOTHED = (np.array([0.2, -0.5, 0.4]), np.sin(np.arange(80.0)).reshape(4, 20), np.ones((4, 18)))


@pytest.mark.parametrize(
    ("goal", "args"),
    [
        (Goal("value"), SMOOTHED),
        (Goal("vjp", (0, 1)), (*SMOOTHED, 1.5)),
        (Goal("jvp", (0, 1)), (*SMOOTHED, SMOOTHED[:2])),
        (Goal("hvp", (0, 1)), (*SMOOTHED, SMOOTHED[:2])),
    ],
    ids=lambda given: getattr(given, "kind", ""),
)
def test_every_goal_is_reached(goal, args):
    compiled, staged = (tuple(map(layout.copy, args)) for _ in range(2))
    run = Run(smoothed, goal, compiled, {})
    assert "s = np.empty(max(image.shape[1] - 2, 0))" in run.specialization.lowered_source
    found, expected = numbers(run.compiled()), numbers(Run(smoothed, goal, staged, {}).staged())
    np.testing.assert_allclose(found, expected, rtol=1e-13)
    np.testing.assert_array_equal(compiled[2], staged[2])
