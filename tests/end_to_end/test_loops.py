"""Loops stay loops: what is read in the goldens, asserted where a later change might lose it."""

import numpy as np
import pytest

from bpcompiler.goal import Goal
from tests.corpus.everything import ALL
from tests.end_to_end.running import Run
from tests.end_to_end.test_corpus import run_of

BY_ID = {program.id: program for program in ALL}
# What these loops carry enters linearly: their reverses need nothing of what it was.
LINEAR = [
    "running_sum",
    "compensated_sum",
    "starts_as_an_integer",
    "every_third_backwards",
    "fibonacci_like",
    "jacobi_with_two_buffers",
    "matrix_product",
    "convolution",
]
# The same function with other numbers of turns: unrolled, it would take hours.
LONGER = {
    "running_sum": lambda x: (np.ones(100_000),),
    "horner_backwards": lambda coefficients, x: (np.ones(100_000), x),
    "predator_prey": lambda *args: (*args[:-1], 10**9),
    "heat_in_place": lambda u, alpha, steps, observed: (np.ones(5_000), alpha, 10**9, np.ones(5_000)),
    "wave_equation": lambda u, v, courant, steps: (np.ones(5_000), np.ones(5_000), courant, 10**9),
    "collatz_walk": lambda x, n: (x, 837_799),
    "matrix_product": lambda A, B: (np.ones((300, 400)), np.ones((400, 200))),
    "soft_edit_distance": lambda x, y, gap: (np.ones(3_000), np.ones(4_000), gap),
}


@pytest.mark.parametrize("name", LINEAR)
def test_a_linear_loop_keeps_nothing(name):
    source = run_of(BY_ID[name]).derivation.source
    assert "for " in source
    assert "kept for the reverse" not in source
    assert ".append(" not in source


@pytest.mark.parametrize("name", LONGER)
def test_nothing_depends_on_how_often_loops_turn(name):
    program = BY_ID[name]
    goal = Goal("value_and_grad", program.argnums)
    longer = Run(program.function, goal, LONGER[name](*program.args), {})
    assert longer.derivation.source == run_of(program).derivation.source


@pytest.mark.parametrize("name", ["heat_in_place", "wave_equation", "gauss_seidel", "insertion_sort"])
def test_no_array_is_copied_in_a_loop(name):
    lines = run_of(BY_ID[name]).derivation.source.splitlines()
    assert not [line for line in lines if line.startswith(" " * 8) and ".copy()" in line]
