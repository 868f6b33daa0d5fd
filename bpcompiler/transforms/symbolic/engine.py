"""Local gradients: the partials of one stage, in its inputs and its output.

A stage is looked up in the shipped table, answered by the chain rule where that is plainly the best form,
looked up in the user's memo, and only then derived with SymPy. Everything below `partials` works on the
canonical stage, whose inputs are called a, b, c ... and whose 1.0 is 1: stages that differ in names, or in
how a whole number is written, are derived once.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from string import ascii_lowercase

from bpcompiler.transforms.symbolic.algebra import plain
from bpcompiler.transforms.symbolic.chain import chain_rule, is_obvious
from bpcompiler.transforms.symbolic.expression import (
    OUTPUT,
    ZERO,
    Call,
    Const,
    Expr,
    Symbol,
    parse,
    substitute,
    symbols,
    walk,
)
from bpcompiler.transforms.symbolic.memo import Memo, shipped
from bpcompiler.transforms.symbolic.operations import OPERATIONS


def partials(expr: Expr, wrt: tuple[str, ...], memo: Memo | None = None) -> dict[str, Expr]:
    """Return d expr / d name for each name, in the stage's inputs and `Symbol("y")`, its own output.

    The result depends on the expression only. Raises ValueError for an operation that is not in the table,
    and where an input is itself called `y`.
    """
    _check(expr)
    renamed = dict(zip(symbols(expr), _canonical_names(), strict=False))
    back = {new: Symbol(name) for name, new in renamed.items()}
    stage = canonical(expr)
    spelled = _spellings(substitute(expr, _as_symbols(renamed)))
    found = {name: _partial(stage, renamed[name], memo or Memo()) for name in wrt if name in renamed}
    written = {name: substitute(_respelled(partial, spelled), back) for name, partial in found.items()}
    return {name: written.get(name, ZERO) for name in wrt}


def canonical(expr: Expr) -> Expr:
    """Return the expression with inputs called a, b, c ... as they occur, and whole numbers as integers."""
    renamed = dict(zip(symbols(expr), _canonical_names(), strict=False))
    return _with_integers(substitute(expr, _as_symbols(renamed)))


def _as_symbols(names: dict[str, str]) -> dict[str, Expr]:
    return {name: Symbol(new) for name, new in names.items()}


def _with_integers(expr: Expr) -> Expr:
    match expr:
        case Const(float() as value) if value.is_integer() and plain(value):
            return Const(int(value))
        case Call(op, args):
            return Call(op, tuple(map(_with_integers, args)))
    return expr


def _spellings(expr: Expr) -> dict[Expr, Expr]:
    """Return the parts of a stage that its canonical form writes otherwise."""
    parts = {_with_integers(part): part for part in walk(expr) if isinstance(part, Call)}
    return {canonical_part: part for canonical_part, part in parts.items() if part != canonical_part}


def _respelled(expr: Expr, spelled: dict[Expr, Expr]) -> Expr:
    """Return a derivative in which the parts of the stage are written as the stage writes them."""
    if not spelled or not isinstance(expr, Call):
        return expr
    return spelled.get(expr) or Call(expr.op, tuple(_respelled(arg, spelled) for arg in expr.args))


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
        from bpcompiler.transforms.symbolic.derivation import derive  # noqa: PLC0415  needed seldom

        known = derive(stage, wrt)
        memo.remember(stage, wrt, known)
    return known
