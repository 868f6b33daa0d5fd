"""Comprehensions and generator expressions, each in an environment of its own.

A generator expression is lazy, as in Python: its turns are interpreted when it is consumed. What it has
consumed is not part of a snapshot, so it must not be carried half used over a traced condition.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bpcompiler.frontend.interpreter import assignments, expressions
from bpcompiler.frontend.interpreter.frames import Environment
from bpcompiler.frontend.interpreter.scope import Comprehension, scope_of
from bpcompiler.frontend.regions import iterators, listing

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter


INLINES = sys.version_info >= (3, 12)  # PEP 709


def list_(m: Interpreter, env: Environment, node: ast.ListComp) -> Any:
    """Return a list comprehension's list, owned; over arrays and long ranges it is a loop of the program."""
    name = listing.name_for(m.frames[-1].place, node)
    items = first(m, env, node)
    turns = m.turns(items) if len(node.generators) == 1 else None
    if turns is not None:
        return listing.listed(m, env, _inside(env, node), node, turns, name)
    return items_over(m, env, node, items)


def set_(m: Interpreter, env: Environment, node: ast.SetComp) -> set[Any]:
    """Return a set comprehension's set, owned."""
    made = {expressions.static_key(m, {}, m.evaluate(inner, node.elt)) for inner in _turns(m, env, node)}
    return m.state.own(made)  # type: ignore[no-any-return]


def dict_(m: Interpreter, env: Environment, node: ast.DictComp) -> dict[Any, Any]:
    """Return a dict comprehension's dict, owned."""
    made: dict[Any, Any] = {}
    for inner in _turns(m, env, node):
        key = expressions.static_key(m, made, m.evaluate(inner, node.key))
        made[key] = m.evaluate(inner, node.value)
    return m.state.own(made)  # type: ignore[no-any-return]


def generator(m: Interpreter, env: Environment, node: ast.GeneratorExp) -> Iterator[Any]:
    """Return a generator expression's iterator. The first iterable is evaluated at once, as in Python."""
    return iterators.tracked(items_over(m, env, node, first(m, env, node)))  # type: ignore[no-any-return]


def items_over(m: Interpreter, env: Environment, node: ast.GeneratorExp | ast.ListComp, items: Any) -> Any:
    """Return a generator expression's iterator, or a comprehension's list, given its first iterable."""
    if isinstance(node, ast.GeneratorExp):
        env.capture()
    found = (m.evaluate(inner, node.elt) for inner in _run(m, _inside(env, node), node, m.iterate(items)))
    return found if isinstance(node, ast.GeneratorExp) else m.state.own(list(found))


def _turns(m: Interpreter, env: Environment, node: Comprehension) -> Iterator[Environment]:
    """Return an iterator that yields the environment once for each innermost turn."""
    return _run(m, _inside(env, node), node, m.iterate(first(m, env, node)))


def first(m: Interpreter, env: Environment, node: Comprehension) -> Any:
    """Return the first iterable: it is evaluated outside."""
    found = m.evaluate(env, node.generators[0].iter)
    m.at(env, node.generators[0].iter)
    return iterators.begun(found)


def _inside(env: Environment, node: Comprehension) -> Environment:
    inner = Environment(scope_of(node), env.unit, env.function, env, "comprehension", env.name)
    inner.inlined = INLINES and not isinstance(node, ast.GeneratorExp)
    return inner


def _run(
    m: Interpreter, inner: Environment, node: Comprehension, first: Iterator[Any]
) -> Iterator[Environment]:
    m.state.enter(inner)
    try:
        for _ in _nest(m, inner, node.generators, first):
            yield inner
    finally:
        if not inner.captured:
            m.state.leave(inner)


def _nest(
    m: Interpreter, inner: Environment, generators: list[ast.comprehension], first: Iterator[Any]
) -> Iterator[None]:
    generator, *rest = generators
    if generator.is_async:
        raise m.unsupported(inner, generator.target)
    for item in first:
        m.turn(1)
        assignments.assign(m, inner, generator.target, item)
        if not all(listing.passes(m, inner, test) for test in generator.ifs):
            continue
        if rest:
            iterable = m.evaluate(inner, rest[0].iter)
            m.at(inner, rest[0].iter)
            yield from _nest(m, inner, rest, m.iterate(iterable))
        else:
            yield None
