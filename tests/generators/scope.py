"""A program under construction: its lines, and the concrete value of each name.

Statements are executed as they are written, so that a generator sees what an expression is at the sample
point: it takes a logarithm where the operand is well inside the domain, and squashes what grows. The text
stays what a user would write, without guards everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import numpy as np
from hypothesis import strategies as st

T = TypeVar("T")


class Draw(Protocol):
    """Hypothesis' `draw`."""

    def __call__(self, strategy: st.SearchStrategy[T]) -> T: ...


@dataclass(slots=True)
class Scope:
    """`globals` is the module's namespace, `values` the program's names. `lines` are indented by `depth`."""

    draw: Draw
    globals: dict[str, Any]
    values: dict[str, Any] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    depth: int = 1
    total: bool = False  # inside loops and helpers a name has many values: only functions without a domain
    counter: int = 0

    def pick(self, choices: Sequence[T]) -> T:
        return self.draw(st.sampled_from(choices))

    def chance(self, one_in: int) -> bool:
        return self.draw(st.integers(1, one_in)) == one_in

    def evaluate(self, expression: str) -> Any:
        """Return the expression's value at the sample point."""
        with np.errstate(all="ignore"):
            return eval(expression, self.globals | self.values)  # noqa: S307 -- text of our own

    def write(self, statement: str) -> None:
        """Add a statement (its lines relative to the current depth) and execute it."""
        self.lines += ["    " * self.depth + line for line in statement.splitlines()]
        # One namespace, so that lambdas and comprehensions see the program's names.
        namespace = self.globals | self.values
        with np.errstate(all="ignore"):
            exec(statement, namespace)  # noqa: S102 -- text of our own
        self.values |= {name: value for name, value in namespace.items() if name not in self.globals}

    def fresh(self, stem: str) -> str:
        """Return a name that is not in use."""
        self.counter += 1
        return f"{stem}{self.counter}"

    def names_where(self, fits: Callable[[Any], bool]) -> list[str]:
        return [name for name, value in self.values.items() if fits(value)]

    @contextmanager
    def totals_only(self) -> Iterator[None]:
        """Within it, expressions are defined for all operands."""
        before, self.total = self.total, True
        try:
            yield
        finally:
            self.total = before


def number(draw: Draw) -> str:
    """Return a literal: an int now and then, else a float with a short or a long text."""
    literals = ["0.5", "2", "1.5", "-0.75", "3", "0.1", "1e-2", "-1.25", "1 / 3", "2.0"]
    text = draw(st.sampled_from(literals))
    return f"({text})" if text.startswith("-") or " " in text else text
