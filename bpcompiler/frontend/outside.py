"""Reads from outside: what the traced function takes from anything but its arguments.

Every read of a global, cell, default, attribute, module member or container item goes through
`Outside.read`. It records a `Read` and answers what the trace sees:

    float, complex, NumPy scalar, array      a hidden input, read again at each call (`hooks.adopt`)
    list, tuple, dict, set, deque ...        a copy made of read items, never to be changed (`containers`)
    int, str, bool, None, function, class    itself; a guard makes sure that it stays what it is

A path leads from the root function to the value, one step after the other:

    ("global", name) ("cell", name) ("default", name)          of a function
    ("attr", name) ("own", name) ("item", key) ("base_item", key) ("type",) ("code",)      of any object
    ("argument", i) ("module", name)                           from nowhere: only as the first step
"""

from __future__ import annotations

import collections
import collections.abc
import enum
from collections.abc import Callable
from functools import partial
from types import FunctionType, MethodType, ModuleType
from typing import Any, Literal

import numpy as np

from bpcompiler.errors import ImpureError, UnsupportedError
from bpcompiler.frontend import containers
from bpcompiler.frontend.containers import structure
from bpcompiler.frontend.fingerprints import fingerprint
from bpcompiler.frontend.libraries import is_ours
from bpcompiler.frontend.paths import Path, resolve
from bpcompiler.frontend.reads import Condition, Read

LEAVES = (float, complex, np.generic, np.ndarray)

IMPURE_OBJECTS: dict[tuple[Any, Any], str] = {
    ("os", "environ"): "read it before the call and pass what you found as an argument",
    ("sys", "argv"): "read it before the call and pass what you found as an argument",
    ("sys", "stdin"): "read it before the call and pass what you found as an argument",
}


