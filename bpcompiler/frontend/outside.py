"""Reads from outside: what the traced function takes from anything but its arguments.

Every read of a global, cell, default, attribute, module member or container item goes through
`Outside.read`. It records a `Read` and answers what the trace sees:

    float, complex, NumPy scalar, array      a hidden input, read again at each call (`hooks.adopt`)
    list, tuple, dict, set, namedtuple       a copy made of read items, never to be changed
    int, str, bool, None, function, class    itself; a guard makes sure that it stays what it is

A path leads from the root function to the value, one step after the other:

    ("global", name) ("cell", name) ("default", name)          of a function
    ("attr", name) ("item", key) ("type",) ("code",)           of any object
    ("argument", i) ("module", name)                           from nowhere: only as the first step
"""

from __future__ import annotations

import collections.abc
import enum
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType, MethodType, ModuleType
from typing import Any, Literal

import numpy as np

from bpcompiler.errors import ImpureError, UnsupportedError
from bpcompiler.frontend.fingerprints import fingerprint
from bpcompiler.frontend.paths import Arguments, Path, resolve

LEAVES = (float, complex, np.generic, np.ndarray)
ATOMS = (int, str, bytes, type(None), type(...), type(NotImplemented), range, slice, np.dtype, enum.Enum)
CONTAINERS = (list, tuple, dict, set, frozenset)

