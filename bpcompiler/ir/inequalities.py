"""Whether a size is not negative, given others that are not."""

from __future__ import annotations

from collections.abc import Sequence

from bpcompiler.ir.sizes import Dim, Size, is_nonnegative


def follows(size: Size, known: Sequence[Size], depth: int) -> bool:
    """Return whether a size is not negative, given sizes that are not: by taking `depth` of them away."""
    if is_nonnegative(size):
        return True
    if depth == 0 or isinstance(size, int):
        return False
    helpful = (fact for fact in known if isinstance(fact, Dim) and share_a_term(size, fact))
    return any(follows(size - fact, known, depth - 1) for fact in helpful)


def share_a_term(size: Dim, fact: Dim) -> bool:
    """Return whether a product of symbols stands in both with one sign: then taking the fact away helps."""
    signs = {monomial: factor > 0 for monomial, factor in fact.terms if monomial}
    return any(signs.get(monomial) is (factor > 0) for monomial, factor in size.terms)
