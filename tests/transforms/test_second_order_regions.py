"""Second derivatives through regions: forward over reverse and reverse over reverse, against dual numbers."""

import numpy as np
import pytest

from bpcompiler.ir.verify import verify
from bpcompiler.primitives.evaluate import evaluate
from bpcompiler.transforms.forward import forward
from bpcompiler.transforms.reverse import reverse
from bpcompiler.transforms.simplify import simplify
from tests.oracles import dual
from tests.transforms.programs import flat
from tests.transforms.region_derivatives import unit_tangents
from tests.transforms.test_region_programs import every_case


@every_case
@pytest.mark.parametrize("tidy", [False, True], ids=["as_made", "simplified"])
@pytest.mark.parametrize("mode", [forward, reverse], ids=lambda mode: mode.__name__)
def test_hessians_are_the_oracles(region, sample, mode, tidy):
    gradient = verify(reverse(region.program, region.wrt), "reverse")
    if mode is forward:
        twice = forward(simplify(gradient) if tidy else gradient, region.wrt)
    else:
        twice = reverse(gradient, region.wrt, output=None)
    twice = verify(simplify(twice) if tidy else twice, "second derivative")
    first = len(gradient.outputs) if mode is forward else 0
    rows = [flat(evaluate(twice, [*sample, *v])[first:]) for v in unit_tangents(sample, region.wrt)]
    exact = dual.hessian(region.reference, sample, argnums=region.wrt)
    found = np.array(rows).reshape(exact.shape)
    np.testing.assert_allclose(found, exact, rtol=1e-9, atol=1e-10 * np.max(np.abs(exact), initial=1.0))
