"""The staged source of programs with loops, branches and stores is plain Python with the same numbers."""

import pytest
from hypothesis import HealthCheck, given, settings

from bpcompiler.transforms.forward import forward
from bpcompiler.transforms.reverse import reverse
from bpcompiler.transforms.simplify import simplify
from tests.codegen_regions.staged import assert_prints_as_it_computes
from tests.transforms.random_regions import programs
from tests.transforms.region_derivatives import ones_for
from tests.transforms.region_programs import REGIONS
from tests.transforms.test_copies import ARGUMENTS

every_region = pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.name)
ROUNDING = 1e-14  # NumPy's and Python's functions of one number may differ in the last digit

DERIVATIVES = {
    "gradient": lambda region: reverse(region.program, region.wrt, keep=(0,)),
    "tangent": lambda region: forward(region.program, region.wrt),
    "forward over reverse": lambda region: forward(reverse(region.program, region.wrt), region.wrt),
    "reverse over reverse": lambda region: reverse(
        reverse(region.program, region.wrt), region.wrt, output=None
    ),
}


@every_region
def test_the_source_computes_what_the_program_does(region):
    for sample in region.samples:
        assert_prints_as_it_computes(region.program, sample, rtol=ROUNDING)


@every_region
@pytest.mark.parametrize("kind", DERIVATIVES)
def test_the_source_of_a_derivative_computes_what_the_program_does(region, kind):
    program = simplify(DERIVATIVES[kind](region))
    for sample in region.samples:
        assert_prints_as_it_computes(program, ones_for(program, sample), rtol=ROUNDING)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs(named=True))
def test_the_source_of_a_random_program_computes_what_it_does(program):
    assert_prints_as_it_computes(program, ARGUMENTS, rtol=ROUNDING)
