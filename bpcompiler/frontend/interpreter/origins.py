"""Where the interpreter is in the user's file: the text of statements, lines and columns."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from types import FunctionType
from typing import Any

from bpcompiler.errors import Origin, SourceError
from bpcompiler.frontend.interpreter.frames import Frame
from bpcompiler.frontend.libraries import is_library, is_ours
from bpcompiler.frontend.source import Unit, source_of


def statement_origin(unit: Unit, node: ast.stmt, function: str, number: int) -> Origin:
    """Return the origin of one execution of a statement."""
    text = unit.texts.get(node)
    if text is None:
        text = unit.texts[node] = statement_text(unit, node)
    line = line_at(unit, node.lineno)
    return Origin(unit.file, node.lineno, column_in(line, node.col_offset), text, line, function, number)


def innermost(frames: Sequence[Frame]) -> Origin | None:
    """Return the statement of the innermost frame that is the user's, the caret at what it evaluates."""
    frame = next((each for each in reversed(frames) if not _is_ours(each)), frames[-1])
    node, unit = frame.place, frame.unit
    if frame.origin is None or unit is None or not isinstance(node, ast.expr | ast.stmt):
        return frame.origin
    line = line_at(unit, node.lineno)
    return frame.origin.at(node.lineno, column_in(line, node.col_offset), line)


def _is_ours(frame: Frame) -> bool:
    return is_ours(frame.environment.function.__globals__.get("__name__"))


def definition(function: Any) -> Origin | None:
    """Return where a function is defined, or None where its source is not to be had."""
    while not isinstance(function, FunctionType):
        found = (getattr(function, name, None) for name in ("__func__", "py_func", "__wrapped__", "func"))
        function = next((each for each in found if each is not None), None)
        if function is None:
            return None
    if is_library(function.__globals__.get("__name__")):
        return None
    try:
        source = source_of(function)
    except SourceError:
        return None
    node = source.node if isinstance(source.node, ast.stmt) else ast.Expr(source.node)
    ast.copy_location(node, source.node)
    return statement_origin(source.unit, node, function.__qualname__, 0)


def statement_text(unit: Unit, node: ast.stmt) -> str:
    """Return the statement's text on one line; of a compound statement, its head."""
    match node:
        case ast.If(test=test):
            return f"if {segment(unit, test)}"
        case ast.While(test=test):
            return f"while {segment(unit, test)}"
        case ast.For(target=target, iter=iterable):
            return f"for {segment(unit, target)} in {segment(unit, iterable)}"
        case ast.With(items=items):
            return "with " + ", ".join(ast.unparse(item) for item in items)
        case ast.Try():
            return "try"
        case ast.FunctionDef(name=name, args=arguments):
            return f"def {name}({ast.unparse(arguments)})"
        case ast.ClassDef(name=name):
            return f"class {name}"
        case ast.Match(subject=subject):
            return f"match {segment(unit, subject)}"
    return segment(unit, node)


def segment(unit: Unit, node: ast.expr | ast.stmt) -> str:
    """Return the source of a node on one line, as written if it stands on one line."""
    end_line, end = node.end_lineno, node.end_col_offset
    if end_line == node.lineno and 0 < node.lineno <= len(unit.lines):
        return unit.lines[node.lineno - 1].encode()[node.col_offset : end].decode()
    return ast.unparse(node)


def line_at(unit: Unit, line: int) -> str:
    """Return a physical line without its line end."""
    return unit.lines[line - 1].rstrip("\r\n") if 0 < line <= len(unit.lines) else ""


def column_in(line: str, offset: int) -> int:
    """Return the column in characters of an offset in UTF-8 bytes."""
    return len(line.encode()[:offset].decode(errors="replace"))


def note_for(origin: Origin) -> str:
    """Return the note that tells the user's line on one of Python's own exceptions."""
    lines = [f'  File "{origin.file}", line {origin.line}, in {origin.function}']
    if origin.source_line.strip():
        lines.append(f"    {origin.source_line.strip()}")
    return "\n".join(lines)
