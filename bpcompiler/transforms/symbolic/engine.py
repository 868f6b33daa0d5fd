"""Local gradients: the partials of one stage, in its inputs and its output.

A stage is looked up in the shipped table, answered by the chain rule where that is plainly the best form,
looked up in the user's memo, and only then derived with SymPy. Everything below works on the canonical
stage, whose inputs are called a, b, c ...: equal stages with other names are derived once.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import count
from string import ascii_lowercase

from bpcompiler.transforms.symbolic.algebra import product, total
from bpcompiler.transforms.symbolic.candidates import candidates
from bpcompiler.transforms.symbolic.chain import chain_rule, local_partial
from bpcompiler.transforms.symbolic.expression import (
    OUTPUT,
    ZERO,
    Call,
    Expr,
    Symbol,
    parse,
    size,
    substitute,
    symbols,
    walk,
)
from bpcompiler.transforms.symbolic.memo import Memo, shipped
from bpcompiler.transforms.symbolic.operations import OPERATIONS
from bpcompiler.transforms.symbolic.trial import Trial

_ARITHMETIC = {"add", "sub", "neg", "mul"}
_FEW = 6


def partials(expr: Expr, wrt: tuple[str, ...], memo: Memo | None = None) -> dict[str, Expr]:
    """Return d expr / d name for each name, in the stage's inputs and `Symbol("y")`, its own output.

    The result depends on the expression only. Raises ValueError for an operation that is not in the table,
    and where an input is itself called `y`.
    """
    _check(expr)
    stage, renamed = canonical(expr)
    back = {new: Symbol(name) for name, new in renamed.items()}
    found = {name: _partial(stage, renamed[name], memo or Memo()) for name in wrt if name in renamed}
    return {name: substitute(found[name], back) if name in found else ZERO for name in wrt}


def canonical(expr: Expr) -> tuple[Expr, dict[str, str]]:
    """Return the expression with its inputs called a, b, c ... as they occur, and the new name of each."""
    renamed = dict(zip(symbols(expr), _canonical_names(), strict=False))
    return substitute(expr, {name: Symbol(new) for name, new in renamed.items()}), renamed


def _check(expr: Expr) -> None:
    unknown = {part.op for part in walk(expr) if isinstance(part, Call)} - OPERATIONS.keys()
    if unknown:
        raise ValueError(f"no such operation: {', '.join(sorted(unknown))}")
    if OUTPUT.name in symbols(expr):
        raise ValueError("`y` is the stage's output; an input needs another name")


def _canonical_names() -> Iterator[str]:
    yield from (letter for letter in ascii_lowercase if letter != OUTPUT.name)
    yield from (f"a{number}" for number in count(1))


def _partial(stage: Expr, wrt: str, memo: Memo) -> Expr:
    """Return one partial of a canonical stage, from the nearest place that has it."""
    text = shipped().get(str(stage), {}).get(wrt)
    if text is not None:
        return parse(text)
    if is_obvious(stage):
        return chain_rule(stage, wrt)
    known = memo.recall(stage, wrt)
    if known is None:
        known = derive(stage, wrt)
        memo.remember(stage, wrt, known)
    return known


def is_obvious(stage: Expr) -> bool:
    """Return whether the chain rule is plainly the best form: one operation, or a few of `+ - *`."""
    return size(stage) <= 1 or (
        size(stage) <= _FEW and all(part.op in _ARITHMETIC for part in walk(stage) if isinstance(part, Call))
    )


@lru_cache(4096)
def derive(stage: Expr, wrt: str) -> Expr:
    """Return the best form of a partial that SymPy and the chain rule offer."""
    chain = chain_rule(stage, wrt)
    if size(chain) == 0:
        return chain
    trial = Trial(stage, wrt, chain)
    if not trial.is_identical(chain):
        return chain
    forms = candidates(stage, wrt, chain)
    best, failures = trial.winner(forms)
    if failures and forms:
        best, _ = trial.winner([*forms, _composed(stage, wrt)])
    return best


def _composed(stage: Expr, wrt: str) -> Expr:
    """Return the chain rule over the best forms of the operands' derivatives."""
    if not isinstance(stage, Call):
        return chain_rule(stage, wrt)
    terms = []
    for position, arg in enumerate(stage.args):
        if wrt in symbols(arg):
            inner = chain_rule(arg, wrt) if is_obvious(arg) else derive(arg, wrt)
            known = substitute(inner, {OUTPUT.name: arg})
            terms.append(product([local_partial(stage, position, OUTPUT), known]))
    return total(terms)
