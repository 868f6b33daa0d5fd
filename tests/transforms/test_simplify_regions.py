"""Clean-up through branches, loops and tapes: what is computed stays, dead carries and tapes go."""

import numpy as np
import pytest

from bpcompiler.ir.equations import equations_of
from bpcompiler.ir.types import INT64
from bpcompiler.ir.verify import verify
from bpcompiler.primitives.arithmetic import mul
from bpcompiler.primitives.evaluate import evaluate
from bpcompiler.primitives.indexing import add_at
from bpcompiler.primitives.loops import for_
from bpcompiler.primitives.stores import setslice
from bpcompiler.primitives.tapes import new_tape, recall, record
from bpcompiler.transforms.forward import forward
from bpcompiler.transforms.places import are_apart, place
from bpcompiler.transforms.reverse import reverse
from bpcompiler.transforms.simplify import simplify
from tests.transforms.region_derivatives import ones_for
from tests.transforms.region_flow import heat
from tests.transforms.region_stores import histogram
from tests.transforms.region_writing import Code
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


def adjoint_of(region):
    return verify(simplify(reverse(region.program, region.wrt)), "simplify")


def derived(program, primitive):
    return [e for e in equations_of(program.block) if e.phase and e.primitive is primitive]


def test_the_adjoint_of_adding_to_an_element_leaves_its_cotangent_as_it_is():
    adjoint = adjoint_of(histogram())
    (loop,) = derived(adjoint, for_)
    assert len(loop.outputs) == 1
    assert not derived(adjoint, setslice)


def test_a_loop_linear_in_what_it_carries_has_no_tape():
    code = Code()
    x, w = code.array("x", "n"), code.array("w", "n")
    (s,) = code.for_(0, x.len(), [code.number(0.0)], lambda i, s: [s + w[i] * x[i]])
    program = code.finish("weighted_sum", s)
    adjoint = verify(simplify(reverse(program, [0])), "simplify")
    assert not {new_tape, record, recall} & {e.primitive for e in equations_of(adjoint.block)}
    x_, w_ = np.arange(3.0), np.array([2.0, 5.0, 7.0])
    np.testing.assert_array_equal(evaluate(adjoint, [x_, w_])[0], w_)


def test_what_is_read_after_a_store_is_what_was_stored():
    code = Code()
    x, d = code.float("x"), code.array("d", 3)
    with code.at(None, ("backprop",)):
        at = code.integer(1)
        d = d.with_tested(at, code.strong(x) * 2.0)
        result = d.with_tested(at, d[code.size(1)] * 1.0).sum()
    program = code.finish("again", result + 0.0)
    tidy = verify(simplify(program), "simplify")
    assert evaluate(tidy, [2.0, np.ones(3)]) == evaluate(program, [2.0, np.ones(3)]) == (6.0,)


def test_what_a_loop_does_not_change_is_not_computed_again_in_its_turns():
    code = Code()
    x, y, k = code.float("x"), code.float("y"), code.int("k")
    with code.at(None, ("backprop",)):
        inverse = code.wrap(1.0) / y
        (s,) = code.for_(0, k, [x], lambda i, s: [s * inverse])
    tidy = simplify(code.finish("invariant", s))
    (loop,) = derived(tidy, for_)
    assert [e.primitive for e in loop.blocks[0].equations] == [mul]


def test_what_is_cleared_only_to_be_added_to_is_stored_at_once():
    adjoint = adjoint_of(heat())
    (store,) = derived(adjoint, setslice)
    assert store.operands[1] in adjoint.derivatives  # dhere, not zero
    assert len(derived(adjoint, add_at)) == 2


def test_places_are_apart_where_an_index_differs_for_certain():
    code = Code()
    x, i, j = code.array("x", "n", "n"), code.int("i"), code.int("j")

    def at(*key):
        spec, indices = code.spec(x, key)
        return place(spec, [index.operand for index in indices])

    assert are_apart(at(i, j), at(i + 1, j))
    assert are_apart(at(i, j), at(i, j - 2))
    assert are_apart(at(i, slice(1, 2)), at(i + 1, slice(None)))
    assert not are_apart(at(i, j), at(j, i))
    assert not are_apart(at(i, j), at(i, j))
    assert not are_apart(at(slice(0, 1), j), at(slice(1, 2), j))
    assert at(i, j) == at(i + 1 - 1, j)
    assert at(i, j) != at(i + 1, j)
    repeated = code.array("k", 3, dtype=INT64)
    assert at(repeated, i) is None
    assert not are_apart(at(repeated, i), at(repeated, i + 1))
