"""Each corpus program, in all of its forms: the oracle's gradient, every time."""

import functools
from contextlib import contextmanager

import numpy as np
import pytest

import bpcompiler as bp
from bpcompiler.frontend.tracing import is_result_leaf
from bpcompiler.goal import Goal
from bpcompiler.ir.equations import equations_of
from bpcompiler.ir.trees import flatten, leaves_of
from bpcompiler.ir.types import Array
from bpcompiler.ir.verify import verify
from bpcompiler.lowering import lower
from bpcompiler.lowering.interchange.interchange import interchanged
from bpcompiler.lowering.kept_arrays import with_kept_arrays
from bpcompiler.lowering.rules import FUSION
from bpcompiler.primitives.evaluate import evaluate
from tests.corpus.everything import ALL, CALLS
from tests.end_to_end.running import Run, numbers
from tests.oracles import dual, layout, trees
from tests.oracles.conditioning import conditioned_gradient

REORDERED = {"sum", "mean", "matmul"}  # NumPy leaves their order open
by_id = pytest.mark.parametrize("program", CALLS, ids=lambda program: program.id)
once_by_id = pytest.mark.parametrize("program", ALL, ids=lambda program: program.id)


@functools.cache
def run_of(program):
    goal = Goal("value_and_grad", program.argnums, program.has_aux, checkpoint=program.checkpoint)
    return Run(program.function, goal, program.args, dict(program.kwargs))


def is_single(program):
    return any(np.asarray(leaf).dtype == np.float32 for leaf in trees.leaves(program.args))


@functools.cache
def exact(program):
    """Return the oracle's gradient, flat, and what a right one may differ from it."""
    eps = float(np.finfo(np.float32 if is_single(program) else np.float64).eps)
    if program.has_aux:
        gradient = dual.gradient(
            program.function, program.args, program.kwargs, program.argnums, has_aux=True
        )
        flat = trees.flatten(gradient)
        return flat, program.rtol * np.max(np.abs(flat), initial=1e-300)
    found = conditioned_gradient(program.function, program.args, program.kwargs, program.argnums, eps=eps)
    return found.flat, found.tolerance


def assert_is_gradient(program, result):
    _, gradient = result
    flat, tolerance = exact(program)
    found = trees.flatten(gradient)
    assert found.shape == flat.shape
    assert np.all(np.abs(found - flat) <= tolerance), f"{found}\ninstead of\n{flat}\nwithin\n{tolerance}"
    if program.gradient is not None:
        np.testing.assert_allclose(found, trees.flatten(program.gradient), rtol=1e-14, atol=1e-15)


def assert_is_value(program, result, rtol):
    own = trees.map_leaves(layout.copy, program.args)  # a program may store into its arguments
    with np.errstate(all="ignore"):
        expected = program.function(*own, **program.kwargs)
    np.testing.assert_allclose(numbers(result[0]), numbers(expected), rtol=rtol)


@contextmanager
def unchanged(args):
    """A gradient leaves the caller's arrays as they are, whatever the program does to its arguments."""
    before = trees.map_leaves(layout.copy, args)
    yield
    for then, now in zip(trees.leaves(before), trees.leaves(args), strict=True):
        if isinstance(then, np.ndarray):
            np.testing.assert_array_equal(now, then)


@by_id
def test_adjoint_evaluates_to_the_gradient(program):
    run = run_of(program)
    assert_is_gradient(program, run.in_tree(run.evaluated()))


@by_id
def test_lowering_keeps_every_bit_of_the_value(program):
    run = run_of(program)
    (value, gradient), (same, near) = run.in_tree(run.evaluated()), run.in_tree(run.lowered())
    rtol = 1e-5 if is_single(program) else 1e-12
    if REORDERED & {eqn.primitive.name for eqn in equations_of(run.program.block)}:
        atol = rtol * np.max(np.abs(numbers(value)), initial=0.0)
        np.testing.assert_allclose(numbers(same), numbers(value), rtol=rtol, atol=atol)
    else:
        np.testing.assert_array_equal(numbers(same), numbers(value))
    # What is added to a cotangent may be added in parts: a derivative's sums are ours to order.
    atol = rtol * np.max(np.abs(numbers(gradient)), initial=0.0)
    np.testing.assert_allclose(numbers(near), numbers(gradient), rtol=rtol, atol=atol)


class EveryLoop:
    """The judgement that any loop is worth exchanging with the one around it."""

    def is_short(self, size):
        return True

    is_long = is_short


@by_id
def test_fusion_keeps_every_bit(program):
    run = run_of(program)
    expected = numbers(run.in_loops(passes=()))
    np.testing.assert_array_equal(numbers(run.in_loops(FUSION)), expected)
    loops = with_kept_arrays(lower.lower(run.program))
    exchanged = interchanged(loops, EveryLoop())
    if exchanged is not loops:
        found = evaluate(verify(exchanged, "interchange"), run.flat())
        np.testing.assert_array_equal(numbers(list(found)), expected)


@by_id
def test_staged_source_returns_the_gradient(program):
    run = run_of(program)
    with unchanged(program.args):
        result = run.staged()
    assert_is_gradient(program, result)
    # The forward pass is the user's arithmetic, in the user's order; `np.var` and its like are spelled out.
    assert_is_value(program, result, 1e-6 if is_single(program) else 1e-14)


@once_by_id
def test_compiled_code_returns_the_gradient(program):
    run = run_of(program)
    with unchanged(program.args):
        result = run.compiled()
    assert_is_gradient(program, result)
    assert_is_value(program, result, 1e-6 if is_single(program) else 1e-13)
    assert_types(run, result)


@pytest.mark.parametrize("program", [p for p in ALL if p.more], ids=lambda program: program.id)
def test_one_compiled_function_takes_every_way(program):
    function = bp.value_and_grad(program.function, argnums=program.argnums, checkpoint=program.checkpoint)
    calls = [call for call in CALLS if call.function is program.function and call.id.startswith(program.id)]
    assert len(calls) > len(program.more)
    for call in calls:
        with unchanged(call.args):
            result = function(*call.args, **call.kwargs)
        assert_is_gradient(call, result)
        assert_is_value(call, result, 1e-13)


def assert_types(run, result):
    """Numbers come back as the types that the program says, arrays fresh and writable."""
    arrays = [
        leaf for leaf in trees.leaves((run.args, run.kwargs, run.hidden)) if isinstance(leaf, np.ndarray)
    ]
    leaves = []
    flatten(result, is_result_leaf, leaves)
    for leaf, index in zip(leaves, leaves_of(run.derivation.outline.result), strict=True):
        aval = run.program.outputs[index].aval
        if isinstance(aval, Array):
            assert leaf.dtype.name == aval.dtype.value
            assert leaf.flags.writeable
            assert not any(np.shares_memory(leaf, other) for other in arrays)
            arrays.append(leaf)
        elif aval.weak:
            assert type(leaf) in (bool, int, float)
        else:
            assert isinstance(leaf, np.generic)
            assert leaf.dtype.name == aval.dtype.value
