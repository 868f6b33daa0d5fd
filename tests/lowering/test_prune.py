"""Pruning through branches, loops and tapes: what is computed stays."""

import numpy as np

from bpcompiler.ir.equations import equations_of
from bpcompiler.ir.verify import verify
from bpcompiler.lowering.prune import SECOND_NAMES, prune
from bpcompiler.primitives.evaluate import evaluate
from bpcompiler.transforms.forward import forward
from bpcompiler.transforms.reverse import reverse
from tests.transforms.region_derivatives import ones_for
from tests.transforms.test_region_programs import every_case


@every_case
def test_what_is_computed_stays(region, sample):
    for program in (region.program, reverse(region.program, region.wrt), forward(region.program, region.wrt)):
        short = verify(prune(program), "prune")
        arguments = ones_for(program, sample)
        for old, new in zip(evaluate(program, arguments), evaluate(short, arguments), strict=True):
            np.testing.assert_array_equal(new, old)
        assert not SECOND_NAMES & {eqn.primitive for eqn in equations_of(short.block)}
