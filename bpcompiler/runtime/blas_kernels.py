"""The kernels in front of BLAS: one per operation and dtype, compiled once per machine.

A kernel takes addresses, byte strides and sizes, so that one serves every layout. It recognises what BLAS
can read in place and copies the rest; there is no other allocation. BLAS counts in C's int: what is
larger than that is multiplied by plain loops, as is what is too small to be worth a call.

BLAS counts columns first. It is asked for `out.T = b.T @ a.T`, and a row-major matrix is "as stored" to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from numba import types

from bpcompiler.runtime.blas_intrinsics import allocate, load, release, routine, scratch, store
from bpcompiler.runtime.blas_memory import REALS, Matrix, nopython
from bpcompiler.runtime.blas_tiled import by_tiles

if TYPE_CHECKING:
    from collections.abc import Callable

    Kernel = tuple[Callable[..., Any], Any]  # a function of numbers, its type

LARGEST = 2**31 - 1  # C's int
SMALL = 32  # multiplications, up to which plain loops are quicker than a call of BLAS (30 ns)
# OpenBLAS does products of up to so many multiplications without copies. There a transposed right factor
# takes half as long again: with so many rows on the left, a copy of it costs less (a tenth of the product).
MANY_ROWS, LARGEST_SMALL = 128, 1e6
ROOM = 1 << 16  # bytes of the stack, where each such copy fits: no product of a training loop allocates
AS_STORED, TRANSPOSED = ord("N"), ord("T")
LETTERS = {"float64": "d", "float32": "s"}
INT = types.intp


@nopython
def transposed(matrix: Matrix) -> Matrix:
    """Return the same memory, rows for columns."""
    return Matrix(matrix.start, matrix.along, matrix.down, matrix.columns, matrix.rows)


@nopython
def leading(down: int, along: int, rows: int, columns: int, item: int) -> int:
    """Return the leading dimension of a matrix in row-major order, 0 where it is in no such order."""
    if columns > 1 and along != item:
        return 0
    if rows <= 1:
        return columns
    fits = down >= columns * item and down % item == 0 and down // item <= LARGEST
    return down // item if fits else 0


@nopython
def layout(matrix: Matrix, item: int) -> tuple[int, int]:
    """Return BLAS's flag and leading dimension for a matrix; the latter is 0 where it must be copied."""
    lead = leading(matrix.down, matrix.along, matrix.rows, matrix.columns, item)
    if lead:
        return AS_STORED, lead
    return TRANSPOSED, leading(matrix.along, matrix.down, matrix.columns, matrix.rows, item)


@nopython
def increment(step: int, count: int, item: int) -> int:
    """Return a vector's step in elements, 0 where BLAS cannot take such steps."""
    if count <= 1:
        return 1
    return step // item if step % item == 0 and abs(step // item) <= LARGEST else 0


@nopython
def lowest(start: int, step: int, count: int) -> int:
    """Return a vector's lowest address, which is where BLAS wants it, also with negative steps."""
    return start + min(step, 0) * (count - 1)


class Loops(NamedTuple):
    """What the kernels of a dtype share: `copy(matrix, address)`, `pack(matrix) -> address`, `multiply`."""

    copy: Callable[..., Any]
    pack: Callable[..., Any]
    multiply: Callable[..., Any]


def loops(dtype: str) -> Loops:
    """Return the plain loops of a dtype."""
    real, item = REALS[dtype], REALS[dtype].bitwidth // 8
    read, write = load(real), store(real)

    @nopython
    def copy(matrix: Matrix, address: int) -> None:
        """Write the elements in row-major order, from the address on."""
        for i in range(matrix.rows):
            for j in range(matrix.columns):
                element = read(matrix.start + i * matrix.down + j * matrix.along)
                write(address + (i * matrix.columns + j) * item, element)

    @nopython
    def pack(matrix: Matrix) -> int:
        """Return the address of a row-major copy, to be released; 0 where there is no memory."""
        address: int = allocate(matrix.rows * matrix.columns * item)
        if address:
            copy(matrix, address)
        return address

    @nopython
    def multiply(out: Matrix, a: Matrix, b: Matrix, beta: float) -> None:
        """Set out = a @ b + beta * out, of any size. With beta = 0, what is overwritten may be NaN."""
        for i in range(out.rows):
            for j in range(out.columns):
                place = out.start + i * out.down + j * out.along
                total = real(0)
                for k in range(a.columns):
                    left = read(a.start + i * a.down + k * a.along)
                    total += left * read(b.start + k * b.down + j * b.along)
                write(place, total + beta * read(place) if beta else total)

    return Loops(copy, pack, multiply)


