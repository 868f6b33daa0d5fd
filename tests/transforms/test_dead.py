"""What nobody reads goes, through regions; what has an effect or is the user's stays."""

import numpy as np

from bpcompiler.ir.equations import equations_of
from bpcompiler.ir.sizes import as_symbol
from bpcompiler.ir.types import FLOAT64, INT64, Scalar
from bpcompiler.ir.verify import verify
from bpcompiler.primitives.arithmetic import mul
from bpcompiler.primitives.dead import without_dead
from bpcompiler.primitives.evaluate import evaluate
from bpcompiler.primitives.identities import without_identities
from bpcompiler.primitives.loops import check, for_
from bpcompiler.primitives.regions import as_size, if_, undefined, while_
from bpcompiler.primitives.tapes import Tape, new_tape, recall, record
from bpcompiler.transforms.simplify import remove_dead
from tests.transforms.region_arrays import buffers
from tests.transforms.region_writing import Code, Wrapped, symbol

FLOAT = Scalar(FLOAT64, weak=True)


def live(program):
    """Return the program without what is dead, for machine code."""
    return verify(type(program)(program.name, without_dead(program.block), program.names), "dead")


def primitives(program):
    return [eqn.primitive for eqn in equations_of(program.block)]


def loop_of(program):
    (loop,) = (eqn for eqn in equations_of(program.block) if eqn.primitive in (for_, while_))
    return loop


def test_a_carry_that_only_computes_itself_goes():
    code = Code()
    x, k = code.float("x"), code.int("k")
    a, b, c = code.for_(0, k, [x, x, x], lambda i, a, b, c: [a * b, b + 1.0, c * a])
    program = live(code.finish("three", a))
    assert len(loop_of(program).outputs) == 2
    assert evaluate(program, [2.0, 3]) == (2.0 * 2.0 * 3.0 * 4.0,)


def test_a_loop_that_nobody_reads_goes():
    code = Code()
    x, k = code.float("x"), code.int("k")
    code.for_(0, k, [x], lambda i, a: [a * x])
    code.while_([x], lambda a: [a < 3.0], lambda a: [a * 2.0])
    assert primitives(live(code.finish("none", x))) == []


def test_a_loop_with_a_check_stays_and_has_no_carries():
    code = Code()
    x, k = code.float("x"), code.int("k")

    def body(i, a, b):
        code.emit(check, (a < 3.0).operand, kind="assert", exception=AssertionError, args=())
        return [a * x, b * a]

    code.for_(0, k, [x, x], body)
    program = live(code.finish("checked", x))
    assert len(loop_of(program).outputs) == 1
    assert primitives(program).count(mul) == 1


def test_the_test_of_a_loop_and_its_exits_are_read():
    code = Code()
    x = code.float("x")

    def body(a, b, c, d):
        return [c > 9.0, a + 1.0, b + 2.0, c + 1.0, d + 1.0]

    a, b, c, d = code.while_([x, x, x, x], lambda a, b, c, d: [a < 3.0], body, exits=True)
    program = live(code.finish("tested", b))
    assert len(loop_of(program).outputs) == 3
    assert evaluate(program, [1.0]) == (5.0,)


def test_a_branch_keeps_what_is_read_of_it():
    code = Code()
    x = code.float("x")
    a, b = code.if_(x > 0.0, lambda: [x * 2.0, x * 3.0], lambda: [x, x * 5.0])
    program = live(code.finish("sides", b))
    assert [len(block.results) for block in program.equations[-1].blocks] == [1, 1]
    assert primitives(program).count(mul) == 2


def taped(read):
    code = Code()
    x, k = code.float("x"), code.int("k")
    tape = Tape(FLOAT)
    code.emit(new_tape, tape=tape, sizes=None)

    def there(i, y):
        code.emit(record, (y + x).operand, tape=tape)
        return [y * x]

    def back(i, s):
        (y,) = code.emit(recall, tape=tape)
        return [s + Wrapped(code, y) if read else s + 1.0]

    (y,) = code.for_(0, k, [x], there)
    (s,) = code.for_(0, k, [y], back)
    return code.finish("taped", s)


def test_a_tape_that_nobody_reads_goes_with_what_is_recorded():
    program = taped(read=False)
    short = live(program)
    assert not {new_tape, record, recall} & {*primitives(short)}
    assert evaluate(short, [2.0, 3]) == evaluate(program, [2.0, 3])
    long = live(taped(read=True))
    assert {new_tape, record, recall} <= {*primitives(long)}


