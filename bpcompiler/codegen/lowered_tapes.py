"""Tapes in compiled code: arrays of numbers.

A tape with sizes is an array with an element for each index. One without grows as it is written, and has a
variable that says how many numbers are on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bpcompiler.codegen.lowered_text import Expressions
from bpcompiler.codegen.size_text import SizeText
from bpcompiler.ir.equations import Block, Equation, Operand, Value, equations_of
from bpcompiler.primitives.creation import dtype_text
from bpcompiler.primitives.tapes import Tape, new_tape, recall, record

HELPERS = ("grown",)
START = 256  # numbers that a growing tape has room for at first


class Tapes:
    """The variables of the tapes, and the statements that use them."""

    primitives = frozenset((new_tape, record, recall))

    def __init__(
        self, block: Block, fresh: Callable[[str], str], expressions: Expressions, sizes: SizeText
    ) -> None:
        self._expressions, self._sizes = expressions, sizes
        self._arrays: dict[Tape, str] = {}
        self._counts: dict[Tape, str] = {}
        for eqn in equations_of(block):
            if eqn.primitive is new_tape and eqn.attrs["tape"] not in self._arrays:
                tape = eqn.attrs["tape"]
                self._arrays[tape] = fresh(tape.name)
                if eqn.attrs["sizes"] is None:
                    self._counts[tape] = fresh(f"{self._arrays[tape]}_length")

    def statements(self, eqn: Equation, name: Callable[[Value], str]) -> Iterator[str]:
        """Yield the text of an equation with a tape."""
        tape = eqn.attrs["tape"]
        array, count = self._arrays[tape], self._counts.get(tape)
        if eqn.primitive is new_tape:
            yield from self._new(tape, eqn.attrs["sizes"])
        elif eqn.primitive is record and count is None:
            value, *where = eqn.operands
            yield f"{array}[{self._indices(where)}] = {self._expressions.operand(value)}"
        elif eqn.primitive is record:
            yield f"if {count} == {array}.size:"
            yield f"    {array} = grown({array})"
            yield f"{array}[unsigned({count})] = {self._expressions.operand(eqn.operands[0])}"
            yield f"{count} += 1"
        elif count is None:
            yield f"{name(eqn.output)} = {array}[{self._indices(eqn.operands)}]"
        else:
            yield f"{count} -= 1"
            yield f"{name(eqn.output)} = {array}[unsigned({count})]"

    def _indices(self, operands: Sequence[Operand]) -> str:
        return ", ".join(str(self._expressions.index(operand)) for operand in operands) or "()"

    def _new(self, tape: Tape, sizes: object) -> Iterator[str]:
        dtype = dtype_text(tape.aval.dtype)
        given = f", dtype={dtype}" if dtype else ""
        if isinstance(sizes, tuple):
            shape = ", ".join(map(self._sizes, sizes)) + ("," if len(sizes) == 1 else "")
            yield f"{self._arrays[tape]} = np.empty(({shape}){given})"
        else:
            yield f"{self._arrays[tape]} = np.empty({START}{given})"
            yield f"{self._counts[tape]} = 0"
