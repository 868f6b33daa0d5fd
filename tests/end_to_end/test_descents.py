"""Random programs whose gradient a loop follows, differentiated: the chain rule with the duals' Hessians.

DESCENTS=10000 in the environment runs so many.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest

from bpcompiler.goal import Goal
from tests.end_to_end.imperative_check import INTERPRETED, Expected, Tally, compare, refused
from tests.end_to_end.running import Run
from tests.generators.descents import RATE, STEPS, rolled_descent
from tests.generators.imperative import is_moderate, outcome
from tests.generators.source import Generated
from tests.oracles import dual, layout, trees
from tests.oracles.closeness import listening

USUAL = 150
CHUNKS = 5
STEEPEST = 1e3


def expected_of(program: Generated) -> Expected | str:
    """Return the value after the steps and its gradient, by dual numbers alone; or why nothing is learnt."""
    args, factors = list(program.args), []
    for step in range(STEPS + 1):
        value = outcome(Generated(program.source, tuple(args), program.argnums))
        if isinstance(value, Exception) or not is_moderate(value):
            return "raises, or large"
        with listening() as decisions:
            gradient = dual.gradient(program.function, args, argnums=program.argnums)
            flat = trees.flatten(gradient)
            if step < STEPS:
                factors.append(dual.hessian(program.function, args, argnums=program.argnums))
        if decisions.near or not np.all(np.abs(flat) < STEEPEST):
            return "by a hair, or steep"
        for i, part in zip(program.argnums, gradient, strict=True):
            if step < STEPS:
                args[i] = args[i] - RATE * part
    for hessian in reversed(factors):
        if not np.all(np.abs(hessian) < STEEPEST):
            return "steep"
        flat = flat - RATE * (hessian @ flat)
    return Expected(value, flat)


def verdict(seed: int) -> str:
    """Return "right", or why the seed shows nothing; raise Wrong."""
    found = rolled_descent(seed)
    if found is None:
        return "not accepted"
    program, descended = found
    expected = expected_of(program)
    if isinstance(expected, str):
        return expected
    args: tuple[Any, ...] = tuple(map(layout.copy, descended.args))
    run = Run(descended.function, Goal("value_and_grad", descended.argnums), args, {})
    if refusal := refused(run):
        return refusal
    compare(run, descended, expected, INTERPRETED, "")
    return "right"


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_descents_on_random_programs_are_differentiated(chunk: int, record_property: Any) -> None:
    tally = Tally()
    for seed in range(chunk, int(os.environ.get("DESCENTS") or USUAL), CHUNKS):
        tally.came[verdict(seed)] += 1
    record_property("descents", dict(tally.came))
    assert tally.came["right"] > tally.came.total() / 4, tally


@pytest.mark.parametrize("seed", [1049, 1596])
def test_what_was_found(seed: int) -> None:
    """Room for an array that a loop without turns does not make; a tape that is not read again."""
    assert verdict(seed) == "right"
