"""Random programs, in all of their forms: the oracle's gradient. Compiled code for one in twenty."""

import zlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from bpcompiler.errors import NeedsValueError
from bpcompiler.goal import Goal
from tests.end_to_end.running import Run
from tests.generators import arrays, scalars
from tests.oracles import trees
from tests.oracles.conditioning import conditioned_gradient

QUICK = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
        HealthCheck.function_scoped_fixture,
    ],
)
SINGLE = float(np.finfo(np.float32).eps)
STRATEGIES = {
    "scalars": scalars.programs(),
    "arrays": arrays.programs(),
    "float32": arrays.programs(float32=True),
    "kinks": arrays.programs(kinks=True),
}


def check(program, eps, every):
    exact = conditioned_gradient(program.function, program.args, argnums=program.argnums, eps=eps)
    assume(exact.is_tight(1e7 * eps))
    run = Run(program.function, Goal("value_and_grad", program.argnums), program.args, {})
    assume(_is_traced(run))
    forms = {"evaluated": run.in_tree(run.evaluated()), "lowered": run.in_tree(run.lowered())}
    forms["staged"] = run.staged()
    if every or zlib.crc32(program.source.encode()) % 20 == 0:
        forms["compiled"] = run.compiled()
    exact = _with_absolute_slack(exact, eps)
    for form, (_, gradient) in forms.items():
        assert not exact.disagreement(gradient), (
            f"{form}: {exact.disagreement(gradient)}\n{run.derivation.source}"
        )
        for found, given_ in zip(trees.leaves(gradient), trees.leaves(program.args), strict=True):
            assert np.shape(found) == np.shape(given_)
            assert np.asarray(found).dtype == np.asarray(given_).dtype


def _is_traced(run):
    """Branches on traced numbers are refused."""
    try:
        _ = run.derivation
    except NeedsValueError:
        return False
    return True


def _with_absolute_slack(exact, eps):
    """Slopes such as 1 - y * y, where y is close to 1, are right to an eps of 1, not of themselves."""
    scale = np.max(np.abs(exact.flat), initial=1.0)
    return replace(exact, tolerance=np.maximum(exact.tolerance, 64 * eps * scale))


@pytest.mark.parametrize("kind", STRATEGIES)
def test_every_form_has_the_gradient(kind, request):
    every = request.config.getoption("--all-compiled")
    eps = SINGLE if kind == "float32" else float(np.finfo(np.float64).eps)

    @QUICK
    @given(STRATEGIES[kind])
    def run(program):
        check(program, eps, every)

    run()
