"""How far a trace goes. Users set it; a trace reads it when it starts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import astuple, dataclass, replace

from bpcompiler.errors import ArgumentError


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a trace goes: statements run inside unrolled loops, and calls within calls.

    A loop over at most `unroll` turns, a number known while tracing, is unrolled if its turns are short; else
    it stays a loop.
    """

    loop_statements: int = 100_000
    depth: int = 400
    unroll: int = 8


_PINNED: ContextVar[Limits | None] = ContextVar("limits of what is traced again", default=None)
_set = [Limits()]


def current() -> Limits:
    """Return the limits for a trace that starts now."""
    return _PINNED.get() or _set[0]


def set_limits(
    *, unroll: int | None = None, loop_statements: int | None = None, depth: int | None = None
) -> dict[str, int]:
    """Set how far functions are traced; return the limits that were, to be put back by `set_limits(**those)`.

    `unroll`: a loop over at most so many turns, a number known while tracing, is unrolled; a longer one stays
    a loop, and one of long turns, where that would add more than 12 times as many operations (8).
    `loop_statements`: as many statements may run inside the unrolled loops of a trace (100,000). `depth`:
    calls within calls, as of a function that calls itself (400). What is left out stays as it is.

    They hold for what is compiled from now on, in all threads; what has been compiled keeps the limits that
    it was traced with, on disk too.
    """
    before = _set[0]
    given = {"unroll": unroll, "loop_statements": loop_statements, "depth": depth}
    for name, value in given.items():
        least = 0 if name == "unroll" else 1
        if value is not None and (type(value) is not int or value < least):
            raise ArgumentError(
                f"{name}={value!r} is not a limit", remedy=f"give an int from {least} on: {name}=100"
            )
    _set[0] = replace(before, **{name: value for name, value in given.items() if value is not None})
    return {name: getattr(before, name) for name in given}


def key() -> list[int]:
    """Return the limits for a trace that starts now as a part of a key."""
    return list(astuple(current()))


@contextmanager
def using(limits: Limits) -> Iterator[None]:
    """Let traces inside have these limits."""
    token = _PINNED.set(limits)
    try:
        yield
    finally:
        _PINNED.reset(token)