def gemm(dtype: str) -> Kernel:
    """Return the kernel of `out = a @ b + beta * out` and its type."""
    real, item = REALS[dtype], REALS[dtype].bitwidth // 8
    call = routine(LETTERS[dtype] + "gemm", "cciiifpipifpi", real)
    copy, pack, multiply = loops(dtype)
    room = scratch(ROOM)
    tiles_pay, multiply_tiles = by_tiles(dtype)

    @nopython
    def by_blas(out: Matrix, a: Matrix, b: Matrix, beta: float) -> bool:
        """Return whether it is done: not if there is no memory for a copy, or `out` has gaps both ways."""
        (order_a, lead_a), (order_b, lead_b) = layout(a, item), layout(b, item)
        lead = leading(out.down, out.along, out.rows, out.columns, item)
        start_a, start_b, copy_a, copy_b = a.start, b.start, 0, 0
        if lead and not lead_a:
            start_a = copy_a = pack(a)
            order_a, lead_a = AS_STORED, a.columns
        many = a.rows >= MANY_ROWS and float(a.rows) * a.columns * b.columns <= LARGEST_SMALL
        if lead and not lead_b:
            start_b = copy_b = pack(b)
            order_b, lead_b = AS_STORED, b.columns
        elif lead and many and order_a == AS_STORED and order_b == TRANSPOSED:
            start_b = room()
            copy(b, start_b)
            order_b, lead_b = AS_STORED, b.columns
        done = lead != 0 and start_a != 0 and start_b != 0
        if done:
            n, m, k = out.columns, out.rows, a.columns
            call(order_b, order_a, n, m, k, real(1), start_b, lead_b, start_a, lead_a, beta, out.start, lead)
        release(copy_a)
        release(copy_b)
        return done

    def kernel(  # noqa: PLR0913, PLR0917 - what machine code passes: addresses, strides, sizes
        out: int, out0: int, out1: int, a: int, a0: int, a1: int, b: int, b0: int, b1: int,
        m: int, n: int, k: int, beta: float,
    ) -> None:  # fmt: skip
        total, left, right = Matrix(out, out0, out1, m, n), Matrix(a, a0, a1, m, k), Matrix(b, b0, b1, k, n)
        if not leading(out0, out1, m, n, item):
            total, left, right = transposed(total), transposed(right), transposed(left)
        small = float(m) * n * k <= SMALL
        by_rows = leading(total.down, total.along, total.rows, total.columns, item) != 0
        if by_rows and tiles_pay(total, left, right):
            multiply_tiles(
                total.start, total.down, left.start, left.down, left.along,
                right.start, right.down, right.along, total.rows, total.columns, k, beta,
            )  # fmt: skip
        elif small or max(m, n, k) > LARGEST or not by_blas(total, left, right, beta):
            multiply(total, left, right, beta)

    return kernel, types.void(*[INT] * 12, real)


def gemv(dtype: str) -> Kernel:
    """Return the kernel of `out = a @ x + beta * out` with vectors out and x, and its type."""
    real, item = REALS[dtype], REALS[dtype].bitwidth // 8
    call = routine(LETTERS[dtype] + "gemv", "ciifpipifpi", real)
    _, pack, multiply = loops(dtype)

    @nopython
    def by_blas(out: Matrix, a: Matrix, x: Matrix, beta: float) -> bool:
        """Return whether it is done: it is not where there is no memory for a copy, or out's step is odd."""
        (order, lead), step = layout(a, item), increment(x.down, x.rows, item)
        step_out = increment(out.down, out.rows, item)
        start_a, start_x, copy_a, copy_x = a.start, lowest(x.start, x.down, x.rows), 0, 0
        if step_out and not lead:
            start_a = copy_a = pack(a)
            order, lead = AS_STORED, a.columns
        if step_out and not step:
            start_x = copy_x = pack(x)
            step = 1
        done = step_out != 0 and start_a != 0 and start_x != 0
        if done:
            m, n = (a.rows, a.columns) if order == TRANSPOSED else (a.columns, a.rows)
            flag = AS_STORED if order == TRANSPOSED else TRANSPOSED
            target = lowest(out.start, out.down, out.rows)
            call(flag, m, n, real(1), start_a, lead, start_x, step, beta, target, step_out)
        release(copy_a)
        release(copy_x)
        return done

    def kernel(  # noqa: PLR0913, PLR0917 - as above
        out: int, out0: int, a: int, a0: int, a1: int, x: int, x0: int, m: int, k: int, beta: float
    ) -> None:
        total, left, right = Matrix(out, out0, item, m, 1), Matrix(a, a0, a1, m, k), Matrix(x, x0, item, k, 1)
        small = float(m) * k <= SMALL
        if small or max(m, k) > LARGEST or not by_blas(total, left, right, beta):
            multiply(total, left, right, beta)

    return kernel, types.void(*[INT] * 9, real)


def dot(dtype: str) -> Kernel:
    """Return the kernel of `x @ y` for vectors, and its type."""
    real, item = REALS[dtype], REALS[dtype].bitwidth // 8
    call, read = routine(LETTERS[dtype] + "dot", "ipipi", real, returns=real), load(real)

    def kernel(x: int, x0: int, y: int, y0: int, count: int) -> Any:
        step_x, step_y = increment(x0, count, item), increment(y0, count, item)
        if step_x and step_y and SMALL < count <= LARGEST:
            return call(count, lowest(x, x0, count), step_x, lowest(y, y0, count), step_y)
        total = real(0)
        for i in range(count):
            total += read(x + i * x0) * read(y + i * y0)
        return total

    return kernel, real(*[INT] * 5)


KERNELS: dict[str, Callable[[str], Kernel]] = {"gemm": gemm, "gemv": gemv, "dot": dot}
