"""Every corpus program, between all passes: values as CPython's, derivatives as the dual numbers'."""

import numpy as np
import pytest

from bpcompiler.frontend.tracing import is_result_leaf
from bpcompiler.ir.trees import flatten, unflatten
from bpcompiler.primitives.evaluate import evaluate
from bpcompiler.transforms.forward import forward
from bpcompiler.transforms.reverse import reverse
from tests.corpus.everything import ALL
from tests.corpus.kinks import PROGRAMS as KINKS
from tests.oracles import dual, layout, trees
from tests.oracles.conditioning import conditioned_gradient
from tests.transforms.programs import traced

every_program = pytest.mark.parametrize("program", ALL, ids=lambda program: program.id)
SMALL = 12  # inputs: second derivatives by dual numbers take their square


def is_single(program):
    return any(getattr(leaf, "dtype", None) == np.float32 for leaf in trees.leaves(program.args))


def trace_of(program):
    return traced(program.function, program.args, program.kwargs, program.argnums)


@every_program
def test_the_traced_program_computes_what_python_does(program):
    found = trace_of(program)
    result = unflatten(found.tracing.result, evaluate(found.program, found.arguments))
    own = trees.map_leaves(layout.copy, program.args)  # a program may store into its arguments
    with np.errstate(all="ignore"):
        expected = program.function(*own, **program.kwargs)
    rtol = 1e-6 if is_single(program) else 1e-13
    np.testing.assert_allclose(trees.flatten(result), trees.flatten(expected), rtol=rtol)
    ours, theirs = [], []
    flatten(result, is_result_leaf, ours)
    flatten(expected, is_result_leaf, theirs)
    assert list(map(type, ours)) == list(map(type, theirs))


@every_program
def test_gradients_by_both_modes_are_the_oracles(program):
    found = trace_of(program)
    eps = float(np.finfo(np.float32 if is_single(program) else np.float64).eps)
    known = program.gradient
    if known is None and not program.has_aux:
        exact = conditioned_gradient(program.function, program.args, program.kwargs, program.argnums, eps=eps)
        known, slack = exact.flat, exact.tolerance + 64 * eps * np.max(np.abs(exact.flat), initial=0.0)
    else:
        oracle = dual.gradient(
            program.function, program.args, program.kwargs, program.argnums, has_aux=program.has_aux
        )
        known = trees.flatten(oracle if known is None else known)
        slack = 1e-12 * np.max(np.abs(known), initial=1.0)
    for gradient in (found.gradient(), found.by_forward()):
        np.testing.assert_array_less(np.abs(gradient - known), slack + 1e-300)


def is_small(program):
    """Whether second derivatives are worth their time, and have the digits to be compared."""
    numbers = sum(np.size(leaf) for leaf in trees.leaves(program.args) if np.asarray(leaf).dtype.kind == "f")
    return numbers <= SMALL and not is_single(program)


@pytest.mark.parametrize("program", [*filter(is_small, ALL)], ids=lambda program: program.id)
def test_second_derivatives_by_both_modes(program):
    found = trace_of(program)
    first, second = found.hessian(forward), found.hessian(reverse)
    scale = np.max(np.abs(first), initial=1.0)
    np.testing.assert_allclose(first, second, rtol=0, atol=1e-11 * scale)
    if program in KINKS or program.has_aux:
        return
    exact = dual.hessian(program.function, program.args, program.kwargs, program.argnums)
    np.testing.assert_allclose(first, exact, rtol=0, atol=1e-10 * scale)
