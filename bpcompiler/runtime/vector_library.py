"""Which library of vector functions there is: glibc's libmvec, or none. Needs nothing but Python.

glibc has one on x86-64 Linux; later versions have more functions. musl, macOS and Windows have none.
"""

from __future__ import annotations

import ctypes
import functools
import os
import platform
import sys

LIBRARY = "libmvec.so.1"
_MACHINES = ("x86_64", "AMD64")


@functools.cache
def vector_library() -> str:
    """Return the library's name and version, "" where there is none."""
    if not sys.platform.startswith("linux") or platform.machine() not in _MACHINES:
        return ""
    try:
        ctypes.CDLL(LIBRARY)
        return f"{LIBRARY} of {os.confstr('CS_GNU_LIBC_VERSION')}"
    except (OSError, ValueError):  # not there; not glibc
        return ""
