"""Stores in place: no result changes, and no array is copied that need not be."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from bpcompiler.ir.equations import Equation, equations_of
from bpcompiler.ir.verify import verify
from bpcompiler.primitives.regions import update
from bpcompiler.primitives.stores import copy_array
from bpcompiler.transforms.copies import in_place
from bpcompiler.transforms.reverse import reverse
from bpcompiler.transforms.simplify import simplify
from tests.transforms.in_place import assert_same_in_place
from tests.transforms.random_regions import programs
from tests.transforms.region_programs import REGIONS

BY_NAME = {region.name: region for region in REGIONS}
COPIES = {"heat": 1, "swaps": 2, "mirror": 1, "histogram": 1}  # in front of their loops


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.name)
def test_stores_in_place_compute_the_same(region):
    changed = verify(in_place(region.program), "copies")
    for sample in region.samples:
        assert_same_in_place(region.program, changed, sample)


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.name)
def test_arrays_are_copied_in_front_of_the_outermost_loop(region):
    changed = in_place(region.program)
    copies = [eqn for eqn in equations_of(changed.block) if eqn.primitive is copy_array]
    assert len(copies) == COPIES.get(region.name, 0)
    assert set(copies) <= set(changed.equations)


ARGUMENTS = (
    np.array([0.3, -0.7, 1.1, 0.2]),
    np.array([0.9, -0.4]),
    np.array([[0.5, 0.1], [-0.8, 0.6]]),
    0.45,
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs())
def test_random_programs_store_in_place(program):
    changed = verify(in_place(program), "copies")
    assert_same_in_place(program, changed, ARGUMENTS)


def copies_in(program):
    return [eqn for eqn in equations_of(in_place(program).block) if eqn.primitive is copy_array]


def test_the_gradient_of_the_heat_equation_copies_once():
    region = BY_NAME["heat"]
    program = simplify(reverse(region.program, region.wrt, keep=(0,)))
    assert len(copies_in(program)) == 1


def test_an_array_that_is_to_change_is_not_copied():
    program = BY_NAME["heat"].program
    loop = next(eqn for eqn in program.equations if eqn.blocks)
    change = Equation(update, (program.inputs[0], loop.outputs[0]), ())
    block = replace(program.block, equations=(*program.equations, change))
    changing = replace(program, block=block)
    assert copies_in(changing) == []
    for sample in BY_NAME["heat"].samples:
        assert_same_in_place(changing, in_place(changing), sample)
