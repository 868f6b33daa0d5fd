"""What is read from a view in a loop: its cotangent goes to what is viewed, and no turn makes an array."""

import numpy as np
import pytest

import bpcompiler as bp
from bpcompiler.ir.equations import equations_of
from bpcompiler.ir.types import Array
from bpcompiler.primitives.creation import full, zeros, zeros_like
from bpcompiler.primitives.regions import if_
from bpcompiler.transforms.forward import forward
from bpcompiler.transforms.reverse import reverse
from bpcompiler.transforms.simplify import simplify
from bpcompiler.transforms.tidy import tidied
from tests.transforms.programs import traced

U = np.linspace(0.5, 1.5, 9)
A = np.linspace(-0.7, 1.2, 20).reshape(4, 5)


def outside(u):
    inner, total = u[1:], 0.0
    for i in range(len(inner)):
        total += inner[i] ** 3
    return total


def inside(u):
    total = 0.0
    for i in range(len(u) - 1):
        inner = u[1:]
        total += inner[i] ** 3
    return total


def with_steps(u):
    even, back, total = u[1::2], u[::-1], 0.0
    for i in range(len(even)):
        total += even[i] ** 2 * back[i] * even[::2][i // 2]
    return total


def rows(A):
    total = 0.0
    for t in range(A.shape[0]):
        row = A[t]
        for j in range(A.shape[1]):
            total += row[j] ** 2 * row[-1]
    return total


def rows_in_branches(A, u):
    total = 0.0
    for t in range(A.shape[0]):
        row = A[t]
        for j in range(A.shape[1]):
            if row[j] > 0.0:
                total += row[j] ** 2
            else:
                total -= row[j] * u[1:][j]
    return total


def transposed(A):
    B, total = A[1:].T[1:], 0.0
    for i in range(B.shape[0]):
        for j in range(B.shape[1]):
            total += B[i, j] ** 3 * B[i][j]
    return total


def parts_of_rows(A):
    B, total = A[1:, 1:-1], 0.0
    for i in range(B.shape[0]):
        total += np.sum(B[i][1:] ** 2) * B[i, 0]
    return total


def new_axes(A):
    total = 0.0
    for i in range(A.shape[0]):
        wide = A[:, None, 1:]
        total += wide[i, 0, 1] ** 3 + np.squeeze(wide, 1)[i, 2]
    return total


def stored(u, steps):
    u = u.copy()
    for _ in range(steps):
        left, right = u[:-1], u[1:]
        for i in range(len(left)):
            right[i] = right[i] * left[i]
    return np.sum(u)


def counted(u, where):
    tail, total = u[2:-1], 0.0
    for i in range(len(where)):
        total += tail[where[i]] ** 3
    return total


def reshaped(A):
    total = 0.0
    for i in range(A.size):
        flat = A.ravel()
        total += flat[i] ** 3
    return total


def rows_of_a_reshape(u, n):
    total = 0.0
    for i in range(n):
        row = u.reshape(n, -1)[i]
        for j in range(len(row)):
            total += row[j] ** 2 * i
    return total


def stored_through_a_reshape(A):
    A = A.copy()
    flat = A.ravel()
    for i in range(1, A.size):
        flat[i] = flat[i] * A[0, 0]
    return np.sum(A)


def stored_where(A, where):
    A = A.copy()
    corner = A[1:, ::2].T[1:]
    for i in range(len(where)):
        corner[where[i], i] = corner[where[i], i] ** 2 * corner[0, where[i]]
    return np.sum(A**2)


CASES = [
    (stored_where, (A, np.array([1, -1, 0]))),
    (reshaped, (A,)),
    (rows_of_a_reshape, (U, 3)),
    (stored_through_a_reshape, (A,)),
    (outside, (U,)),
    (inside, (U,)),
    (with_steps, (U,)),
    (rows, (A,)),
    (rows_in_branches, (A, U)),
    (transposed, (A,)),
    (parts_of_rows, (A,)),
    (new_axes, (A,)),
    (stored, (U, 3)),
    (counted, (U, np.array([1, -1, 2, -3]))),
]


@pytest.mark.parametrize(("function", "arguments"), CASES, ids=lambda case: getattr(case, "__name__", ""))
def test_no_turn_makes_an_array(function, arguments):
    found = traced(function, arguments, {}, tuple(range(len(arguments))))
    np.testing.assert_allclose(found.gradient(), found.by_forward(), rtol=1e-12)
    adjoint = simplify(reverse(tidied(found.program), found.wrt))
    assert [str(eqn.primitive) for eqn in made_in_turns(adjoint.block)] == []


def made_in_turns(block):
    """Yield what makes arrays of one number in the loops of a derivative."""
    loops = [eqn for eqn in equations_of(block) if eqn.blocks and eqn.primitive is not if_]
    assert loops
    for loop in loops:
        for eqn in equations_of(loop.blocks[-1]):
            if (
                eqn.phase
                and eqn.primitive in (zeros, zeros_like, full)
                and isinstance(eqn.output.aval, Array)
            ):
                yield eqn


@pytest.mark.parametrize("mode", [reverse, forward], ids=["reverse over reverse", "forward over reverse"])
def test_second_derivatives(mode):
    for function, arguments in (
        (counted, (U, np.array([1, -1, 2, -3]))),
        (transposed, (A,)),
        (stored, (U, 2)),
    ):
        found = traced(function, arguments, {}, (0,))
        hessian = found.hessian(mode)
        np.testing.assert_allclose(hessian, hessian.T, rtol=1e-12)
        np.testing.assert_allclose(hessian, differences(found), rtol=1e-6, atol=1e-6)


def differences(found):
    """Return the second derivatives, by differences of the first ones."""
    x, step, columns = found.arguments[0], 1e-5, []
    for place in np.ndindex(x.shape):
        ends = []
        for sign in (1, -1):
            moved = x.copy()
            moved[place] += sign * step
            found.arguments[0] = moved
            ends.append(found.gradient())
        columns.append((ends[0] - ends[1]) / (2 * step))
    found.arguments[0] = x
    return np.array(columns)


def test_an_index_may_count_from_the_end_of_a_part():
    where = np.array([1, -1, 2, -3])
    gradient = bp.grad(counted)
    expected = np.zeros(9)
    for index in where:
        expected[2:-1][index] += 3 * U[2:-1][index] ** 2
    np.testing.assert_allclose(gradient(U, where), expected, rtol=1e-12)
    assert "du[2:-1][where[i]] += " in str(gradient.source)
    namespace = {}
    exec(str(gradient.source), namespace)
    np.testing.assert_allclose(namespace["grad_counted"](U, where), expected, rtol=1e-12)
    with pytest.raises(IndexError):
        gradient(U, np.array([6]))
