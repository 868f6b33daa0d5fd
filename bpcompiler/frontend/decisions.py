"""Decisions on sizes: where Python needs to know, the call at hand decides, and the program remembers.

A program is traced for sizes that are unknown. Where an answer is needed (are `n` and `m` equal? is `n - 1`
one? what number is `k`, a list index?), the sizes of the call being traced give it, and the answer becomes an
**assumption**: the program is for calls for which it holds; another call is traced anew. An equality that
holds is also a fact: the trace starts again with one symbol replaced, so that `x` and `y` simply share
a dimension.
"""

from __future__ import annotations

from dataclasses import dataclass

from bpcompiler.errors import Error
from bpcompiler.ir import sizes
from bpcompiler.ir.sizes import Size, Symbol


@dataclass(frozen=True, slots=True)
class Assumption:
    """`left relation right` is `holds` for the sizes of every call of the program."""

    relation: str  # "==" or "<"
    left: Size
    right: Size
    holds: bool

    def satisfied(self, values: dict[Symbol, int]) -> bool:
        """Return whether it holds for these sizes."""
        left, right = sizes.evaluate(self.left, values), sizes.evaluate(self.right, values)
        return (left == right if self.relation == "==" else left < right) is self.holds

    def __str__(self) -> str:
        text = f"{self.left} {self.relation} {self.right}"
        return text if self.holds else f"not {text}"


class NewFact(Error):  # noqa: N818 -- news, not a fault
    """A symbol turned out to be another size: the trace starts again. No user ever sees it."""

    def __init__(self) -> None:
        super().__init__("the trace starts again")


class Decisions:
    """What is known of the sizes of one call, and what was assumed. Lives through all starts of a trace."""

    def __init__(self) -> None:
        self.values: dict[Symbol, int] = {}
        self.facts: dict[Symbol, Size] = {}
        self.assumptions: dict[Assumption, None] = {}
        self._equalities: list[Assumption] = []
        self._nonnegative: list[Size] = []  # what the assumptions so far say

    def restart(self) -> None:
        """Forget the assumptions that the next start will make again; facts stay."""
        self.assumptions = dict.fromkeys(self._equalities)
        self._nonnegative = []

    def symbol(self, name: str, value: int, *, nonnegative: bool = True) -> Size:
        """Return the size for an argument's dimension: a new symbol, or what it is known to be."""
        size = sizes.symbol(name, nonnegative=nonnegative)
        self.values[Symbol(name, nonnegative)] = value
        return self.simplify(size)

    def simplify(self, size: Size) -> Size:
        """Return the size with all facts used."""
        while self.facts and (better := sizes.substitute(size, self.facts)) != size:
            size = better
        return size

    def value(self, size: Size) -> int:
        """Return what the size is in the call at hand."""
        return sizes.evaluate(size, self.values)

    def equal(self, left: Size, right: Size) -> bool:
        """Decide whether two sizes are equal; where they are, the trace may start again."""
        if isinstance(left - right, int):
            return left == right
        if self.is_nonnegative(left - right - 1) or self.is_nonnegative(right - left - 1):
            return False
        holds = self.value(left) == self.value(right)
        assumption = Assumption("==", left, right, holds)
        if not holds:
            self.assumptions[assumption] = None
            self._nonnegative += [left - 1] if right == 0 and self.is_nonnegative(left) else []
            return False
        self._learn(assumption)
        return True

    def holds(self, left: Size, right: Size) -> bool:
        """Decide whether two sizes are equal, without making a fact of it: each call is tested."""
        if isinstance(left - right, int):
            return left == right
        answer = self.value(left) == self.value(right)
        self.assumptions[Assumption("==", left, right, answer)] = None
        return answer

    def less(self, left: Size, right: Size) -> bool:
        """Decide whether one size is less than another."""
        if self.is_nonnegative(left - right):
            return False
        if self.is_nonnegative(right - left - 1):
            return True
        holds = self.value(left) < self.value(right)
        self.assumptions[Assumption("<", left, right, holds)] = None
        self._nonnegative.append(right - left - 1 if holds else left - right)
        return holds

    def is_nonnegative(self, size: Size) -> bool:
        """Return True where a size's form, or an assumption made before, says that it is not negative."""
        return sizes.is_nonnegative(size) or any(
            sizes.is_nonnegative(size - known) for known in self._nonnegative
        )

    def number(self, size: Size) -> int:
        """Return the size as a number, to which the program is then bound."""
        if isinstance(size, int):
            return size
        value = self.value(size)
        self.equal(size, value)
        return value

    def _learn(self, assumption: Assumption) -> None:
        """Turn an equality into a fact and start again. What is not linear is bound to its numbers."""
        solved = sizes.solve(assumption.left, assumption.right)
        if solved is None:
            known = next(sizes.symbols(assumption.left - assumption.right))
            solved = known, self.values[known]
            assumption = Assumption(
                "==", sizes.symbol(known.name, nonnegative=known.nonnegative), solved[1], True
            )
        self._equalities.append(assumption)
        self.facts[solved[0]] = solved[1]
        raise NewFact
