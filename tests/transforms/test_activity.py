"""What is active: carries by fixpoint, branches, tapes, values of nested blocks."""

from bpcompiler.ir.equations import equations_of
from bpcompiler.ir.types import FLOAT64, Scalar
from bpcompiler.primitives.tapes import Tape, new_tape, recall, record
from bpcompiler.transforms.activity import active_values
from tests.transforms.region_flow import branch, newton
from tests.transforms.region_stores import turns
from tests.transforms.region_writing import Code


def names(program, wrt):
    active = active_values(program.block, [program.inputs[i] for i in wrt])
    defined = [*program.inputs, *(value for eqn in equations_of(program.block) for value in eqn.outputs)]
    blocks = [block for eqn in equations_of(program.block) for block in eqn.blocks]
    defined += [param for block in blocks for param in block.params]
    return {program.names.get(value, "") for value in active if value in defined}


def test_a_chain_of_carries_is_active_after_as_many_turns():
    code = Code()
    x, k = code.float("x"), code.int("k")

    def body(i, a, b, c, d):
        return [x.code.call("sin", x).named("start"), a.named("a"), b.named("b"), (d * 2.0).named("d")]

    a, b, c, d = code.for_(0, k, [code.wrap(0.0)] * 3 + [code.wrap(1.0)], body)
    program = code.finish("chain", c.named("result"), d.named("still"))
    assert names(program, [0]) == {"x", "start", "a", "b", "c", "result", ""}
    assert active_values(program.block, []) == set()


def test_integers_and_the_tests_of_loops_are_not():
    program = turns().program
    assert "k" not in names(program, [0])
    region = newton().program
    (loop,) = region.equations
    active = active_values(region.block, region.inputs)
    assert not active & {v for eqn in equations_of(loop.blocks[0]) for v in eqn.outputs}


def test_a_branch_is_active_where_one_side_is():
    program = branch().program
    assert {"x", "z", "t"} <= names(program, [0])
    assert {"z", "t"} <= names(program, [1])


def test_what_is_recalled_is_active_if_what_was_recorded_is():
    code = Code()
    x, k = code.float("x"), code.int("k")
    kept, idle = (Tape(Scalar(FLOAT64, weak=True), name) for name in ("kept", "idle"))
    for tape in (kept, idle):
        code.emit(new_tape, tape=tape)

    def body(i, s, y):
        (old,) = code.emit(recall, tape=kept)
        (other,) = code.emit(recall, tape=idle)
        code.names.update({old: "old", other: "other"})
        code.emit(record, (x * 2.0).operand, tape=kept)
        code.emit(record, y.operand, tape=idle)
        return [s, y]

    code.emit(record, code.wrap(1.0).operand, tape=kept)
    code.emit(record, code.wrap(1.0).operand, tape=idle)
    s, _ = code.for_(0, k, [code.wrap(0.0), code.wrap(2.0)], body)
    found = names(code.finish("taped", s), [0])
    assert "old" in found
    assert "other" not in found
