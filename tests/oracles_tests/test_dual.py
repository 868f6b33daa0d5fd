"""The dual numbers against mathematics that knows nothing of them."""

import math

import mpmath
import numpy as np
import pytest

from tests.oracles import dual

# Each entry: the function in `math`, the same in mpmath, points.
UNARY = {
    "exp": (math.exp, mpmath.exp, (-1.5, 0.0, 2.0)),
    "exp2": (math.exp2, lambda x: mpmath.power(2, x), (-1.5, 0.0, 2.0)),
    "expm1": (math.expm1, mpmath.expm1, (-1.5, 1e-9, 2.0)),
    "log": (math.log, mpmath.log, (0.3, 2.0)),
    "log1p": (math.log1p, mpmath.log1p, (-0.5, 1e-9, 2.0)),
    "log2": (math.log2, lambda x: mpmath.log(x, 2), (0.3, 2.0)),
    "log10": (math.log10, mpmath.log10, (0.3, 2.0)),
    "sqrt": (math.sqrt, mpmath.sqrt, (0.3, 4.0)),
    "cbrt": (math.cbrt, mpmath.cbrt, (0.3, 8.0)),
    "sin": (math.sin, mpmath.sin, (-1.0, 0.0, 2.0)),
    "cos": (math.cos, mpmath.cos, (-1.0, 0.0, 2.0)),
    "tan": (math.tan, mpmath.tan, (-1.0, 0.0, 1.2)),
    "asin": (math.asin, mpmath.asin, (-0.9, 0.0, 0.5)),
    "acos": (math.acos, mpmath.acos, (-0.9, 0.0, 0.5)),
    "atan": (math.atan, mpmath.atan, (-3.0, 0.0, 2.0)),
    "sinh": (math.sinh, mpmath.sinh, (-1.0, 0.0, 2.0)),
    "cosh": (math.cosh, mpmath.cosh, (-1.0, 0.0, 2.0)),
    "tanh": (math.tanh, mpmath.tanh, (-1.0, 0.0, 5.0)),
    "asinh": (math.asinh, mpmath.asinh, (-1.0, 0.0, 2.0)),
    "acosh": (math.acosh, mpmath.acosh, (1.2, 3.0)),
    "atanh": (math.atanh, mpmath.atanh, (-0.9, 0.0, 0.5)),
    "erf": (math.erf, mpmath.erf, (-1.0, 0.0, 2.0)),
    "erfc": (math.erfc, mpmath.erfc, (-1.0, 0.0, 2.0)),
    "gamma": (math.gamma, mpmath.gamma, (0.7, 3.5)),
    "lgamma": (math.lgamma, mpmath.loggamma, (0.7, 3.5)),
    "degrees": (math.degrees, mpmath.degrees, (0.7,)),
    "radians": (math.radians, mpmath.radians, (0.7,)),
}
CASES = [(name, x) for name, (_, _, points) in UNARY.items() for x in points]


