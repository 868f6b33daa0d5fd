"""Faults as `raise` statements in nopython code, whose exceptions have constant arguments.

What the user raises keeps its class; its message too, if that is a constant: the place is added. Where values
would stand in the message there stands the user's statement. A class that no module has, or `__main__`, or
that cannot be made of a message, is stood for by the nearest of its bases.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bpcompiler.runtime.faults import RAISED, FaultEntry

ATOMS = (bool, int, str, type(None))
# Where a kind's own message has values in it.
WORDS = {"index": "an index is out of bounds", "shape": "operands could not be broadcast together"}


@dataclass(frozen=True, slots=True)
class Raise:
    """`raise exception(arguments)`."""

    exception: type
    arguments: tuple[Any, ...]

    def text(self, name: str) -> str:
        """Return the statement, the class being called `name`."""
        return f"raise {name}({', '.join(map(repr, self.arguments))})"


def raised(entry: FaultEntry) -> Raise:
    """Return what to raise for a fault."""
    place = "" if entry.origin is None else str(entry.origin)
    if entry.exception is None:
        kind, message = RAISED[entry.kind]
        what = WORDS.get(entry.kind, entry.message or message)
        return Raise(kind, (f"{place}: {what}: {entry.origin.text}" if entry.origin else what,))
    statement = f"{place}: {entry.origin.text}" if entry.origin else "raised by the function"
    constant = all(type(arg) in ATOMS for arg in entry.args)
    cls = entry.exception if isinstance(entry.exception, type) else Exception
    if constant and entry.args and _can_be_named(cls):
        only = len(entry.args) == 1 and isinstance(entry.args[0], str)
        return Raise(cls, (f"{entry.args[0]} ({place})",) if only else entry.args)
    return Raise(next(base for base in cls.__mro__ if _takes(base, statement)), (statement,))


def _takes(cls: type, message: str) -> bool:
    """Whether a class can be named in a module, and made of a message."""
    if not _can_be_named(cls):
        return False
    try:
        return isinstance(cls(message), Exception)
    except Exception:  # noqa: BLE001 - the user's constructor
        return False


def _can_be_named(cls: type) -> bool:
    """Whether a module can import a class. Machine code from the disk has a copy of one of `__main__`."""
    there = getattr(sys.modules.get(cls.__module__), cls.__qualname__, None) is cls
    return there and cls.__module__ != "__main__"


def named(classes: Iterable[type], taken: set[str]) -> dict[type, str]:
    """Return the names of exception classes in a module, which are then taken."""
    names: dict[type, str] = {}
    for cls in dict.fromkeys(classes):
        number, name = 0, cls.__name__
        while name in taken and cls.__module__ != "builtins":
            number += 1
            name = f"{cls.__name__}_{number}"
        names[cls] = name
        taken.add(name)
    return names


def imports(names: Mapping[type, str]) -> Iterator[str]:
    """Yield the lines that import the classes under these names."""
    for cls, name in sorted(names.items(), key=lambda item: item[1]):
        if cls.__module__ != "builtins":
            renamed = f" as {name}" if name != cls.__name__ else ""
            yield f"from {cls.__module__} import {cls.__name__}{renamed}"
