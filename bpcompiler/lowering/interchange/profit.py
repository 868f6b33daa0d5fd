"""Which loops are short and which are long, for the sizes of a call. Only a judgement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bpcompiler.ir.sizes import Size, Symbol, substitute

SHORT = 32  # turns at most
LONG = 32  # turns at least
LONGEST = (
    2**13
)  # turns at most: the rows of such a loop, that are read for each turn around it, stay in the cache


@dataclass(frozen=True, slots=True)
class Lengths:
    """The judgement for a call with these sizes."""

    sizes: Mapping[Symbol, int]

    def is_short(self, size: Size) -> bool:
        """Return whether a loop is too short to be the innermost one."""
        known = substitute(size, self.sizes)
        return isinstance(known, int) and known <= SHORT

    def is_long(self, size: Size) -> bool:
        """Return whether a loop is long enough to be the innermost one."""
        known = substitute(size, self.sizes)
        return isinstance(known, int) and LONG <= known <= LONGEST
