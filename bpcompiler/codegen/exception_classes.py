"""The user's own exception classes in the staged source: a file of its own raises what his module defines.

    class TooLarge(ValueError):
        def __init__(self, value, limit): ...

A class whose text needs nothing but builtins, `math`, `np` and other such classes is quoted. Of another one
there stands the name, with Python's base and any arguments.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import textwrap
from collections.abc import Iterable, Iterator

from bpcompiler.ir.equations import Equation

KNOWN = {"math", "np", *vars(builtins)}


def name_of(cls: type) -> str:
    """Return what an exception class is called in the staged source."""
    if cls.__module__.partition(".")[0] == "numpy":
        return f"np{cls.__module__.removeprefix('numpy')}.{cls.__qualname__}"
    return cls.__name__


def definitions(equations: Iterable[Equation]) -> str:
    """Return the definitions of the user's classes that these equations raise, bases first."""
    raised = (eqn.attrs.get("exception") for eqn in equations)
    classes = dict.fromkeys(each for cls in raised if isinstance(cls, type) for each in _needed(cls))
    return "\n\n\n".join(map(_definition, classes))


def _needed(cls: type) -> Iterator[type]:
    """Yield the classes to define: the bases of a quoted one, then itself."""
    if not _is_users(cls):
        return
    if _quoted(cls) is not None:
        for base in cls.__bases__:
            yield from _needed(base)
    yield cls


def _is_users(cls: type) -> bool:
    return cls.__module__.partition(".")[0] not in ("builtins", "numpy")


def _definition(cls: type) -> str:
    text = _quoted(cls)
    if text is not None:
        return text
    base = next(each for each in cls.__mro__ if not _is_users(each))
    return (
        f"class {cls.__name__}({name_of(base)}):\n"
        f'    """Stands for {cls.__module__}.{cls.__qualname__}."""\n\n'
        "    def __init__(self, *args, **keywords):\n"
        "        super().__init__(*args)"
    )


def _quoted(cls: type) -> str | None:
    """Return the text of a class that can stand alone; None of another one."""
    try:
        text = textwrap.dedent(inspect.getsource(cls)).rstrip()
        tree = ast.parse(text)
    except (OSError, TypeError, SyntaxError):
        return None
    inner = [each for each in ast.walk(tree) if isinstance(each, ast.Name)]
    bound = {each.id for each in inner if not isinstance(each.ctx, ast.Load)} | KNOWN | {cls.__name__}
    bound |= {each.arg for each in ast.walk(tree) if isinstance(each, ast.arg)}
    bound |= {base.__name__ for base in cls.__bases__ if not _is_users(base) or _quoted(base) is not None}
    return text if all(each.id in bound for each in inner) else None
