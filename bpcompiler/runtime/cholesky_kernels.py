"""The kernels of Cholesky's factor and of its adjoint. Matrices and factors are in rows, `count` of them.

The adjoint is Murray's blocked algorithm (2016): twice the work of the factor, nearly all of it products of
blocks, where solving with the whole factor from both sides takes six times that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba import types

from bpcompiler.runtime.blas_intrinsics import load, routine, scratch, store
from bpcompiler.runtime.blas_kernels import AS_STORED, INT, LETTERS, TRANSPOSED
from bpcompiler.runtime.blas_memory import REALS, nopython
from bpcompiler.runtime.lapack_kernels import GENERAL, LEFT, LOWER, UPPER

if TYPE_CHECKING:
    from collections.abc import Callable

    from bpcompiler.runtime.blas_kernels import Kernel

BLOCK, WIDE = 24, 64  # rows and columns of a block of the adjoint, and of one of a large factor
LARGE = 512
PLAIN, TURNED = AS_STORED, TRANSPOSED


def cholesky_factor(dtype: str) -> Kernel:
    """Return the kernel of the factor, and its type. Where there is none, a zero stands on its diagonal."""
    real, item = REALS[dtype], REALS[dtype].bitwidth // 8
    factor = routine(LETTERS[dtype] + "potrf", "cipip", real)
    read, write, integer, answer = load(real), store(real), load(types.int32), scratch(4)

    @nopython
    def copy(out: int, a: int, down: int, along: int, lower: int, n: int) -> None:
        """Copy one triangle, clear the other."""
        for i in range(n):
            row = out + i * n * item
            first, last = (0, i + 1) if lower else (i, n)
            for j in range(first):
                write(row + j * item, real(0))
            for j in range(first, last):
                write(row + j * item, read(a + i * down + j * along))
            for j in range(last, n):
                write(row + j * item, real(0))

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
    """Return a helper: c -= op(a) op(b), in rows with leading dimensions: (m,k) @ (k,n) -> (m,n)."""
    real = REALS[dtype]
    call = routine(LETTERS[dtype] + "gemm", "cciiifpipifpi", real)

    @nopython
    def multiply(  # noqa: PLR0913, PLR0917 - as BLAS has it
        flag_a: int, flag_b: int, m: int, n: int, k: int, a: int, lead_a: int, b: int, lead_b: int, c: int,
        lead_c: int,
    ) -> None:  # fmt: skip
        call(flag_b, flag_a, n, m, k, real(-1), b, lead_b, a, lead_a, real(1), c, lead_c)

    return multiply


def _row_by_row(dtype: str) -> Callable[..., Any]:
    """Return a helper: the adjoint of a small factor, in place, one row after the other."""
    item = REALS[dtype].bitwidth // 8
    read, write = load(REALS[dtype]), store(REALS[dtype])

    @nopython
    def subtract(out: int, row: int, factor: float, count: int) -> None:
        """Set out -= factor * row."""
        for k in range(count):
            write(out + k * item, read(out + k * item) - factor * read(row + k * item))

    @nopython
    def adjoint(out: int, low: int, lead: int, n: int) -> None:
        step = lead * item
        for j in range(n - 1, -1, -1):
            row, column, pivot = j * step, j * item, read(low + j * (step + item))
            corner = read(out + row + column)
            for i in range(j + 1, n):
                corner -= read(low + i * step + column) * read(out + i * step + column) / pivot
            write(out + row + column, corner)
            for i in range(j, n):
                here = read(out + i * step + column) / pivot
                write(out + i * step + column, here)
                subtract(out + row, low + i * step, here, j)
                if i > j:
                    subtract(out + i * step, low + row, here, j)
            write(out + row + column, corner / pivot / 2)

    return adjoint


def _mirrored(dtype: str) -> Callable[..., Any]:
    """Return a helper: both = a + a^T for the lower triangle of a."""
    item = REALS[dtype].bitwidth // 8
    read, write = load(REALS[dtype]), store(REALS[dtype])

    @nopython
    def mirrored(a: int, lead: int, n: int, both: int) -> None:
        for i in range(n):
            for j in range(i + 1):
                value = read(a + (i * lead + j) * item)
                value = 2 * value if i == j else value
                write(both + (i * n + j) * item, value)
                write(both + (j * n + i) * item, value)

    return mirrored


def _by_blocks(dtype: str) -> Callable[..., Any]:
    """Return a helper: the adjoint of a factor from that of its blocks on the diagonal, the last one first.

    r d    rows of the block, d on the diagonal        in the notation of the paper
    b c    rows below it
    """
    real, item = REALS[dtype], REALS[dtype].bitwidth // 8
    multiply, mirrored, adjoint = _products(dtype), _mirrored(dtype), _row_by_row(dtype)
    solve = routine(LETTERS[dtype] + "trsm", "cccciifpipi", real)
    square = scratch(WIDE * WIDE * item)

    @nopython
    def by_blocks(out: int, low: int, n: int) -> None:
        end, both, lead, size = n, square(), n, WIDE if n > LARGE else BLOCK
        while end > 0:
            start = max(end - size, 0)
            width, rest = end - start, n - end
            r, b = start * lead * item, end * lead * item
            d, c = r + start * item, b + start * item
            if rest:
                solve(LEFT, UPPER, PLAIN, GENERAL, width, rest, real(1), low + d, lead, out + c, lead)
                multiply(TURNED, PLAIN, width, width, rest, out + c, lead, low + c, lead, out + d, lead)
            adjoint(out + d, low + d, lead, width)
            if rest and start:
                multiply(PLAIN, PLAIN, rest, start, width, out + c, lead, low + r, lead, out + b, lead)
                multiply(TURNED, PLAIN, width, start, rest, out + c, lead, low + b, lead, out + r, lead)
            if start:
                mirrored(out + d, lead, width, both)
                multiply(PLAIN, PLAIN, width, start, width, both, width, low + r, lead, out + r, lead)
            end = start

    return by_blocks


def cholesky_adjoint(dtype: str) -> Kernel:
    """Return the kernel of the adjoint, and its type: `out` is dL, then dA in the lower triangle."""
    real, item = REALS[dtype], REALS[dtype].bitwidth // 8
    write, by_blocks = store(real), _by_blocks(dtype)

    def kernel(out: int, low: int, count: int, n: int) -> None:
        for number in range(count):
            matrix = out + number * n * n * item
            by_blocks(matrix, low + number * n * n * item, n)
            for i in range(n):
                for j in range(i + 1, n):
                    write(matrix + (i * n + j) * item, real(0))

    return kernel, types.void(*[INT] * 4)
