"""Stores in place: no result changes, and no array is copied that need not be."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from bpcompiler.ir.equations import equations_of
from bpcompiler.ir.verify import verify
from bpcompiler.primitives.stores import copy_array
from bpcompiler.transforms.copies import in_place
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
