"""The programs written by hand mean what their Python functions compute."""

import numpy as np
import pytest

from bpcompiler.primitives.evaluate import evaluate
from tests.transforms.region_programs import REGIONS

CASES = [(region, sample) for region in REGIONS for sample in region.samples]
every_case = pytest.mark.parametrize(
    ("region", "sample"), CASES, ids=[f"{r.name}-{i}" for r in REGIONS for i in range(len(r.samples))]
)


@every_case
def test_the_program_is_its_function(region, sample):
    (result,) = evaluate(region.program, sample)
    np.testing.assert_allclose(result, region.reference(*sample), rtol=1e-14)
