"""What a trace keeps track of is not asked where the way there says it."""

import numpy as np
import pytest

from bpcompiler.ir.equations import equations_of
from bpcompiler.ir.types import BOOL, Scalar
from bpcompiler.ir.verify import verify
from bpcompiler.primitives.evaluate import evaluate
from bpcompiler.primitives.loops import check, for_
from bpcompiler.transforms.tidy import tidied
from tests.transforms.region_writing import Code


def tidy(code, *results):
    program = code.finish("f", *results)
    return program, verify(tidied(program), "tidying")


def check_that(code, flag, exception=UnboundLocalError):
    code.emit(check, flag.operand, kind="raise", exception=exception, args=("no",))


def checks(program):
    return [eqn for eqn in equations_of(program.block) if eqn.primitive is check]


def flags_of_loops(program):
    loops = [eqn for eqn in equations_of(program.block) if eqn.primitive is for_]
    return [v for eqn in loops for v in eqn.outputs if v.aval == Scalar(BOOL, weak=True)]


@pytest.mark.parametrize(("exception", "left"), [(UnboundLocalError, 0), (ValueError, 1)])
def test_a_branch_knows_its_condition(exception, left):
    code = Code()
    x = code.float("x")
    flag = x > 0.0

    def then():
        check_that(code, flag, exception)
        return [x * 2.0]

    _, after = tidy(code, *code.if_(flag, then, lambda: [x]))
    assert len(checks(after)) == left  # the user's own stays
    assert evaluate(after, [1.5]) == evaluate(code.finish("f", x * 2.0), [1.5])


def test_what_was_checked_is_not_checked_again():
    code = Code()
    x = code.float("x")
    flag = x > 0.0
    check_that(code, flag)

    def then():
        check_that(code, flag)
        return [x * 2.0]

    _, after = tidy(code, *code.if_(x < 5.0, then, lambda: [x]))
    assert len(checks(after)) == 1


def test_what_only_the_other_branch_knows_is_checked():
    code = Code()
    x = code.float("x")
    flag = x > 0.0

    def otherwise():
        check_that(code, flag)
        return [x * 2.0]

    _, after = tidy(code, *code.if_(flag, lambda: [x], otherwise))
    assert len(checks(after)) == 1


@pytest.mark.parametrize("alike", [True, False])
def test_equal_flags_of_a_loop_are_one(alike):
    code = Code()
    x, limit = code.array("x", "n"), code.float("limit")
    no = code.wrap(False)

    def turn(i, one, other):
        return code.if_(
            x[i] > limit, lambda: [code.wrap(True), code.wrap(True)], lambda: [one, other if alike else no]
        )

    one, other = code.for_(0, x.len(), [no, no], turn)
    (result,) = code.if_(one, lambda: [limit], lambda: [limit * 2.0])
    (again,) = code.if_(other, lambda: [limit], lambda: [limit * 3.0])
    before, after = tidy(code, result, again)
    assert len(flags_of_loops(after)) == (1 if alike else 2)
    for bound in (0.0, 1.5, 9.0):
        arguments = [np.array([1.0, 2.0, 0.5]), bound]
        assert evaluate(after, arguments) == evaluate(before, arguments)
