"""Outer-loop vectorization: the same bits, the same derivatives; what depends on others is left alone."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pytest

from bpcompiler.ir.equations import equations_of
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Symbol
from bpcompiler.ir.verify import verify
from bpcompiler.primitives.evaluate import evaluate
from bpcompiler.primitives.loops import for_
from bpcompiler.primitives.stores import copy_array
from bpcompiler.transforms.reverse import reverse
from tests.generators.loop_nests import ARGNUMS, arguments, nest
from tests.oracles import dual, trees
from tests.transforms.programs import flat
from tests.transforms.turns import DEPENDENT, INDEPENDENT, arrays_of, common_part, mixed, sample, traced

TURNS = (0, 1, 2, 5)
VECTORIZED = (0, 1, 2, 3, 5, 6, 7, 8, 12, 14)  # of the first seeds, those whose loop over k is array code


@dataclass(frozen=True)
class Both:
    """Value and gradient of one program: of its loops, and of array code."""

    loops: Program
    arrays: Program

    @classmethod
    def of(cls, found):
        program = arrays_of(found)
        assert program is not None
        return cls(*(verify(reverse(p, found.wrt, keep=(0,)), "reverse") for p in (found.program, program)))

    def check(self, args):
        (value, *gradient), (same, *others) = evaluate(self.loops, args), evaluate(self.arrays, args)
        np.testing.assert_array_equal(same, value)
        scale = np.max(np.abs(flat(gradient)), initial=1.0)
        np.testing.assert_allclose(flat(others), flat(gradient), rtol=0, atol=1e-13 * scale)


@pytest.mark.parametrize("function", INDEPENDENT, ids=lambda f: f.__name__)
@pytest.mark.parametrize("sizes", [(5, 4), (2, 3), (1, 2), (0, 2)], ids=str)
def test_values_and_gradients_are_the_loops(function, sizes):
    args = sample(*sizes)
    both = Both.of(traced(function, args, (0, 1, 2)))
    both.check(args)
    exact = trees.flatten(dual.gradient(function, args, argnums=(0, 1, 2)))
    gradient = flat(evaluate(both.arrays, args)[1:])
    np.testing.assert_allclose(gradient, exact, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("function", DEPENDENT, ids=lambda f: f.__name__)
def test_what_depends_on_other_turns_stays_a_loop(function):
    assert arrays_of(traced(function, sample(5, 4), (0, 1, 2))) is None


@pytest.mark.parametrize("seed", VECTORIZED)
def test_random_nests_of_any_number_of_turns(seed):
    """One program for all numbers of turns, as far as its assumptions on the call go."""
    generated = nest(seed)
    found = traced(generated.function, generated.args, ARGNUMS)
    both, checked = Both.of(found), 0
    for sizes in itertools.product(TURNS, (0, 1, 4), (1, 3)):
        args = arguments(*sizes, seed)
        given = zip(("w", "A", "B", "X"), args, strict=True)
        known = {Symbol(f"{name}_{axis}"): n for name, arg in given for axis, n in enumerate(arg.shape)}
        if all(assumption.satisfied(known) for assumption in found.tracing.assumptions):
            both.check(args)
            checked += 1
    assert checked >= len(TURNS)


def test_types_stay_what_they_are_or_the_loop_does():
    A, x = np.ones((5, 4), np.float32), np.ones(5, np.float32)
    assert arrays_of(traced(mixed, (A, x), (0, 1))) is None


def test_arrays_are_copied_with_the_axis_last_in_front_of_all_loops():
    args = sample(5, 4)
    program = arrays_of(traced(common_part, args, 0))
    copies = [eqn for eqn in program.equations if eqn.primitive is copy_array]
    assert [copy.output.aval.shape for copy in copies] == [
        tuple(reversed(program.inputs[i].aval.shape)) for i in (0, 1)
    ]
    loops = [eqn for eqn in equations_of(program.block) if eqn.primitive is for_]
    assert len(loops) == 2  # over n and j
