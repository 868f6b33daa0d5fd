"""Generated imperative programs: most are accepted and fair; CPython, duals and differences agree on them."""

import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from tests.generators import imperative
from tests.generators.imperative_draft import Rolled
from tests.generators.smaller import smaller
from tests.generators.source import Generated
from tests.oracles import differences, dual, trees
from tests.oracles.closeness import listening
from tests.oracles.conditioning import conditioned_gradient

SEEDS = range(400)


def assert_value_is_cpythons(program, value):
    found = dual.value(program.function, program.args)
    assert abs(found - value) <= 1e-12 * max(1.0, abs(value)), program


def assert_differences_agree(program, flat):
    found = differences.gradient(program.function, program.args, argnums=program.argnums, step=0.004)
    error, scale = trees.flatten(found.error), np.max(np.abs(flat), initial=1.0)
    shown = error < 1e-6 * scale  # else a kink is within the step
    off = np.abs(flat - trees.flatten(found.gradient))
    assert np.all(off[shown] <= 10.0 * error[shown] + 1e-8 * scale), program


def test_the_oracles_agree_and_most_programs_show_something():
    came = Counter()
    for seed in SEEDS:
        program = imperative.rolled(seed)
        if program is None:
            came["not accepted"] += 1
            continue
        value = imperative.outcome(program)
        if isinstance(value, Exception):
            came["raises"] += 1
            continue
        with listening() as decisions:
            flat = trees.flatten(dual.gradient(program.function, program.args, argnums=program.argnums))
        if decisions.near or not conditioned_gradient(
            program.function, program.args, argnums=program.argnums
        ).is_tight(1e-11):
            came["delicate"] += 1
            continue
        came["fair" if np.any(flat != 0.0) else "flat"] += 1
        assert_value_is_cpythons(program, value)
        if seed % 4 == 0:
            assert_differences_agree(program, flat)
    assert came["fair"] > 0.85 * len(SEEDS), came


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(imperative.programs())
def test_hypothesis_writes_them_too(program):
    assert imperative.is_accepted(program)
    assert "def program" in program.source


CONSTRUCTS = [
    "while ", "while True", "else:", "elif ", "break", "continue", "range(", "-1)", "enumerate(", "zip(",
    "reversed(", "lambda", "nonlocal", "def helper", ":= ", "assert ", "raise ", "np.add.at", "out=",
    ".T", ".reshape(", "[::-1]", "box", "and ", " or ", "not ", " if ", "max(", "min(", "[...]", ".append(",
]  # fmt: skip


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_every_construct_is_written_often(construct):
    texts = [imperative.write_program(Rolled(random.Random(seed))).source for seed in range(300)]
    assert sum(construct in text for text in texts) >= 5


def test_a_near_decision_is_heard():
    def program(x):
        return x if x > 0.5 + 1e-9 else -x

    with listening() as decisions:
        dual.gradient(program, (0.5,))
    assert (decisions.made, decisions.near) == (1, 1)
    with listening() as decisions:
        dual.gradient(lambda x: x if x > x else -x, (0.5,))
    assert (decisions.made, decisions.near) == (1, 0)


def test_a_failing_program_gets_smaller():
    loop = "    for i in range(3):\n        if x > 0:\n            x = x * x + t\n"
    text = f"def program(x, y):\n    t = y * 2\n{loop}    return x\n"
    program = Generated(text, (0.5, 0.25), (0, 1))
    least = smaller(program, lambda p: "x * x" in p.source and np.isfinite(p.function(*p.args)))
    assert least.source == "def program(x):\n    x = x * x\n    return x\n"
    assert (least.args, least.argnums) == ((0.5,), (0,))
