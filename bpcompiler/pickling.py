"""Functions as something to pickle: by name where the module can be imported, else by their source.

By source means: the text of the file, which function in it, what it reads from outside (globals, closure,
defaults). The other process compiles the text anew; it needs neither the file nor the same Python version.
"""

from __future__ import annotations

import hashlib
import linecache
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from types import CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from bpcompiler.errors import SourceError


@dataclass(frozen=True, slots=True)
class ByName:
    """A function that can be imported."""

    module: str
    qualname: str


@dataclass(frozen=True, slots=True)
class BySource:
    """A function that is compiled anew. `outside`: (kind, name, packed value) of what it reads."""

    text: str
    name: str
    line: int
    outside: tuple[tuple[str, str, Any], ...]
    defaults: tuple[Any, ...] | None
    keyword_defaults: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Module:
    """A module, by name."""

    name: str


def portable(function: Any, seen: tuple[Any, ...] = ()) -> Any:
    """Return what stands for a function in a pickle; anything but a plain function stands for itself."""
    if isinstance(function, MethodType):
        return function
    if not isinstance(function, FunctionType):
        return Module(function.__name__) if isinstance(function, ModuleType) else function
    if _can_be_imported(function):
        return ByName(function.__module__, function.__qualname__)
    lines = linecache.getlines(function.__code__.co_filename, function.__globals__)
    if not lines:
        raise SourceError(
            f"{function.__qualname__} cannot be pickled: its source is not known",
            remedy="define it in a file or a notebook cell",
        )
    code = function.__code__
    outside = tuple(
        (kind, name, portable(v, (*seen, function))) for kind, name, v in _outside(function, seen)
    )
    return BySource(
        "".join(lines),
        code.co_name,
        code.co_firstlineno,
        outside,
        function.__defaults__,
        function.__kwdefaults__,
    )


def restored(packed: Any) -> Any:
    """Return the function that `portable` packed."""
    if isinstance(packed, ByName):
        value: Any = import_module(packed.module)
        for name in packed.qualname.split("."):
            value = getattr(value, name)
        return value
    if isinstance(packed, Module):
        return import_module(packed.name)
    return _compiled_again(packed) if isinstance(packed, BySource) else packed


def _can_be_imported(function: FunctionType) -> bool:
    """Whether another process finds this function, or its transformed self, under its name."""
    module = sys.modules.get(function.__module__)
    if module is None or function.__module__ == "__main__" or "<" in function.__qualname__:
        return False
    value: Any = module
    for name in function.__qualname__.split("."):
        value = getattr(value, name, None)
    return value is function or getattr(value, "__wrapped__", None) is function


def _outside(function: FunctionType, seen: tuple[Any, ...]) -> Iterator[tuple[str, str, Any]]:
    """Yield what the function's code names outside of itself."""
    for name in sorted(_names(function.__code__)):
        if name in function.__globals__ and not any(
            function.__globals__[name] is f for f in (*seen, function)
        ):
            yield "global", name, function.__globals__[name]
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        yield "cell", name, cell.cell_contents


def _names(code: CodeType) -> set[str]:
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            names |= _names(constant)
    return names


def _compiled_again(packed: BySource) -> FunctionType:
    file = f"<pickled {hashlib.sha256(packed.text.encode()).hexdigest()[:16]}>"
    linecache.cache[file] = (len(packed.text), None, packed.text.splitlines(keepends=True), file)
    code = _find(compile(packed.text, file, "exec", dont_inherit=True), packed)
    namespace: dict[str, Any] = {"__name__": "__pickled__", "__builtins__": __builtins__}
    found = {(kind, name): restored(value) for kind, name, value in packed.outside}
    namespace.update({name: value for (kind, name), value in found.items() if kind == "global"})
    closure = tuple(CellType(found["cell", name]) for name in code.co_freevars)
    function = FunctionType(code, namespace, packed.name, packed.defaults, closure)
    function.__kwdefaults__ = packed.keyword_defaults
    namespace.setdefault(packed.name, function)
    return function


def _find(code: CodeType, packed: BySource) -> CodeType:
    for inner in _codes(code):
        if inner.co_name == packed.name and inner.co_firstlineno == packed.line:
            return inner
    raise SourceError(f"the pickled source has no function {packed.name} at line {packed.line}")


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)
