"""How much rounding can do to a gradient: the reason behind a tolerance.

Two right gradients differ by rounding, and by how much depends on the program: cancellation upstream of a
steep function costs digits, and a value one ulp from a kink may fall on either side of it. So the dual oracle
runs the program again with every inexact operation off by a known, much coarser amount, some up, some down,
and the gradient's movement, scaled back, is what a few ulps an operation can do.

Exact operations stay exact, and equal operations on equal operands move alike: numbers that tie still tie.
"""

from __future__ import annotations

import operator
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from tests.oracles import dual, trees
from tests.oracles.number import HOOKS, Operation

COARSE = 2.0**-44
ULPS_FORGIVEN = 16  # an operation: libm's 1 to 4, times reordering and different forms of one slope
EXACT = {operator.add, operator.sub, operator.mul, operator.truediv}
ALWAYS_EXACT = {operator.neg, operator.abs, operator.mod, operator.floordiv}


@dataclass(frozen=True, slots=True)
class Conditioned:
    """A gradient with the absolute tolerance of each of its numbers, flat; and whether it is a fair test."""

    gradient: Any
    flat: Any
    tolerance: Any

    def is_tight(self, rtol: float = 1e-9) -> bool:
        """Whether all tolerances are below `rtol` of the largest component: nothing delicate is near."""
        scale = np.max(np.abs(self.flat), initial=1.0)
        return bool(np.all(np.isfinite(self.flat)) and np.all(self.tolerance <= rtol * scale))

    def disagreement(self, found: Any) -> str:
        """Return what is wrong with a gradient found by other means; the empty text if nothing is."""
        numbers = trees.flatten(found)
        if numbers.shape != self.flat.shape:
            return f"{numbers.size} numbers instead of {self.flat.size}"
        off = np.abs(numbers - self.flat)
        wrong = np.flatnonzero(~(off <= self.tolerance))
        return "\n".join(
            f"number {i}: {numbers[i]!r} instead of {self.flat[i]!r} within {self.tolerance[i]:.1e}"
            for i in wrong
        )


def conditioned_gradient(
    function: Callable[..., Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any] | None = None,
    argnums: int | Sequence[int] = 0,
    *,
    runs: int = 2,
    eps: float = float(np.finfo(np.float64).eps),
) -> Conditioned:
    """Return the dual gradient and what a right implementation may differ from it.

    `eps` is the spacing of the numbers it computes in: give float32's for a program that computes in float32.
    """
    gradient = dual.gradient(function, args, kwargs, argnums)
    flat = trees.flatten(gradient)
    moved = np.zeros_like(flat)
    for run in range(runs):
        with coarse_rounding(run):
            other = trees.flatten(dual.gradient(function, args, kwargs, argnums))
        moved = np.maximum(moved, np.abs(other - flat))
    scale = np.max(np.abs(flat), initial=1e-300)
    return Conditioned(gradient, flat, ULPS_FORGIVEN * eps * (moved / COARSE + scale))


@contextmanager
def coarse_rounding(seed: int) -> Iterator[None]:
    """Within it, inexact results of dual arithmetic are off by up to `COARSE`, relatively."""

    def value(operation: Operation, operands: tuple[Any, ...], out: Any) -> Any:
        if not isinstance(out, float) or _is_exact(operation, operands, out):
            return out
        return out * (1.0 + COARSE * _noise(seed, operation, operands))

    def slope(operation: Operation, point: tuple[Any, ...], out: Any) -> Any:
        return out if abs(out) in (0.0, 1.0) else out * (1.0 + COARSE * _noise(seed + 1, operation, point))

    HOOKS.value, HOOKS.slope = value, slope
    try:
        yield
    finally:
        HOOKS.value = HOOKS.slope = None


def _noise(seed: int, operation: Operation, operands: tuple[Any, ...]) -> float:
    """A number from -1 to 1 which is a function of the operation, its operands and the seed."""
    name = getattr(operation.evaluate, "__name__", "")
    text = f"{seed} {name} {[float(operand) for operand in operands]}"
    return zlib.crc32(text.encode()) / 2**31 - 1.0


def _is_exact(operation: Operation, operands: tuple[Any, ...], out: float) -> bool:
    """Whether the operation did not round, as far as is cheap to tell."""
    if operation.evaluate in ALWAYS_EXACT or not np.isfinite(out) or out == 0.0:
        return True
    if any(abs(float(operand)) == abs(out) for operand in operands):
        return True
    if operation.evaluate in EXACT:
        return bool(operation.evaluate(*map(_fraction, operands)) == _fraction(out))
    if operation.evaluate is operator.pow and operands[1] in (2, 3):
        return bool(_fraction(operands[0]) ** int(operands[1]) == _fraction(out))
    return False


def _fraction(number: Any) -> Fraction:
    return Fraction(float(number))
