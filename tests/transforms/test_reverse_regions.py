"""Reverse mode through branches, loops, stores and tapes, against dual numbers."""

import numpy as np

from bpcompiler.ir.equations import equations_of
from bpcompiler.ir.verify import verify
from bpcompiler.primitives.evaluate import evaluate
from bpcompiler.transforms.checkpoint import Segments, checkpointed
from bpcompiler.transforms.forward import forward
from bpcompiler.transforms.reverse import reverse
from tests.oracles import dual
from tests.transforms.test_region_programs import every_case


def flat(results):
    return np.concatenate([np.ravel(result) for result in results])


@every_case
def test_gradients_are_the_oracles(region, sample):
    adjoint = verify(reverse(region.program, region.wrt), "reverse")
    exact = dual.jacobian(region.reference, sample, argnums=region.wrt)
    np.testing.assert_allclose(flat(evaluate(adjoint, sample)), exact.ravel(), rtol=1e-11, atol=1e-12)


@every_case
def test_forward_over_reverse(region, sample):
    adjoint = reverse(region.program, region.wrt)
    pushed = verify(forward(adjoint, region.wrt), "forward over reverse")
    check_second(region, sample, lambda vector: evaluate(pushed, [*sample, *vector])[len(region.wrt) :])


@every_case
def test_reverse_over_reverse(region, sample):
    adjoint = reverse(region.program, region.wrt)
    twice = verify(reverse(adjoint, region.wrt, output=None), "reverse over reverse")
    check_second(region, sample, lambda vector: evaluate(twice, [*sample, *vector]))


def check_second(region, sample, product):
    hessian = dual.hessian(region.reference, sample, argnums=region.wrt)
    rng = np.random.default_rng(5)
    chosen = [np.asarray(sample[i], np.float64) for i in region.wrt]
    vector = [rng.normal(size=x.shape) for x in chosen]
    found = flat(product([x if x.shape else x.item() for x in vector]))
    expected = hessian @ flat(vector)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-11)


def tapes_of(program):
    return [eqn for eqn in equations_of(program.block) if eqn.primitive.name == "new_tape"]


@every_case
def test_checkpointed_gradients_are_the_oracles(region, sample):
    for segments in (Segments(), Segments(2)):
        split = verify(checkpointed(region.program, segments), "checkpoint")
        adjoint = verify(reverse(split, region.wrt), "reverse")
        exact = dual.jacobian(region.reference, sample, argnums=region.wrt)
        np.testing.assert_allclose(flat(evaluate(adjoint, sample)), exact.ravel(), rtol=1e-11, atol=1e-12)


@every_case
def test_second_derivatives_of_checkpointed_loops(region, sample):
    adjoint = reverse(checkpointed(region.program, Segments(2)), region.wrt)
    pushed = verify(forward(adjoint, region.wrt), "forward over reverse")
    check_second(region, sample, lambda vector: evaluate(pushed, [*sample, *vector])[len(region.wrt) :])
    twice = verify(reverse(adjoint, region.wrt, output=None), "reverse over reverse")
    check_second(region, sample, lambda vector: evaluate(twice, [*sample, *vector]))
