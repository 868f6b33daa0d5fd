"""Programs with control flow and stores as machine code: the same numbers as the program and the function."""

from __future__ import annotations

import numpy as np
import pytest

from bpcompiler import pipeline
from bpcompiler.lowering.rules import lowered
from bpcompiler.primitives.evaluate import evaluate
from tests.lowering.compiling import call, compiled, copies
from tests.transforms.region_case import Region
from tests.transforms.region_programs import REGIONS


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.name)
def test_machine_code_computes_what_the_function_does(region: Region) -> None:
    code = compiled(region.program)
    for sample in region.samples:
        args = copies(sample)
        expected = evaluate(region.program, copies(sample))
        np.testing.assert_allclose(expected[0], region.reference(*copies(sample)), rtol=1e-12)
        np.testing.assert_allclose(call(code, *args), expected, rtol=1e-13)
        for before, after in zip(sample, args, strict=True):
            np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.name)
def test_the_lowered_program_means_the_same(region: Region) -> None:
    in_loops = pipeline.checked(lowered(region.program), "lowering")
    for sample in region.samples:
        expected = evaluate(region.program, copies(sample))
        np.testing.assert_allclose(evaluate(in_loops, copies(sample)), expected, rtol=1e-13)
