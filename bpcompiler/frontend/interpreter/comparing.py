"""Comparisons and hashes that Python makes on its own: inside lists, tuples, dict keys, dataclasses.

Run natively they would call the user's `__eq__`, `__lt__` and `__hash__`, or read a dataclass's fields,
unseen.
"""

from __future__ import annotations

import collections
import dataclasses
import operator
from collections.abc import Callable, Iterable
from types import FunctionType
from typing import TYPE_CHECKING, Any

from bpcompiler.errors import UnsupportedError
from bpcompiler.frontend.interpreter import attributes, protocols
from bpcompiler.frontend.libraries import is_library

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter

SPECIAL = ("__eq__", "__lt__")
ORDER: dict[str, Callable[[Any, Any], Any]] = {
    f"__{name}__": getattr(operator, name) for name in ("eq", "lt", "le", "gt", "ge")
}
GENERATED = {*ORDER, "__hash__", "__repr__"}


def has_own(m: Interpreter, value: Any, depth: int = 6) -> bool:
    """Return whether a value, or an item of a container, is compared by a method that the user wrote."""
    if isinstance(value, list | tuple | dict | set | frozenset | collections.deque) and depth:
        items = [*value, *value.values()] if isinstance(value, dict) else value
        return any(has_own(m, item, depth - 1) for item in items)
    return any(protocols.special(m, value, name) for name in SPECIAL)


def containers(m: Interpreter, op: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    """Return the comparison of two containers: item by item where the user's methods have a say."""
    if not has_own(m, left) and not has_own(m, right):
        return op(left, right)
    sequences = isinstance(left, list | tuple) and isinstance(right, list | tuple)
    if not sequences or isinstance(left, list) is not isinstance(right, list):
        raise _unseen(f"a comparison of {type(left).__name__}s")
    if len(left) != len(right) and op in (operator.eq, operator.ne):
        return op is operator.ne
    for one, other in zip(left, right, strict=False):
        if one is other or m.truth(protocols.binary(m, operator.eq, one, other)):
            continue
        return op is operator.ne if op in (operator.eq, operator.ne) else protocols.binary(m, op, one, other)
    return op(len(left), len(right))


def check_keys(m: Interpreter, keys: Iterable[Any]) -> None:
    """Raise UnsupportedError for a key that has the user's own hash; a dataclass's fields are read."""
    for key in keys:
        if isinstance(key, tuple):
            check_keys(m, key)
        own = protocols.special(m, key, "__hash__")
        if own is not None and is_generated(key, own):
            check_keys(m, [m.number(each, "a dict key") for each in _fields(m, key, "hash")])
        elif own is not None:
            raise _unseen(f"the hash of a {type(key).__name__}")


def check_native(m: Interpreter, name: str, args: Iterable[Any]) -> None:
    """Raise UnsupportedError if a native function would compare or hash objects by the user's methods."""
    for each in args:
        check_keys(m, each if isinstance(each, list | tuple | set | frozenset) else (each,))
        if has_own(m, each):
            raise _unseen(name)


def _unseen(what: str) -> UnsupportedError:
    return UnsupportedError(
        f"{what} would run a method of your class that is not traced",
        remedy="compare, and use as keys, the numbers and strings that the objects hold",
    )


# ------------------------------------------------------------------ what `@dataclass` wrote


def is_generated(value: object, function: FunctionType) -> bool:
    """Return whether `@dataclass` wrote a method of the value's class."""
    written = function.__code__.co_filename == "<string>" or is_library(function.__globals__.get("__name__"))
    return dataclasses.is_dataclass(value) and written


def generated(m: Interpreter, function: FunctionType, args: tuple[Any, ...]) -> Any:
    """Return what a method that `@dataclass` wrote returns: its fields are read as any attribute."""
    name, value = function.__name__, args[0]
    if name in ORDER and len(args) == 2:
        if type(args[1]) is not type(value):
            return NotImplemented
        one, other = (_fields(m, each, "compare") for each in args)
        return containers(m, ORDER[name], one, other)
    if name == "__hash__":
        return hash(tuple(m.number(each, "hash()") for each in _fields(m, value, "hash")))
    if name == "__repr__":
        texts = [f"{f.name}={m.call(repr, (_field(m, value, f),))}" for f in _chosen(value, "repr")]
        return f"{type(value).__qualname__}({', '.join(texts)})"
    raise TypeError(f"{name}() takes other arguments than {len(args)}")


def _chosen(value: Any, role: str) -> list[Any]:
    fields = dataclasses.fields(value)
    if role == "hash":
        return [f for f in fields if (f.compare if f.hash is None else f.hash)]
    return [f for f in fields if getattr(f, role)]


def _fields(m: Interpreter, value: Any, role: str) -> tuple[Any, ...]:
    return tuple(_field(m, value, field) for field in _chosen(value, role))


def _field(m: Interpreter, value: Any, field: Any) -> Any:
    return attributes.load(m, value, field.name)
