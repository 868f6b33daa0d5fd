"""Tangents and second derivatives: read as goldens, and equal to the dual oracle's in all forms."""

import numpy as np
import pytest

from bpcompiler.goal import Goal
from tests.corpus import kinks
from tests.corpus.everything import ALL
from tests.end_to_end.running import Run
from tests.oracles import dual, trees

BY_ID = {program.id: program for program in ALL}
READ = [
    "notes_example",
    "black_scholes",
    "list_of_numbers",
    "two_layer_relu",
    "logsumexp",
    "stencil",
    "quadratic_form",
]
KINDS = ["jvp", "hvp"]


def tangent_of(leaf):
    if not trees.is_differentiable(leaf):
        return leaf
    shape = np.shape(leaf)
    wave = np.cos(1.0 + np.arange(np.size(leaf), dtype=np.float64)).reshape(shape)
    return wave.astype(np.asarray(leaf).dtype) if isinstance(leaf, np.ndarray) else float(wave)


def run_of(program, kind):
    argnums = program.argnums if isinstance(program.argnums, tuple) else (program.argnums,)
    tangents = tuple(trees.map_leaves(tangent_of, program.args[i]) for i in argnums)
    goal = Goal(kind, argnums)
    return Run(program.function, goal, (*program.args, tangents), dict(program.kwargs)), argnums, tangents


def expected(program, kind, argnums, tangents):
    along = [None] * len(program.args)
    for i, tangent in zip(argnums, tangents, strict=True):
        along[i] = tangent
    if kind == "jvp":
        return np.atleast_1d(dual.directional(program.function, program.args, along, program.kwargs))
    hessian = dual.hessian(program.function, program.args, program.kwargs, argnums)
    return hessian @ trees.flatten(tangents)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", READ)
def test_source_is_its_golden(name, kind, golden):
    run, _, _ = run_of(BY_ID[name], kind)
    golden(f"{kind}_{name}", run.derivation.source)


def has_oracle(program):
    """Whether the oracle takes the program here: it has no auxiliary results, and no float32."""
    return not program.has_aux and all(
        np.asarray(leaf).dtype != np.float32 for leaf in trees.leaves(program.args)
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("program", [*filter(has_oracle, ALL)], ids=lambda program: program.id)
def test_every_form_agrees_with_duals(program, kind):
    run, argnums, tangents = run_of(program, kind)
    wanted = expected(program, kind, argnums, tangents)
    slack = 1e-9 * np.max(np.abs(wanted), initial=1.0)
    for form in ("evaluated", "lowered"):
        found = run.in_tree(getattr(run, form)())
        found = trees.flatten(found[1] if kind == "jvp" else found)
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=slack, err_msg=form)
    try:
        found = run.staged()
    except ZeroDivisionError:  # so does CPython's arithmetic, where compiled code has infinities
        assert program in kinks.PROGRAMS
        return
    found = trees.flatten(found[1] if kind == "jvp" else found)
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=slack, err_msg="staged")
