"""Clean-up through branches, loops and tapes: what is computed stays, dead carries and tapes go."""

import numpy as np
import pytest

from bpcompiler.ir.verify import verify
from bpcompiler.primitives.evaluate import evaluate
from bpcompiler.transforms.forward import forward
from bpcompiler.transforms.reverse import reverse
from bpcompiler.transforms.simplify import simplify
from tests.transforms.region_derivatives import ones_for
from tests.transforms.test_region_programs import every_case

DERIVATIVES = {
    "forward": forward,
    "reverse": reverse,
    "forward over reverse": lambda program, wrt: forward(reverse(program, wrt), wrt),
    "reverse over reverse": lambda program, wrt: reverse(reverse(program, wrt), wrt, output=None),
    "forward twice": lambda program, wrt: forward(forward(program, wrt), wrt),
}


@every_case
@pytest.mark.parametrize("mode", DERIVATIVES)
def test_what_is_computed_stays(region, sample, mode):
    program = verify(DERIVATIVES[mode](region.program, region.wrt), mode)
    tidy = verify(simplify(program), "simplify")
    arguments = ones_for(program, sample)
    before, after = evaluate(program, arguments), evaluate(tidy, arguments)
    for old, new in zip(before, after, strict=True):
        assert type(old) is type(new)
        np.testing.assert_allclose(new, old, rtol=1e-11, atol=1e-12)
