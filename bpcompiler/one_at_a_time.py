"""Locks that a forked child finds open, whatever the threads were doing that it does not have."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock


class Lock:
    """A lock that its thread may take again."""

    def __init__(self) -> None:
        self._open_anew()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._open_anew)

    def _open_anew(self) -> None:
        self._lock = RLock()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let no other thread in meanwhile."""
        with self._lock:
            yield
