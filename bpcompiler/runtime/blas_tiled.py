"""Matrix products by tiles: quicker than OpenBLAS on one thread where registers have 64 bytes.

OpenBLAS reaches 60 % of such a processor's rate in products of some hundred rows and columns, tiles 80 %.

That is for middling products: for smaller ones OpenBLAS has kernels as quick, in larger ones reading the
left factor again for each strip costs more than packing it would. Where BLAS has more threads than one, large
products are its matter.

What is summed over is cut into parts. Of a part of the right factor, strips of 128 bytes are packed, one
after the other; a strip stays in the first cache while all rows of the left factor are multiplied by it,
12 by 12 and the last ones 4 by 4. The left factor is read where it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llvmlite import ir
from numba import types
from numba.core.registry import cpu_target

from bpcompiler.runtime.blas_intrinsics import FLOATS, made_intrinsic, threads
from bpcompiler.runtime.blas_memory import REALS, Matrix, nopython
from bpcompiler.runtime.blas_symbols import counts_threads
from bpcompiler.runtime.blas_tiles import ADDRESS, REGISTER, WIDTH, Writer, pack_columns, pack_rows, tile

if TYPE_CHECKING:
    from collections.abc import Callable

DEPTH = 256  # terms of a part at most: a strip of so many takes 32 of the first cache's 48 kB
TALL, LOW = 12, 4  # rows of a tile
LEAST = 1e6  # multiplications: up to so many OpenBLAS does without copies
LEAST_WIDTH = 32  # bytes of a row of the product
LARGEST_LEFT = 10**6  # bytes of the left factor: it stays in the second cache


def available() -> bool:
    """Say whether products go by tiles here: registers of 64 bytes, and a BLAS known to be worse at it."""
    features = cpu_target.target_context.codegen().magic_tuple()[2].split(",")
    return "+avx512f" in features and counts_threads()


def by_tiles(dtype: str) -> tuple[Callable[..., bool], Callable[..., None]]:
    """Return two functions for a kernel: whether tiles are for out = a @ b with a row-major `out`; `tiled`.

    The kernel itself calls the second: within a function of its own LLVM would optimise it twice.
    """
    if not available():
        return nopython(lambda _out, _a, _b: False), nopython(lambda *_: None)
    item = REALS[dtype].bitwidth // 8

    @nopython
    def pay(out: Matrix, a: Matrix, b: Matrix) -> bool:
        middling = a.rows * a.columns * item <= LARGEST_LEFT
        middling = middling and float(out.rows) * out.columns * a.columns > LEAST
        wide = out.columns * item >= LEAST_WIDTH and item in (b.down, b.along)
        return middling and wide and threads() == 1

    return pay, tiled(REALS[dtype])


def tiled(dtype: Any) -> Callable[..., None]:
    """Return a nopython function: out = a @ b + beta * out, no product of sizes being 0.

    `out` is row-major, `a` of any strides; of the strides of `b` one is the size of a number. Arguments are
    the address of each with the strides in bytes (of `out`: from row to row), rows, columns, terms, beta.
    """

    def codegen(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        builder.call(_product(builder.module, FLOATS[dtype]), args)
        return context.get_dummy_value()

    signature = types.void(*[types.intp] * 11, dtype)
    names = "out, out_down, a, a_down, a_along, b, b_down, b_along, rows, columns, terms, beta"
    made: Callable[..., None] = made_intrinsic(names, signature, codegen)
    return made


def _product(module: Any, real: Any) -> Any:
    """Return the function of a product: its loop over the parts."""
    write = Writer(module, "tiled", real, 12)
    if write.new:
        builder, terms, beta = write.builder, write.args[10], write.args[11]
        strip = builder.alloca(ir.ArrayType(ir.IntType(8), WIDTH * DEPTH))
        strip.align = REGISTER
        place = builder.ptrtoint(strip, ADDRESS)
        parts = _parts(builder, terms, DEPTH)
        depth = _parts(builder, terms, parts)
        with write.loop(terms, depth) as (first, _):
            count = write.least(depth, builder.sub(terms, first))
            begins = builder.icmp_signed("==", first, ADDRESS(0))
            _part(write, place, first, count, builder.select(begins, beta, real(1)))
        builder.ret_void()
    return write.function


def _parts(builder: Any, size: Any, most: Any) -> Any:
    """Return how many parts of at most `most` there are in a size."""
    most = ADDRESS(most) if isinstance(most, int) else most
    return builder.sdiv(builder.add(size, builder.sub(most, ADDRESS(1))), most)


def _part(write: Writer, strip: Any, first: Any, count: Any, beta: Any) -> None:
    """Write the loop over the strips of a part of the terms."""
    builder, item, lanes = write.builder, ADDRESS(write.item), ADDRESS(2 * write.lanes)
    out, _, a, _, a_along, b, b_down, b_along, _, columns, _, _ = write.args
    module, real = write.function.module, write.real
    left = write.at(a, (first, a_along))
    with write.loop(columns, lanes) as (column, _):
        width = write.least(lanes, builder.sub(columns, column))
        right = write.at(b, (first, b_down), (column, b_along))
        with builder.if_else(builder.icmp_signed("==", b_along, item)) as (by_rows, by_columns):
            with by_rows:
                builder.call(pack_rows(module, real), [right, b_down, count, width, strip, real(0)])
            with by_columns:
                builder.call(pack_columns(module, real), [right, b_along, count, width, strip, real(0)])
        _strip(write, left, write.at(out, (column, item)), [strip, count], [width, beta])


def _strip(write: Writer, left: Any, out: Any, right: list[Any], rest: list[Any]) -> None:
    """Write the two loops over the tiles of a strip."""
    builder = write.builder
    _, out_down, _, down, along, _, _, _, rows, *_ = write.args
    # 9, 10 or 11 rows at the end are one tile of 12: as much work as three of 4.
    tall = builder.mul(
        builder.sdiv(builder.add(rows, ADDRESS(TALL - 2 * LOW - 1)), ADDRESS(TALL)), ADDRESS(TALL)
    )
    for height, start, stop in ((TALL, ADDRESS(0), tall), (LOW, tall, rows)):
        function = tile(write.function.module, height, write.real)
        with write.loop(builder.sub(stop, start), ADDRESS(height)) as (i, _):
            row = builder.add(start, i)
            some = write.least(ADDRESS(height), builder.sub(rows, row))
            target = write.at(out, (row, out_down))
            builder.call(
                function,
                [write.at(left, (row, down)), down, along, *right, target, out_down, some, *rest],
            )
