"""What holds values: environments, lists, dicts, objects. Their parts by key, new ones like them, storing."""

from __future__ import annotations

import collections
from typing import Any

from bpcompiler.frontend.containers import is_namedtuple
from bpcompiler.frontend.interpreter.frames import Environment
from bpcompiler.frontend.interpreter.protocols import is_user_class
from bpcompiler.frontend.state import UNBOUND, put, take

SEQUENCES = (list, tuple, collections.deque)


def parts(value: Any) -> dict[Any, Any] | None:
    """Return what a container or an object of the user's holds, by key; None of anything else."""
    if type(value) in SEQUENCES or is_namedtuple(value):
        return dict(enumerate(value))
    if type(value) in (dict, collections.OrderedDict, collections.defaultdict):
        return dict(value)
    if is_user_class(type(value)) and not isinstance(value, type | dict | list | set | tuple | BaseException):
        contents = take(value)
        return contents if isinstance(contents, dict) else None
    return None


def like(whole: Any, items: dict[Any, Any]) -> Any:
    """Return a new container or object of the same class that holds these items."""
    if is_namedtuple(whole):
        return type(whole)._make(items.values())
    if isinstance(whole, collections.deque):
        return collections.deque(items.values(), whole.maxlen)
    if isinstance(whole, list | tuple):
        return type(whole)(items.values())
    if isinstance(whole, collections.defaultdict):
        return collections.defaultdict(whole.default_factory, items)
    if isinstance(whole, dict):
        return type(whole)(items)
    made = object.__new__(type(whole))
    put(made, items)
    return made


def store(holder: Any, key: Any, value: Any) -> None:
    """Let the holder have this under a key; UNBOUND takes it away."""
    contents = take(holder)
    if isinstance(contents, list) and key == len(contents):
        contents.append(value)
    elif isinstance(contents, list) and value is UNBOUND:
        del contents[key:]
    elif isinstance(contents, list):
        contents[key] = value
    elif value is UNBOUND:
        contents.pop(key, None)
    else:
        contents[key] = value
    put(holder, contents)


class PartName(str):
    """What a part of a container is called, unless somewhere it gets a name of its own."""

    __slots__ = ()


def part_name(name: str, whole: Any, part: Any) -> PartName:
    """Return the name of a part: `params["W1"]` is W1, `state.m["W1"]` is m_W1, `layers[0]` is layers0."""
    key = type(whole)._fields[part] if is_namedtuple(whole) else part
    if type(key) is int:
        return PartName(f"{name}{key}" if name and key >= 0 else "")
    if not isinstance(key, str) or not key.isidentifier():
        return PartName("")
    return PartName(f"{name}_{key}" if isinstance(name, PartName) and name else key)


def is_environment(holder: Any) -> bool:
    """Return whether the holder has a function's names."""
    return isinstance(holder, Environment)
