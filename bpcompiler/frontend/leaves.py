"""What among the arguments is a number or array that a program computes with. Loads nothing but NumPy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np


def is_argument_leaf(value: Any) -> bool:
    """Return whether an argument is a number or array that the program computes with. Bools are not."""
    return type(value) in (int, float, complex) or isinstance(value, (np.ndarray, np.number))


def is_float_leaf(value: Any) -> bool:
    """Return whether a leaf has a derivative."""
    return isinstance(value, (float, np.floating)) or (
        isinstance(value, np.ndarray) and value.dtype.kind == "f"
    )


def arguments_by_key(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[int | str, Any]:
    """Return the arguments as paths name them: by position, or by keyword."""
    found: dict[int | str, Any] = dict(enumerate(args))
    found.update(kwargs)
    return found
