"""A program written by hand, with the Python function that it is and arguments for both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpcompiler.ir.program import Program


@dataclass(frozen=True, slots=True)
class Region:
    """A program, the function that it is, and arguments for both. `wrt`: the inputs to differentiate in."""

    program: Program
    reference: Callable[..., Any]
    samples: tuple[tuple[Any, ...], ...]
    wrt: tuple[int, ...] = (0,)

    @property
    def name(self) -> str:
        return self.program.name


def numbers(*shape: int, seed: int = 0, low: float = 0.3, high: float = 1.4) -> Any:
    """Return an array of numbers that are not special."""
    return np.random.default_rng(seed).uniform(low, high, shape)


SIZES = (0, 1, 2, 5)
vectors = tuple((numbers(n, seed=n),) for n in SIZES)
