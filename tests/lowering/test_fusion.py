"""What fusion merges, what it must not, and that the loops mean the same with and without it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bpcompiler.goal import Goal
from bpcompiler.ir.equations import Block, Equation, equations_of
from bpcompiler.lowering.rules import FUSION, lowered
from bpcompiler.primitives import functions
from bpcompiler.primitives.loops import empty, for_, load, store
from tests.end_to_end.running import Run, numbers

GENERATOR = np.random.default_rng(0)
LINE, OTHER, ROWS = GENERATOR.normal(size=7), GENERATOR.normal(size=7), GENERATOR.normal(size=(4, 7))
PLACES = np.array([3, 0, 6, 6, 1, 2, 5])
GRADIENT, VALUE = Goal("value_and_grad", (0,)), Goal("value")


def spine(x: Any) -> Any:
    return np.sum(np.tanh(x) * np.exp(-x * x) + np.log1p(x * x))


def softmax(x: Any) -> Any:
    z = x - np.max(x, axis=1, keepdims=True)
    e = np.exp(z)
    p = e / np.sum(e, axis=1, keepdims=True)
    return np.sum(p * p)


def neighbours(x: Any) -> Any:
    y = np.exp(x)
    return y[1:] * y[:-1] + y[0]


def reversed_after(x: Any) -> Any:
    y = np.exp(x)
    return y + y[::-1]


def normalised(x: Any) -> Any:
    return np.exp(x) / np.sum(np.exp(x))


def running(x: Any) -> Any:
    return np.exp(np.cumsum(np.exp(x)))


def gathered(x: Any) -> Any:
    places = np.arange(len(x)) * 3 % 7
    return np.exp(x)[places] * 2.0


def checked_in_between(x: Any, k: Any) -> Any:
    y = np.exp(x)
    picked = y[k]
    return np.exp(y) + picked


def column_of_ones(x: Any) -> Any:
    y = np.exp(np.sum(x, axis=1, keepdims=True))
    return np.sum(y * np.ones((1, 1)) + x, axis=1)


def into_an_argument(out: Any, x: Any) -> Any:
    y = np.exp(x)
    out[:] = y + 1.0
    out[:] = out * y
    return np.sum(y)


def swapped(x: Any, y: Any) -> Any:
    for _ in range(3):
        z = np.exp(-x)
        x, y = y + z, z * x
    return np.sum(x * y)


def columns_then_rows(x: Any) -> Any:
    y = np.exp(x)
    down = np.sum(y, axis=0)
    return np.sum(np.log(y + down))


def pairs(x: Any) -> Any:
    y = np.tanh(x)
    apart = y[:, None] - y[None, :]
    return np.sum(np.log1p(apart * apart + np.sum(apart, axis=0)))


def overwritten(x: Any) -> Any:
    y = np.tanh(x)
    apart = y[:, None] - y[None, :]
    y[:] = np.sum(apart, axis=0)
    return y + np.sum(apart * apart, axis=1)


def of_the_turn_before(x: Any) -> Any:
    y = np.tanh(x)
    apart = y[:, None] - y[None, :]
    for _ in range(3):
        y = np.tanh(y + np.sum(apart, axis=0))
        y = y + np.sum(np.sin(apart), axis=1)
        apart = y[:, None] - y[None, :]
    return y


PROGRAMS = [
    (spine, GRADIENT, (LINE,)),
    (softmax, GRADIENT, (ROWS,)),
    (neighbours, VALUE, (LINE,)),
    (reversed_after, VALUE, (LINE,)),
    (normalised, VALUE, (LINE,)),
    (running, VALUE, (LINE,)),
    (gathered, VALUE, (LINE,)),
    (checked_in_between, VALUE, (LINE, PLACES)),
    (column_of_ones, VALUE, (ROWS,)),
    (into_an_argument, VALUE, (OTHER, LINE)),
    (swapped, GRADIENT, (LINE, OTHER)),
    (columns_then_rows, GRADIENT, (ROWS,)),
    (pairs, GRADIENT, (LINE,)),
    (overwritten, VALUE, (LINE,)),
    (of_the_turn_before, VALUE, (LINE,)),
]


def copies(args: Any) -> Any:
    return tuple(arg.copy() if isinstance(arg, np.ndarray) else arg for arg in args)


@pytest.mark.parametrize(("function", "goal", "args"), PROGRAMS, ids=[p[0].__name__ for p in PROGRAMS])
def test_every_bit_is_kept_and_numpy_agrees(function, goal, args):
    found = []
    for passes in (FUSION, ()):
        own = copies(args)
        run = Run(function, goal, own, {})
        found.append(numbers([*run.in_loops(passes), *own]))
    np.testing.assert_array_equal(found[0], found[1])
    if goal is VALUE:
        own = copies(args)
        np.testing.assert_allclose(found[0], numbers([function(*own), *own]), rtol=1e-14)


def loops_of(function: Any, goal: Goal, args: Any, passes: Any = FUSION) -> Block:
    return lowered(Run(function, goal, args, {}).program, passes=passes).block


def nests(block: Block) -> list[Equation]:
    return [eqn for eqn in block.equations if eqn.primitive is for_]


def buffers(block: Block) -> list[int]:
    return sorted(len(eqn.output.aval.shape) for eqn in equations_of(block) if eqn.primitive is empty)


def test_a_value_and_its_gradient_are_one_loop_with_each_function_once():
    block = loops_of(spine, GRADIENT, (LINE,))
    (loop,) = nests(block)
    used = [eqn.primitive for eqn in equations_of(loop.blocks[0])]
    assert [used.count(f) for f in (functions.tanh, functions.exp, functions.log1p, load, store)] == [1] * 5
    assert buffers(block) == [1]  # the gradient


def test_rows_of_a_softmax_are_done_one_after_the_other():
    block = loops_of(softmax, GRADIENT, (ROWS,))
    assert len(nests(block)) == 1
    assert 2 not in buffers(block)[:-1]  # whole rows are kept of the gradient alone


def test_differences_of_rows_are_computed_again_rather_than_kept():
    assert max(buffers(loops_of(pairs, VALUE, (LINE,)))) == 1


@pytest.mark.parametrize("function", [neighbours, reversed_after, normalised, columns_then_rows])
def test_what_needs_other_turns_waits_for_them(function):
    assert len(nests(loops_of(function, VALUE, (ROWS if function is columns_then_rows else LINE,)))) > 1


def test_a_serial_loop_does_not_hold_up_others():
    serial, free = nests(loops_of(running, VALUE, (LINE,)))[-2:]
    assert not any(eqn.primitive is functions.exp for eqn in equations_of(serial.blocks[0]))
    assert any(eqn.primitive is functions.exp for eqn in equations_of(free.blocks[0]))


def test_an_index_is_checked_before_anything_relies_on_it():
    run = Run(checked_in_between, VALUE, (LINE, PLACES), {})
    kinds = [eqn.primitive.name for eqn in equations_of(lowered(run.program).block)]
    assert "load" in kinds[kinds.index("check") :]
    with pytest.raises(IndexError, match="9"):
        run.specialization.entry((LINE, PLACES + 3), {})


def test_a_loop_of_one_turn_is_no_loop():
    for eqn in equations_of(loops_of(column_of_ones, VALUE, (ROWS,))):
        assert eqn.primitive is not for_ or getattr(eqn.operands[1], "value", 2) != 1


def test_stores_into_the_callers_array_stay():
    out = OTHER.copy()
    run = Run(into_an_argument, VALUE, (out, LINE), {})
    run.compiled()
    np.testing.assert_allclose(out, (np.exp(LINE) + 1.0) * np.exp(LINE), rtol=1e-14)


def test_a_buffer_that_is_done_with_is_written_again():
    def chain(x: Any, w: Any) -> Any:
        return np.exp(np.tanh(x @ w) @ w) @ w

    square = GENERATOR.normal(size=(5, 5))
    block = loops_of(chain, VALUE, (square, square))
    assert buffers(block) == [2, 2, 2]  # two change places, and the result
    found = Run(chain, VALUE, (square, square), {}).in_loops(FUSION)
    np.testing.assert_allclose(found[0], chain(square, square), rtol=1e-12)
