"""The pass: long loops of a program's outermost block whose turns are independent run on several threads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bpcompiler.ir import sizes
from bpcompiler.ir.equations import Block, Equation, Literal, Value
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Size, Symbol, as_symbol
from bpcompiler.ir.types import Array, Aval
from bpcompiler.lowering.fusion.ranges import size_of, sizes_in
from bpcompiler.lowering.fusion.unread import without_unread
from bpcompiler.lowering.parallel.chunks import Chunks
from bpcompiler.lowering.parallel.reducing import is_number
from bpcompiler.lowering.parallel.roles import Judge
from bpcompiler.lowering.parallel.work import only_moves, work_of


def on_threads(program: Program, in_order: bool = False) -> Program:
    """Return the lowered program with loops in chunks; `in_order`: not those that add up."""
    names = dict(program.names)
    equations = tuple(_Pass(program.block, names, in_order).equations())
    block = replace(program.block, equations=equations)
    return without_unread(replace(program, block=block, names=names))


class _Pass:
    def __init__(self, block: Block, names: dict[Value, str], in_order: bool) -> None:
        self._block, self._names = block, names
        self._sizes = sizes_in(block)
        self._judge = Judge(block, self._sizes, in_order)
        self._known = {symbol for param in block.params for symbol in _symbols(param.aval)}

    def equations(self) -> Iterator[Equation]:
        """Yield the equations. What a symbol stands for is known from where it is said."""
        number = 0
        for eqn in self._block.equations:
            count = self._count(eqn)
            roles = None if count is None or only_moves(eqn) else self._judge.roles(eqn)
            if count is None or roles is None:
                yield eqn
            else:
                number += 1
                work = work_of(eqn.blocks[0], self._known, self._sizes)
                yield from Chunks(eqn, roles, self._names).equations(count, work, number)
            self._known.update(symbol for value in eqn.outputs for symbol in _symbols(value.aval))

    def _count(self, eqn: Equation) -> Size | None:
        """Return the size up to which a loop counts from 0; None of anything else."""
        if len(eqn.blocks) != 1 or len(eqn.operands) < 3:
            return None
        start, stop, step = eqn.operands[:3]
        counts_up = is_number(start, 0) and isinstance(step, Literal) and step.value >= 1
        size = size_of(stop, self._sizes) if counts_up else None
        return size if size is not None and sizes.is_nonnegative(size) else None


def _symbols(aval: Aval) -> Iterator[Symbol]:
    if isinstance(aval, Array):
        for size in aval.shape:
            if (symbol := as_symbol(size)) is not None:
                yield symbol
    elif aval.size is not None and (symbol := as_symbol(aval.size)) is not None:
        yield symbol
