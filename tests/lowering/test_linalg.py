"""Linear algebra in lowered programs: what is shared, what is left out, what is allocated."""

import numpy as np
import scipy.linalg

import bpcompiler as bp
from tests.allocations import allocated

A = np.array([[4.0, 1.0, 0.5], [0.2, 3.0, -0.3], [-0.7, 0.4, 5.0]])
B = np.array([1.0, -2.0, 0.5])


def lowered(function, *args):
    return bp.value_and_grad(function).specialize(*args).lowered_source


def test_a_matrix_is_factored_once():
    def likelihood(a, b):
        return b @ np.linalg.solve(a, b) + np.linalg.slogdet(a)[1] + np.sum(np.linalg.inv(a))

    assert lowered(likelihood, A, B).count(" lu_factor(") == 1


def test_the_factor_of_one_branch_is_not_read_in_another():
    def either(a, b):
        if a[0, 0] > 0:
            x = np.linalg.solve(a, b)
        else:
            x = np.linalg.solve(a.T, b)
        return x @ np.linalg.solve(a, b)

    assert lowered(either, A, B).count(" lu_factor(") >= 3
    for sign in (1.0, -1.0):
        matrix = sign * A
        x = np.linalg.solve(matrix if sign > 0 else matrix.T, B)
        expected = x @ np.linalg.solve(matrix, B)
        np.testing.assert_allclose(bp.jit(either)(matrix, B), expected, rtol=1e-13)


def test_the_adjoint_of_a_cholesky_factor_is_one_kernel():
    def logdet(a):
        return np.sum(np.log(np.diag(np.linalg.cholesky(a @ a.T))))

    source = lowered(logdet, A)
    assert source.count(" cholesky_adjoint(") == 1
    assert "solve_triangle" not in source
    np.testing.assert_allclose(bp.grad(logdet)(A), np.linalg.inv(A).T, rtol=1e-12)


def test_a_version_before_a_store_has_its_own_factor():
    def changed(a, b):
        a = a.copy()
        x = np.linalg.solve(a, b)
        a[0, 0] += 2.0
        return np.sum(x * np.linalg.solve(a, b))

    later = A + np.diag([2.0, 0.0, 0.0])
    expected = np.linalg.solve(A, B) @ np.linalg.solve(later, B)
    value, gradient = bp.value_and_grad(changed)(A, B)
    np.testing.assert_allclose(value, expected, rtol=1e-13)
    x, y = np.linalg.solve(A, B), np.linalg.solve(later, B)
    by_hand = -np.outer(np.linalg.solve(A.T, y), x) - np.outer(np.linalg.solve(later.T, x), y)
    np.testing.assert_allclose(gradient, by_hand, rtol=1e-12)


def test_loops_allocate_nothing_for_it():
    def iterated(a, b, turns):
        x = b.copy()
        for _ in range(turns):
            low = np.linalg.cholesky(a @ a.T + np.diag(x * x))
            x = np.tanh(np.linalg.solve(a, x)) + scipy.linalg.cho_solve((low, True), b)
        return x

    run = bp.jit(iterated)
    assert allocated(run, A, B, 3) == allocated(run, A, B, 30)


def test_what_is_the_same_in_each_turn_is_done_once():
    def iterated(a, b, turns):
        x = np.sin(b)
        for _ in range(turns):
            x = np.tanh(np.linalg.solve(a, x)) + (a @ a) @ b
            for _ in range(turns):
                x = x + np.linalg.solve(a.T, b) * (a @ x)
        return np.sum(x)

    lines = lowered(iterated, A, 0.01 * B, 2).splitlines()
    calls = [line for line in lines if "lu_factor(" in line or ("gemm(" in line and "0.0)" in line)]
    assert [len(line) - len(line.lstrip()) for line in calls] == [4] * len(calls)
    gradient = bp.grad(iterated)(A, 0.01 * B, 2)
    step, direction = 1e-4, np.arange(9.0).reshape(3, 3)
    ahead, behind = (iterated(A + t * direction, 0.01 * B, 2) for t in (step, -step))
    np.testing.assert_allclose(np.sum(gradient * direction), (ahead - behind) / (2 * step), rtol=1e-5)
    assert np.isfinite(bp.grad(iterated)(0.0 * A, B, 0)).all()  # no turn: nothing is solved


def test_what_a_turn_changes_is_done_in_each():
    def changed(a, b, turns):
        a = a.copy()
        x = b.copy()
        for i in range(turns):
            x = np.linalg.solve(a, x)
            a[0, 0] += 1.0 + i
        return x

    np.testing.assert_allclose(bp.jit(changed)(A, B, 3), changed(A, B, 3), rtol=1e-13)
