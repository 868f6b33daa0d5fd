"""The slow imports, made when first needed: SymPy and mpmath take up to 0.6 s."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def sympy() -> Any:
    """Return the module."""
    import sympy as module  # noqa: PLC0415  slow

    return module


@cache
def mpmath() -> Any:
    """Return a context of our own, so that nobody's precision is changed."""
    import mpmath as module  # noqa: PLC0415  slow

    return module.MPContext()
