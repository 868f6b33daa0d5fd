"""Containers from outside: lists, dicts and their like, the user's subclasses of them included.

The trace sees a copy, of the same class, made of read items. Everything here goes by the methods of the
builtin class below, so that no method of the user's own runs unseen.
"""

from __future__ import annotations

import collections
import dataclasses
import enum
import re
from collections.abc import Callable, Iterator
from datetime import date, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePath
from types import MappingProxyType
from typing import Any

import numpy as np

from bpcompiler.errors import UnsupportedError

ATOMS = (int, str, bytes, type(None), type(...), type(NotImplemented), range, slice, np.dtype, enum.Enum)
IMMUTABLE = (Fraction, Decimal, date, time, timedelta, timezone, re.Pattern, PurePath)
BUILTIN = (list, tuple, dict, set, frozenset)
MAPPINGS = (collections.OrderedDict, collections.defaultdict, dict, MappingProxyType)
BASES: tuple[Any, ...] = (*MAPPINGS, collections.deque, list, set, frozenset, tuple)


def base_of(value: object) -> Any:
    """Return the builtin container class that the value is an instance of, or None."""
    return next((base for base in BASES if isinstance(value, base)), None)


def is_atom(value: object) -> bool:
    """Return whether the value never changes, has no parts, and is guarded by `==`."""
    return isinstance(value, (*ATOMS, *IMMUTABLE))


def is_namedtuple(value: object) -> bool:
    """Return whether the value is an instance of a namedtuple class."""
    return isinstance(value, tuple) and hasattr(type(value), "_fields") and hasattr(type(value), "_make")


def is_plain(value: object) -> bool:
    """Return whether the value is a container with no behaviour but a builtin's."""
    return type(value) in BUILTIN or is_namedtuple(value)


class Keys(tuple[Any, ...]):
    """The keys of a dict. The fingerprint of a float among them tells its value."""

    __slots__ = ()


def structure(value: Any) -> tuple[Any, ...]:
    """Return the type of a container, its length, and its keys or, of a set, its items."""
    base = base_of(value)
    if base in MAPPINGS:
        keys: Any = Keys(base.keys(value))
    else:
        keys = frozenset(base.__iter__(value)) if base in (set, frozenset) else None
    return (type(value), base.__len__(value), keys)


def item_step(value: Any, key: Any) -> tuple[Any, ...]:
    """Return the step of a path from a container to an item, past a `__getitem__` that the user wrote."""
    base = base_of(value)
    own = type(value).__getitem__ is not base.__getitem__ or hasattr(type(value), "__missing__")
    return ("base_item" if own else "item", key)


def base_item(value: Any, key: Any) -> Any:
    """Return an item as the builtin class finds it. Raises LookupError."""
    base = base_of(value)
    if base in MAPPINGS and not base.__contains__(value, key):
        raise KeyError(key)
    return base.__getitem__(value, key)


def steps_to_items(value: Any) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yield (step of a path, item) for the items of a plain container and the fields of a dataclass."""
    if type(value) is dict:
        yield from ((("item", key), item) for key, item in value.items())
    elif type(value) in (list, tuple) or is_namedtuple(value):
        yield from ((("item", index), item) for index, item in enumerate(value))
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        yield from ((("attr", name), getattr(value, name)) for name in names if hasattr(value, name))


# ------------------------------------------------------------------ of nothing but atoms


def is_static(value: Any) -> bool:
    """Return whether a plain container holds nothing but atoms, all the way down."""
    if not is_plain(value):
        return is_atom(value)
    items = [*value, *value.values()] if isinstance(value, dict) else value
    return all(is_static(item) for item in items)


def is_frozen(value: Any) -> bool:
    """Return whether nothing in a static container can change."""
    return not isinstance(value, list | dict | set) and not (
        isinstance(value, tuple) and not all(is_frozen(item) for item in value)
    )


def copied(value: Any) -> Any:
    """Return a copy of a static container, containers inside it included."""
    return rebuilt(value, lambda key, item: copied(item)) if is_plain(value) else value


def same(one: Any, other: Any) -> bool:
    """Return whether two static containers are equal all the way down, types included."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


# ------------------------------------------------------------------ copies


def rebuilt(value: Any, convert: Callable[[Any, Any], Any]) -> Any:
    """Return a container of the same class whose items are `convert(key, item)`, its attributes kept."""
    base = base_of(value)
    try:
        made = _MAKERS[base](value, convert)
    except TypeError as error:
        raise UnsupportedError(
            f"a {type(value).__name__} from outside cannot be copied into the trace ({error})",
            remedy="pass a list, tuple or dict of what it holds",
        ) from None
    for name, item in _attributes(value):
        object.__setattr__(made, name, item)
    return made


def _mapping(value: Any, convert: Callable[[Any, Any], Any]) -> Any:
    base = base_of(value)
    made = base.__new__(type(value))
    if base is collections.defaultdict:
        made.default_factory = value.default_factory
    for key, item in base.items(value):
        base.__setitem__(made, key, convert(key, item))
    return made


def _proxy(value: Any, convert: Callable[[Any, Any], Any]) -> Any:
    return MappingProxyType({key: convert(key, item) for key, item in value.items()})


def _list(value: Any, convert: Callable[[Any, Any], Any]) -> Any:
    made = list.__new__(type(value))
    list.extend(made, _items(list, value, convert))
    return made


def _deque(value: Any, convert: Callable[[Any, Any], Any]) -> Any:
    made = collections.deque.__new__(type(value))
    collections.deque.__init__(made, _items(collections.deque, value, convert), value.maxlen)
    return made


def _tuple(value: Any, convert: Callable[[Any, Any], Any]) -> Any:
    return tuple.__new__(type(value), _items(tuple, value, convert))


def _items(base: Any, value: Any, convert: Callable[[Any, Any], Any]) -> list[Any]:
    return [convert(index, item) for index, item in enumerate(base.__iter__(value))]


def _set(value: Any, convert: Callable[[Any, Any], Any]) -> Any:
    base = base_of(value)
    if not all(is_static(item) for item in base.__iter__(value)):
        raise UnsupportedError("a set from outside holds more than ints and strings", remedy="use a list")
    if base is frozenset:
        return frozenset.__new__(type(value), frozenset.__iter__(value))
    made = set.__new__(type(value))
    set.update(made, set.__iter__(value))
    return made


def _attributes(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the attributes that an instance of a subclass has of its own."""
    if type(value) in BASES:
        return
    yield from getattr(value, "__dict__", {}).items()
    for cls in type(value).__mro__:
        slots = cls.__dict__.get("__slots__", ())
        for slot in (slots,) if isinstance(slots, str) else slots:
            if slot not in ("__dict__", "__weakref__") and hasattr(value, slot):
                yield slot, getattr(value, slot)


_MAKERS: dict[Any, Callable[[Any, Callable[[Any, Any], Any]], Any]] = {
    **dict.fromkeys((collections.OrderedDict, collections.defaultdict, dict), _mapping),
    MappingProxyType: _proxy,
    collections.deque: _deque,
    list: _list,
    tuple: _tuple,
    set: _set,
    frozenset: _set,
}
