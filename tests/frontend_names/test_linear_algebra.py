"""Linear algebra answers as NumPy and SciPy do: options, stacks, dtypes, and what they refuse."""

import numpy as np
import pytest
import scipy.linalg

import bpcompiler as bp
from bpcompiler.errors import DtypeError, Error, NoRuleError, NotSquareError, ShapeError, UnsupportedError
from bpcompiler.frontend.tracing import trace
from tests.frontend_names.same_as_numpy import compiled, disagreement
from tests.generators.source import make

_random = np.random.default_rng(11)
_STACK = _random.uniform(-1.0, 1.0, (2, 3, 3))
POSITIVE = _STACK @ _STACK.transpose(0, 2, 1) + 3.0 * np.eye(3)
OPERANDS = {
    "float64": POSITIVE[0],
    "float32": POSITIVE[0].astype(np.float32),
    "int64": np.array([[4, 1, 0], [1, 5, 2], [0, 2, 6]]),
    "fortran": np.asfortranarray(POSITIVE[0]),
    "stack": POSITIVE,
    "deep stack": POSITIVE[:, None],
    "one": np.array([[2.5]]),
    "empty": np.zeros((0, 0)),
    "no matrices": np.zeros((0, 2, 2)),
    "not square": np.ones((2, 3)),
    "vector": np.ones(3),
}
OF_NUMPY = [
    "np.linalg.inv(x)",
    "np.linalg.det(x)",
    "np.linalg.slogdet(x)",
    "np.linalg.slogdet(x).logabsdet * np.linalg.slogdet(x)[0]",
    "np.linalg.cholesky(x)",
    "np.linalg.cholesky(x, upper=True)",
    "np.linalg.solve(x, np.ones(x.shape[-1]))",
    "np.linalg.solve(x, np.ones((x.shape[-1], 2)))",
    "np.linalg.solve(x, np.ones((2, 1, x.shape[-1], 2)))",
    "np.linalg.solve(x[..., ::-1, :], x)",
    "np.linalg.solve(np.eye(3), x)",
    "np.linalg.solve(x, 1.0)",
    "np.linalg.solve(x, np.ones(5))",
]
OF_SCIPY = [
    "solve_triangular(x, x[0])",
    "solve_triangular(x, x, lower=True, overwrite_b=True)",
    "solve_triangular(x, x, 'T', True, unit_diagonal=True, check_finite=False)",
    "solve_triangular(x.T, x[0], trans=2)",
    "cholesky(x)",
    "cholesky(x, lower=True, overwrite_a=True, check_finite=False)",
    "np.triu(cho_factor(x)[0])",
    "np.tril(cho_factor(x, True, overwrite_a=True)[0]), cho_factor(x, True)[1]",
    "cho_solve(cho_factor(x), x[0])",
    "cho_solve(cho_factor(x, lower=True), x, overwrite_b=True, check_finite=False)",
    "solve(x + np.triu(x, 1), x[0])",
    "solve(x + np.triu(x, 1), x, assume_a='gen', transposed=True, overwrite_b=True)",
    "solve(np.tril(x), x[0], assume_a='pos', lower=True)",
    "solve(np.triu(x), x, assume_a='positive definite')",
    "inv(x)",
    "det(x)",
]


@pytest.mark.parametrize("call", OF_NUMPY)
def test_numpys_answers(call):
    found = {name: disagreement(call, "x", operand) for name, operand in OPERANDS.items()}
    assert not "\n".join(f"{name}: {text}" for name, text in found.items() if text)


def scipy_function(call):
    return make(f"import numpy as np\nfrom scipy.linalg import *\n\n\ndef program(x):\n    return {call}\n")


@pytest.mark.parametrize("call", OF_SCIPY)
@pytest.mark.parametrize("name", ["float64", "float32", "int64", "fortran", "one"])
def test_scipys_answers(call, name):
    function, operand = scipy_function(call), OPERANDS[name]
    expected, found = function(operand.copy()), compiled(function, operand)
    parts = zip(expected, found, strict=True) if isinstance(expected, tuple) else [(expected, found)]
    for wanted, answer in parts:
        np.testing.assert_allclose(answer, wanted, rtol=1e-5 if name == "float32" else 1e-13, atol=1e-6)
        assert np.asarray(answer).dtype == np.asarray(wanted).dtype


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("inv(x[:2])", NotSquareError),
        ("np.linalg.inv(x[0])", NotSquareError),
        ("solve_triangular(x, np.ones(2))", ShapeError),
        ("np.linalg.solve(x, np.ones(2))", ShapeError),
        ("solve_triangular(x, np.ones((2, 3, 1)))", NoRuleError),
        ("solve_triangular(np.ones((2, 3, 3)) * x, x[0])", NoRuleError),
        ("solve_triangular(x, x[0], lower=x[0, 0] > 0)", UnsupportedError),
        ("solve_triangular(x, x[0], trans=3)", ValueError),
        ("np.linalg.inv(x + 1j)", (TypeError, DtypeError)),
        ("np.linalg.eigvals(x)", NoRuleError),
        ("lu(x)", NoRuleError),
        ("solve(x, x, assume_a='sym')", NoRuleError),
    ],
)
def test_what_is_refused_is_at_the_users_line(call, error):
    with pytest.raises(error) as caught:
        trace(scipy_function(call), (POSITIVE[0],), {})
    if isinstance(caught.value, Error):
        assert caught.value.origin is not None
        assert caught.value.origin.source_line.strip() == f"return {call}"


def test_a_matrix_that_is_not_square_is_numpys_error():
    with pytest.raises(np.linalg.LinAlgError):
        bp.grad(lambda x: np.linalg.det(x))(np.ones((2, 3)))


def test_singular_matrices_are_errors_where_they_are_met():
    def steps(a, n):
        x = np.ones(2)
        for i in range(n):
            x = np.linalg.solve(a - i * np.eye(2), x)
        return x @ x

    solve = bp.value_and_grad(steps)
    a = np.array([[2.0, 0.0], [1.0, 4.0]])
    np.testing.assert_allclose(solve(a, 2)[0], steps(a, 2))
    with pytest.raises(np.linalg.LinAlgError, match="^Singular matrix") as caught:
        solve(a, 3)
    assert "np.linalg.solve(a - i * np.eye(2), x)" in caught.value.__notes__[0]


def test_scipys_message_has_the_place():
    factor = bp.jit(lambda a, b: scipy.linalg.cholesky(a) + scipy.linalg.solve_triangular(a, b, lower=True))
    good = np.array([[2.0, 0.0], [0.0, 1.0]])
    np.testing.assert_allclose(factor(good, good), np.array([[np.sqrt(2.0) + 1.0, 0.0], [0.0, 2.0]]))
    with pytest.raises(np.linalg.LinAlgError, match="^2-th leading minor of the array is not positive"):
        factor(-good[::-1, ::-1] + 2.0 * np.diag([1.0, 0.0]), good)
    with pytest.raises(np.linalg.LinAlgError, match="resolution failed at diagonal 1"):
        bp.jit(lambda a, b: scipy.linalg.solve_triangular(a, b, lower=True))(np.diag([1.0, 0.0]), good)


def test_try_does_not_catch_what_only_the_run_shows():
    def guarded(a):
        try:
            return np.sum(np.linalg.inv(a))
        except np.linalg.LinAlgError:
            return np.sum(a)

    with pytest.raises(UnsupportedError, match="LinAlgError"):
        bp.jit(guarded)(np.eye(2))
