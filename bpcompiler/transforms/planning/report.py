"""What a program keeps on tapes, in words and in bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from bpcompiler.ir import sizes
from bpcompiler.ir.equations import equations_of
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Size, Symbol
from bpcompiler.primitives.tapes import Tape, new_tape


@dataclass(frozen=True, slots=True)
class Kept:
    """A tape: `shape` has a size for each loop, then those of what is kept; None: it grows with the turns."""

    tape: Tape
    shape: tuple[Size, ...] | None
    statement: str

    def bytes(self) -> Size | None:
        """Return how much memory the tape takes; None: as much as there are turns."""
        if self.shape is None:
            return None
        return sizes.product(self.shape) * np.dtype(self.tape.aval.dtype.value).itemsize

    def line(self, known: Mapping[Symbol, int]) -> str:
        """Return the tape in words: what, of what shape, how much."""
        dtype = self.tape.aval.dtype.value
        if self.shape is None:
            own = "".join(f"[{', '.join(map(str, self.tape.aval.shape))}]" if self.tape.aval.shape else "")
            return f"{self.tape.name}: {dtype}{own} for each turn"
        text = f"{self.tape.name}: {dtype}[{', '.join(map(str, self.shape))}]"
        try:
            number = sizes.evaluate(self.bytes() or 0, known)
        except KeyError:
            return text
        return f"{text}, {number / 1e6:.3g} MB" if number >= 1e4 else f"{text}, {number} bytes"


def kept_by(program: Program) -> Iterator[Kept]:
    """Yield the tapes of a program."""
    for eqn in equations_of(program.block):
        if eqn.primitive is new_tape:
            tape, dims = eqn.attrs["tape"], eqn.attrs["sizes"]
            shape = None if dims is None else (*dims, *tape.aval.shape)
            yield Kept(tape, shape, eqn.origin.text if eqn.origin is not None else "")


def report(program: Program, known: Mapping[Symbol, int]) -> str:
    """Return what the reverse keeps of the forward pass, loop by loop. `known`: the sizes of a call."""
    lines: list[str] = []
    statement = ""
    for kept in kept_by(program):
        if kept.statement != statement:
            statement = kept.statement
            lines.append(statement)
        lines.append(f"    {kept.line(known)}")
    return "\n".join(lines) or "nothing is kept"
