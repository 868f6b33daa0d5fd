"""Functions in LLVM of which products by tiles are made: a tile, and strips of the right factor packed.

A tile is 12 or 4 rows of `WIDTH` bytes of the product, held in registers of 64 bytes while the terms are
added up: with 12 rows, 24 registers are added to for 14 reads. The right factor comes as a strip: `WIDTH`
bytes of its first row, of its second and so on, without gaps, zeros behind its last column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llvmlite import ir
from numba.core import cgutils

if TYPE_CHECKING:
    from collections.abc import Iterator

ADDRESS, BYTE, INT, VOID = cgutils.intp_t, ir.IntType(8), ir.IntType(32), ir.VoidType()
REGISTER = 64  # bytes
WIDTH = 2 * REGISTER
SIDE = 4  # of the squares in which columns are packed: larger ones are little quicker, and slow to compile


class Writer:
    """What an internal function is written with: `args`, and reads and writes at addresses.

    `real` is LLVM's type of the numbers. A function that the module has already is not written again:
    `new` says so.
    """

    def __init__(self, module: Any, name: str, real: Any, arguments: int) -> None:
        kind = ir.FunctionType(VOID, [ADDRESS] * (arguments - 1) + [real])
        self.function = cgutils.get_or_insert_function(module, kind, f"bp_{name}_{real.intrinsic_name}")
        self.args = self.function.args
        self.real, self.item = real, 8 if isinstance(real, ir.DoubleType) else 4
        self.lanes = REGISTER // self.item
        self.vector = ir.VectorType(real, self.lanes)
        self.new = not self.function.blocks
        if self.new:
            self.function.linkage = "internal"
            self.function.attributes.add("noinline")
            self.builder = ir.IRBuilder(self.function.append_basic_block("entry"))

    def at(self, start: Any, *terms: tuple[Any, Any]) -> Any:
        """Return an address: start plus the products."""
        for factor, step in terms:
            start = self.builder.add(start, self.builder.mul(factor, step))
        return start

    def least(self, x: Any, y: Any) -> Any:
        """Return the lesser number."""
        return self.builder.select(self.builder.icmp_signed("<", x, y), x, y)

    def pointer(self, address: Any, kind: Any) -> Any:
        """Return the address as LLVM wants it."""
        return self.builder.inttoptr(address, kind.as_pointer())

    def call(self, name: str, returns: Any, *args: Any) -> Any:
        """Call one of LLVM's own functions."""
        kind = ir.FunctionType(returns, [arg.type for arg in args])
        return self.builder.call(cgutils.get_or_insert_function(self.builder.module, kind, name), args)

    def read(self, address: Any, mask: Any) -> Any:
        """Return as many numbers as the mask has: those where it is true; else zero, and nothing is read."""
        kind = ir.VectorType(self.real, mask.type.count)
        name = f"llvm.masked.load.{self.named(kind)}.p0{self.named(kind)}"
        return self.call(name, kind, self.pointer(address, kind), INT(self.item), mask, kind(None))

    def write(self, numbers: Any, address: Any, mask: Any) -> None:
        """Store those where the mask is true."""
        name = f"llvm.masked.store.{self.named(numbers.type)}.p0{self.named(numbers.type)}"
        self.call(name, VOID, numbers, self.pointer(address, numbers.type), INT(self.item), mask)

    def multiply_add(self, x: Any, y: Any, z: Any) -> Any:
        """Return x * y + z, rounded once."""
        return self.call(f"llvm.fma.{self.named(z.type)}", z.type, x, y, z)

    def named(self, kind: Any) -> str:
        """Return a vector's type as it is in the names of LLVM's functions."""
        return f"v{kind.count}f{8 * self.item}"

    def spread(self, number: Any, count: int) -> Any:
        """Return a vector of one number."""
        builder, kind = self.builder, ir.VectorType(number.type, count)
        undefined = ir.Constant(kind, ir.Undefined)
        first = builder.insert_element(undefined, number, INT(0))
        return builder.shuffle_vector(first, undefined, ir.VectorType(INT, count)(None))

    def first(self, some: Any, count: int) -> Any:
        """Return the mask of the first `some` of `count` numbers: of none where it is below 1."""
        numbers = ir.Constant(ir.VectorType(ADDRESS, count), list(range(count)))
        return self.builder.icmp_signed("<", numbers, self.spread(some, count))

    def loop(self, stop: Any, step: Any) -> Any:
        """Return the context of a loop over 0, step ... below stop."""
        return cgutils.for_range_slice(self.builder, ADDRESS(0), stop, step)


def tile(module: Any, rows: int, real: Any) -> Any:
    """Return the function of a tile: out = left @ strip + beta * out.

    It has so many rows and `WIDTH` bytes; `height` and `width` are how many rows and numbers there are.
    Arguments: left, down, along, strip, terms, out, out_down, height, width, beta. Rows of `left` are `down`
    bytes apart, columns `along`. A row behind the last is the last again, and stored there.
    """
    write = Writer(module, f"tile{rows}", real, 10)
    if write.new:
        left, down, _, _, _, out, out_down, height, width, beta = write.args
        last = write.builder.sub(height, ADDRESS(1))
        numbers = [write.least(ADDRESS(row), last) for row in range(rows)]
        places = [write.at(out, (number, out_down)) for number in numbers]
        for place in places:
            for half in range(2):
                address = write.builder.add(place, ADDRESS(half * REGISTER))
                write.call("llvm.prefetch.p0i8", VOID, write.pointer(address, BYTE), INT(1), INT(3), INT(1))
        sums = _sums(write, [write.at(left, (number, down)) for number in numbers])
        _store(write, sums, places, width, beta)
    return write.function


