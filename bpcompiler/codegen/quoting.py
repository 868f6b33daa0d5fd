"""The functions that a staged program calls, quoted below it: a file of its own needs nothing else.

    def random_normal(key, size=None):
        \"\"\"Return standard normal numbers.\"\"\"
        ...

A declaration says which its text calls; those they call, of modules of ours, are quoted as well. Annotations
are left out: they would need imports.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from types import CodeType, FunctionType
from typing import Any, cast

from bpcompiler.ir.equations import Equation
from bpcompiler.primitives.declare import Declared

Functions = dict[str, FunctionType]


def quotations(equations: Iterable[Equation]) -> list[str]:
    """Return the definitions of the functions that the text of these equations calls, callers first."""
    return [_definition(function) for function in functions_of(equations).values()]


def renamed(lines: Iterable[str], names: Iterable[str]) -> list[str]:
    """Return code that calls functions of these names by others: the user's own have these."""
    names = "|".join(names)
    calls = re.compile(rf"\b({names})\(")
    return [calls.sub(r"\1_(", line) if names and not line.startswith("#") else line for line in lines]


def functions_of(equations: Iterable[Equation]) -> Functions:
    """Return the functions that the text of these equations calls, directly or not, by their names."""
    found: Functions = {}
    for primitive in dict.fromkeys(eqn.primitive for eqn in equations):
        for function in cast(Declared, primitive).quotes:
            _add(function, found)
    return found


def _add(function: Callable[..., Any], found: Functions) -> None:
    assert isinstance(function, FunctionType)
    if found.setdefault(function.__name__, function) is function:
        for inner in _called(function):
            if inner.__name__ not in found:
                _add(inner, found)


def _called(function: FunctionType) -> Iterator[FunctionType]:
    for name in _names(function.__code__):
        inner = function.__globals__.get(name)
        if isinstance(inner, FunctionType):
            yield inner


def _names(code: CodeType) -> Iterator[str]:
    """Yield the globals and attributes that a function and the functions in it name."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _definition(function: FunctionType) -> str:
    """Return the text of a function: its parameters' names and defaults, and its body as it stands."""
    lines = inspect.getsource(function).rstrip().split("\n")
    (node,) = ast.parse("\n".join(lines)).body
    assert isinstance(node, ast.FunctionDef)
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    for argument in arguments:
        argument.annotation = None
    head = f"def {node.name}({ast.unparse(node.args)}):"
    return "\n".join([head, *lines[node.body[0].lineno - 1 :]])
