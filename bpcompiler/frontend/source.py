"""From a function to the syntax tree it was compiled from, verified.

The text that `linecache` has for the function's file is parsed and compiled, and the code object found in it
is compared with the function's own: bytecode, constants, names, nested code; not positions. So a file that
was edited after the import is an error, and the right one of several lambdas on a line is found.
"""

from __future__ import annotations
import __future__

import ast
import copy
import linecache
import sys
import warnings
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import CodeType, FunctionType
from typing import Any

from bpcompiler.errors import SourceError
from bpcompiler.frontend.code_identity import identity

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

FUTURE_FLAGS = 0
for _feature in __future__.all_feature_names:
    FUTURE_FLAGS |= getattr(__future__, _feature).compiler_flag


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """A file's name and lines: what origins quote. `texts` remembers the statements quoted so far."""

    file: str
    lines: tuple[str, ...]
    texts: dict[ast.AST, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A function's syntax tree and the file it stands in. Private names are already mangled."""

    node: FunctionNode
    unit: Unit


@dataclass(frozen=True, slots=True, eq=False)
class _Parsed:
    """A file, parsed and compiled: its functions' nodes, each with the class around it."""

    unit: Unit
    tree: ast.Module
    nodes: tuple[tuple[FunctionNode, str | None], ...]


_SOURCES: dict[int, tuple[weakref.ref[CodeType], Source]] = {}
_FILES: dict[tuple[str, str], _Parsed] = {}  # the latest read; functions keep what they need of theirs
MOST_FILES = 64


def source_of(function: FunctionType) -> Source:
    """Return the function's verified source.

    Raises SourceError where there is no source, or where it is not the text that the code was compiled from.
    """
    code = function.__code__
    known = _SOURCES.get(id(code))
    if known is not None and known[0]() is code:
        return known[1]
    found = _find(function)
    key = id(code)
    _SOURCES[key] = (weakref.ref(code, lambda _: _SOURCES.pop(key, None) and None), found)
    return found


def has_source(function: FunctionType) -> bool:
    """Return whether there is any text for the function's file, be it the right one or not."""
    return bool(_lines(function))


def _find(function: FunctionType) -> Source:
    lines = _lines(function)
    if not lines:
        raise SourceError(
            f"the source of {function.__qualname__} cannot be read "
            f"(its file is {function.__code__.co_filename})",
            remedy="define it in a file or a notebook cell, or call it outside and pass what it returns",
        )
    parsed = _parse(function, tuple(lines))
    matching = _matching(parsed, function.__code__)
    if matching is None:
        raise SourceError(
            f"the source of {function.__qualname__} is not the text it was compiled from: "
            f"{parsed.unit.file} changed since the import",
            remedy="import the module again, or restart Python",
        )
    node, class_name = matching
    return Source(_mangled(node, class_name) if class_name else node, parsed.unit)


def _lines(function: FunctionType) -> list[str]:
    """Return the lines of the function's file as they are now."""
    code = function.__code__
    linecache.checkcache(code.co_filename)
    lines = linecache.getlines(code.co_filename, function.__globals__)
    from_code = getattr(linecache, "_getlines_from_code", None)  # Python 3.13: `python -c`, the prompt
    if not lines and from_code is not None:
        lines = from_code(code)
    return list(lines)


def _parse(function: FunctionType, lines: tuple[str, ...]) -> _Parsed:
    file, text = function.__code__.co_filename, "".join(lines)
    parsed = _FILES.get((file, text))
    if parsed is None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(text, file)
        except SyntaxError as error:
            raise SourceError(
                f"the source of {function.__qualname__} cannot be parsed: {error}",
                remedy="the file changed since the import: import the module again, or restart Python",
            ) from error
        parsed = _Parsed(Unit(file, lines), tree, tuple(_functions(tree, None)))
    _FILES.pop((file, text), None)
    _FILES[(file, text)] = parsed
    while len(_FILES) > MOST_FILES:
        del _FILES[next(iter(_FILES))]
    return parsed


def _functions(node: ast.AST, class_name: str | None) -> Iterator[tuple[FunctionNode, str | None]]:
    """Yield every function below the node with the name of the innermost class around it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child, class_name
        yield from _functions(child, child.name if isinstance(child, ast.ClassDef) else class_name)


# ------------------------------------------------------------------ which node is it?


def _matching(parsed: _Parsed, code: CodeType) -> tuple[FunctionNode, str | None] | None:
    """Return the node whose code is the given one: at its line if possible, else anywhere in the file."""
    wanted = identity(code)
    compiled = _compile(parsed.tree, parsed.unit.file, code)
    equal = [c for c in _nested(compiled) if c.co_name == code.co_name and identity(c) == wanted]
    lines = sorted({c.co_firstlineno for c in equal}, key=lambda line: abs(line - code.co_firstlineno))
    if not lines:
        return None
    named = [pair for pair in parsed.nodes if _name(pair[0]) == code.co_name]
    candidates = [pair for pair in named if _first_line(pair[0]) == lines[0]]
    if len(candidates) == 1:
        return candidates[0]
    return _among_many(parsed, code, candidates)


def _among_many(
    parsed: _Parsed, code: CodeType, candidates: list[tuple[FunctionNode, str | None]]
) -> tuple[FunctionNode, str | None] | None:
    """Return the candidate that compiles to the code: several functions of one name begin on one line.

    Each is marked by a line number of its own, so that its code can be told from the others'. Of equal ones
    (they mean the same) the one at the code's columns is taken.
    """
    wanted, positions = identity(code), set(code.co_positions())
    twins: list[tuple[int, int]] = []
    for index, (marked, mark) in enumerate(_marked(parsed.tree, [node for node, _ in candidates])):
        twins.extend(
            (len(positions & set(nested.co_positions())), -index)
            for nested in _nested(_compile(marked, parsed.unit.file, code))
            if nested.co_firstlineno == mark and identity(nested) == wanted
        )
    return candidates[-max(twins)[1]] if twins else None


def _marked(tree: ast.Module, nodes: list[FunctionNode]) -> Iterator[tuple[ast.Module, int]]:
    """Yield for each node a copy of the tree in which it alone begins on a line past the file's end."""
    for node in nodes:
        memo: dict[int, Any] = {}
        marked = copy.deepcopy(tree, memo)
        twin = memo[id(node)]
        mark = 1_000_000
        first = twin.decorator_list[0] if getattr(twin, "decorator_list", None) else twin
        first.lineno = first.end_lineno = twin.lineno = twin.end_lineno = mark
        yield marked, mark


def _compile(tree: ast.Module, file: str, code: CodeType) -> CodeType:
    if "@pytest_ar" in _all_names(code):
        tree = _as_pytest_does(tree)
    flags = code.co_flags & FUTURE_FLAGS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python warned of odd syntax when it compiled the file itself
        compiled: CodeType = compile(tree, file, "exec", flags=flags, dont_inherit=True)
    return compiled


def _as_pytest_does(tree: ast.Module) -> ast.Module:
    """Return the tree with `assert` rewritten, as pytest rewrites the modules that it imports."""
    tree = copy.deepcopy(tree)
    sys.modules["_pytest.assertion.rewrite"].rewrite_asserts(tree, b"")
    return tree


def _name(node: FunctionNode) -> str:
    return "<lambda>" if isinstance(node, ast.Lambda) else node.name


def _first_line(node: FunctionNode) -> int:
    decorators = getattr(node, "decorator_list", None)
    return int(decorators[0].lineno if decorators else node.lineno)


# ------------------------------------------------------------------ comparing code objects


def _nested(code: CodeType) -> Iterator[CodeType]:
    for value in code.co_consts:
        if isinstance(value, CodeType):
            yield value
            yield from _nested(value)


def _all_names(code: CodeType) -> set[str]:
    return set(code.co_names).union(*(inner.co_names for inner in _nested(code)))


# ------------------------------------------------------------------ private names


def _mangled(node: FunctionNode, class_name: str) -> FunctionNode:
    """Return the function with `__x` spelt `_Class__x`, as the compiler does inside a class."""
    prefix = "_" + class_name.lstrip("_")
    if prefix == "_":
        return node
    node = copy.deepcopy(node)
    for inner in ast.walk(node):
        for attribute in ("id", "attr", "arg", "name", "asname"):
            name = getattr(inner, attribute, None)
            if isinstance(name, str) and _is_private(name) and inner is not node:
                setattr(inner, attribute, prefix + name)
    return node


def _is_private(name: str) -> bool:
    return name.startswith("__") and not name.endswith("__") and "." not in name
