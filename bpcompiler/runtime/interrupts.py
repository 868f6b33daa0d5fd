"""Ctrl-C while machine code runs.

Python hears of it when it next runs Python code. Often that is in the middle of Numba making an array for a
result (it asks a Python function for the array's class, and goes on whatever comes back). What arrives is
a SystemError that was caused by the KeyboardInterrupt.
"""

from __future__ import annotations


def is_interrupt(error: BaseException | None) -> bool:
    """Return whether an exception is Ctrl-C, or what Numba made of it."""
    while isinstance(error, SystemError):
        error = error.__cause__ or error.__context__
    return isinstance(error, KeyboardInterrupt)
