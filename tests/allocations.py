"""How often compiled code allocates, by Numba's own counters: the same number on every machine.

    allocated(f, x)     blocks of memory that the call asks for, once it is compiled
    kept(f, x)          blocks that are still there when its result is gone: 0, or a leak

The counters cover arrays, tapes and the records that Numba keeps of arguments and results (one for each
array on the way in and out, so compare two calls: a loop of n turns allocates as often as one of 2 n).
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Counts:
    """What happened inside `with counting() as counts`, known when it ends."""

    allocated: int = 0
    kept: int = 0


@contextmanager
def counting() -> Iterator[Counts]:
    from numba.core.runtime import _nrt_python, rtsys  # what reads a program only needs no Numba

    gc.collect()  # what earlier calls left behind must not be freed in between
    enabled = bool(_nrt_python.memsys_stats_enabled())
    _nrt_python.memsys_enable_stats()
    counts, before = Counts(), rtsys.get_allocation_stats()
    try:
        yield counts
        gc.collect()
        after = rtsys.get_allocation_stats()
        counts.allocated = after.alloc - before.alloc
        counts.kept = counts.allocated - (after.free - before.free)
        records = (after.mi_alloc - before.mi_alloc) - (after.mi_free - before.mi_free)
        counts.kept = max(counts.kept, records)
    finally:
        if not enabled:
            _nrt_python.memsys_disable_stats()


def allocated(call: Callable[..., Any], *args: Any, **kwargs: Any) -> int:
    """Return how many blocks a call allocates, after one that may compile."""
    call(*args, **kwargs)
    with counting() as counts:
        call(*args, **kwargs)
    return counts.allocated


def kept(call: Callable[..., Any], *args: Any, **kwargs: Any) -> int:
    """Return how many blocks a call leaves behind, after one that may compile and remember."""
    call(*args, **kwargs)
    with counting() as counts:
        call(*args, **kwargs)
    return counts.kept
