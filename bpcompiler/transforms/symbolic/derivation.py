"""A derivative made anew: the forms that SymPy offers, tried, and the best of them taken."""

from __future__ import annotations

from functools import lru_cache
from threading import RLock

from bpcompiler.transforms.symbolic.algebra import product, total
from bpcompiler.transforms.symbolic.candidates import candidates, is_worth_it
from bpcompiler.transforms.symbolic.chain import chain_rule, is_obvious, local_partial
from bpcompiler.transforms.symbolic.expression import OUTPUT, Call, Expr, substitute, symbols, walk
from bpcompiler.transforms.symbolic.trial import Trial

_ONE_AT_A_TIME = RLock()  # mpmath's precision is a setting of its context
_EXPONENTIAL = {"exp", "exp2", "expm1", "sinh", "cosh"}


@lru_cache(4096)
def derive(stage: Expr, wrt: str) -> Expr:
    """Return the best form of a partial that SymPy and the chain rule offer."""
    chain = chain_rule(stage, wrt)
    if not is_worth_it(stage, chain):
        return chain
    with _ONE_AT_A_TIME:
        return _best_form(stage, wrt, chain)


def _best_form(stage: Expr, wrt: str, chain: Expr) -> Expr:
    trial = Trial(stage, wrt, chain)
    if not trial.chain_is_right():
        return chain
    forms = candidates(stage, wrt, chain)
    best, failures = trial.winner(forms)
    if failures and forms and _may_overflow(stage):
        best, _ = trial.winner([*forms, _composed(stage, wrt)])
    return best


def _may_overflow(expr: Expr) -> bool:
    return any(isinstance(part, Call) and part.op in _EXPONENTIAL for part in walk(expr))


def _composed(stage: Expr, wrt: str) -> Expr:
    """Return the chain rule over the best forms of the operands' derivatives."""
    if not isinstance(stage, Call):
        return chain_rule(stage, wrt)
    terms = []
    for position, arg in enumerate(stage.args):
        if wrt in symbols(arg):
            inner = derive(arg, wrt) if _may_overflow(arg) and not is_obvious(arg) else chain_rule(arg, wrt)
            known = substitute(inner, {OUTPUT.name: arg})
            terms.append(product([local_partial(stage, position, OUTPUT), known]))
    return total(terms)
