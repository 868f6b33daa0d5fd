"""Functions whose turns are independent, or are not, and what becomes of them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from bpcompiler.ir.verify import verify
from bpcompiler.primitives.loops import for_
from bpcompiler.transforms.tidy import tidied
from bpcompiler.transforms.vectorizing.outer_loops import vectorized
from tests.transforms import programs


def with_loops(loop, around):
    """Every loop with one inside."""
    return any(eqn.primitive is for_ for eqn in loop.blocks[0].equations)


def traced(function, args, argnums):
    """Return the trace without the names that nobody reads after a loop."""
    found = programs.traced(function, args, {}, argnums)
    return replace(found, tracing=replace(found.tracing, program=verify(tidied(found.program), "tidying")))


def arrays_of(found, judgement=with_loops):
    """Return the traced program with array code, or None."""
    known = [size for assumption in found.tracing.assumptions for size in assumption.not_negative()]
    program = vectorized(found.program, judgement, known)
    return program and verify(program, "vectorizing")


def distances(A, B, x):
    """Rows of A in the turns' own order, a reversed one, one of every second, and a sum for each."""
    out = np.zeros(len(A))
    for k in range(len(A)):
        s = 0.0
        for j in range(A.shape[1]):
            d = A[k, j] - x[j]
            s += d * d * B[len(A) - 1 - k, j] + x[2 * j]
        out[k] = math.sqrt(1.0 + s * s)
    return np.sum(out * out)


def recurrence(A, B, x):
    """Newton's steps for each number, in a loop around; some turns start later."""
    total = 0.0
    out = np.ones((len(x), 2))
    for _ in range(3):
        for k in range(1, len(A)):
            r = out[k, 0]
            for _ in range(A.shape[1]):
                r = 0.5 * (r + (1.0 + A[k, 0] ** 2) / r)
            out[k, 0] = r
            out[k, 1] = r * k
        total += np.sum(out)
    return total


def common_part(A, B, x):
    """What is the same in every turn is computed once, branches too."""
    out = np.zeros(len(A))
    for n in range(B.shape[1]):
        for k in range(len(A)):
            scale, s = 1.0, 0.0
            for j in range(B.shape[1]):
                scale += math.exp(x[j] - x[n])
                s += A[k, j] if x[n] > 0.0 else B[k, j]
            out[k] += s / scale
    return np.sum(np.tanh(out))


def sums_over_turns(A, B, x):
    """A sum, a maximum, a product that starts late, and what the last turn leaves."""
    total, highest, product, s = 1.0, -10.0, 1.0, 0.0
    for k in range(1, len(A)):
        s = 0.0
        for j in range(A.shape[1]):
            s += A[k, j] * B[k, j] - x[j]
        total -= math.sin(s) * x[k] + k
        highest = max(highest, s * total)
        product *= float(s) * 0.5
    return total * highest + product * s


def arrays_of_their_own(A, B, x):
    """Each turn makes arrays, of one and of two axes, and reads them in other orders."""
    out = np.zeros(len(A))
    for k in range(len(A)):
        d, table = np.empty(A.shape[1]), np.zeros((A.shape[1], 2))
        for i in range(A.shape[1]):
            d[i] = A[k, i] - x[i]
            table[i, 1] = 0.5
            table[i, 0] = d[i] * k
        s = 0.0
        for i in range(len(d)):
            for j in range(i):
                s += B[k, j] * d[j] * d[len(d) - 1 - i] + table[j, 0]
                d[j] *= 1.5
            table[i, 1] -= s
        for i in range(len(d)):
            s += table[i, 1] * d[i]
        out[k] = s
    return np.sum(out * out)


def before_it_in_another_turn(A, B, x):
    for k in range(1, len(x)):
        s = 0.0
        for j in range(A.shape[1]):
            s += A[0, j]
        x[k] = x[k - 1] + s
    return np.sum(x)


def one_place_for_all(A, B, x):
    for k in range(len(A)):
        s = 0.0
        for j in range(A.shape[1]):
            s += A[k, j]
        x[0] = s
    return np.sum(x)


def sum_of_all(A, B, x):
    s = 0.0
    for k in range(len(A)):
        for j in range(A.shape[1]):
            s += A[k, j]
    return s


def array_for_all_turns(A, B, x):
    d = np.zeros(A.shape[1])
    for k in range(len(A)):
        s = 0.0
        for j in range(A.shape[1]):
            d[j] = 0.5 * d[j] + A[k, j]
            s += d[j]
        x[k] = s
    return np.sum(x)


def place_by_a_sum(A, B, x):
    total = 1.0
    for k in range(len(A)):
        s = 0.0
        for j in range(A.shape[1]):
            s += A[k, j]
        total += s
        x[k] = total
    return np.sum(x)


def as_many_as_the_turn(A, B, x):
    for k in range(len(A)):
        s = 0.0
        for j in range(k):
            s += A[k, 0] * j
        x[k] = s
    return np.sum(x)


def one_way_or_the_other(A, B, x):
    for k in range(len(A)):
        s = A[k, 0]
        for j in range(A.shape[1]):
            if s > A[k, j]:
                s = math.log(s)
        x[k] = s
    return np.sum(x)


def left_early(A, B, x):
    for k in range(len(A)):
        s = 0.0
        for j in range(A.shape[1]):
            s += A[k, j]
            if s > 1.0:
                break
        x[k] = s
    return np.sum(x)


def indices_from_data(A, B, x):
    for k in range(len(A)):
        s = 0.0
        for j in range(A.shape[1]):
            s += A[k, int(B[k, j]) % 2]
        x[k] = s
    return np.sum(x)


def diagonal(A, B, x):
    for k in range(len(A)):
        s = 0.0
        for j in range(A.shape[1]):
            s += A[k, k] * x[j]
        x[k] = s
    return np.sum(x)


def refused_by_the_user(A, B, x):
    for k in range(len(A)):
        if x[k] > 100.0:
            raise ValueError("too much")
        s = 0.0
        for j in range(A.shape[1]):
            s += A[k, j]
        x[k] = s
    return np.sum(x)


def refused_by_python(A, B, x):
    remainder = 3
    for k in range(len(A)):
        s = 0.0
        for j in range(A.shape[1]):
            s += A[k, j]
        x[k] = s
        remainder = 10 % remainder
    return np.sum(x) + remainder


def mixed(A, x):
    """A number of Python's beside float32: as an element of an array it would make float64 of it."""
    out = np.zeros(len(A), dtype=np.float32)
    for k in range(len(A)):
        s = np.float32(0.0)
        for j in range(A.shape[1]):
            s += A[k, j] * float(x[k])
        out[k] = s
    return np.sum(out)


INDEPENDENT = [distances, recurrence, common_part, sums_over_turns, arrays_of_their_own]
DEPENDENT = [
    *(
        before_it_in_another_turn,
        one_place_for_all,
        sum_of_all,
        as_many_as_the_turn,
        array_for_all_turns,
        place_by_a_sum,
        one_way_or_the_other,
    ),
    *(left_early, indices_from_data, diagonal, refused_by_the_user, refused_by_python),
]


def sample(rows, columns, seed=0):
    rng = np.random.default_rng(seed)
    return (
        rng.normal(size=(rows, columns)),
        rng.normal(size=(rows, columns)),
        rng.normal(size=rows + 2 * columns),
    )
