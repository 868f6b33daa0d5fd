"""What makes two code objects do the same."""

from __future__ import annotations

from types import CodeType
from typing import Any


def identity(code: CodeType) -> tuple[Any, ...]:
    """Return what makes a code object do what it does: all but its positions, file and qualified name."""
    return (
        code.co_name,
        code.co_code,
        tuple(_constant(value) for value in code.co_consts),
        (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars),
        (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount),
        code.co_flags & 0x2F,  # optimised, new locals, *args, **kwargs, generator: what changes the meaning
        code.co_exceptiontable,
    )


def _constant(value: object) -> tuple[Any, ...]:
    if isinstance(value, CodeType):
        return ("code", identity(value))
    if isinstance(value, tuple):
        return ("tuple", tuple(_constant(item) for item in value))
    if isinstance(value, frozenset):
        return ("frozenset", tuple(sorted(repr(_constant(item)) for item in value)))
    return (type(value).__name__, repr(value))