IMPURE_OBJECTS: dict[tuple[Any, Any], str] = {
    ("os", "environ"): "read it before the call and pass what you found as an argument",
    ("sys", "argv"): "read it before the call and pass what you found as an argument",
    ("sys", "stdin"): "read it before the call and pass what you found as an argument",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold of the value at a guard's path, as data, so that generated code can test it.

    is: it is `value` itself. equal: it has `value`'s type and equals it. same: equal all the way down, in
    type too. type: its type is `value`. structure: its (type, length, keys) is `value`. alias: it is the
    object that the path `value` leads to. always: nothing to test within this process.
    """

    op: Literal["is", "equal", "same", "type", "structure", "alias", "always"]
    value: Any = None

    def holds(self, value: Any, resolve_path: Callable[[Path], Any]) -> bool:
        """Return whether the condition holds of the value."""
        return _HOLDS[self.op](self.value, value, resolve_path)


@dataclass(frozen=True, slots=True)
class Read:
    """One read. `input`: the value is read at each call. `guard`: the program holds only while it stays.

    `fingerprint` is what another process compares; an input's says of which kind it is.
    """

    path: Path
    kind: Literal["input", "guard"]
    fingerprint: str
    condition: Condition

    def still_holds(self, root: object, arguments: Arguments = ()) -> bool:
        """Return whether the guard holds now. An input's never fails here: its value is read anyway."""
        try:
            value = resolve(root, self.path, arguments)
            return self.condition.holds(value, lambda path: resolve(root, path, arguments))
        except (LookupError, AttributeError, ValueError):
            return False


class Outside:
    """The reads of one trace, and what it knows of the objects they led to."""

    def __init__(self, adopt: Callable[[Any, Path], Any], is_traced: Callable[[object], bool]) -> None:
        self.reads: dict[Path, Read] = {}
        self._adopt = adopt
        self._is_traced = is_traced
        self._seen: dict[Path, Any] = {}
        self._paths: dict[int, tuple[Path, Any]] = {}
        self._copies: dict[int, tuple[Any, Any]] = {}

    def know(self, value: object, path: Path) -> None:
        """Take the object for one from outside, found at the path."""
        self._paths.setdefault(id(value), (path, value))

    def is_outside(self, value: object) -> bool:
        """Return whether the value, or what it is a copy of, existed before the call."""
        return id(value) in self._paths

    def path_of(self, value: object) -> Path | None:
        """Return the path on which the value was first found, or one through its module, or None."""
        known = self._paths.get(id(value))
        if known is not None:
            return known[0]
        return _path_through_module(value)

    def read(self, value: Any, path: Path) -> Any:
        """Return what the trace sees of a value found outside, and record the read."""
        if path in self._seen:
            return self._seen[path]
        if self._is_traced(value):
            return value
        seen = self._seen[path] = self._see(value, path)
        return seen

    def member(self, holder: object, step: tuple[Any, ...], value: Any) -> Any:
        """Return what the trace sees of a value found one step from an object from outside."""
        return self.read(value, (*self._any_path(holder), step))

    def code(self, function: FunctionType) -> None:
        """Record that the function's code is part of the trace."""
        path = (*self._any_path(function), ("code",))
        if path not in self.reads:
            self._record(path, "guard", function.__code__, Condition("is", function.__code__))

    def record_type(self, value: object) -> None:
        """Record that the type of an object from outside is part of the trace."""
        path = self.path_of(value)
        if path is not None and path not in self.reads:
            self._record(path, "guard", value, Condition("type", type(value)))
        if path is not None and _path_through_module(type(value)) is None:
            self.know(type(value), (*path, ("type",)))

    def _any_path(self, holder: Any) -> Path:
        """Return the object's path. One that is on no path gets one of its own, which leads nowhere."""
        path = self.path_of(holder)
        if path is None:
            name = getattr(holder, "__qualname__", type(holder).__qualname__)
            path = (("unreachable", name, len(self._paths)),)
            self.know(holder, path)
        return path

    def _record(self, path: Path, kind: Literal["input", "guard"], value: Any, condition: Condition) -> None:
        if path[:1] and path[0][0] == "unreachable":
            condition = Condition("always")
        self.reads[path] = Read(path, kind, fingerprint(value), condition)

    def _see(self, value: Any, path: Path) -> Any:
        known = self._paths.get(id(value))
        if known is not None and known[0] != path and not isinstance(value, ATOMS):
            return self._see_alias(value, known[0], path)
        if isinstance(value, LEAVES) and not isinstance(value, np.str_ | np.bytes_):
            return self._see_leaf(value, path)
        if isinstance(value, ATOMS):
            self._record(path, "guard", value, _condition(value))
            return value
        if _is_container(value):
            return self._see_container(value, path)
        return self._see_object(value, path)

    def _see_alias(self, value: Any, first: Path, path: Path) -> Any:
        """Answer an object that was found before on another path: it must stay the same object."""
        self._record(path, "guard", value, Condition("alias", first))
        copied = self._copies.get(id(value))
        return self._seen.get(first, value) if copied is None else copied[1]

    def _see_leaf(self, value: Any, path: Path) -> Any:
        if path[:1] and path[0][0] == "unreachable":
            raise UnsupportedError(
                f"{path[-1][-1]} of {path[0][1]}, a number from outside, cannot be found again at each call",
                remedy="pass it as an argument, or bind what holds it to a global name",
            )
        self._record(path, "input", value, Condition("always"))
        if isinstance(value, np.ndarray):
            self.know(value, path)
        return self._adopt(value, path)

    def _see_container(self, value: Any, path: Path) -> Any:
        self.know(value, path)
        if _is_static(value):
            self._record(
                path, "guard", value, Condition("same", value if _is_frozen(value) else _copy(value))
            )
            copied = _copy(value)
        else:
            self._record(path, "guard", structure(value), Condition("structure", structure(value)))
            copied = _rebuilt(value, lambda key, item: self.read(item, (*path, ("item", key))))
        self._copies[id(value)] = (value, copied)
        self.know(copied, path)
        return copied

    def _see_object(self, value: Any, path: Path) -> Any:
        if isinstance(value, collections.abc.Iterator):
            raise UnsupportedError(
                f"an iterator from outside ({type(value).__name__}) would be used up by the call",
                remedy="make it inside the function, or pass a list",
            )
        remedy = IMPURE_OBJECTS.get((_module_of(path), path[-1][-1])) if path else None
        if remedy:
            raise ImpureError(f"{path[-1][-1]} is not the same at each call", remedy=remedy)
        condition = Condition("is", value) if _is_constant(value) else Condition("type", type(value))
        self._record(path, "guard", value, condition)
        self.know(value, path)
        if isinstance(value, MethodType):
            self.know(value.__func__, (*path, ("attr", "__func__")))
            self.know(value.__self__, (*path, ("attr", "__self__")))
        return value


# ------------------------------------------------------------------ kinds of values


def structure(value: Any) -> tuple[Any, ...]:
    """Return the type, length and keys of a container."""
    return (type(value), len(value), tuple(value) if isinstance(value, dict) else None)


def _is_container(value: object) -> bool:
    return type(value) in CONTAINERS or is_namedtuple(value)


def is_namedtuple(value: object) -> bool:
    """Return whether the value is an instance of a namedtuple class."""
    return isinstance(value, tuple) and hasattr(type(value), "_fields") and hasattr(type(value), "_make")


def _is_static(value: Any) -> bool:
    """Return whether a container holds nothing but atoms, all the way down."""
    if not _is_container(value):
        return isinstance(value, ATOMS)
    items = [*value, *value.values()] if isinstance(value, dict) else value
    return all(_is_static(item) for item in items)


def _is_frozen(value: Any) -> bool:
    return not isinstance(value, list | dict | set) and not (
        isinstance(value, tuple) and not all(_is_frozen(item) for item in value)
    )


def _copy(value: Any) -> Any:
    """Return a copy of a static container, containers inside it included."""
    return _rebuilt(value, lambda key, item: _copy(item)) if _is_container(value) else value


def _rebuilt(value: Any, convert: Callable[[Any, Any], Any]) -> Any:
    if isinstance(value, dict):
        return {key: convert(key, item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        if not _is_static(value):
            raise UnsupportedError("a set from outside holds more than ints and strings", remedy="use a list")
        return type(value)(value)
    items = [convert(key, item) for key, item in enumerate(value)]
    return type(value)._make(items) if is_namedtuple(value) else type(value)(items)


def _is_constant(value: object) -> bool:
    """Return whether an object is guarded by identity: code and what stands for it, not data."""
    return isinstance(value, type | ModuleType) or (callable(value) and hasattr(value, "__qualname__"))


def _condition(value: Any) -> Condition:
    if value is None or isinstance(value, enum.Enum | bool) or value is ...:
        return Condition("is", value)
    return Condition("equal", value)


def _module_of(path: Path) -> str | None:
    holder = path[-2] if len(path) > 1 else ("",)
    return str(holder[-1])


def _path_through_module(value: Any) -> Path | None:
    if isinstance(value, ModuleType):
        return (("module", value.__name__),)
    if not isinstance(value, type | FunctionType) or "<locals>" in value.__qualname__:
        return None
    path: Path = (("module", value.__module__), *(("attr", name) for name in value.__qualname__.split(".")))
    try:
        return path if resolve(None, path) is value else None
    except (LookupError, AttributeError):
        return None


def _same(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


_HOLDS: dict[str, Callable[[Any, Any, Callable[[Path], Any]], bool]] = {
    "is": lambda expected, value, _: value is expected,
    "equal": lambda expected, value, _: type(value) is type(expected) and bool(value == expected),
    "same": lambda expected, value, _: _same(expected, value),
    "type": lambda expected, value, _: type(value) is expected,
    "structure": lambda expected, value, _: type(value) is expected[0] and structure(value) == expected,
    "alias": lambda expected, value, find: value is find(expected),
    "always": lambda expected, value, _: True,
}
