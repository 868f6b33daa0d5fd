"""The memory of traced arrays: storages, their versions at one moment, and what is borrowed."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bpcompiler.errors import Origin, StoreError
from bpcompiler.ir.equations import Equation, Value

if TYPE_CHECKING:
    from bpcompiler.frontend.trace import Trace

CURRENT: ContextVar[Trace | None] = ContextVar("current trace", default=None)


class Storage:
    """The memory of an array that is being traced. Its versions are the trace's: they fork with it.

    `home` is the trace that it was made in. `array`: the caller's, of an input. `outside`: what an array from
    outside is called. `copied`: it starts as a copy, which is made when something is stored into it.
    """

    __slots__ = ("array", "copied", "home", "initial", "outside", "readonly")

    def __init__(self, initial: Value) -> None:
        self.initial = initial
        self.home = CURRENT.get()
        self.outside = ""
        self.copied: bool | str = False
        self.readonly = False
        self.array: Any = None


@dataclass(frozen=True, slots=True, eq=False)
class Borrowed:
    """Of an array that is one of several: which versions of them it is. It is right as long as they stay."""

    versions: tuple[tuple[Storage, Value], ...]
    name: str

    def check(self, trace: Trace, storage: Storage) -> None:
        """Raise StoreError if one of the arrays that `storage` may be was written to since."""
        if is_stale(storage, trace.borrowed, trace.versions):
            raise StoreError(
                f"{self.name or 'an array'} is one of several arrays, which one depends on traced values, "
                "and one of them was written to since",
                remedy="make a copy where they meet: a = (u if c else v).copy()",
                origin=trace.place(),
            )


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """The program at one moment, in the block that is being traced."""

    equations: list[Equation]
    count: int
    names: dict[Value, str]
    constants: dict[int, tuple[Any, Value]]
    versions: dict[Storage, Value]
    seen: dict[Any, tuple[Value, Value]]
    ambiguous: dict[Storage, tuple[Origin | None, Origin | None, str]]
    borrowed: dict[Storage, Borrowed]

    def is_stale(self, storage: Storage) -> bool:
        """Return whether an array is borrowed from others, and one of them was written to since."""
        return is_stale(storage, self.borrowed, self.versions)


def is_stale(
    storage: Storage, borrowed: Mapping[Storage, Borrowed], versions: Mapping[Storage, Value]
) -> bool:
    """Return whether an array is borrowed from others, also at second hand, and one was written to since.

    Two joined arrays may be borrowed from each other: `v, u = u, v` on one way of a branch.
    """
    seen, left = {storage}, [storage]
    while left:
        lent = borrowed.get(left.pop())
        for lender, version in lent.versions if lent is not None else ():
            if versions.get(lender, lender.initial) is not version:
                return True
            if lender not in seen:
                seen.add(lender)
                left.append(lender)
    return False
