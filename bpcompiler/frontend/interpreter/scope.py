"""Which names a function, lambda, comprehension or class body binds: Python's scoping, read off the tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Scope:
    """The names bound here, and those declared `global` and `nonlocal`."""

    local: frozenset[str]
    global_: frozenset[str] = frozenset()
    nonlocal_: frozenset[str] = frozenset()


_SCOPES: WeakKeyDictionary[ast.AST, Scope] = WeakKeyDictionary()


def scope_of(node: ast.AST) -> Scope:
    """Return the scope that a function, lambda, comprehension or class body makes."""
    scope = _SCOPES.get(node)
    if scope is None:
        scope = _SCOPES[node] = _scope_of(node)
    return scope


def _scope_of(node: ast.AST) -> Scope:
    if isinstance(node, COMPREHENSIONS):
        return Scope(frozenset(_comprehension_targets(node)))
    body = [node.body] if isinstance(node, ast.Lambda) else getattr(node, "body", [])
    found = list(_bindings(body))
    global_ = frozenset(name for kind, name in found if kind == "global")
    nonlocal_ = frozenset(name for kind, name in found if kind == "nonlocal")
    bound = {name for kind, name in found if kind == "local"}
    if isinstance(node, FUNCTIONS):
        bound.update(parameters(node.args))
    return Scope(frozenset(bound) - global_ - nonlocal_, global_, nonlocal_)


def parameters(arguments: ast.arguments) -> list[str]:
    """Return the names of all parameters, in the order of a code object's variables."""
    positional = [*arguments.posonlyargs, *arguments.args]
    rest = [argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None]
    return [argument.arg for argument in (*positional, *arguments.kwonlyargs, *rest)]


def _comprehension_targets(node: Comprehension) -> Iterator[str]:
    for generator in node.generators:
        for inner in ast.walk(generator.target):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                yield inner.id


def _bindings(nodes: list[ast.AST] | list[ast.stmt] | list[ast.expr]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        yield from _own_bindings(node)
        yield from _bindings(list(_same_scope(node)))


def _own_bindings(node: ast.AST) -> Iterator[tuple[str, str]]:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield "local", name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield "local", name
        case ast.Global(names=names):
            yield from (("global", name) for name in names)
        case ast.Nonlocal(names=names):
            yield from (("nonlocal", name) for name in names)
        case ast.alias(name=name, asname=asname):
            yield "local", asname or name.partition(".")[0]
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield "local", name
        case ast.MatchMapping(rest=str(name)):
            yield "local", name


def _same_scope(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the children that are evaluated in the scope the node stands in."""
    if isinstance(node, FUNCTIONS):
        yield from (default for default in (*node.args.defaults, *node.args.kw_defaults) if default)
        yield from getattr(node, "decorator_list", [])
    elif isinstance(node, ast.ClassDef):
        yield from (*node.bases, *(keyword.value for keyword in node.keywords), *node.decorator_list)
    elif isinstance(node, COMPREHENSIONS):
        yield node.generators[0].iter
        yield from _walruses(node)
    else:
        yield from ast.iter_child_nodes(node)


def _walruses(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the targets of `:=` inside a comprehension: they belong to the function around it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.NamedExpr):
            yield child.target
        if not isinstance(child, ast.Lambda):
            yield from _walruses(child)
