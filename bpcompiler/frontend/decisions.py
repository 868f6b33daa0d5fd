"""Decisions on sizes: where Python needs to know, the call at hand decides, and the program remembers.

A program is traced for sizes that are unknown. Where an answer is needed (are `n` and `m` equal? is `n - 1`
one? what number is `k`, a list index?), the sizes of the call being traced give it, and the answer becomes an
**assumption**: the program is for calls for which it holds; another call is traced anew. An equality that
holds is also a fact: the trace starts again with one symbol replaced, so that `x` and `y` simply share
a dimension.

Sizes that mention the index of a loop, or an integer that the program computes, have no number in the call:
of them only that is known which follows from their form and from the **facts in scope** (`1 <= i < n`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bpcompiler.errors import Error, NeedsValueError
from bpcompiler.frontend.assumptions import Assumption
from bpcompiler.ir import sizes
from bpcompiler.ir.inequalities import follows, share_a_term
from bpcompiler.ir.sizes import Dim, Size, Symbol


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
        self.eager = False  # whether all is decided that the call at hand can decide
        self.could_decide = False  # whether something is a region that the call at hand could have decided
        self._symbols = 0
        self._in_scope: list[Size] = []  # what holds in the block that is being traced

    def restart(self) -> None:
        """Forget the assumptions that the next start will make again; facts stay."""
        self.assumptions = dict.fromkeys(self._equalities)
        self._nonnegative = []
        self._in_scope = []
        self._symbols = 0
        self.could_decide = False

    def new_symbol(self) -> str:
        """Return a name for a symbol that the call gives no number."""
        self._symbols += 1
        return f"i#{self._symbols}"

    @contextmanager
    def assuming(self, facts: Sequence[Size]) -> Iterator[None]:
        """Let these sizes be known not to be negative, in the block that is traced inside."""
        before = len(self._in_scope)
        self._in_scope += [fact for fact in facts if not isinstance(fact, int)]
        try:
            yield
        finally:
            del self._in_scope[before:]

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

    def decidable(self, *parts: Size) -> bool:
        """Return whether the call at hand gives these sizes a number: no loop's index is among them."""
        return all(symbol in self.values for size in parts for symbol in sizes.symbols(size))

    def dimensions(self, *parts: Size) -> bool:
        """Return whether the sizes are made of dimensions of arrays only: those are decided while tracing."""
        found = [symbol for size in parts for symbol in sizes.symbols(size)]
        return all(symbol.nonnegative and symbol in self.values for symbol in found)

    def value(self, size: Size) -> int:
        """Return what the size is in the call at hand. Where it divides by zero: so it does in such calls."""
        if not self.decidable(size):
            raise undecidable(size)
        for divisor in sizes.divisors(size):
            self.holds(divisor, 0)
        return sizes.evaluate(size, self.values)

    def known_less(self, left: Size, right: Size) -> bool | None:
        """Return whether one size is less than another, where it is known for all calls; else None."""
        if self.is_nonnegative(left - right):
            return False
        return True if self.is_nonnegative(right - left - 1) else None

    def known_equal(self, left: Size, right: Size) -> bool | None:
        """Return whether two sizes are equal, where it is known for all calls; else None."""
        difference = left - right
        if isinstance(difference, int):
            return difference == 0
        if self.is_nonnegative(difference - 1) or self.is_nonnegative(-difference - 1):
            return False
        return True if self.is_nonnegative(difference) and self.is_nonnegative(-difference) else None

    def equal(self, left: Size, right: Size) -> bool:
        """Decide whether two sizes are equal; where they are, the trace may start again."""
        known = self.known_equal(left, right)
        if known is not None and not (known and self._is_news(left, right)):
            return known
        holds = self.value(left) == self.value(right)
        assumption = Assumption("==", left, right, holds)
        if not holds:
            self.assumptions[assumption] = None
            self._nonnegative += [left - 1] if right == 0 and self.is_nonnegative(left) else []
            return False
        self._learn(assumption)
        return True

    def notice_one(self, size: Size) -> None:
        """Let a size that is 1 in the call at hand be known to be; nothing is assumed of one that is not."""
        if self.decidable(size) and sizes.evaluate(size, self.values) == 1:
            self.equal(size, 1)

    def _is_news(self, left: Size, right: Size) -> bool:
        """Return whether two sizes that are equal are not yet one expression, and can be made one."""
        return not isinstance(left - right, int) and self.decidable(left, right)

    def holds(self, left: Size, right: Size) -> bool:
        """Decide whether two sizes are equal, without making a fact of it: each call is tested."""
        if isinstance(left - right, int):
            return left == right
        answer = self.value(left) == self.value(right)
        self.assumptions[Assumption("==", left, right, answer)] = None
        return answer

    def less(self, left: Size, right: Size) -> bool:
        """Decide whether one size is less than another."""
        if (known := self.known_less(left, right)) is not None:
            return known
        holds = self.value(left) < self.value(right)
        self.assumptions[Assumption("<", left, right, holds)] = None
        self._nonnegative.append(right - left - 1 if holds else left - right)
        return holds

    def is_nonnegative(self, size: Size) -> bool:
        """Return True where a size's form, an assumption or a fact in scope says that it is not negative."""
        return follows(size, [*self._in_scope, *self._nonnegative], depth=3 if self._in_scope else 1)

    def provided(self, size: Size) -> bool:
        """Return whether a size is not negative in any turn, as dimensions compare in the call at hand.

        What is asked of the dimensions becomes an assumption.
        """
        if self.is_nonnegative(size):
            return True
        for rest in _remainders(size, self._in_scope, depth=4):
            if self.dimensions(rest) and self.value(rest) >= 0:
                return not self.less(rest, 0)
        return False

    def number(self, size: Size) -> int:
        """Return the size as a number, to which the program is then bound."""
        if isinstance(size, int):
            return size
        value = self.value(size)
        if not self.equal(size, value):  # in a block that this call never enters: known to be another
            raise undecidable(size)
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


def undecidable(size: Size) -> NeedsValueError:
    """Return the error for a size whose number differs from turn to turn."""
    return NeedsValueError(
        f"the size {size} differs from turn to turn of a loop, and its number is needed here",
        remedy="use it as an index or as the bound of a range or slice only, or loop over fewer turns",
    )


def _remainders(size: Size, facts: Sequence[Size], depth: int) -> Iterator[Size]:
    """Yield what is left of a size when some facts are taken away: it is not negative if that is not."""
    yield size
    if depth == 0 or isinstance(size, int):
        return
    for fact in facts:
        if isinstance(fact, Dim) and share_a_term(size, fact):
            yield from _remainders(size - fact, facts, depth - 1)
