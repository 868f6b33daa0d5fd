"""The source of every primitive means what the primitive means, for a reader and in compiled code's form."""

import math

import numpy as np
import pytest
import scipy.special

from bpcompiler.ir.equations import Literal
from bpcompiler.ir.types import Scalar
from bpcompiler.primitives.declare import ATOM, Elementwise, Text, Writer
from bpcompiler.primitives.registry import ALL
from bpcompiler.random import numbers as drawing
from bpcompiler.runtime import libm
from tests.primitives.samples import Case, cases, run

STATEMENTS = {"add_at", "setitem", "setslice"}
NAMESPACE = {"math": math, "np": np, "scipy": scipy, "libm": libm, **vars(drawing)}


def source(case: Case, *, lowered: bool = False) -> str:
    eqn = case.program().equations[-1]
    names = iter(f"x{i}" for i in range(9))
    operands = [
        Text(f"({o.value!r})") if isinstance(o, Literal) else Text(next(names), ATOM) for o in eqn.operands
    ]
    writer = Writer(size=lambda size: f"({size})", lowered=lowered)
    return str(eqn.primitive.text(writer, eqn, operands))


def evaluated(text, case, numbers):
    names = {f"x{i}": x for i, x in enumerate(case.arguments(numbers))}
    with np.errstate(all="ignore"):
        return eval(text, NAMESPACE | names | dict(numbers))


@pytest.mark.parametrize("name", [name for name in ALL if cases(name) and name not in STATEMENTS])
def test_the_staged_text_evaluates_to_the_primitive(name):
    for case in cases(name):
        for numbers in case.sizes:
            expected = run(case.program(), case.arguments(numbers))[0]
            found = evaluated(source(case), case, numbers)
            np.testing.assert_allclose(found, expected, rtol=1e-6 if "f32" in case.id else 1e-14)
            assert np.shape(found) == np.shape(expected), case.id
            if not isinstance(expected, (bool, int, float)):
                assert np.asarray(found).dtype == expected.dtype, case.id


@pytest.mark.parametrize("name", sorted(STATEMENTS))
def test_the_text_of_a_store_is_a_statement_on_its_array(name):
    for case in cases(name):
        for numbers in case.sizes:
            arguments = case.arguments(numbers)
            names = {f"x{i}": np.array(x) if i == 0 else x for i, x in enumerate(arguments)}
            exec(source(case), NAMESPACE | names | dict(numbers))
            np.testing.assert_allclose(names["x0"], run(case.program(), arguments)[0], rtol=1e-14)


@pytest.mark.parametrize(
    "name", [name for name, p in ALL.items() if isinstance(p, Elementwise) and cases(name)]
)
def test_the_lowered_text_evaluates_to_the_primitive_on_numbers(name):
    for case in cases(name):
        weak = all(isinstance(o, Literal) or (isinstance(o.aval, Scalar) and o.weak) for o in case.operands)
        if weak:
            expected = run(case.program(), case.arguments(case.sizes[0]))[0]
            np.testing.assert_allclose(
                evaluated(source(case, lowered=True), case, case.sizes[0]), expected, rtol=1e-14
            )


@pytest.mark.parametrize("name", ALL)
def test_an_operand_that_binds_loosely_is_put_in_parentheses(name):
    """`a + b` in place of an operand, and the whole in place of a factor, keep their meaning."""
    for case in cases(name)[:3]:
        if name in STATEMENTS or not isinstance(ALL[name], Elementwise):
            continue
        eqn = case.program().equations[-1]
        loose = [Text(f"x{i} if x{i} is not None else x{i}", 1) for i in range(len(eqn.operands))]
        text = eqn.primitive.text(Writer(size=str), eqn, loose)
        numbers = case.sizes[0]
        expected = run(case.program(), case.arguments(numbers))[0]
        np.testing.assert_allclose(
            np.asarray(evaluated(str(text), case, numbers), float), np.asarray(expected, float), rtol=1e-6
        )
