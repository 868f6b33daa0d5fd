"""The staged source of programs with loops, branches and stores is plain Python with the same numbers."""

import pytest

from tests.codegen_regions.staged import assert_prints_as_it_computes
from tests.transforms.region_programs import REGIONS


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.name)
def test_the_source_computes_what_the_program_does(region):
    for sample in region.samples:
        assert_prints_as_it_computes(region.program, sample, rtol=1e-15)
