"""An imperative program being written: its lines, and what is known of each place a value can stand in.

A place is what Python can read, as text: `x`, `state["s"]`, `box.u`, `pair[0]`. Its kind stays what it is
for the life of the program; an array keeps its shape. Nothing is executed while the text is written: what
is known of the sample point (the sizes, the values of integers) is in the kinds.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st

from tests.generators.scope import Draw

T = TypeVar("T")


class Choices(Protocol):
    """Where decisions come from."""

    def integer(self, low: int, high: int) -> int: ...


@dataclass(frozen=True, slots=True)
class Drawn:
    """Hypothesis decides: it shrinks what fails."""

    draw: Draw

    def integer(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))


@dataclass(frozen=True, slots=True)
class Rolled:
    """A seed decides: quick, for very many programs."""

    random: random.Random

    def integer(self, low: int, high: int) -> int:
        return self.random.randint(low, high)


@dataclass(frozen=True, slots=True)
class Kind:
    """What stands in a place. `low` and `high`: what an integer that nobody changes can be, at the sample."""

    name: str  # "float", "int", "bool" or "array"
    shape: tuple[int, ...] = ()
    low: int | None = None
    high: int | None = None

    @property
    def is_empty(self) -> bool:
        return 0 in self.shape


FLOAT, BOOL, INT = Kind("float"), Kind("bool"), Kind("int")


def array_of(*shape: int) -> Kind:
    return Kind("array", shape)


def integer_between(low: int, high: int) -> Kind:
    return Kind("int", (), low, high)


@dataclass(frozen=True, slots=True)
class Helper:
    """A function that the program can call, with the kinds of its parameters and of its result."""

    name: str
    parameters: tuple[Kind, ...]
    result: Kind | None


@dataclass(slots=True)
class Draft:
    """A function's body as far as it is written. `fixed` places are read only (counters, items of tuples)."""

    choices: Choices
    places: dict[str, Kind]
    fixed: set[str] = field(default_factory=set)
    tuples: dict[str, int] = field(default_factory=dict)  # of floats, by name, with their lengths
    helpers: list[Helper] = field(default_factory=list)
    result: Kind | None = FLOAT
    lines: list[str] = field(default_factory=list)
    indent: int = 1
    loops: int = 0
    continues: bool = True  # whether the innermost loop may be continued: its counter is moved already
    left: int = 12  # statements
    count: int = 0

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.choices.integer(0, len(choices) - 1)]

    def chance(self, one_in: int) -> bool:
        return self.choices.integer(1, one_in) == one_in

    def write(self, text: str) -> None:
        """Add a statement, its lines relative to the current depth."""
        self.lines += ["    " * self.indent + line for line in text.splitlines()]

    def fresh(self, stem: str) -> str:
        """Return a name that is not in use."""
        self.count += 1
        return f"{stem}{self.count}"

    def where(self, fits: Callable[[Kind], bool]) -> list[str]:
        return [place for place, kind in self.places.items() if fits(kind)]

    def named(self, name: str, *, free: bool = False) -> list[str]:
        """The places of a kind; with `free`, only those that may be assigned to."""
        return [p for p in self.where(lambda kind: kind.name == name) if not (free and p in self.fixed)]

    def bind(self, place: str, kind: Kind, *, fixed: bool = False) -> str:
        """Make a place known, and return it."""
        self.places[place] = kind
        (self.fixed.add if fixed else self.fixed.discard)(place)
        return place

    def lock(self, place: str) -> None:
        """Let nobody assign to the place within the block that is being written."""
        self.fixed.add(place)

    @contextmanager
    def block(self, *, loop: bool = False, continues: bool = True) -> Iterator[None]:
        """Within it, one level deeper; what is bound there is forgotten after it."""
        before = replace(self, places=dict(self.places), fixed=set(self.fixed), tuples=dict(self.tuples))
        self.indent += 1
        if loop:
            self.loops, self.continues = self.loops + 1, continues
        try:
            yield
        finally:
            for name in ("places", "fixed", "tuples", "helpers", "indent", "loops", "continues"):
                setattr(self, name, getattr(before, name))


Form = Callable[[Draft], Any]


def any_of(forms: dict[Any, int]) -> Callable[[Draft], Any]:
    """Return a function that picks one of the forms by its weight."""
    weighted = [form for form, weight in forms.items() for _ in range(weight)]
    return lambda draft: draft.pick(weighted)
