"""Random expressions against SymPy's derivative of the exact expression, evaluated with mpmath.

The oracle shares only the parser with the engine: its SymPy expressions are built here.
"""

import math

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bpcompiler.transforms.symbolic import OPERATIONS, Call, Const, Symbol, parse, partials
from bpcompiler.transforms.symbolic.chain import chain_rule
from bpcompiler.transforms.symbolic.derivation import derive
from bpcompiler.transforms.symbolic.evaluate import float64
from bpcompiler.transforms.symbolic.expression import symbols

SYMPY = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "neg": lambda a: -a, "pow": lambda a, b: a**b, "square": lambda a: a**2, "reciprocal": lambda a: 1 / a,
    "sqrt": sympy.sqrt, "cbrt": lambda a: a ** sympy.Rational(1, 3), "exp": sympy.exp, "exp2": lambda a: 2**a,
    "expm1": lambda a: sympy.exp(a) - 1, "log": sympy.log, "log2": lambda a: sympy.log(a) / sympy.log(2),
    "log10": lambda a: sympy.log(a) / sympy.log(10), "log1p": lambda a: sympy.log(1 + a),
    "sin": sympy.sin, "cos": sympy.cos, "tan": sympy.tan, "arcsin": sympy.asin, "arccos": sympy.acos,
    "arctan": sympy.atan, "sinh": sympy.sinh, "cosh": sympy.cosh, "tanh": sympy.tanh, "arcsinh": sympy.asinh,
    "arccosh": sympy.acosh, "arctanh": sympy.atanh, "erf": sympy.erf, "erfc": sympy.erfc,
    "hypot": lambda a, b: sympy.sqrt(a**2 + b**2), "arctan2": lambda a, b: sympy.atan(a / b),
}  # fmt: skip
SAFE = ["sin", "cos", "tanh", "exp", "arctan", "arcsinh", "erf", "square", "expm1"]
POSITIVE = ["sqrt", "log", "cbrt", "log1p", "reciprocal", "log2"]


def to_sympy(expr, names):
    if isinstance(expr, Symbol):
        return names[expr.name]
    if isinstance(expr, Const):
        return sympy.Rational(expr.value) if isinstance(expr.value, float) else sympy.Integer(expr.value)
    return SYMPY[expr.op](*[to_sympy(arg, names) for arg in expr.args])


def true_derivative(stage, wrt, point):
    names = {name: sympy.Symbol(name, positive=True) for name in symbols(stage)}
    slope = to_sympy(stage, names).diff(names[wrt])
    function = sympy.lambdify([names[name] for name in symbols(stage)], slope, "mpmath")
    with mpmath.workdps(60):
        exact = function(*[mpmath.mpf(point[name]) for name in symbols(stage)])
    return exact


@pytest.mark.parametrize("op", OPERATIONS)
def test_the_table_of_operations_is_right(op):
    arity = len(OPERATIONS[op].partials)
    stage = Call(op, tuple(Symbol(name) for name in "ab"[:arity]))
    point = {"a": 1.3 if op == "arccosh" else 0.7, "b": 0.4}
    for wrt in "ab"[:arity]:
        assert_right(stage, wrt, point, 1e-14)
    value = float64(stage, {name: np.array([value]) for name, value in point.items()})[0]
    names = {name: sympy.Symbol(name) for name in "ab"}
    assert value == pytest.approx(float(to_sympy(stage, names).subs(point)), rel=1e-14)


def assert_right(stage, wrt, point, tolerance):
    columns = {name: np.array([value]) for name, value in point.items()}
    columns["y"] = float64(stage, columns)
    true = true_derivative(stage, wrt, point)
    for partial in (partials(stage, (wrt,))[wrt], chain_rule(stage, wrt)):
        found = float64(partial, columns)[0]
        scale = max(abs(true), 1e-30)
        assert abs(found - true) <= tolerance * scale, (
            f"d {stage} / d {wrt} = {partial} at {point}: {found}, not {true}"
        )


constants = st.sampled_from([1, 2, 3, 1.0, 2.0, 0.5, 0.1, 1.7, 1 / 3]).map(Const)
inputs = st.sampled_from("abc").map(Symbol)


def operations(children):
    # exp of positive values first, so that what POSITIVE sees is positive
    positive = children.map(lambda arg: Call("add", (Const(1.5), Call("square", (arg,)))))
    return st.one_of(
        st.tuples(st.sampled_from(SAFE), children).map(lambda pair: Call(pair[0], (pair[1],))),
        st.tuples(st.sampled_from(POSITIVE), positive).map(lambda pair: Call(pair[0], (pair[1],))),
        st.tuples(st.sampled_from(["add", "sub", "mul"]), children, children).map(
            lambda t: Call(t[0], t[1:])
        ),
        st.tuples(children, positive).map(lambda pair: Call("div", pair)),
        children.map(lambda arg: Call("neg", (arg,))),
        st.tuples(children, st.sampled_from([2, 3, 4])).map(
            lambda pair: Call("pow", (pair[0], Const(pair[1])))
        ),
        st.tuples(positive, st.sampled_from([-1, 0.5, 1.5, -0.5, -2, 0.1])).map(
            lambda pair: Call("pow", (pair[0], Const(pair[1])))
        ),
    )


expressions = st.recursive(st.one_of(constants, inputs, inputs), operations, max_leaves=5)
coordinates = st.sampled_from([0.11, 0.3, 0.52, 0.77, 1.1, 1.9])


@settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
@given(expressions, coordinates, coordinates, coordinates)
def test_random_expressions(stage, a, b, c):
    point = dict(zip("abc", (a, b, c), strict=True))
    for wrt in symbols(stage):
        reference = _conditioned(stage, wrt, point)
        if reference is not None:
            assert_right(stage, wrt, point, reference)


def _conditioned(stage, wrt, point):
    """A tolerance from what moving each input by its last bit changes; None where it overflows."""
    true = true_derivative(stage, wrt, point)
    if not mpmath.isfinite(true) or abs(true) > 1e200:
        return None
    names = symbols(stage)
    moved = [true_derivative(stage, wrt, point | {name: math.nextafter(point[name], 9)}) for name in names]
    spread = sum(abs(m - true) for m in moved)
    columns = {name: np.array([value]) for name, value in point.items()}
    size = float(abs(float64(stage, columns)[0]))
    if not math.isfinite(size) or size > 1e100:
        return None
    # rounding inside the stage acts like many such moves; terms that cancel are off by their own size
    slack = 200 * spread + 1e-13 * abs(true) + 1e-14
    return float(slack / max(abs(true), mpmath.mpf(1e-30)))


@pytest.mark.parametrize(
    "text",
    [
        "exp(-0.5 * ((a - b) / c)**2)",
        "(a - b) / (b - a + 3)",
        "0.1 * (0.2 * a) * b",
        "a / a * b",
        "-(a - b) * (b - a)",
    ],
)
def test_equal_and_opposite_factors_are_kept_apart(text):
    # `-(a - b) * (b - a)` once lost a factor when its sign was turned
    stage = parse(text)
    for wrt in symbols(stage):
        assert_right(stage, wrt, {"a": 0.7, "b": 0.4, "c": 1.2}, 1e-13)
        assert derive(stage, wrt) == derive(stage, wrt)
