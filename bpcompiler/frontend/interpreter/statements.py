"""Statements: one function for each kind of node, in `RULES`. Each returns how it completed, or None."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bpcompiler.frontend.interpreter import (
    assignments,
    attributes,
    classes,
    exceptions,
    functions,
    matching,
    names,
)
from bpcompiler.frontend.interpreter.frames import BREAK, CONTINUE, Completion, Ending, Environment, Kind
from bpcompiler.frontend.regions import branches, endings, iterators, ranges, unrolling, while_loops
from bpcompiler.frontend.regions.for_loops import Loop

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter


def expression(m: Interpreter, env: Environment, node: ast.Expr) -> None:
    """Run an expression for its effects."""
    m.evaluate(env, node.value)


def return_(m: Interpreter, env: Environment, node: ast.Return) -> Completion:
    """Complete by returning."""
    return Completion("return", None if node.value is None else m.evaluate(env, node.value))


def nothing(m: Interpreter, env: Environment, node: ast.stmt) -> None:
    """Run `pass`, and `global` and `nonlocal`, which the scope already knows."""


def if_(m: Interpreter, env: Environment, node: ast.If) -> Ending:
    """Run the branch that the condition selects."""
    test = m.evaluate(env, node.test)
    m.at(env, node.test)
    if m.undecided(test):
        return branches.branch(m, test, lambda: m.run(env, node.body), lambda: m.run(env, node.orelse), node)
    return m.run(env, node.body if m.truth(test) else node.orelse)


def for_(m: Interpreter, env: Environment, node: ast.For) -> Ending:
    """Run the body for each item: as a loop of the program, or unrolled."""
    iterable = iterators.begun(m.evaluate(env, node.iter))
    m.at(env, node.iter)

    def turn(item: Any) -> Ending:
        assignments.assign(m, env, node.target, item)
        return m.run_apart(env, node.body)

    turns = ranges.any_turns(iterable) if m.hooks.stages else None
    with m.holding(iterable if turns is None else turns.arrays):
        if turns is None:
            ending = unrolling.over(m, node, iterable, turn)
        else:
            name = node.target.id if isinstance(node.target, ast.Name) else ""
            loop = Loop(node, turns, turn, _asked(node), name if turns.item is ranges.itself else "")
            few = m.turns(iterable) is None
            ending = unrolling.of_few_turns(m, loop) if few else unrolling.staged_or_unrolled(m, loop)
    m.begin(env, node)
    return endings.finish(m, ending, _orelse(m, env, node), node)


def while_(m: Interpreter, env: Environment, node: ast.While) -> Ending:
    """Run the body while the condition holds: as a loop of the program, or unrolled."""
    ending = while_loops.run(m, env, node, _asked(node))
    m.begin(env, node)
    return endings.finish(m, ending, _orelse(m, env, node), node)


def _asked(node: ast.For | ast.While) -> tuple[Kind, ...]:
    """Return which ways to leave the loop must be known after it."""
    return ("break", "return") if node.orelse and not _is_endless(node) else ("return",)


def _orelse(m: Interpreter, env: Environment, node: ast.For | ast.While) -> Callable[[], Ending] | None:
    return (lambda: m.run_apart(env, node.orelse)) if node.orelse and not _is_endless(node) else None


def _is_endless(node: ast.For | ast.While) -> bool:
    """Return whether the text says that only the body ends the loop: its `else` never runs."""
    return isinstance(node, ast.While) and isinstance(node.test, ast.Constant) and bool(node.test.value)


def import_(m: Interpreter, env: Environment, node: ast.Import) -> None:
    """Run `import module`, a read from outside."""
    for alias in node.names:
        module = importlib.import_module(alias.name)
        bound = alias.name if alias.asname else alias.name.partition(".")[0]
        module = module if alias.asname else importlib.import_module(bound)
        value = m.outside.read(module, (("module", bound),))
        names.store(m, env, alias.asname or bound, value)


def import_from(m: Interpreter, env: Environment, node: ast.ImportFrom) -> None:
    """Run `from module import name`."""
    package = env.function.__globals__.get("__package__")
    module = importlib.import_module("." * node.level + (node.module or ""), package)
    m.outside.read(module, (("module", module.__name__),))
    for alias in node.names:
        if not hasattr(module, alias.name):
            raise ImportError(
                f"cannot import name '{alias.name}' from '{module.__name__}' ({module.__file__})"
            )
        names.store(m, env, alias.asname or alias.name, attributes.load(m, module, alias.name))


RULES: dict[type[ast.stmt], Callable[..., Any]] = {
    ast.Expr: expression,
    ast.Assign: assignments.run,
    ast.AugAssign: assignments.augmented,
    ast.AnnAssign: assignments.annotated,
    ast.Delete: assignments.delete,
    ast.Return: return_,
    ast.Pass: nothing,
    ast.Global: nothing,
    ast.Nonlocal: nothing,
    ast.Break: lambda m, env, node: BREAK,
    ast.Continue: lambda m, env, node: CONTINUE,
    ast.If: if_,
    ast.For: for_,
    ast.While: while_,
    ast.FunctionDef: functions.define,
    ast.ClassDef: classes.define,
    ast.Raise: exceptions.raise_,
    ast.Assert: exceptions.assert_,
    ast.Try: exceptions.try_,
    ast.With: exceptions.with_,
    ast.Import: import_,
    ast.ImportFrom: import_from,
    ast.Match: matching.match_,
}