def _sums(write: Writer, lefts: list[Any]) -> list[Any]:
    """Write the loop over the terms; return the tile's registers behind it, row by row."""
    builder, args, entry = write.builder, write.args, write.builder.block
    along, strip, terms = args[2:5]
    loop, done = (builder.append_basic_block(name) for name in ("terms", "done"))
    builder.branch(loop)
    builder.position_at_end(loop)
    turn, offset, right = (builder.phi(ADDRESS) for _ in range(3))
    before = [builder.phi(write.vector) for _ in range(2 * len(lefts))]
    places = [builder.add(right, ADDRESS(half * REGISTER)) for half in range(2)]
    halves = [builder.load(write.pointer(place, write.vector), align=REGISTER) for place in places]
    after = []
    for row, left in enumerate(lefts):
        number = builder.load(write.pointer(builder.add(left, offset), write.real), align=write.item)
        factor = write.spread(number, write.lanes)
        for half, total in zip(halves, before[2 * row : 2 * row + 2], strict=True):
            after.append(write.multiply_add(factor, half, total))
    starts = [ADDRESS(0), ADDRESS(0), strip, *[write.vector(None)] * len(before)]
    steps = zip((turn, offset, right), (ADDRESS(1), along, ADDRESS(WIDTH)), strict=True)
    ends = [*(builder.add(place, step) for place, step in steps), *after]
    for value, start, end in zip((turn, offset, right, *before), starts, ends, strict=True):
        value.add_incoming(start, entry)
        value.add_incoming(end, loop)
    builder.cbranch(builder.icmp_signed("<", ends[0], terms), loop, done)
    builder.position_at_end(done)
    return after


def _store(write: Writer, sums: list[Any], rows: list[Any], width: Any, beta: Any) -> None:
    """Write how a tile comes to its place. All is read before the first store: rows may be there twice."""
    builder, lanes = write.builder, write.lanes
    masks = [write.first(builder.sub(width, ADDRESS(half * lanes)), lanes) for half in range(2)] * len(rows)
    places = [builder.add(row, ADDRESS(half * REGISTER)) for row in rows for half in range(2)]
    kept = write.spread(builder.fcmp_unordered("!=", beta, write.real(0)), lanes)
    olds = [write.read(place, builder.and_(mask, kept)) for place, mask in zip(places, masks, strict=True)]
    weight = write.spread(beta, lanes)
    for place, total, old, mask in zip(places, sums, olds, masks, strict=True):
        write.write(write.multiply_add(old, weight, total), place, mask)
    builder.ret_void()


def pack_rows(module: Any, real: Any) -> Any:
    """Return the function that packs a strip of a matrix whose rows are without gaps.

    Arguments: start, down, terms, width, strip, and a number that is not read.
    """
    write = Writer(module, "pack_rows", real, 6)
    if write.new:
        start, down, terms, width, strip, _ = write.args
        starts = [write.builder.sub(width, ADDRESS(half * write.lanes)) for half in range(2)]
        masks = [write.first(start, write.lanes) for start in starts]
        with write.loop(terms, ADDRESS(1)) as (i, _):
            for half, mask in enumerate(masks):
                shift = ADDRESS(half * REGISTER)
                register = write.read(write.builder.add(write.at(start, (i, down)), shift), mask)
                target = write.at(write.builder.add(strip, shift), (i, ADDRESS(WIDTH)))
                write.builder.store(register, write.pointer(target, write.vector), align=REGISTER)
        write.builder.ret_void()
    return write.function


def pack_columns(module: Any, real: Any) -> Any:
    """Return the function that packs a strip of a matrix whose columns are without gaps, by small squares.

    Arguments: start, along, terms, width, strip, and a number that is not read.
    """
    write = Writer(module, "pack_columns", real, 6)
    if write.new:
        start, along, terms, width, strip, _ = write.args
        builder, side = write.builder, ADDRESS(SIDE)
        with write.loop(ADDRESS(2 * write.lanes), side) as (j, _), write.loop(terms, side) as (i, _):
            some = write.first(builder.sub(terms, i), SIDE)
            columns = []
            for k in range(SIDE):
                column = builder.add(j, ADDRESS(k))
                there = write.spread(builder.icmp_signed("<", column, width), SIDE)
                place = write.at(start, (column, along), (i, ADDRESS(write.item)))
                columns.append(write.read(place, builder.and_(some, there)))
            place = write.at(strip, (i, ADDRESS(WIDTH)), (j, ADDRESS(write.item)))
            for k, row in enumerate(_transposed(write, columns)):
                target = builder.add(place, ADDRESS(k * WIDTH))
                builder.store(row, write.pointer(target, row.type), align=SIDE * write.item)
        builder.ret_void()
    return write.function


def _transposed(write: Writer, vectors: list[Any]) -> list[Any]:
    """Return a square of numbers, rows for columns.

    To interleave the first half of the vectors with the second moves the highest bit of a number's place
    to the lowest: after as many times as a row's number has bits, row and column have changed places.
    """
    half = len(vectors) // 2
    for _ in range(half.bit_length()):
        pairs = zip(vectors[:half], vectors[half:], strict=True)
        vectors = [woven for x, y in pairs for woven in _woven(write, x, y)]
    return vectors


def _woven(write: Writer, x: Any, y: Any) -> Iterator[Any]:
    """Yield x0 y0 x1 y1 ...: the first half, then the second."""
    count = x.type.count
    for start in (0, count // 2):
        order = [i for place in range(start, start + count // 2) for i in (place, count + place)]
        yield write.builder.shuffle_vector(x, y, ir.Constant(ir.VectorType(INT, count), order))
