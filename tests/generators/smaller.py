"""A smaller program that fails as a given one does: statements, branches, operands and parameters go."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from tests.generators.source import Generated
from tests.oracles import layout, trees

Fails = Callable[[Generated], bool]
LONGEST = 20_000  # lines
BLOCKS = ("body", "orelse")


def smaller(program: Generated, fails: Fails, tries: int = 2000) -> Generated:
    """Return a program that fails still, and from which nothing can be taken away, after so many tries."""
    found = True
    while found and tries > 0:
        found = False
        for candidate in _candidates(program):
            tries -= 1
            if tries <= 0:
                break
            if len(candidate.source) < len(program.source) and _does(fails, candidate):
                program, found = candidate, True
                break
    return program


def _does(fails: Fails, program: Generated) -> bool:
    try:
        _run_briefly(program)
        return fails(program)
    except Exception:  # noqa: BLE001 -- whatever a cut program comes to that is not the failure
        return False


def _run_briefly(program: Generated) -> None:
    """Run the program; one that lost what ends its loop raises TimeoutError."""
    lines = 0

    def count(frame: Any, event: str, _: Any) -> Any:
        nonlocal lines
        lines += 1
        if lines > LONGEST:
            raise TimeoutError
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        program.function(*trees.map_leaves(layout.copy, program.args))
    except (ValueError, AssertionError):
        return  # its own
    finally:
        sys.settrace(before)


def _candidates(program: Generated) -> Iterator[Generated]:
    yield from _without_parameters(program)
    for change in (_cut_statements, _open_blocks, _cut_expressions):
        count = sum(1 for _ in change(ast.parse(program.source)))
        for i in range(count):
            tree = ast.parse(program.source)
            edits = list(change(tree))
            edits[i]()
            try:
                yield replace(program, source=ast.unparse(ast.fix_missing_locations(tree)) + "\n")
            except (ValueError, AttributeError):
                continue


Edit = Callable[[], None]


def _blocks(tree: ast.AST) -> Iterator[tuple[Any, str, list[ast.stmt]]]:
    for node in ast.walk(tree):
        for name in BLOCKS:
            block = getattr(node, name, None)
            if isinstance(block, list):
                yield node, name, block


def _cut_statements(tree: ast.AST) -> Iterator[Edit]:
    """Take out each statement, the last ones first."""
    for _, name, block in _blocks(tree):
        for i in reversed(range(len(block))):
            if isinstance(block[i], ast.Import):
                continue
            yield lambda block=block, i=i, name=name: _take(block, i, name)


def _take(block: list[ast.stmt], i: int, name: str) -> None:
    del block[i]
    if not block and name == "body":
        block.append(ast.Pass())


def _open_blocks(tree: ast.AST) -> Iterator[Edit]:
    """Put a block where the statement stands that it is in."""
    for _, _, block in _blocks(tree):
        for i, statement in enumerate(block):
            if isinstance(statement, ast.If | ast.For | ast.While):
                for inner in (statement.body, statement.orelse):
                    if inner:
                        yield lambda block=block, i=i, inner=inner: block.__setitem__(slice(i, i + 1), inner)


def _cut_expressions(tree: ast.AST) -> Iterator[Edit]:
    """Put a part of an expression where the whole stands, or 1.0."""
    for node in ast.walk(tree):
        for name, child in ast.iter_fields(node):
            children = list(enumerate(child)) if isinstance(child, list) else [(None, child)]
            for i, expression in children:
                if isinstance(expression, ast.expr):
                    for part in _parts(expression):
                        yield lambda node=node, name=name, i=i, part=part: _put(node, name, i, part)


def _parts(expression: ast.expr) -> list[ast.expr]:
    parts = [part for part in ast.iter_child_nodes(expression) if isinstance(part, ast.expr)]
    if isinstance(expression, ast.BinOp | ast.Call | ast.IfExp | ast.BoolOp | ast.Subscript):
        parts.append(ast.Constant(1.0))
    if isinstance(expression, ast.Compare):
        parts = [ast.Constant(True), ast.Constant(False)]
    if isinstance(expression, ast.List | ast.Tuple | ast.Dict):
        return []
    return parts


def _put(node: ast.AST, name: str, i: int | None, part: ast.expr) -> None:
    if i is None:
        setattr(node, name, part)
    else:
        getattr(node, name)[i] = part


def _without_parameters(program: Generated) -> Iterator[Generated]:
    """Take out each parameter that the program does not read."""
    tree = ast.parse(program.source)
    function = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "program")
    names = [parameter.arg for parameter in function.args.args]
    read = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    for i, name in enumerate(names):
        if name not in read and len(names) > 1:
            other = ast.parse(program.source)
            same = next(n for n in other.body if isinstance(n, ast.FunctionDef) and n.name == "program")
            del same.args.args[i]
            kept = [j for j in range(len(names)) if j != i]
            argnums = tuple(new for new, old in enumerate(kept) if old in program.argnums)
            if argnums:
                args = tuple(program.args[j] for j in kept)
                yield Generated(ast.unparse(other) + "\n", args, argnums)
