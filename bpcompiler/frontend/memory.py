"""What a program relies on in the memory of its inputs, where it stores into one of them.

Without stores, arguments that overlap are independent. With stores, the same array passed twice is one
storage, every other array must lie apart from those that are written, and these must be writeable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """What must hold of the inputs of a call, by their numbers.

    `written`: arrays that are stored into. `same`: pairs that are one array. `apart`: pairs that share
    nothing. `layouts`: arrays whose strides matter, "C" or "F" for contiguous ones, else the strides.
    """

    written: tuple[int, ...] = ()
    same: Pairs = ()
    apart: Pairs = ()
    layouts: tuple[tuple[int, str | tuple[int, ...]], ...] = ()

    def holds(self, inputs: Sequence[Any]) -> bool:
        """Return whether a call's inputs are as the program needs them."""
        return (
            all(inputs[i].flags.writeable for i in self.written)
            and all(inputs[i] is inputs[j] for i, j in self.same)
            and all(are_apart(inputs[i], inputs[j]) for i, j in self.apart)
            and all(layout_of(inputs[i]) == layout for i, layout in self.layouts)
        )


def are_apart(one: Any, other: Any) -> bool:
    """Return whether two arrays have no element in common."""
    if one is other:
        return False
    return (one.flags.owndata and other.flags.owndata) or not np.shares_memory(one, other)


def layout_of(array: Any) -> str | tuple[int, ...]:
    """Return "C" or "F" for a contiguous array, else its strides."""
    flags = array.flags
    strides: tuple[int, ...] = array.strides
    return "C" if flags.c_contiguous else "F" if flags.f_contiguous else strides
