"""Random imperative programs: both modes agree to second order, and clean-up changes no result."""

import copy

import numpy as np
import pytest

from bpcompiler.errors import Error
from bpcompiler.ir.types import is_float
from bpcompiler.ir.verify import verify
from bpcompiler.lowering.prune import prune
from bpcompiler.primitives.evaluate import evaluate
from bpcompiler.transforms.forward import forward
from bpcompiler.transforms.reverse import reverse
from bpcompiler.transforms.simplify import simplify
from bpcompiler.transforms.tidy import tidied
from tests.generators.imperative import rolled
from tests.transforms.programs import flat, traced

SECOND = 6  # inputs: a Hessian takes as many runs


def runnable(seeds):
    """Yield the programs that come to an end and can be traced."""
    for seed in seeds:
        generated = rolled(seed)
        if generated is not None and generated.argnums:
            try:
                generated.function(*copy.deepcopy(generated.args))
                found = traced(generated.function, generated.args, {}, generated.argnums)
            except (Error, AssertionError, ValueError):  # of ours, or raised by the program
                continue
            if is_float(found.program.outputs[0].aval):
                yield found


def assert_same(found, expected):
    found, expected = flat(found), flat(expected)
    scale = np.max(np.abs(expected), initial=1.0)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-8 * scale)


def clean(program, arguments):
    """Return the program simplified, having seen that it computes the same, pruned too."""
    tidy = verify(simplify(program), "simplify")
    before = evaluate(program, arguments)
    assert_same(evaluate(tidy, arguments), before)
    assert_same(evaluate(verify(prune(tidy), "prune"), arguments), before)
    return tidy


@pytest.mark.parametrize("start", range(0, 32, 4))
def test_passes_agree_on_random_programs(start):
    for found in runnable(range(start, start + 4)):
        program, arguments = verify(tidied(found.program), "tidied"), found.arguments
        outputs, directions = len(program.outputs), [*found.directions()]
        if not directions:
            continue
        pushed = verify(forward(program, found.wrt), "forward")
        clean(pushed, [*arguments, *directions[0]])
        gradient = verify(reverse(program, found.wrt), "reverse")
        along = [evaluate(pushed, [*arguments, *v])[outputs] for v in directions]
        assert_same(evaluate(gradient, arguments), along)
        tidy = clean(gradient, arguments)
        if len(directions) > SECOND:
            continue
        hvp = verify(forward(tidy, found.wrt), "forward over reverse")
        twice = verify(reverse(gradient, found.wrt, output=None), "reverse over reverse")
        for v in directions:
            ours = evaluate(clean(hvp, [*arguments, *v]), [*arguments, *v])[len(gradient.outputs) :]
            assert_same(ours, evaluate(clean(twice, [*arguments, *v]), [*arguments, *v]))
