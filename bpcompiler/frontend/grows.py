"""Errors of lists that get another number of items, of which a loop may take the first kind and go on."""

from __future__ import annotations

from typing import Any

from bpcompiler.errors import NeedsValueError
from bpcompiler.frontend.trace import current

REMEDY = "preallocate an array before the loop, x = np.zeros(n), and store into it: x[i] = ..."
COUNTED = (
    "preallocate an array for as many as there can be, x = np.zeros(most), count what you store, x[k] = ...; "
    "k += 1, and use x[:k] afterwards"
)


class Grows(NeedsValueError):  # noqa: N818 -- a loop may well take it
    """A list gets one more item in a turn of a loop, or on one way through a branch."""

    def __init__(self, holder: Any, item: Any, name: str = "") -> None:
        super().__init__(
            f"{f'the list {name}' if name else 'a list'} gets more or fewer items under a condition or in a "
            "loop on traced values",
            remedy=COUNTED,
            origin=current().place_of_change(holder),
        )
        self.holder, self.item = holder, item

    def told(self) -> NeedsValueError:
        """Return it as users know it, where no loop took it."""
        return NeedsValueError(self.message, remedy=self.remedy, origin=self.origin)


def not_once(name: str) -> NeedsValueError:
    """Return the error for a list that gets another number of items in a turn."""
    return NeedsValueError(
        f"the list {name} does not get exactly one item in each turn of this loop, whose number of turns "
        "is not known while tracing",
        remedy=REMEDY,
    )
