"""Rare garbage collections while a function is compiled.

A compiler and its imports make a great many objects, few of them in cycles that only a collection frees. At
Python's usual pace, collections were a fifth of the time to a first gradient from a warm cache.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

RARELY = (50_000, 20, 100)


@contextmanager
def rare_collections() -> Iterator[None]:
    """Let collections be rare inside, if they are on; afterwards all is as it was.

    Of threads that overlap, the one that changed the pace changes it back: the other is slower, not wrong.
    """
    before = gc.get_threshold()
    if not 0 < before[0] < RARELY[0]:  # switched off, or rare already
        yield
        return
    gc.set_threshold(*RARELY)
    try:
        yield
    finally:
        if gc.get_threshold() == RARELY:  # and not what somebody set inside
            gc.set_threshold(*before)
