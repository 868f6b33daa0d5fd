"""Which loops change places, which must not, and that every element is computed as before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import bpcompiler as bp
from bpcompiler.goal import Goal
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Equation, Operand, Value, equations_of, literal
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Size, as_symbol, symbol
from bpcompiler.ir.types import FLOAT64, Array
from bpcompiler.ir.verify import verify
from bpcompiler.lowering import lower, rules
from bpcompiler.lowering.fusion.ranges import size_of, sizes_in
from bpcompiler.lowering.interchange.interchange import interchanged
from bpcompiler.lowering.interchange.profit import Lengths
from bpcompiler.lowering.kept_arrays import with_kept_arrays
from bpcompiler.lowering.nests import INDEX, nest
from bpcompiler.primitives import functions
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.evaluate import evaluate
from bpcompiler.primitives.loops import empty, for_, load, store
from tests.end_to_end.running import Run, numbers

GENERATOR = np.random.default_rng(0)
POINTS = GENERATOR.normal(size=(4, 3))
GRADIENT, VALUE = Goal("value_and_grad", (0,)), Goal("value")


class Always:
    """The judgement that every loop is worth it."""

    def is_short(self, size: Size) -> bool:
        return True

    def is_long(self, size: Size) -> bool:
        return True


def kernel(x: Any) -> Any:
    s = np.tanh(x)
    differences = s[:, None, :] - s[None, :, :]
    return np.sum(np.exp(-np.sum(differences**2, axis=2)))


def extremes(x: Any) -> Any:
    s = np.tanh(x)
    products = s[:, None, :] * s[None, :, :]
    return np.sum(np.max(products, axis=2) * np.mean(np.sin(products), axis=2))


def counted(x: Any) -> Any:
    s = np.tanh(x)
    return np.sum(s[:, None, :] > s[None, :, :], axis=2)


def steps(x: Any) -> Any:
    u = np.tanh(x)
    for _ in range(3):
        u = u + 0.5 * np.sin(u) * np.sum(u, axis=1, keepdims=True)
    return np.sum(u * u)


def both_axes(x: Any) -> Any:
    s = np.tanh(x)
    return np.sum(np.sum(s[:, None, :] * s[None, :, :], axis=(1, 2)))


def own_loops(x: Any) -> Any:
    u = np.tanh(x)
    for _ in range(2):
        for j in range(1, len(u)):
            for k in range(1, u.shape[1]):
                u[j, k] = u[j - 1, k - 1] - u[j, k]
    return np.sum(u)


def callers(x: Any) -> Any:
    return np.sum(np.exp(-np.sum((x[:, None, :] - x[None, :, :]) ** 2, axis=2)))


def whole(x: Any) -> Any:
    return np.sum(np.sum(np.exp(np.reshape(x, (2, 3, 2))), axis=2) ** 2)


TURNED = [(kernel, GRADIENT), (extremes, GRADIENT), (counted, VALUE), (steps, VALUE), (callers, GRADIENT)]
LEFT = [(both_axes, VALUE), (own_loops, VALUE), (whole, VALUE)]
ARGUMENTS = [POINTS, POINTS.astype(np.float32), POINTS[:, :1].copy(), POINTS[:0]]


def in_loops(function: Any, goal: Goal, x: Any) -> tuple[Run, Program]:
    run = Run(function, goal, (x,), {})
    return run, with_kept_arrays(lower.lower(run.program))


def names(cases: Any) -> list[str]:
    return [function.__name__ for function, _ in cases]


@pytest.mark.parametrize("x", ARGUMENTS, ids=["f64", "f32", "single", "none"])
@pytest.mark.parametrize(("function", "goal"), TURNED, ids=names(TURNED))
def test_every_bit_is_kept(function, goal, x):
    if function is extremes and not len(x):
        x = np.ones((1, 3))  # an empty extreme is an error
    run, program = in_loops(function, goal, x)
    expected = numbers(list(evaluate(program, run.flat())))
    turned = verify(interchanged(program, Always()), "interchange")
    assert turned is not program
    np.testing.assert_array_equal(numbers(list(evaluate(turned, run.flat()))), expected)
    for step in rules.FUSION:
        turned = verify(step(turned), step.__name__)
    np.testing.assert_array_equal(numbers(list(evaluate(turned, run.flat()))), expected)


@pytest.mark.parametrize(("function", "goal"), LEFT, ids=names(LEFT))
def test_what_hangs_on_the_order_of_turns_or_on_the_callers_layout_stays(function, goal):
    _, program = in_loops(function, goal, POINTS)
    assert interchanged(program, Always()) is program


def added(read: Any, written: Any) -> Program:
    """Three loops that add to elements: which one is read and which is written, by the three indices."""
    emit = Builder()
    n, m = symbol("n"), symbol("m")
    x = emit.input(Array(FLOAT64, (n, m)), "x")
    made = emit.one(empty, shape=(n, m), dtype=FLOAT64)

    def begin(emit: Builder, at: list[Operand], carried: list[Operand]) -> list[Operand]:
        return [emit.one(store, carried[0], literal(0.0), *at)]

    def body(emit: Builder, at: list[Operand], carried: list[Operand]) -> list[Operand]:
        before = emit.one(load, carried[0], *read(*at))
        more = emit.one(accumulate, before, emit.one(load, x, at[0], at[2]))
        return [emit.one(store, carried[0], more, *written(*at))]

    (out,) = nest(emit, (n, n, m), nest(emit, (n, m), [made], begin), body)
    return emit.program("added", [x], [out])


def test_elements_that_are_read_at_another_place_stay():
    assert (
        interchanged(program := added(lambda i, j, k: (i, k), lambda i, j, k: (i, k)), Always())
        is not program
    )
    for read, written in [
        (lambda i, j, k: (j, k), lambda i, j, k: (i, k)),
        (lambda i, j, k: (i, k), lambda i, j, k: (i, literal(0, like=INDEX))),
        (lambda i, j, k: (i, literal(0, like=INDEX)), lambda i, j, k: (i, literal(0, like=INDEX))),
    ]:
        program = added(read, written)
        assert interchanged(program, Always()) is program


def test_lengths_decide():
    _, program = in_loops(kernel, VALUE, POINTS)
    symbols = list(map(as_symbol, program.inputs[0].aval.shape))
    for sizes, worth in [((40, 3), True), ((40, 39), False), ((10, 3), False), ((10**6, 3), False)]:
        known = dict(zip(symbols, sizes, strict=True))
        assert (interchanged(program, Lengths(known)) is not program) is worth
    assert interchanged(program, Lengths({})) is program


def innermost(block: Block) -> Iterator[Equation]:
    for eqn in equations_of(block):
        if eqn.primitive is for_ and not any(
            inner.primitive is for_ for inner in equations_of(eqn.blocks[0])
        ):
            yield eqn


def test_points_are_innermost_and_differences_are_not_kept():
    run = Run(kernel, GRADIENT, (POINTS,), {})
    points, coordinates = map(as_symbol, run.program.inputs[0].aval.shape)
    block = rules.lowered(run.program, sizes={points: 40, coordinates: 3}).block
    shapes = [eqn.output.aval.shape for eqn in equations_of(block) if eqn.primitive is empty]
    assert max(map(len, shapes)) == 2
    sizes = sizes_in(block)
    for loop in innermost(block):
        inside = [eqn.primitive for eqn in loop.blocks[0].equations]
        if functions.exp in inside or inside.count(store) != 1:
            assert as_symbol(size_of(loop.operands[1], sizes)) == points


def test_an_element_that_is_added_to_is_a_number():
    """The sums over all other points, of either sign: one goes to a row, one to a number."""
    _, program = in_loops(kernel, GRADIENT, POINTS)
    turned = interchanged(program, Always())
    carried = [value for loop in innermost(turned.block) for value in loop.outputs]
    assert any(not is_array(value) for value in carried)
    for loop in innermost(turned.block):
        index = loop.blocks[0].params[0]
        assert all(index in eqn.operands for eqn in loop.blocks[0].equations if eqn.primitive is store)


def is_array(value: Value) -> bool:
    return bool(value.aval.shape)


def test_the_gradient_is_the_formula():
    x = GENERATOR.normal(size=(37, 3))
    value, gradient = bp.value_and_grad(kernel)(x)
    s = np.tanh(x)
    differences = s[:, None] - s
    near = np.exp(-np.sum(differences**2, axis=2))
    np.testing.assert_allclose(value, np.sum(near), rtol=1e-13)
    expected = -4.0 * np.sum(near[:, :, None] * differences, axis=1) * (1.0 - s * s)
    np.testing.assert_allclose(gradient, expected, rtol=1e-11, atol=1e-12)
