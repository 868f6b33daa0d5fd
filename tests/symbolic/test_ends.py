"""At the ends of float64 a derivative is as good as the chain rule, or better."""

import numpy as np
import pytest

from bpcompiler.errors import CompilerError
from bpcompiler.transforms.symbolic import derivation, parse, partials
from bpcompiler.transforms.symbolic.evaluate import exact_derivative, float64

ENDS = np.array([-800.0, -745.2, -709.9, -40.0, -1e-300, 0.0, 1e-17, 40.0, 709.9, 745.2, 800.0])


@pytest.mark.parametrize(
    "text",
    [
        "1 / (1 + exp(-a))",
        "exp(-a)",
        "a / (1 + exp(-a))",
        "3.7 / (1 + exp(-0.2 * a))",
        "1 / (1 + exp(a))",
        "log(1 + exp(a))",
        "log1p(exp(-a))",
        "tanh(a)",
        "2 + 1 / (1 + exp(-a))",
    ],
)
def test_no_overflow_where_the_derivative_is_finite(text):
    stage = parse(text)
    values = float64(partials(stage, ("a",))["a"], {"a": ENDS, "y": float64(stage, {"a": ENDS})})
    true = [float(exact_derivative(stage, "a", {"a": value})) for value in ENDS]
    np.testing.assert_allclose(values, true, rtol=1e-12, atol=1e-15)


def test_powers_are_right_at_zero():
    at_zero = {"a": np.array([0.0]), "b": np.array([2.5]), "y": np.array([0.0])}
    slope = partials(parse("a**b"), ("a",))["a"]  # not b * y / a
    assert float64(slope, at_zero)[0] == 0


def test_small_slopes_keep_their_digits():
    a = np.array([40.0, 300.0])
    stage = parse("1 - exp(-a)")
    values = float64(partials(stage, ("a",))["a"], {"a": a, "y": float64(stage, {"a": a})})
    np.testing.assert_allclose(values, np.exp(-a), rtol=1e-15)


@pytest.mark.parametrize(
    ("op", "near"), [("arcsin", 1 - 1e-12), ("arctanh", 1 - 1e-12), ("arccosh", 1 + 1e-12)]
)
def test_inverse_functions_near_one(op, near):
    stage = parse(f"{op}(a)")
    at = {"a": np.array([near]), "y": float64(stage, {"a": np.array([near])})}
    true = float(exact_derivative(stage, "a", {"a": near}))
    assert float64(partials(stage, ("a",))["a"], at)[0] == pytest.approx(true, rel=1e-14)


def test_a_chain_rule_that_is_another_function_is_our_fault_and_said(monkeypatch):
    monkeypatch.setattr(derivation, "chain_rule", lambda stage, wrt: parse("2 * y"))
    with pytest.raises(CompilerError, match="is not 2 \\* y"):
        derivation.derive.__wrapped__(parse("exp(a) * sin(a)"), "a")
