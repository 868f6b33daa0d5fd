"""The kernels of Cholesky's factor and of its adjoint. Matrices and factors are in rows, `count` of them.

The adjoint is Murray's blocked algorithm (2016): twice the work of the factor, nearly all of it products of
blocks, where solving with the whole factor from both sides takes six times that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba import types

from bpcompiler.runtime.blas_intrinsics import load, routine, scratch, store
from bpcompiler.runtime.blas_kernels import (
    AS_STORED,
    INT,
    LETTERS,
    REALS,
    TRANSPOSED,
    nopython,
)
from bpcompiler.runtime.lapack_kernels import GENERAL, LEFT, LOWER, UPPER

if TYPE_CHECKING:
    from collections.abc import Callable

    from bpcompiler.runtime.blas_kernels import Kernel

BLOCK = 32  # rows and columns of a block of the adjoint


def cholesky_factor(dtype: str) -> Kernel:
    """Return the kernel of the factor, and its type. Where there is none, a zero stands on its diagonal."""
    real, item = REALS[dtype], REALS[dtype].bitwidth // 8
    factor = routine(LETTERS[dtype] + "potrf", "cipip", real)
    read, write, integer, answer = load(real), store(real), load(types.int32), scratch(4)

    @nopython
    def copy(out: int, a: int, down: int, along: int, lower: int, n: int) -> None:
        """Copy one triangle, clear the other."""
        for i in range(n):
            first, last = (0, i + 1) if lower else (i, n)
            for j in range(n):
                kept = first <= j < last
                write(out + (i * n + j) * item, read(a + i * down + j * along) if kept else real(0))

    def kernel(  # noqa: PLR0913, PLR0917 - what machine code passes: addresses, strides, sizes
        out: int, a: int, apart: int, down: int, along: int, lower: int, count: int, n: int
    ) -> None:
        info = answer()
        for number in range(count if n > 0 else 0):
            matrix = out + number * n * n * item
            copy(matrix, a + number * apart, down, along, lower, n)
            factor(UPPER if lower else LOWER, n, matrix, n, info)
            failed = integer(info)
            if failed > 0:
                write(matrix + (failed - 1) * (n + 1) * item, real(0))

    return kernel, types.void(*[INT] * 8)


def _products(dtype: str) -> Callable[..., Any]:
    """Return a helper: c = beta c - op(a) op(b), all in rows, with their leading dimensions."""
    real = REALS[dtype]
    call = routine(LETTERS[dtype] + "gemm", "cciiifpipifpi", real)

    @nopython
    def multiply(  # noqa: PLR0913, PLR0917 - as BLAS has it
        flag_a: int, flag_b: int, m: int, n: int, k: int, factor: float, a: int, lead_a: int, b: int,
        lead_b: int, beta: float, c: int, lead_c: int,
    ) -> None:  # fmt: skip
        call(flag_b, flag_a, n, m, k, real(factor), b, lead_b, a, lead_a, real(beta), c, lead_c)

    return multiply


def _block_adjoint(dtype: str) -> Callable[..., Any]:
    """Return a helper: the adjoint of a block on the diagonal, row by row; `both`: plus its transpose."""
    item = REALS[dtype].bitwidth // 8
    read, write = load(REALS[dtype]), store(REALS[dtype])

    @nopython
    def subtract(out: int, row: int, factor: float, count: int) -> None:
        """Set out -= factor * row."""
        for k in range(count):
            write(out + k * item, read(out + k * item) - factor * read(row + k * item))

    @nopython
    def adjoint(out: int, low: int, lead: int, n: int, both: int) -> None:
        step = lead * item
        for j in range(n - 1, -1, -1):
            row, column, pivot = j * step, j * item, read(low + j * (step + item))
            corner = read(out + row + column)
            for i in range(j + 1, n):
                corner -= read(low + i * step + column) * read(out + i * step + column) / pivot
            corner /= pivot
            write(out + row + column, corner / 2)
            subtract(out + row, low + row, corner, j)
            for i in range(j + 1, n):
                below = read(out + i * step + column) / pivot
                write(out + i * step + column, below)
                subtract(out + row, low + i * step, below, j)
                subtract(out + i * step, low + row, below, j)
        for i in range(n):
            for j in range(i + 1):
                value = read(out + i * step + j * item)
                write(both + (j * n + i) * item, 2 * value if i == j else value)
                write(both + (i * n + j) * item, 2 * value if i == j else value)

    return adjoint


def cholesky_adjoint(dtype: str) -> Kernel:
    """Return the kernel of the adjoint, and its type: `out` is dL, then dA in the lower triangle."""
    real, item = REALS[dtype], REALS[dtype].bitwidth // 8
    multiply, block_adjoint, write = _products(dtype), _block_adjoint(dtype), store(real)
    solve = routine(LETTERS[dtype] + "trsm", "cccciifpipi", real)
    square = scratch(BLOCK * BLOCK * item)

    @nopython
    def one(out: int, low: int, n: int, work: int) -> None:
        end = n
        while end > 0:
            start = max(end - BLOCK, 0)
            width, rest = end - start, n - end
            here, below = start * n * item, end * n * item  # rows of the block, rows below it
            diagonal, column = here + start * item, below + start * item
            if rest:
                block = low + diagonal
                solve(LEFT, UPPER, AS_STORED, GENERAL, width, rest, real(1), block, n, out + column, n)
                multiply(
                    TRANSPOSED, AS_STORED, width, width, rest, -1.0, out + column, n, low + column, n, 1.0,
                    out + diagonal, n,
                )  # fmt: skip
            block_adjoint(out + diagonal, low + diagonal, n, width, work)
            if rest and start:
                multiply(
                    AS_STORED, AS_STORED, rest, start, width, -1.0, out + column, n, low + here, n, 1.0,
                    out + below, n,
                )  # fmt: skip
                multiply(
                    TRANSPOSED, AS_STORED, width, start, rest, -1.0, out + column, n, low + below, n, 1.0,
                    out + here, n,
                )  # fmt: skip
            if start:
                multiply(
                    AS_STORED, AS_STORED, width, start, width, -1.0, work, width, low + here, n, 1.0,
                    out + here, n,
                )  # fmt: skip
            end = start

    def kernel(out: int, low: int, count: int, n: int) -> None:
        work = square()
        for number in range(count):
            matrix = out + number * n * n * item
            one(matrix, low + number * n * n * item, n, work)
            for i in range(n):
                for j in range(i + 1, n):
                    write(matrix + (i * n + j) * item, real(0))

    return kernel, types.void(*[INT] * 4)
