"""Whether a program decides by a hair: a comparison whose two sides are nearly equal, and move apart.

Differences cannot say anything there, and rounding may turn the decision. The dual oracle tells of each
comparison (branches, masks, extrema, signs, `int`). Equal numbers with equal derivatives are no
such case.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.oracles.number import HOOKS, Dual, plain

NEAR = 1e-6


@dataclass(slots=True)
class Decisions:
    """How many decisions were made, and how many of them by a hair."""

    made: int = 0
    near: int = 0

    def heard(self, a: Any, b: Any) -> None:
        self.made += 1
        if abs(plain(a) - plain(b)) < NEAR and _move_apart(a, b):
            self.near += 1


@contextmanager
def listening() -> Iterator[Decisions]:
    """Within it, decisions of dual numbers are counted."""
    found = Decisions()
    HOOKS.decide = found.heard
    try:
        yield found
    finally:
        HOOKS.decide = None


def _move_apart(a: Any, b: Any) -> bool:
    first, second = _tangents(a), _tangents(b)
    return any(plain(first.get(key, 0.0) - second.get(key, 0.0)) != 0.0 for key in {*first, *second})


def _tangents(number: Any) -> dict[int, Any]:
    return dict(number.tangents) if isinstance(number, Dual) else {}
