"""Loops that become array code for machine code alone: the same numbers, and the source that people read."""

from __future__ import annotations

import numpy as np
import pytest

from bpcompiler.goal import Goal
from bpcompiler.runtime.dispatch import MISS
from tests.benchmarks.loops_functions import mixture, mixture_sample
from tests.end_to_end.running import Run, numbers

GOAL = Goal("value_and_grad", (0, 1, 2, 3))


@pytest.fixture(scope="module")
def run():
    return Run(mixture, GOAL, mixture_sample(12, 4, 17), {})


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
