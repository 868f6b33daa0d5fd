"""Forward mode through branches, loops, stores and tapes, against dual numbers."""

import numpy as np
import pytest

from bpcompiler.ir.equations import equations_of
from bpcompiler.ir.types import FLOAT64, INT64, Scalar
from bpcompiler.ir.verify import verify
from bpcompiler.primitives.evaluate import evaluate
from bpcompiler.primitives.regions import if_, undefined
from bpcompiler.primitives.tapes import Tape, new_tape, recall, record
from bpcompiler.transforms.forward import forward
from tests.oracles import dual
from tests.transforms.region_derivatives import jacobian_by_forward
from tests.transforms.region_flow import heat
from tests.transforms.region_stores import histogram
from tests.transforms.region_writing import Code, Wrapped
from tests.transforms.test_region_programs import every_case


@every_case
def test_tangents_are_the_oracles(region, sample):
    pushed = verify(forward(region.program, region.wrt), "forward")
    exact = dual.jacobian(region.reference, sample, argnums=region.wrt)
    found = jacobian_by_forward(pushed, sample, region.wrt)
    np.testing.assert_allclose(found, exact.ravel(), rtol=1e-11, atol=1e-12)


@every_case
def test_second_tangents_are_the_oracles(region, sample):
    once = forward(region.program, region.wrt)
    twice = verify(forward(once, region.wrt), "forward twice")
    hessian = dual.hessian(region.reference, sample, argnums=region.wrt)
    rng = np.random.default_rng(5)
    chosen = [np.asarray(sample[i], np.float64) for i in region.wrt]
    u, v = ([rng.normal(size=x.shape) for x in chosen] for _ in range(2))
    along = [np.concatenate([x.ravel() for x in each]) for each in (u, v)]
    first, second = ([x if x.shape else x.item() for x in each] for each in (u, v))
    *_, found = evaluate(twice, [*sample, *first, *second])
    expected = along[0] @ hessian @ along[1]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-11)


def test_what_is_tested_once_is_not_tested_again():
    program = histogram().program
    pushed = forward(program, [0])

    def count(program):
        return sum(eqn.primitive.name == "getitem" for eqn in equations_of(program.block))

    assert count(pushed) == count(program) == 1


def test_what_does_not_move_is_left_as_it_is():
    region = heat()
    pushed = forward(region.program, [3])
    assert pushed.equations[0] is region.program.equations[0]


@pytest.mark.parametrize("indexed", [False, True])
def test_a_tape_of_tangents_stands_beside_each_tape_of_floats(indexed):
    code = Code()
    x, k = code.float("x"), code.int("k")
    floats = Tape(Scalar(FLOAT64, weak=True), "kept")
    whole = Tape(Scalar(INT64, weak=True), "turns")
    sizes = (k.operand.aval.size,) if indexed else None
    for tape in (floats, whole):
        code.emit(new_tape, tape=tape, sizes=sizes)

    def there(i, y):
        places = (i.operand,) if indexed else ()
        code.emit(record, y.operand, *places, tape=floats)
        code.emit(record, code.integer(3).operand, *places, tape=whole)
        return [y * x]

    def back(i, s):
        place = (k - 1 - i).operand
        places = (place,) if indexed else ()
        (y,) = code.emit(recall, *places, tape=floats)
        (n,) = code.emit(recall, *places, tape=whole)
        return [s * x + Wrapped(code, y) * Wrapped(code, n)]

    (y,) = code.for_(0, k, [x], there)
    (s,) = code.for_(0, k, [y], back)
    program = code.finish("taped", s)

    def reference(x, k):
        powers = [x ** (i + 1) for i in range(k)]
        s = x ** (k + 1)
        for i in range(k):
            s = s * x + 3 * powers[k - 1 - i]
        return s

    pushed = verify(forward(program, [0]), "forward")
    for turns in (0, 1, 4):
        found = jacobian_by_forward(pushed, (0.7, turns), (0,))
        np.testing.assert_allclose(found, dual.gradient(reference, (0.7, turns)), rtol=1e-12)


def test_the_tangent_of_what_is_undefined_is_so_too():
    code = Code()
    x = code.array("x", "n")

    def unbound():
        return [code.one_of(undefined, aval=x.operand.aval)]

    (y,) = code.if_(x.sum() > 0.0, lambda: [x * 2.0], unbound)
    pushed = verify(forward(code.finish("unbound", y.sum()), [0]), "forward")
    (branch,) = (eqn for eqn in pushed.equations if eqn.primitive is if_)
    assert [eqn.primitive for eqn in branch.blocks[1].equations] == [undefined, undefined]
