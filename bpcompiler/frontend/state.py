"""What a trace may change, and how it is taken back.

A trace owns the environments of the functions it runs and the containers and objects made in it. Tracing
both branches of a condition runs statements twice: `State` takes a snapshot of all contents, compares two of
them, and restores one in place, so that every alias sees it. The tracer's own state takes part by `register`.
"""

from __future__ import annotations

import collections
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import singledispatch
from typing import Any, Protocol


class _Unbound:
    """The type of `UNBOUND`: no value at all, in a change of a name, key or attribute."""

    def __repr__(self) -> str:
        return "<unbound>"


UNBOUND = _Unbound()


class Participant(Protocol):
    """State kept elsewhere that forks with the interpreter's."""

    def snapshot(self) -> object:
        """Return a token for the state as it is."""

    def restore(self, token: Any) -> None:
        """Take the state back to the token's."""


class Environment(Protocol):
    """What `State` needs of an environment: its names."""

    names: dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The contents of everything owned, by identity, and the participants' tokens."""

    contents: dict[int, tuple[Any, Any]]
    tokens: tuple[tuple[Participant, object], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """One name, key, index or attribute of `holder` that differs. A set's or sequence's key may be None."""

    holder: Any
    key: Any
    before: Any
    after: Any


class State:
    """The registry of what a trace owns."""

    def __init__(self) -> None:
        self._owned: dict[int, Any] = {}
        self._changed: dict[int, Any] = {}
        self._environments: dict[int, Environment] = {}
        self._participants: list[Participant] = []

    def own(self, container: Any) -> Any:
        """Return the container, now owned: the trace may change it, and it forks with the trace."""
        self._owned[id(container)] = container
        return container

    def own_nested(self, container: Any) -> Any:
        """Return the container after owning it and every list, dict, set and tuple item inside it."""
        if isinstance(container, list | dict | set):
            self.own(container)
        if isinstance(container, dict):
            for item in container.values():
                self.own_nested(item)
        elif isinstance(container, list | tuple):
            for item in container:
                self.own_nested(item)
        return container

    def change(self, container: object, place: Any = None) -> None:
        """Take note that an owned container changes, and where."""
        self._changed[id(container)] = place

    def place_of_change(self, container: object) -> Any:
        """Return where an owned container was changed last."""
        return self._changed.get(id(container))

    def is_changed(self, container: object) -> bool:
        """Return whether an owned container was ever changed, in a branch that was taken back too."""
        return id(container) in self._changed

    def owns(self, container: object) -> bool:
        """Return whether the trace made this very object."""
        return id(container) in self._owned

    def enter(self, environment: Environment) -> None:
        """Let the names of an environment fork with the trace."""
        self._environments[id(environment)] = environment

    def leave(self, environment: Environment) -> None:
        """Forget an environment that nothing refers to any more."""
        self._environments.pop(id(environment), None)

    @contextmanager
    def entered(self, environment: Environment) -> Iterator[None]:
        """Let the names of an environment fork with the trace, for a while."""
        self.enter(environment)
        try:
            yield
        finally:
            self.leave(environment)

    def register(self, participant: Participant) -> None:
        """Let other state be part of every snapshot from now on."""
        self._participants.append(participant)

    def unregister(self, participant: Participant) -> None:
        """Let other state be part of no snapshot any more."""
        self._participants.remove(participant)

    def snapshot(self) -> Snapshot:
        """Return the state as it is now. Values are kept by reference, contents are copied one level deep."""
        held = itertools.chain(self._environments.values(), self._owned.values())
        contents = {id(holder): (holder, take(holder)) for holder in held}
        return Snapshot(contents, tuple((each, each.snapshot()) for each in self._participants))

    def restore(self, snapshot: Snapshot) -> None:
        """Put everything back, in place. What was made since the snapshot is no longer owned."""
        environments: dict[int, Any] = {}
        owned: dict[int, Any] = {}
        for key, (holder, contents) in snapshot.contents.items():
            put(holder, contents)
            (environments if _is_environment(holder) else owned)[key] = holder
        self._environments, self._owned = environments, owned
        for participant, token in snapshot.tokens:
            participant.restore(token)

    def changes(self, before: Snapshot, after: Snapshot) -> list[Change]:
        """Return what differs between two snapshots, in what existed in both."""
        found: list[Change] = []
        for key, (holder, old) in before.contents.items():
            if key in after.contents:
                found.extend(_differences(holder, old, after.contents[key][1]))
        return found


def same(before: object, after: object) -> bool:
    """Return whether two contents mean the same: one object, or equal numbers and texts of one type."""
    if before is after:
        return True
    if type(before) is not type(after) or not isinstance(before, int | float | complex | str | bytes):
        return False
    return repr(before) == repr(after)


def _is_environment(holder: Any) -> bool:
    return getattr(type(holder), "is_environment", False)


def _differences(holder: Any, before: Any, after: Any) -> Iterator[Change]:
    old, new = _keyed(before), _keyed(after)
    for key in dict.fromkeys([*old, *new]):
        one, other = old.get(key, UNBOUND), new.get(key, UNBOUND)
        if not same(one, other):
            yield Change(holder, key, one, other)
    reordered = isinstance(before, dict) and set(old) == set(new) and list(old) != list(new)
    if reordered and not _is_environment(holder):
        yield Change(holder, None, tuple(old), tuple(new))


def _keyed(contents: Any) -> dict[Any, Any]:
    if isinstance(contents, dict):
        return contents
    if isinstance(contents, set | frozenset):
        return {item: item for item in contents}
    return dict(enumerate(contents))


# ------------------------------------------------------------------ contents, by type


@singledispatch
def take(holder: Any) -> Any:
    """Return a copy of the contents: a dict for what has names or keys, a list or set otherwise."""
    if _is_environment(holder):
        return dict(holder.names)
    attributes = dict(getattr(holder, "__dict__", {}))
    attributes.update((slot, getattr(holder, slot)) for slot in _slots(holder) if hasattr(holder, slot))
    return attributes


@singledispatch
def put(holder: Any, contents: Any) -> None:
    """Make the contents the holder's, in place."""
    if _is_environment(holder):
        _refill(holder.names, contents)
        return
    slots = _slots(holder)
    own = getattr(holder, "__dict__", None)
    if isinstance(own, dict):
        _refill(own, {key: value for key, value in contents.items() if key not in slots})
    for slot in slots:
        if slot in contents:
            object.__setattr__(holder, slot, contents[slot])
        elif hasattr(holder, slot):
            object.__delattr__(holder, slot)


def _refill(target: dict[Any, Any], contents: dict[Any, Any]) -> None:
    target.clear()
    target.update(contents)


def _slots(holder: object) -> list[str]:
    found: list[str] = []
    for cls in type(holder).__mro__:
        slots = cls.__dict__.get("__slots__", ())
        found.extend([slots] if isinstance(slots, str) else slots)
    return [slot for slot in found if slot not in ("__dict__", "__weakref__")]


def _put_list(holder: list[Any], contents: list[Any]) -> None:
    holder[:] = contents


def _put_cleared(holder: Any, contents: Any) -> None:
    holder.clear()
    holder.update(contents)


def _put_deque(holder: collections.deque[Any], contents: list[Any]) -> None:
    holder.clear()
    holder.extend(contents)


_CONTENTS: list[tuple[type, Callable[[Any], Any], Callable[[Any, Any], None]]] = [
    (list, list, _put_list),
    (bytearray, list, _put_list),
    (dict, dict, _put_cleared),
    (collections.Counter, dict, _put_cleared),
    (set, set, _put_cleared),
    (collections.deque, list, _put_deque),
    (type, lambda cls: dict(vars(cls)), lambda cls, contents: None),
]
for _type, _take, _put in _CONTENTS:
    take.register(_type)(_take)
    put.register(_type)(_put)
