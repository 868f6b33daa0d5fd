"""Random imperative programs in all of their forms: CPython's value, the duals' gradient.

`--imperative=100000` (or IMPERATIVE=100000 in the environment) runs so many; one in twenty is compiled, one
in ten is differentiated forward and twice. What came of them is said at the end of the run. With SMALLER=1
in the environment a failure is shown as small as it gets.
"""

import os

import pytest
from hypothesis import HealthCheck, given, settings

from tests.end_to_end.imperative_check import EVERY, INTERPRETED, Tally, Wrong, verdict
from tests.generators import imperative
from tests.generators.smaller import smaller

USUAL = 2000
CHUNKS = 17  # so that several workers share them; no divisor of 20: each has its part of the compiled ones
LARGEST_SHARE_REFUSED = 0.05


def how_many(config):
    return int(config.getoption("--imperative") or os.environ.get("IMPERATIVE") or USUAL)


def of_seed(seed, tally):
    """Count what comes of the program of a seed; a failure is shown as small as it gets."""
    program = imperative.rolled(seed)
    if program is None:
        tally.came["not accepted"] += 1
        return
    forms, second = (EVERY if seed % 20 == 0 else INTERPRETED), seed % 10 == 1
    try:
        tally.came[verdict(program, forms, second=second)] += 1
    except Wrong as wrong:
        forms = tuple(form for form in forms if form != "compiled" or str(wrong).startswith("compiled"))
        if os.environ.get("SMALLER"):  # minutes
            program = smaller(program, lambda other, wrong=wrong: fails_alike(other, wrong, forms, second))
        pytest.fail(f"seed {seed}: {wrong}\n\n{program!r}", pytrace=False)


def fails_alike(program, wrong, forms, second):
    if not imperative.is_accepted(program):
        return False
    try:
        verdict(program, forms, second=second)
    except Wrong as other:
        return str(other).split(":")[:2] == str(wrong).split(":")[:2]
    return False


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_form_has_value_and_gradient(chunk, request, record_property):
    tally = Tally()
    for seed in range(chunk, how_many(request.config), CHUNKS):
        of_seed(seed, tally)
    record_property("imperative", dict(tally.came))
    refused = sum(count for what, count in tally.came.items() if what.startswith("refused"))
    assert refused <= LARGEST_SHARE_REFUSED * tally.came.total() + 3, tally  # so few may be by chance


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(imperative.programs())
def test_programs_of_hypothesis(program):
    verdict(program)