def test_a_size_that_shapes_mention_is_read():
    program = live(buffers().program)
    assert as_size in primitives(program)


def two_carries(phase):
    code = Code()
    code.phase = phase
    x, k = code.float("x"), code.int("k")

    def body(i, a, b):
        code.one_of(undefined, aval=FLOAT)
        return [(a * x).named("a"), (b * x).named("b")]

    a, b = code.for_(0, k, [x, x], body)
    b.named("b")
    return remove_dead(code.finish("lines", a.named("a")))


def test_a_recalled_size_that_slices_mention_is_read():
    code = Code()
    x, k = code.array("x", "n"), code.int("k")
    size = symbol("m#1")
    tape = Tape(Scalar(INT64, weak=True, size=size))
    code.emit(new_tape, tape=tape, sizes=None)

    def there(i):
        m = code.one_of(as_size, i + 1, symbol=as_symbol(size))
        code.emit(record, m.operand, tape=tape)
        return []

    def back(i, s):
        code.emit(recall, tape=tape)
        return [s + x[slice(0, size)].sum()]

    code.for_(0, k, [], there)
    (s,) = code.for_(0, k, [code.number(0.0)], back)
    program = code.finish("sizes", s)
    arguments = [np.arange(1.0, 5.0), 3]
    assert evaluate(live(program), arguments) == evaluate(program, arguments) == (10.0,)


def test_lines_of_the_user_stay_in_the_staged_source():
    written, derived = two_carries(()), two_carries(("backprop",))
    assert primitives(written) == [for_, mul, mul]
    assert len(loop_of(written).outputs) == 2
    assert primitives(derived) == [for_, mul]
    assert len(loop_of(derived).outputs) == 1


def test_carries_that_no_turn_changes_are_what_they_were():
    code = Code()
    x, k = code.float("x"), code.int("k")

    def outer(i, a, b, c):
        b, c = code.for_(0, k, [b, c], lambda j, b, c: [b, c * b])
        return [a, b, c + a]

    a, b, c = code.for_(0, k, [x, x, x], outer)
    program = code.finish("still", a * b * c)
    block, found = without_identities(program.block, lambda eqn, k: True)
    narrow = verify(type(program)("still", block, program.names), "identities")
    assert [len(eqn.outputs) for eqn in equations_of(block) if eqn.primitive is for_] == [1, 1]
    assert found[a.operand] is x.operand
    assert evaluate(narrow, [1.5, 3]) == evaluate(program, [1.5, 3])


def test_a_branch_that_answers_one_value_twice_is_that_value():
    code = Code()
    x = code.float("x")
    a, b = code.if_(x > 0.0, lambda: [x, x * 2.0], lambda: [x, x])
    program = code.finish("both", a * b)
    block, found = without_identities(program.block, lambda eqn, k: True)
    assert found == {a.operand: x.operand}
    (branch,) = (eqn for eqn in block.equations if eqn.primitive is if_)
    assert len(branch.outputs) == 1


def test_of_two_outputs_of_a_branch_that_agree_one_is_enough():
    code = Code()
    x = code.float("x")

    def otherwise():
        z = x * 3.0
        return [z, code.one_of(undefined, aval=FLOAT), z]

    def then():
        z = x * 2.0
        return [z, z, code.one_of(undefined, aval=FLOAT)]

    a, b, c = code.if_(x > 0.0, then, otherwise)
    program = code.finish("agree", a, b, c)
    block, found = without_identities(program.block, lambda eqn, k: k > 0)
    assert found == {b.operand: a.operand, c.operand: a.operand}
    narrow = verify(type(program)("agree", block, program.names), "identities")
    assert evaluate(narrow, [2.0]) == (4.0, 4.0, 4.0)


def test_what_a_derivative_computes_again_is_no_line_of_the_user():
    code = Code()
    x, k = code.float("x"), code.int("k")

    def body(i, s):
        with code.at(None, ()):
            (x * 2.0).named("again")
        return [s * x]

    with code.at(None, ("backprop",)):
        (s,) = code.for_(0, k, [x], body)
    assert primitives(remove_dead(code.finish("again", s))) == [for_, mul]