@pytest.mark.parametrize(("name", "x"), CASES)
def test_math_function_has_the_derivatives_of_mpmath(name, x):
    function, reference, _ = UNARY[name]
    with mpmath.workdps(40):
        first, second = (float(mpmath.diff(reference, x, order)) for order in (1, 2))
    np.testing.assert_allclose(dual.gradient(lambda x: function(x), (x,)), first, rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(dual.hessian(lambda x: function(x), (x,)), [[second]], rtol=1e-11, atol=1e-14)


BINARY = {
    "add": (lambda x, y: x + y, lambda x, y: x + y),
    "subtract": (lambda x, y: x - y, lambda x, y: x - y),
    "multiply": (lambda x, y: x * y, lambda x, y: x * y),
    "divide": (lambda x, y: x / y, lambda x, y: x / y),
    "power": (lambda x, y: x**y, lambda x, y: x**y),
    "modulo": (lambda x, y: x % y, lambda x, y: mpmath.fmod(x, y)),
    "hypot": (math.hypot, mpmath.hypot),
    "atan2": (math.atan2, mpmath.atan2),
    "pow": (math.pow, mpmath.power),
    "log_to_base": (math.log, mpmath.log),
    "reflected": (lambda x, y: 2 - 3 / x + 2**y, lambda x, y: 2 - 3 / x + 2**y),
}


@pytest.mark.parametrize("name", BINARY)
def test_binary_function_has_the_derivatives_of_mpmath(name):
    function, reference = BINARY[name]
    point = (2.5, 1.75)

    def f(x, y):
        return function(x, y)

    with mpmath.workdps(40):
        first = [float(mpmath.diff(reference, point, order)) for order in ((1, 0), (0, 1))]
        mixed = [[(2, 0), (1, 1)], [(1, 1), (0, 2)]]
        second = [[float(mpmath.diff(reference, point, order)) for order in row] for row in mixed]
    np.testing.assert_allclose(dual.gradient(f, point, argnums=(0, 1)), first, rtol=1e-14, atol=1e-15)
    np.testing.assert_allclose(dual.hessian(f, point, argnums=(0, 1)), second, rtol=1e-13, atol=1e-14)


def test_the_notes_example():
    def f(x, y):
        sigy = 1.0 / (1 + math.exp(-y))
        sigx = 1.0 / (1 + math.exp(-x))
        return (x + sigy) * (1.0 / (sigx + (x + y) ** 2))

    found = dual.gradient(f, (3.0, -4.0), argnums=(0, 1))
    np.testing.assert_allclose(found, (2.0595697955721652, 1.5922327514838093), rtol=1e-15)


def test_math_is_itself_again_after_a_call():
    with pytest.raises(ZeroDivisionError):
        dual.gradient(lambda x: math.exp(x) / (x - x), (1.0,))
    assert math.exp is math.__dict__["exp"]
    assert type(math).__name__ == "module"


KINKS = {
    "abs": (lambda x, y: abs(x), (0.0, 1.0), (0.0, 0.0)),
    "hypot": (lambda x, y: math.hypot(x, y), (0.0, 0.0), (0.0, 0.0)),
    "np.maximum tie": (lambda x, y: np.maximum(x, y), (1.0, 1.0), (0.5, 0.5)),
    "np.minimum tie": (lambda x, y: np.minimum(x, y), (1.0, 1.0), (0.5, 0.5)),
    "np.max tie": (lambda x, y: np.max([x, y, x]), (1.0, 1.0), (2 / 3, 1 / 3)),
    "max takes the first": (lambda x, y: max(x, y), (1.0, 1.0), (1.0, 0.0)),
    "min takes the first": (lambda x, y: min(x, y), (1.0, 1.0), (1.0, 0.0)),
    "where guards log": (lambda x, y: np.where(x > 0, np.log(np.maximum(x, 0.0)), y), (0.0, 1.0), (0.0, 1.0)),
    "clip inside": (lambda x, y: np.clip(x, 0.0, y), (0.5, 1.0), (1.0, 0.0)),
    "clip outside": (lambda x, y: np.clip(x, 0.0, y), (1.5, 1.0), (0.0, 1.0)),
    "clip on the bound": (lambda x, y: np.clip(x, 0.0, y), (1.0, 1.0), (1.0, 0.0)),
    "square at 0": (lambda x, y: x**2 + y**0, (0.0, 0.0), (0.0, 0.0)),
    "traced exponent at base 0": (lambda x, y: x**y, (0.0, 2.0), (0.0, 0.0)),
}


@pytest.mark.parametrize("name", KINKS)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_kink_follows_the_convention(name):
    function, args, expected = KINKS[name]
    np.testing.assert_array_equal(dual.gradient(function, args, argnums=(0, 1)), expected)


def test_nested_levels_are_not_confused():
    def f(x, y):
        return x * (x + y)  # with one level for both, d/dx d/dy would be 2 + 1 + 1

    assert dual.second_directional(f, (3.0, 4.0), (1.0, None), (None, 1.0)) == 1.0
    assert dual.second_directional(lambda x: x**3, (2.0,), (1.0,), (1.0,)) == 12.0


def test_losing_a_derivative_is_an_error():
    with pytest.raises(TypeError, match="lose its derivatives"):
        dual.gradient(lambda x: x * complex(x).real, (1.0,))
