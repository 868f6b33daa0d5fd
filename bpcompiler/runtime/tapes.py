"""What generated code calls to make room on a tape."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit


@njit(nogil=True)  # type: ignore[untyped-decorator]
def grown(tape: Any) -> Any:
    """Return an array of twice the size that starts with the tape's numbers."""
    larger = np.empty(2 * tape.size, tape.dtype)
    larger[: tape.size] = tape
    return larger
