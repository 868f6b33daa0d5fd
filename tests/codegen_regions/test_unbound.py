"""Which names that are not bound on one way are read on it, and so are given a number."""

import pytest

from bpcompiler.codegen.unbound import unbound_but_read
from bpcompiler.ir.types import BOOL, FLOAT64, Scalar
from bpcompiler.primitives.loops import check
from bpcompiler.primitives.piecewise import select
from bpcompiler.primitives.regions import undefined
from tests.codegen_regions.staged import run, source_of
from tests.transforms.region_writing import Code

FLOAT, TRUTH = Scalar(FLOAT64, weak=True), Scalar(BOOL, weak=True)


class Writing(Code):
    """Programs in which `y` is bound where x is above 0."""

    def __init__(self):
        super().__init__()
        self.x = self.float("x")
        self.condition = self.x > 0.0

    def unbound(self, aval=FLOAT):
        return self.one_of(undefined, aval=aval)

    def y(self):
        (y,) = self.if_(self.condition, lambda: [self.x * 2.0], lambda: [self.unbound()])
        return y.named("y")


def converted(code):
    return code.strong(code.y())


def converted_where_bound(code):
    y = code.y()
    (found,) = code.if_(code.condition, lambda: [code.strong(y)], lambda: [code.number(0.0)])
    return found


def converted_where_unbound(code):
    y = code.y()
    (found,) = code.if_(code.condition, lambda: [code.number(0.0)], lambda: [code.strong(y)])
    return found


def converted_under_another_condition(code):
    y = code.y()
    (found,) = code.if_(code.x < 5.0, lambda: [code.strong(y)], lambda: [code.number(0.0)])
    return found


def read(code):
    return code.y() + 1.0


def read_after_asking(code):
    y = code.y()
    code.emit(
        check, code.condition.operand, kind="raise", exception=UnboundLocalError, args=("y is not bound",)
    )
    return y + 1.0


def chosen(code):
    return code.one_of(select, code.condition, code.y(), 3.0)


def handed_on_by_a_branch(code):
    y = code.y()
    (z,) = code.if_(code.x < 5.0, lambda: [y], lambda: [code.x])
    return z.named("z")


def stays_in_a_loop(code):
    (y,) = code.for_(0, 2, [code.y()], lambda i, y: [y])
    return code.strong(y)


def bound_by_a_turn(code):
    (y,) = code.for_(0, 2, [code.unbound()], lambda i, y: [code.x * 3.0])
    return code.strong(y)


def bound_again_in_each_turn(code):
    code.for_(0, 2, [code.unbound()], lambda i, y: [code.x * 3.0])
    return code.x


def a_flag_that_nobody_reads(code):
    code.if_(code.condition, lambda: [code.x > 1.0], lambda: [code.unbound(TRUTH)])
    return code.x


# How many undefined values need a number. Every value has a variable of its own here.
CASES = {
    read: 1,
    converted: 1,
    converted_where_bound: 0,
    converted_where_unbound: 1,
    converted_under_another_condition: 1,
    chosen: 0,
    handed_on_by_a_branch: 1,
    stays_in_a_loop: 1,
    bound_by_a_turn: 1,  # there may be no turn
    bound_again_in_each_turn: 0,
    a_flag_that_nobody_reads: 0,
}


def written(case):
    code = Writing()
    return code.finish("f", case(code))


def own(value):
    return value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_what_is_read_unbound_needs_a_number(case):
    assert len(unbound_but_read(written(case), own)) == CASES[case]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_the_text_reads_no_name_that_is_not_bound(case):
    source = source_of(written(case))
    (bound,), _ = run(source, [1.5])
    (unbound,), _ = run(source, [-1.5])
    assert bound in (0.0, 1.5, 3.0, 4.0, 4.5)
    assert isinstance(unbound, float)  # any


def test_who_asks_whether_it_is_bound_is_told():
    program = written(read_after_asking)
    assert not unbound_but_read(program, own)
    source = source_of(program)
    assert run(source, [1.5])[0] == (4.0,)
    with pytest.raises(UnboundLocalError, match="y is not bound"):
        run(source, [-1.5])


def test_what_shares_a_variable_is_no_assignment():
    program = written(handed_on_by_a_branch)
    assert not unbound_but_read(program, lambda value: program.inputs[0])
