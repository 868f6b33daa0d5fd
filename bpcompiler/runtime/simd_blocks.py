"""Loops over one block of turns, and the sums of blocks.

    block(start, stop)   the range from start to stop, or of BLOCK turns if that is less
    chunk(start, stop, turns)   the same, of any number of turns
    lost(total, part)    what rounding takes from total + part

A `range` would do, but Numba cannot see that the indices of one that does not begin with a number are
not negative, and would count them from the end if they were: no loop over elements vectorises then.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.datamodel import models
from numba.core.imputils import iterator_impl
from numba.core.types.common import SimpleIterableType, SimpleIteratorType
from numba.core.typing import signature
from numba.extending import lower_builtin, register_model, type_callable

from bpcompiler.primitives.block_size import BLOCK

_NO_WRAP = ("nuw", "nsw")
_SIZE = ir.IntType(64)


def block(start: int, stop: int) -> range:
    """Return the range from `start`, which is not negative, to `stop`, cut to BLOCK turns."""
    return chunk(start, stop, BLOCK)


def chunk(start: int, stop: int, turns: int) -> range:
    """Return the range from `start`, which is not negative, to `stop`, cut to so many turns."""
    return range(start, min(start + turns, stop))


def lost(total: Any, part: Any) -> Any:
    """Return exactly what rounding takes from total + part; 0 where that is no finite number."""
    found = total + part
    rest = found - total
    error = (total - (found - rest)) + (part - rest)
    return error if error == error else type(error)(0)  # noqa: PLR0124 - NaN is not itself


class _Turns(SimpleIteratorType):
    def __init__(self) -> None:
        super().__init__("simd_turns", types.int64)


class _Block(SimpleIterableType):
    def __init__(self) -> None:
        super().__init__("simd_block", _Turns())


_TURNS, _BLOCK = _Turns(), _Block()


@register_model(_Turns)
class _TurnsModel(models.StructModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: Any) -> None:
        members = [
            ("start", types.int64),
            ("count", types.int64),
            ("done", types.EphemeralPointer(types.int64)),
        ]
        super().__init__(manager, kind, members)


@register_model(_Block)
class _BlockModel(models.StructModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, [("start", types.int64), ("count", types.int64)])


def _type_block(_context: Any) -> Any:
    def typer(start: Any, stop: Any) -> Any:
        whole = isinstance(start, types.Integer) and isinstance(stop, types.Integer)
        return signature(_BLOCK, types.int64, types.int64) if whole else None

    return typer


def _type_chunk(_context: Any) -> Any:
    def typer(start: Any, stop: Any, turns: Any) -> Any:
        whole = all(isinstance(operand, types.Integer) for operand in (start, stop, turns))
        return signature(_BLOCK, types.int64, types.int64, types.int64) if whole else None

    return typer


def _lower_block(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
    start, stop, *turns = args
    made = cgutils.create_struct_proxy(_BLOCK)(context, builder)
    left, most = builder.sub(stop, start), turns[0] if turns else ir.Constant(_SIZE, BLOCK)
    made.start = start
    made.count = builder.select(builder.icmp_signed("<", left, most), left, most)
    return made._getvalue()  # noqa: SLF001 - how Numba's own structures are read


def _lower_getiter(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
    given = cgutils.create_struct_proxy(_BLOCK)(context, builder, value=args[0])
    turns = cgutils.create_struct_proxy(_TURNS)(context, builder)
    builder.assume(builder.icmp_signed(">=", given.start, ir.Constant(_SIZE, 0)))
    turns.start, turns.count = given.start, given.count
    turns.done = cgutils.alloca_once_value(builder, ir.Constant(_SIZE, 0))
    return turns._getvalue()  # noqa: SLF001 - the same


@iterator_impl(_BLOCK, _TURNS)
class _TurnsOfBlock(cgutils.create_struct_proxy(_TURNS)):  # type: ignore[misc]
    def iternext(self, context: Any, builder: Any, result: Any) -> None:
        """Yield start, start + 1 ...: no sum of two numbers of turns wraps around."""
        done = builder.load(self.done)
        is_valid = builder.icmp_signed("<", done, self.count)
        result.set_valid(is_valid)
        with builder.if_then(is_valid):
            result.yield_(builder.add(self.start, done, flags=_NO_WRAP))
            builder.store(builder.add(done, ir.Constant(_SIZE, 1), flags=_NO_WRAP), self.done)


def _type_lost(_context: Any) -> Any:
    return lambda total, part: total if total == part and isinstance(total, types.Float) else None


def _lower_lost(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
    total, part = args
    found = builder.fadd(total, part)
    rest = builder.fsub(found, total)
    error = builder.fadd(builder.fsub(total, builder.fsub(found, rest)), builder.fsub(part, rest))
    return builder.select(builder.fcmp_ordered("ord", error, error), error, ir.Constant(error.type, 0.0))


type_callable(block)(_type_block)
type_callable(chunk)(_type_chunk)
type_callable(lost)(_type_lost)
lower_builtin(block, types.int64, types.int64)(_lower_block)
lower_builtin(chunk, types.int64, types.int64, types.int64)(_lower_block)
lower_builtin("getiter", _Block)(_lower_getiter)
lower_builtin(lost, types.Float, types.Float)(_lower_lost)
