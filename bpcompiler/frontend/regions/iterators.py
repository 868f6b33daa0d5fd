"""Iterators over turns: `enumerate`, `zip`, `reversed`, `map`. As in Python, what one has yielded is gone.

The iterator is part of the state that forks, so each way through a branch finds it as it was. Who iterates
takes all turns that are left; a loop may be left early, so nobody can take any after that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from bpcompiler.errors import UnsupportedError
from bpcompiler.frontend import state
from bpcompiler.frontend.operators import size_of
from bpcompiler.frontend.regions.ranges import Turns, enumerated, mapped, parts_of, zipped
from bpcompiler.frontend.storage import CURRENT
from bpcompiler.frontend.trace import Traced, current


class Once:
    """An iterator over turns. `used`: whether somebody has taken them."""

    __slots__ = ("turns", "used")

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.used: Any = False

    def take(self) -> Turns:
        """Return the turns that are left, to be run now."""
        if self.used is not False:
            raise _used_again()
        self.used = True
        return self.turns

    def __iter__(self) -> Iterator[Any]:
        return iter(self.take())

    def __next__(self) -> Any:
        turns = self.take()
        if not has_a_turn(turns):
            raise StopIteration
        self.turns, self.used = turns.after_first(), False
        return turns.item(turns.start)


class Pulled:
    """An iterator of Python's own. It cannot go back: `pulled` counts items, `known` forks with the state.

    Where the two differ, another way through a branch or an earlier trace of a loop has taken items.
    """

    __slots__ = ("known", "pulled", "source")

    def __init__(self, source: Iterator[Any]) -> None:
        self.source, self.pulled = source, 0
        self.known: Any = 0

    def __iter__(self) -> Pulled:
        return self

    def __next__(self) -> Any:
        if type(self.known) is not int or self.known != self.pulled:
            raise _used_again()
        self.pulled += 1
        self.known = self.pulled
        return next(self.source)


def _put(iterator: Pulled, contents: dict[str, Any]) -> None:
    iterator.known = contents["known"]


state.take.register(Pulled)(lambda iterator: {"known": iterator.known})
state.put.register(Pulled)(_put)


def _used_again() -> UnsupportedError:
    return UnsupportedError(
        "an iterator is used again that has been used already, or may have been",
        remedy="make it anew where it is used: for i, v in enumerate(x): ...; or index what it runs over",
        origin=current().place(),
    )


def tracked(value: Any) -> Any:
    """Return an iterator of Python's own as one that is part of the state; anything else as it is."""
    trace = CURRENT.get()
    if trace is None or trace.interpreter is None or not isinstance(value, Iterator):
        return value
    return value if isinstance(value, Once | Pulled) else trace.interpreter.state.own(Pulled(value))


def begun(value: Any) -> Any:
    """Return what a loop iterates over that begins now: of an iterator its turns."""
    return value.take() if isinstance(value, Once) else value


def has_a_turn(turns: Turns) -> bool:
    """Decide whether there is a turn at all. Raises NeedsValueError where only the program knows."""
    start, stop, step = (
        current().static(bound, "next()") if isinstance(bound, Traced) and size_of(bound) is None else bound
        for bound in (turns.start, turns.stop, turns.step)
    )
    less = current().decisions.less
    first, last, by = (size_of(bound) for bound in (start, stop, step))
    return less(first, last) if less(0, by) else less(last, first)


def _once(turns: Turns) -> Once:
    interpreter = current().interpreter
    assert interpreter is not None
    made: Once = interpreter.state.own(Once(turns))
    return made


def enumerate_(iterable: Any, start: Any = 0) -> Any:
    """`enumerate`: pairs of a number and an item."""
    iterable = begun(iterable)
    parts = parts_of((iterable,))
    return tracked(enumerate(iterable, start)) if parts is None else _once(enumerated(parts[0], start))


def zip_(*iterables: Any, strict: bool = False) -> Any:
    """`zip`: tuples of one item of each."""
    iterables = tuple(map(begun, iterables))
    parts = parts_of(iterables)
    if parts is None or strict:
        return tracked(zip(*iterables, strict=strict))
    return _once(zipped(parts))


def reversed_(iterable: Any) -> Any:
    """`reversed`."""
    parts = None if isinstance(iterable, Once) else parts_of((iterable,))
    return tracked(reversed(iterable)) if parts is None else _once(reversed(parts[0]))


def map_(function: Callable[..., Any], *iterables: Any) -> Any:
    """`map`: what the function makes of one item of each."""
    interpreter = current().interpreter
    assert interpreter is not None
    call = interpreter.call
    iterables = tuple(map(begun, iterables))
    parts = parts_of(iterables)
    if parts is None:
        return tracked(map(lambda *items: call(function, items), *map(interpreter.iterate, iterables)))
    return _once(mapped(lambda *items: call(function, items), parts))
