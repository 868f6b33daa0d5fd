"""Paths to what a function reads from outside: a tuple of steps, and how they are walked again."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MethodType
from typing import Any

from bpcompiler.frontend.containers import base_item, base_of

Path = tuple[tuple[Any, ...], ...]
Arguments = Sequence[Any] | Mapping[Any, Any]


def resolve(root: Any, path: Path, arguments: Arguments = ()) -> Any:
    """Return the value that the path leads to now, from the root or the call's arguments.

    The arguments are by position, or a mapping from position and keyword.
    Raises LookupError, AttributeError or ValueError (an empty cell) where the path has broken off.
    """
    value = root
    for step in path:
        value = arguments[step[1]] if step[0] == "argument" else _STEPS[step[0]](value, *step[1:])
    return value


def _global(function: Any, name: str) -> Any:
    namespace = function.__globals__
    return namespace[name] if name in namespace else vars(builtins)[name]


def _cell(function: Any, name: str) -> Any:
    index = function.__code__.co_freevars.index(name)
    return function.__closure__[index].cell_contents


def _default(function: Any, name: str) -> Any:
    if name in (function.__kwdefaults__ or {}):
        return function.__kwdefaults__[name]
    return defaults_of(function)[name]


def defaults_of(function: Any) -> dict[str, Any]:
    """Return the defaults of a function's positional parameters, by name."""
    code, defaults = function.__code__, function.__defaults__ or ()
    names = code.co_varnames[: code.co_argcount]
    return dict(zip(names[len(names) - len(defaults) :], defaults, strict=True))


def _unreachable(value: Any, name: str, number: int) -> Any:
    raise LookupError(f"{name} is on no path")


_STEPS: dict[str, Callable[..., Any]] = {
    "global": _global,
    "cell": _cell,
    "default": _default,
    "attr": getattr,
    "own": object.__getattribute__,
    "item": lambda value, key: value[key],
    "base_item": base_item,
    "type": type,
    "code": lambda function: function.__code__,
    "module": lambda _, name: sys.modules[name],
    "unreachable": _unreachable,
}


def fullname(function: Any) -> str:
    """Return the dotted name under which a callable is known: "math.exp", "list.append", "numpy.fft.fft"."""
    if isinstance(function, partial):
        return fullname(function.func)
    name = getattr(function, "__qualname__", None) or getattr(function, "__name__", None)
    if name is None:
        return fullname(type(function))
    holder = getattr(function, "__self__", None)
    base = None if isinstance(function, MethodType) else base_of(holder)
    if base is not None:
        module, name = base.__module__, f"{base.__qualname__}.{function.__name__}"
    elif getattr(function, "__objclass__", None) is not None:
        module = getattr(function.__objclass__, "__module__", None)
    elif holder is not None and not isinstance(holder, type) and type(holder).__name__ != "module":
        module = type(holder).__module__
    elif isinstance(holder, type):
        module = holder.__module__
    else:
        module = getattr(function, "__module__", None) or _ufunc_module(function)
    return name if module in (None, "builtins") else f"{module}.{name}"


def _ufunc_module(function: Any) -> str | None:
    """Return the module that a ufunc is found in: it does not tell itself."""
    special = sys.modules.get("scipy.special")
    if special is not None and getattr(special, function.__name__, None) is function:
        return "scipy.special"
    return "numpy" if type(function).__module__ == "numpy" else None


def shown(name: str) -> str:
    """Return a full name as people write it, without private modules: scipy.linalg.expm."""
    first, *parts = name.split(".")
    return ".".join(
        [first.lstrip("_"), *(part for part in parts if not part.startswith("_") or part[:2] == "__")]
    )
