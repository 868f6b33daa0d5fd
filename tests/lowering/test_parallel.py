"""Which loops are cut into chunks: what a turn may do to arrays, in programs as no function gives them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bpcompiler.goal import Goal
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Operand, Value, equations_of, literal
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import symbol
from bpcompiler.ir.types import BOOL, FLOAT64, Array, Scalar
from bpcompiler.ir.verify import verify
from bpcompiler.lowering.fusion.merging import merged
from bpcompiler.lowering.nests import INDEX, nest
from bpcompiler.lowering.parallel.threads import on_threads
from bpcompiler.lowering.rules import lowered
from bpcompiler.lowering.strips.in_strips import in_strips
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.arithmetic import add, mul
from bpcompiler.primitives.creation import size_value
from bpcompiler.primitives.loops import empty, for_, load, store
from bpcompiler.primitives.piecewise import equal
from bpcompiler.primitives.regions import if_
from tests.end_to_end.running import Run
from tests.lowering.test_strips import Always, mixture, random

N, M = symbol("x_0"), symbol("x_1")
MATRIX, VECTOR, ROW = (Array(FLOAT64, shape) for shape in ((N, M), (N,), (M,)))
Turn = Callable[[Builder, Operand, Operand, Value], tuple[Operand, Operand]]


def program(turn: Turn) -> Program:
    """Return `for i in range(n): total += ...` with a row buffer; `turn(emit, i, row, x)` -> row, summand."""
    emit = Builder()
    x = emit.input(MATRIX, "x")
    row = emit.one(empty, shape=(M,), dtype=FLOAT64)
    inside = emit.inside()
    index, param = inside.input(INDEX, "i"), inside.input(ROW, "row")
    total = inside.input(Scalar(FLOAT64), "total")
    after, summand = turn(inside, index, param, x)
    block = inside.block([index, param, total], [after, inside.one(accumulate, total, summand)])
    count = emit.one(size_value, size=N)
    zero = literal(0.0, like=Scalar(FLOAT64))
    found = emit.emit(for_, literal(0), count, literal(1), row, zero, blocks=(block,))
    return verify(emit.program("f", [x], [found[1]]), "building")


def filled(emit: Builder, i: Operand, row: Operand, x: Value, first: int = 0) -> Operand:
    """Add `for j in range(first, m): row[j] = x[i, j]`."""
    inside = emit.inside()
    j, param = inside.input(INDEX, "j"), inside.input(ROW, "row")
    stored = inside.one(store, param, inside.one(load, x, i, j), j)
    stop = emit.one(size_value, size=M)
    bounds = (literal(first), stop, literal(1))
    return emit.emit(for_, *bounds, row, blocks=(inside.block([j, param], [stored]),))[0]


def all_of(emit: Builder, row: Operand) -> Operand:
    def body(emit: Builder, indices: list[Operand], carried: list[Operand]) -> list[Operand]:
        return [emit.one(accumulate, carried[0], emit.one(load, row, *indices))]

    return nest(emit, (M,), [literal(0.0, like=Scalar(FLOAT64))], body)[0]


def whole(emit: Builder, i: Operand, row: Operand, x: Value) -> tuple[Operand, Operand]:
    after = filled(emit, i, row, x)
    return after, all_of(emit, after)


def not_the_first(emit: Builder, i: Operand, row: Operand, x: Value) -> tuple[Operand, Operand]:
    after = filled(emit, i, row, x, first=1)
    return after, all_of(emit, after)


def read_before(emit: Builder, i: Operand, row: Operand, x: Value) -> tuple[Operand, Operand]:
    total = all_of(emit, row)
    return filled(emit, i, row, x), total


def in_the_first_turn(emit: Builder, i: Operand, row: Operand, x: Value) -> tuple[Operand, Operand]:
    then, otherwise = emit.inside(), emit.inside()
    blocks = (then.block([], [filled(then, i, row, x)]), otherwise.block([], [row]))
    is_first = emit.one(equal, i, literal(0))
    assert is_first.aval.dtype is BOOL
    (after,) = emit.emit(if_, is_first, blocks=blocks)
    return after, all_of(emit, after)


def one_after_the_other(emit: Builder, i: Operand, row: Operand, x: Value) -> tuple[Operand, Operand]:
    """What is written at j is read at j + 1, of the turn before."""
    inside = emit.inside()
    j, param = inside.input(INDEX, "j"), inside.input(ROW, "row")
    doubled = inside.one(mul, inside.one(load, param, literal(0)), inside.one(load, x, i, j))
    stored = inside.one(store, param, inside.one(add, doubled, doubled), j)
    bounds = (literal(0), emit.one(size_value, size=M), literal(1))
    (after,) = emit.emit(for_, *bounds, row, blocks=(inside.block([j, param], [stored]),))
    return after, all_of(emit, after)


def is_cut(in_loops: Program) -> bool:
    cut = verify(on_threads(in_loops), "cutting into chunks")
    return any(eqn.attrs.get("threads") for eqn in cut.block.equations)


def test_a_buffer_that_a_turn_fills_is_its_own() -> None:
    assert is_cut(program(whole))


@pytest.mark.parametrize("turn", [not_the_first, read_before, in_the_first_turn, one_after_the_other])
def test_a_buffer_that_a_turn_finds_as_another_left_it(turn: Turn) -> None:
    assert not is_cut(program(turn))


def test_sums_keep_their_order_where_they_must() -> None:
    cut = on_threads(program(whole), in_order=True)
    assert not any(eqn.attrs.get("threads") for eqn in cut.block.equations)


def test_a_loop_over_strips_is_cut() -> None:
    args: tuple[Any, ...] = (random(4), random(4, 3), random(4, 3, 3), random(9, 3))
    run = Run(mixture, Goal("value_and_grad", (0, 1, 2)), args, {})
    size = run.program.inputs[3].aval.shape[0]
    cut = lowered(in_strips(run.program, Always(size)), late=[on_threads])
    chunks = [eqn for eqn in cut.block.equations if eqn.attrs.get("threads")]
    inside = [inner for eqn in chunks for block in eqn.blocks for inner in equations_of(block)]
    assert any(inner.attrs.get("strips") for inner in inside)


def test_merged_loops_have_what_is_true_of_each() -> None:
    loop = next(eqn for eqn in program(whole).block.equations if eqn.primitive is for_)
    strips = replace(loop, attrs={"strips": True})
    assert merged([strips, strips]).attrs == {"strips": True}
    assert not merged([strips, loop]).attrs
