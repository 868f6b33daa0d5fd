"""Tapes of every kind in machine code: what a loop records, a loop in the other direction recalls."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Operand, Value, literal
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import symbol
from bpcompiler.ir.types import BOOL, FLOAT32, FLOAT64, INT64, Array, Aval, Scalar
from bpcompiler.ir.verify import verify
from bpcompiler.primitives import arithmetic, indexing, piecewise
from bpcompiler.primitives.broadcasting import sum as sum_
from bpcompiler.primitives.creation import size_value
from bpcompiler.primitives.evaluate import evaluate
from bpcompiler.primitives.indexing import At, full_slice
from bpcompiler.primitives.loops import for_
from bpcompiler.primitives.regions import if_
from bpcompiler.primitives.tapes import Tape, new_tape, recall, record
from tests.lowering.compiling import call, compiled

N, M, I = symbol("n"), symbol("m"), symbol("i#1")
INDEX = Scalar(INT64, weak=True, size=I)
NUMBER = Scalar(FLOAT64, weak=True)
KINDS: dict[str, Aval] = {
    **{dtype.value: Scalar(dtype) for dtype in (FLOAT64, FLOAT32, INT64, BOOL)},
    "row": Array(FLOAT64, (M,)),
    "integers": Array(INT64, (M,)),
}


def row_of(emit: Builder, x: Value, i: Value, aval: Aval) -> Value:
    """Return row i of x, or its first element, in the type that is recorded."""
    items = (At(1, proven=I), At(2, proven=0) if isinstance(aval, Scalar) else full_slice(M))
    indices = (i, literal(0)) if isinstance(aval, Scalar) else (i,)
    part = emit.one(indexing.getslice, x, *indices, spec=items)
    if aval.dtype is BOOL:
        return emit.one(piecewise.greater, part, literal(0.5))
    return part if part.aval == aval else emit.one(piecewise.convert, part, dtype=aval.dtype)


def number_of(emit: Builder, value: Operand) -> Operand:
    """Return a number that depends on every element."""
    if isinstance(value.aval, Array):
        weights = emit.one(arithmetic.mul, value, emit.one(arithmetic.add, value, literal(2)))
        value = emit.one(sum_, weights, axes=(0,), keepdims=False)
    return emit.one(piecewise.convert, value, dtype=FLOAT64, weak=True)


def loop(emit: Builder, stop: Operand, carried: list[Operand], body: Any, *, backwards: bool) -> list[Value]:
    """Emit a loop over the rows, forwards or backwards."""
    inner = Builder()
    i, params = inner.input(INDEX, "i"), [inner.input(operand.aval) for operand in carried]
    block = inner.block([i, *params], body(inner, i, *params))
    last = emit.one(arithmetic.sub, stop, literal(1))
    bounds = (last, literal(-1), literal(-1)) if backwards else (literal(0), stop, literal(1))
    return list(emit.emit(for_, *bounds, *carried, blocks=(block,)))


def program(aval: Aval, *, indexed: bool) -> Program:
    """Return: total = 0.5 * total + number(row) over the rows from the last to the first, by a tape."""
    emit, tape = Builder(), Tape(aval, "kept")
    x = emit.input(Array(FLOAT64, (N, M)), "x")
    rows = emit.one(size_value, size=N)
    emit.emit(new_tape, tape=tape, sizes=(N,) if indexed else None)

    def forward(inner: Builder, i: Value) -> list[Operand]:
        inner.emit(record, row_of(inner, x, i, aval), *([i] if indexed else []), tape=tape)
        return []

    def backward(inner: Builder, i: Value, total: Value) -> list[Operand]:
        kept = inner.one(recall, *([i] if indexed else []), tape=tape)
        half = inner.one(arithmetic.mul, total, literal(0.5))
        return [inner.one(arithmetic.add, half, number_of(inner, kept))]

    loop(emit, rows, [], forward, backwards=False)
    (total,) = loop(emit, rows, [literal(0.0, like=NUMBER)], backward, backwards=True)
    return verify(emit.program("taped", [x], [total]))


@pytest.mark.parametrize("indexed", [True, False], ids=["indexed", "growing"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_recorded_is_recalled(kind: str, indexed: bool) -> None:
    made = program(KINDS[kind], indexed=indexed)
    code = compiled(made)
    for n in (0, 1, 2, 5, 600):
        x = 3.0 * np.random.default_rng(n).uniform(size=(n, 3))
        np.testing.assert_allclose(call(code, x), evaluate(made, [x]), rtol=1e-6 if "32" in kind else 1e-13)


def test_the_code_does_not_depend_on_the_number_of_turns() -> None:
    code = compiled(program(KINDS["float64"], indexed=False))
    text = code.text
    call(code, np.ones((10_000, 1)))
    assert len(code.kernel.overloads) == 1
    assert text.count("\n") < 40


def in_branches() -> Program:
    """A tape of bits and one of numbers, written in some turns only."""
    emit = Builder()
    bits, kept = Tape(Scalar(BOOL, weak=True), "bits"), Tape(NUMBER, "kept")
    x = emit.input(Array(FLOAT64, (N, M)), "x")
    rows = emit.one(size_value, size=N)
    for tape in (bits, kept):
        emit.emit(new_tape, tape=tape, sizes=None)

    def forward(inner: Builder, i: Value) -> list[Operand]:
        value = number_of(inner, row_of(inner, x, i, Scalar(FLOAT64)))
        large = inner.one(piecewise.greater, value, literal(0.5))
        inner.emit(record, large, tape=bits)
        then = Builder()
        then.emit(record, value, tape=kept)
        inner.emit(if_, large, blocks=(then.block([], []), Block((), (), ())))
        return []

    def backward(inner: Builder, i: Value, total: Value) -> list[Operand]:
        then = Builder()
        taken = then.one(arithmetic.sub, then.one(recall, tape=kept), total)
        bit = inner.one(recall, tape=bits)
        return list(inner.emit(if_, bit, blocks=(then.block([], [taken]), Block((), (), (total,)))))

    loop(emit, rows, [], forward, backwards=False)
    (total,) = loop(emit, rows, [literal(1.0, like=NUMBER)], backward, backwards=True)
    return verify(emit.program("branches", [x], [total]))


@pytest.mark.parametrize("n", [0, 1, 2, 5, 700])
def test_a_tape_that_only_some_turns_write(n: int) -> None:
    made = in_branches()
    x = np.random.default_rng(n).uniform(size=(n, 1))
    np.testing.assert_allclose(call(compiled(made), x), evaluate(made, [x]), rtol=1e-13)
