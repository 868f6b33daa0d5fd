"""The kernels in front of LAPACK: one per operation and dtype, compiled once per machine, as for BLAS.

A kernel takes addresses, byte strides and sizes. `count` matrices are stacked; what is written is contiguous.
LAPACK counts columns first: to it a matrix in rows is the transposed one. So a factor of LU is kept in
columns (what is eliminated first is as in NumPy), right sides are solved for from the right, in place.

    lu_factor         (count, n + 1, n): LU of each matrix, in columns, then a row of its pivots as numbers
    lu_solve          x = op(a)^-1 x for such factors
    solve_triangle    x = op(a)^-1 x for a triangle
    zero_on_diagonal  1 + the first place on a diagonal that is zero; 0 if there is none
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from numba import types

from bpcompiler.runtime.blas_intrinsics import load, release, routine, store
from bpcompiler.runtime.blas_kernels import AS_STORED, INT, LETTERS, TRANSPOSED, layout, loops
from bpcompiler.runtime.blas_memory import REALS, Matrix, nopython

if TYPE_CHECKING:
    from collections.abc import Callable

    from bpcompiler.runtime.blas_kernels import Kernel

TILE = 32  # rows and columns that are transposed together: both fit the cache
LEFT, RIGHT, LOWER, UPPER, UNIT, GENERAL = map(ord, "LRLUUN")
WIDTH = 4  # bytes of LAPACK's integers


class Copies(NamedTuple):
    """What moves elements: `transposed(out, a, down, along, n)` and `swap(x, i, j, k)` of two rows."""

    transposed: Callable[..., Any]
    swap: Callable[..., Any]


def copies(dtype: str) -> Copies:
    """Return the copies of a dtype."""
    real, item = REALS[dtype], REALS[dtype].bitwidth // 8
    read, write = load(real), store(real)

    @nopython
    def transposed(out: int, a: int, down: int, along: int, n: int) -> None:
        for i0 in range(0, n, TILE):
            for j0 in range(0, n, TILE):
                for i in range(i0, min(i0 + TILE, n)):
                    for j in range(j0, min(j0 + TILE, n)):
                        write(out + (j * n + i) * item, read(a + i * down + j * along))

    @nopython
    def swap(x: int, i: int, j: int, k: int) -> None:
        for column in range(k):
            one, other = x + (i * k + column) * item, x + (j * k + column) * item
            kept = read(one)
            write(one, read(other))
            write(other, kept)

    return Copies(transposed, swap)


def lu_factor(dtype: str) -> Kernel:
    """Return the kernel of LU with pivots, and its type."""
    real, item = REALS[dtype], REALS[dtype].bitwidth // 8
    factor = routine(LETTERS[dtype] + "getrf", "iipipi", real)
    transposed, write, integer = copies(dtype).transposed, store(real), load(types.int32)

    def kernel(out: int, a: int, apart: int, down: int, along: int, count: int, n: int) -> None:
        if n == 0:
            return
        for number in range(count):
            matrix = out + number * (n + 1) * n * item
            pivots = matrix + n * n * item
            transposed(matrix, a + number * apart, down, along, n)
            factor(n, n, matrix, n, pivots, 0)
            for i in range(n - 1, -1, -1):  # backwards: the numbers are wider than LAPACK's integers
                write(pivots + i * item, real(integer(pivots + i * WIDTH) - 1))

    return kernel, types.void(*[INT] * 7)


def lu_solve(dtype: str) -> Kernel:
    """Return the kernel that solves with a factor of `lu_factor`, and its type."""
    real, item = REALS[dtype], REALS[dtype].bitwidth // 8
    swap, read = copies(dtype).swap, load(real)
    triangle = triangles(dtype)

    @nopython
    def exchange(x: int, pivots: int, n: int, k: int, backwards: int) -> None:
        for turn in range(n):
            i = n - 1 - turn if backwards else turn
            j = int(read(pivots + i * item))
            if i != j:
                swap(x, i, j, k)

    def kernel(x: int, lu: int, trans: int, count: int, n: int, k: int) -> None:
        for number in range(count if n > 0 and k > 0 else 0):
            matrix, side = lu + number * (n + 1) * n * item, x + number * n * k * item
            pivots = matrix + n * n * item
            if trans:
                triangle(side, matrix, n, UPPER, TRANSPOSED, GENERAL, n, k)
                triangle(side, matrix, n, LOWER, TRANSPOSED, UNIT, n, k)
                exchange(side, pivots, n, k, 1)
            else:
                exchange(side, pivots, n, k, 0)
                triangle(side, matrix, n, LOWER, AS_STORED, UNIT, n, k)
                triangle(side, matrix, n, UPPER, AS_STORED, GENERAL, n, k)

    return kernel, types.void(*[INT] * 6)


def triangles(dtype: str) -> Callable[..., Any]:
    """Return a helper: x = op(v)^-1 x, for x in rows (n, k) and a triangle v in columns, as LAPACK has it."""
    real = REALS[dtype]
    vector = routine(LETTERS[dtype] + "trsv", "cccipipi", real)
    matrix = routine(LETTERS[dtype] + "trsm", "cccciifpipi", real)

    @nopython
    def triangle(  # noqa: PLR0913, PLR0917 - as LAPACK has it
        x: int, v: int, lead: int, side: int, order: int, unit: int, n: int, k: int
    ) -> None:
        if k == 1:
            vector(side, order, unit, n, v, lead, x, 1)
        else:  # x^T op(v)^-T, x^T being what LAPACK sees
            other = AS_STORED if order == TRANSPOSED else TRANSPOSED
            matrix(RIGHT, side, other, unit, k, n, real(1), v, lead, x, k)

    return triangle


def solve_triangle(dtype: str) -> Kernel:
    """Return the kernel that solves with a triangle of any layout, and its type."""
    real, item = REALS[dtype], REALS[dtype].bitwidth // 8
    triangle, pack, write = triangles(dtype), loops(dtype).pack, store(real)

    def kernel(  # noqa: PLR0913, PLR0917 - as above
        x: int, a: int, apart: int, down: int, along: int, lower: int, trans: int, unit: int, count: int,
        n: int, k: int,
    ) -> None:  # fmt: skip
        for number in range(count if n > 0 and k > 0 else 0):
            whole = Matrix(a + number * apart, down, along, n, n)
            order, lead = layout(whole, item)
            copy = 0 if lead else pack(whole)
            stored, lead, rows = (copy, n, True) if copy else (whole.start, lead, order == AS_STORED)
            side = LOWER if (lower != 0) != rows else UPPER
            flag = TRANSPOSED if (trans != 0) != rows else AS_STORED
            if lead:
                triangle(x + number * n * k * item, stored, lead, side, flag, UNIT if unit else GENERAL, n, k)
            for i in range(0 if lead else n * k):  # no memory for a copy
                write(x + (number * n * k + i) * item, real(math.nan))
            release(copy)

    return kernel, types.void(*[INT] * 11)


def zero_on_diagonal(dtype: str) -> Kernel:
    """Return the kernel that looks for zeros on diagonals, and its type."""
    read = load(REALS[dtype])

    def kernel(a: int, apart: int, down: int, along: int, count: int, n: int) -> int:
        for number in range(count):
            for i in range(n):
                if read(a + number * apart + i * (down + along)) == 0:
                    return i + 1
        return 0

    return kernel, INT(*[INT] * 6)
