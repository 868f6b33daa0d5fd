"""Conditions on traced values: which of them sizes decide, and what is known where one holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bpcompiler.frontend.decisions import Decisions
from bpcompiler.frontend.needs import needs_value
from bpcompiler.ir.equations import Value
from bpcompiler.ir.types import Scalar


class Conditions:
    """What a trace knows of conditions, by their values.

    `relations`: comparisons of two sizes. `logic`: "and", "or" and "not" of other conditions.
    """

    stages = True

    def __init__(self, decisions: Decisions) -> None:
        self.decisions = decisions
        self.relations: dict[Value, tuple[str, Any, Any]] = {}
        self.logic: dict[Value, tuple[str, Any, Any]] = {}

    def truth(self, value: Any) -> bool:
        """Decide a condition on sizes; a condition on anything else cannot be decided while tracing."""
        if (relation := self.relations.get(value.value)) is not None:
            name, left, right = relation
            return self.decide(name, left, right)
        if isinstance(value.aval, Scalar) and value.aval.size is not None:
            return not self.decisions.equal(value.aval.size, 0)
        raise needs_value(value, "a condition")

    def undecided(self, value: Any, *, loop: bool = False) -> bool:
        """Return whether a condition becomes a branch of the program: only dimensions decide it now."""
        if not hasattr(value, "aval") or any(size != 1 for size in value.aval.shape):
            return False
        parts = self._decided_by(value)
        if parts is None:
            return True
        name, left, right = self.relations.get(value.value, ("not_equal", *parts))
        if self.known(name, left, right) is not None:
            return False
        if self.decisions.eager and self.decisions.decidable(left, right):
            return False
        return loop or not self.decisions.dimensions(left, right)

    def decidable(self, value: Any) -> bool:
        """Return whether the call at hand can decide a condition."""
        parts = self._decided_by(value)
        return parts is not None and self.decisions.decidable(*parts)

    def _decided_by(self, value: Any) -> tuple[Any, Any] | None:
        """Return the sizes that decide a condition."""
        if (relation := self.relations.get(value.value)) is not None:
            return relation[1:]
        return (
            (value.aval.size, 0) if isinstance(value.aval, Scalar) and value.aval.size is not None else None
        )

    def facts(self, value: Any, holds: bool) -> list[Any]:
        """Return the sizes that are known not to be negative where a condition holds, or does not."""
        if value.value in self.logic:
            word, one, other = self.logic[value.value]
            if word == "not":
                return self.facts(one, not holds)
            return [*self.facts(one, holds), *self.facts(other, holds)] if holds is (word == "and") else []
        name, left, right = self.relations.get(value.value, ("", 0, 0))
        if not holds:
            opposites = {"less": "greater_equal", "greater": "less_equal", "not_equal": "equal"}
            opposites |= {other: one for one, other in opposites.items()}
            name = opposites.get(name, "")
        return {
            "less": [right - left - 1],
            "less_equal": [right - left],
            "greater": [left - right - 1],
            "greater_equal": [left - right],
            "equal": [left - right, right - left],
        }.get(name, [])

    def known(self, relation: str, left: Any, right: Any) -> bool | None:
        """Return the answer of a comparison of two sizes, where it is known for all calls; else None."""
        negated = {"not_equal": "equal", "less_equal": "greater", "greater_equal": "less"}
        if relation in negated:
            answer = self.known(negated[relation], left, right)
            return None if answer is None else not answer
        if relation == "equal":
            return self.decisions.known_equal(left, right)
        return self.decisions.known_less(*((left, right) if relation == "less" else (right, left)))

    def decide(self, relation: str, left: Any, right: Any) -> bool:
        """Decide a comparison of two sizes."""
        decisions = self.decisions
        answers: dict[str, Callable[[], bool]] = {
            "equal": lambda: decisions.equal(left, right),
            "not_equal": lambda: not decisions.equal(left, right),
            "less": lambda: decisions.less(left, right),
            "greater": lambda: decisions.less(right, left),
            "less_equal": lambda: not decisions.less(right, left),
            "greater_equal": lambda: not decisions.less(left, right),
        }
        return answers[relation]()
