"""The kernels in front of BLAS: one per operation and dtype, compiled once per machine.

A kernel takes addresses, byte strides and sizes, so that one serves every layout. It recognises what BLAS
can read in place and copies the rest; there is no other allocation. BLAS counts in C's int: what is
larger than that is multiplied by plain loops, as is what is too small to be worth a call.

BLAS counts columns first. It is asked for `out.T = b.T @ a.T`, and a row-major matrix is "as stored" to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from numba import njit, types

from bpcompiler.runtime.blas_intrinsics import allocate, load, release, routine, store

if TYPE_CHECKING:
    from collections.abc import Callable

    Kernel = tuple[Callable[..., Any], Any]  # a function of numbers, its type

LARGEST = 2**31 - 1  # C's int
SMALL = 32  # multiplications, up to which plain loops are quicker than a call of BLAS (30 ns)
AS_STORED, TRANSPOSED = ord("N"), ord("T")
REALS = {"float64": types.float64, "float32": types.float32}
LETTERS = {"float64": "d", "float32": "s"}
INT = types.intp


class Matrix(NamedTuple):
    """A matrix in memory: (i, j) is at `start + i * down + j * along`, in bytes."""

    start: int
    down: int
    along: int
    rows: int
    columns: int


def nopython(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a helper of the kernels, compiled into them."""
    compiled: Callable[..., Any] = njit(error_model="numpy", nogil=True)(function)
    return compiled


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
    """What the kernels of a dtype share: `pack(matrix) -> address of a copy` and `multiply`."""

    pack: Callable[..., Any]
    multiply: Callable[..., Any]


def loops(dtype: str) -> Loops:
    """Return the plain loops of a dtype."""
    real, item = REALS[dtype], REALS[dtype].bitwidth // 8
    read, write = load(real), store(real)

    @nopython
    def pack(matrix: Matrix) -> int:
        """Return the address of a row-major copy, to be released; 0 where there is no memory."""
        copy: int = allocate(matrix.rows * matrix.columns * item)
        if copy:
            for i in range(matrix.rows):
                for j in range(matrix.columns):
                    element = read(matrix.start + i * matrix.down + j * matrix.along)
                    write(copy + (i * matrix.columns + j) * item, element)
        return copy

    @nopython
    def multiply(out: Matrix, a: Matrix, b: Matrix, beta: float) -> None:
        """Set out = a @ b + beta * out, of any size. With beta = 0, what is overwritten may be NaN."""
        for i in range(out.rows):
            for j in range(out.columns):
                place = out.start + i * out.down + j * out.along
                total = beta * read(place) if beta else beta
                for k in range(a.columns):
                    left = read(a.start + i * a.down + k * a.along)
                    total += left * read(b.start + k * b.down + j * b.along)
                write(place, total)

    return Loops(pack, multiply)


def gemm(dtype: str) -> Kernel:
    """Return the kernel of `out = a @ b + beta * out` and its type."""
    real, item = REALS[dtype], REALS[dtype].bitwidth // 8
    call = routine(LETTERS[dtype] + "gemm", "cciiifpipifpi", real)
    pack, multiply = loops(dtype)

    def kernel(  # noqa: PLR0913, PLR0917 - what machine code passes: addresses, strides, sizes
        out: int, a: int, a0: int, a1: int, b: int, b0: int, b1: int, m: int, n: int, k: int, beta: float
    ) -> None:
        left, right = Matrix(a, a0, a1, m, k), Matrix(b, b0, b1, k, n)
        plain = float(m) * n * k <= SMALL or max(m, n, k) > LARGEST
        (order_a, lead_a), (order_b, lead_b) = layout(left, item), layout(right, item)
        copy_a = pack(left) if not (plain or lead_a) else 0
        copy_b = pack(right) if not (plain or lead_b) else 0
        if copy_a:
            a, order_a, lead_a = copy_a, AS_STORED, k
        if copy_b:
            b, order_b, lead_b = copy_b, AS_STORED, n
        if plain or not (lead_a and lead_b):  # the latter: no memory for a copy
            multiply(Matrix(out, n * item, item, m, n), left, right, beta)
        else:
            call(order_b, order_a, n, m, k, real(1), b, lead_b, a, lead_a, beta, out, n)
        release(copy_a)
        release(copy_b)

    return kernel, types.void(*[INT] * 10, real)


def gemv(dtype: str) -> Kernel:
    """Return the kernel of `out = a @ x + beta * out` with vectors out and x, and its type."""
    real, item = REALS[dtype], REALS[dtype].bitwidth // 8
    call = routine(LETTERS[dtype] + "gemv", "ciifpipifpi", real)
    pack, multiply = loops(dtype)

    def kernel(  # noqa: PLR0913, PLR0917 - as above
        out: int, a: int, a0: int, a1: int, x: int, x0: int, m: int, k: int, beta: float
    ) -> None:
        left, right = Matrix(a, a0, a1, m, k), Matrix(x, x0, x0, k, 1)
        plain = float(m) * k <= SMALL or max(m, k) > LARGEST
        (order, lead), step = layout(left, item), increment(x0, k, item)
        x = lowest(x, x0, k)
        copy_a = pack(left) if not (plain or lead) else 0
        copy_x = pack(right) if not (plain or step) else 0
        if copy_a:
            a, order, lead = copy_a, AS_STORED, k
        if copy_x:
            x, step = copy_x, 1
        if plain or not (lead and step):
            multiply(Matrix(out, item, item, m, 1), left, right, beta)
        elif order == AS_STORED:
            call(TRANSPOSED, k, m, real(1), a, lead, x, step, beta, out, 1)
        else:
            call(AS_STORED, m, k, real(1), a, lead, x, step, beta, out, 1)
        release(copy_a)
        release(copy_x)

    return kernel, types.void(*[INT] * 8, real)


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
