"""Tapes in compiled code: arrays of numbers, or lists.

A tape with sizes is an array with an element for each index. One without is a list: Numba's append and pop
cost 0.6 ns together (an array that grows cost 13, by the reference counts of its variable).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bpcompiler.codegen.lowered_text import Expressions
from bpcompiler.codegen.size_text import SizeText
from bpcompiler.ir.equations import Block, Equation, Operand, Value, equations_of
from bpcompiler.ir.sizes import Size, maximum
from bpcompiler.ir.types import BOOL, FLOAT32, FLOAT64, INT64, DType
from bpcompiler.primitives.creation import dtype_text
from bpcompiler.primitives.tapes import Tape, new_tape, recall, record

_ZERO: dict[DType, str] = {FLOAT64: "0.0", FLOAT32: "np.float32(0.0)", INT64: "0", BOOL: "False"}


class Tapes:
    """The variables of the tapes, and the statements that use them."""

    primitives = frozenset((new_tape, record, recall))

    def __init__(
        self, block: Block, fresh: Callable[[str], str], expressions: Expressions, sizes: SizeText
    ) -> None:
        self._expressions, self._sizes = expressions, sizes
        self._variables: dict[Tape, str] = {}
        for eqn in equations_of(block):
            if eqn.primitive is new_tape and eqn.attrs["tape"] not in self._variables:
                self._variables[eqn.attrs["tape"]] = fresh(eqn.attrs["tape"].name)

    def statements(self, eqn: Equation, name: Callable[[Value], str]) -> Iterator[str]:
        """Yield the text of an equation with a tape."""
        variable = self._variables[eqn.attrs["tape"]]
        if eqn.primitive is new_tape:
            yield from self._new(variable, eqn.attrs["tape"].aval.dtype, eqn.attrs["sizes"])
        elif eqn.primitive is record:
            value, *where = eqn.operands
            text = str(self._expressions.operand(value))
            yield f"{variable}[{self._indices(where)}] = {text}" if where else f"{variable}.append({text})"
        else:
            kept = f"{variable}[{self._indices(eqn.operands)}]" if eqn.operands else f"{variable}.pop()"
            yield f"{name(eqn.output)} = {kept}"

    def _indices(self, operands: Sequence[Operand]) -> str:
        return ", ".join(str(self._expressions.index(operand)) for operand in operands)

    def _new(self, variable: str, dtype: DType, sizes: tuple[Size, ...] | None) -> Iterator[str]:
        """An empty list has no type to Numba; one that is emptied has."""
        if sizes is None:
            yield f"{variable} = [{_ZERO[dtype]}]"
            yield f"{variable}.clear()"
            return
        shape = ", ".join(self._sizes(maximum(size, 0)) for size in sizes) + ("," if len(sizes) == 1 else "")
        given = dtype_text(dtype)
        yield f"{variable} = np.empty(({shape}){f', dtype={given}' if given else ''})"