class Outside:
    """The reads of one trace, and what it knows of the objects they led to."""

    def __init__(self, adopt: Callable[[Any, Path], Any], is_traced: Callable[[object], bool]) -> None:
        self.reads: dict[Path, Read] = {}
        self._adopt = adopt
        self._is_traced = is_traced
        self._seen: dict[Path, Any] = {}
        self._paths: dict[int, tuple[Path, Any]] = {}
        self._copies: dict[int, tuple[Any, Any]] = {}
        self._builtins: set[tuple[int, str]] = set()
        self._variables: dict[tuple[int, tuple[str, str]], FunctionType] = {}

    def know(self, value: object, path: Path) -> None:
        """Take the object for one from outside, found at the path."""
        self._paths.setdefault(id(value), (path, value))

    def is_outside(self, value: object) -> bool:
        """Return whether the value, or what it is a copy of, existed before the call."""
        return id(value) in self._paths

    def path_of(self, value: object) -> Path | None:
        """Return the path on which the value was first found, or one through its module, or None."""
        known = self._paths.get(id(value))
        if known is None or (isinstance(value, FunctionType) and is_ours(value.__module__)):
            return _path_through_module(value) or (known and known[0])
        return known[0]

    def read(self, value: Any, path: Path) -> Any:
        """Return what the trace sees of a value found outside, and record the read."""
        if path in self._seen:
            return self._seen[path]
        if _is_in_ours(path) and not isinstance(value, LEAVES):  # a default such as beta1 has its name then
            return value
        if self._is_traced(value):
            return value
        seen = self._seen[path] = self._see(value, path)
        return seen

    def member(self, holder: object, step: tuple[Any, ...], value: Any) -> Any:
        """Return what the trace sees of a value found one step from an object from outside."""
        return self.read(value, (*self._any_path(holder), step))

    def variable(self, function: FunctionType, step: tuple[str, str], storage: object, value: Any) -> Any:
        """Return what the trace sees of a function's global or cell, which is kept in `storage`.

        One that several functions share is read through the first of them: it is one input.
        """
        first = self._variables.setdefault((id(storage), step), function)
        return self.member(first, step, value)

    def missing(self, holder: object, *steps: tuple[Any, ...]) -> None:
        """Record that these steps from an object from outside lead nowhere."""
        if self.path_of(holder) is None:
            return
        path = (*self._any_path(holder), *steps)
        if path not in self.reads:
            self._record(path, "guard", None, Condition("missing"))

    def builtin(self, function: FunctionType, name: str, value: Any) -> None:
        """Record that a name means a builtin: no global of the function's module stands in front of it."""
        key = (id(function.__globals__), name)
        if key not in self._builtins:
            self._builtins.add(key)
            path = (*self._any_path(function), ("global", name))
            self._record(path, "guard", value, Condition("is", value))

    def method(self, holder: object, name: str, function: FunctionType, *, special: bool) -> None:
        """Record that `name` leads from an object, or its class, to the function.

        Special methods are looked up on the type; others could be shadowed by an attribute of the object.
        """
        base: Path | None
        steps: Path
        if is_ours(function.__module__):
            return
        if not self.is_outside(holder):
            base, steps = self.path_of(type(holder)), (("attr", name),)
        elif special or not hasattr(holder, "__dict__"):
            base, steps = self.path_of(holder), (("type",), ("attr", name))
        else:
            base, steps = self.path_of(holder), (("attr", name), ("attr", "__func__"))
            self._bound_to(base, name)
        if base is None or (*base, *steps) in self.reads:
            return
        self._record((*base, *steps), "guard", function, Condition("is", function))
        self.know(function, (*base, *steps))

    def _bound_to(self, path: Path | None, name: str) -> None:
        """Record that a method is the object's own, and not one of another object's."""
        if path is not None:
            step = (*path, ("attr", name), ("attr", "__self__"))
            self.reads.setdefault(step, Read(step, "guard", "itself", Condition("alias", path)))

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
        if kind == "guard" and _is_in_ours(path):
            return
        if path[:1] and path[0][0] == "unreachable":
            condition = Condition("always")
        self.reads[path] = Read(path, kind, fingerprint(value), condition)

    def _see(self, value: Any, path: Path) -> Any:
        known = self._paths.get(id(value))
        atom = containers.is_atom(value) or _is_constant(value)
        if known is not None and known[0] != path and not atom:
            return self._see_alias(value, known[0], path)
        if isinstance(value, LEAVES) and not isinstance(value, np.str_ | np.bytes_):
            return self._see_leaf(value, path)
        if containers.is_atom(value):
            _raise_if_unreachable(path)
            self._record(path, "guard", value, _condition(value))
            return value
        if containers.base_of(value) is not None:
            return self._see_container(value, path)
        return self._see_object(value, path)

    def _see_alias(self, value: Any, first: Path, path: Path) -> Any:
        """Answer an object that was found before on another path: it must stay the same object."""
        self._record(path, "guard", value, Condition("alias", first))
        copied = self._copies.get(id(value))
        return self._seen.get(first, value) if copied is None else copied[1]

    def _see_leaf(self, value: Any, path: Path) -> Any:
        _raise_if_unreachable(path)
        self._record(path, "input", value, Condition("always"))
        if isinstance(value, np.ndarray):
            self.know(value, path)
        return self._adopt(value, path)

    def _see_container(self, value: Any, path: Path) -> Any:
        self.know(value, path)
        if containers.is_plain(value) and containers.is_static(value):
            kept = value if containers.is_frozen(value) else containers.copied(value)
            self._record(path, "guard", value, Condition("same", kept))
            copied = containers.copied(value)
        else:
            self._record(path, "guard", structure(value), Condition("structure", structure(value)))
            if isinstance(value, collections.defaultdict):
                self.read(value.default_factory, (*path, ("attr", "default_factory")))
            copied = containers.rebuilt(value, partial(self._item, value, path))
        self._copies[id(value)] = (value, copied)
        self.know(copied, path)
        return copied

    def _item(self, container: Any, path: Path, key: Any, item: Any) -> Any:
        return self.read(item, (*path, containers.item_step(container, key)))

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

    def containers(self) -> list[tuple[Path, Any]]:
        """Return the containers that were read, each with its path."""
        return [(self._paths[key][0], value) for key, (value, _) in self._copies.items()]

    def is_opaque(self, value: object) -> bool:
        """Return whether a value is an object from outside whose parts native code would read unseen."""
        if not self.is_outside(value) or isinstance(value, (partial, *LEAVES)):
            return False
        return not _is_constant(value) and containers.base_of(value) is None


# ------------------------------------------------------------------ kinds of values


def _is_constant(value: object) -> bool:
    """Return whether an object is guarded by identity: code and what stands for it, not data."""
    named = callable(value) and (hasattr(value, "__qualname__") or hasattr(value, "__name__"))
    return isinstance(value, type | ModuleType) or named


def _is_in_ours(path: Path) -> bool:
    return bool(path) and path[0][0] == "module" and is_ours(path[0][1])


def _raise_if_unreachable(path: Path) -> None:
    if path[:1] and path[0][0] == "unreachable":
        raise UnsupportedError(
            f"{path[-1][-1]} of {path[0][1]}, a value from outside, cannot be found again at each call",
            remedy="pass it as an argument, or bind what holds it to a global name",
        )


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
