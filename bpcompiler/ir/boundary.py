"""What stands between a call from Python and a compiled program: sizes to test, and results to make.

    SizeTest ::= measure relation measure is `holds`        measure ::= int | (input, axis)
    Given    ::= a result, and the input whose shape, or whose size along an axis, it has

A program tests sizes before it does anything: it has the arrays at hand, and tests them in no time. The
caller makes the results that it can: an array of NumPy's costs half of what it costs to wrap Numba's memory.
"""

from __future__ import annotations

from dataclasses import dataclass

from bpcompiler.ir.trees import Tree

Measure = int | tuple[int, int]


@dataclass(frozen=True, slots=True)
class SizeTest:
    """`left relation right` must be `holds`; the relation is "==" or "<"."""

    relation: str
    left: Measure
    right: Measure
    holds: bool


@dataclass(frozen=True, slots=True)
class Given:
    """Result number `result` is an array of the caller's, of the shape of an input or of one axis of it."""

    result: int
    like: int
    axis: int | None


@dataclass(frozen=True, slots=True)
class Boundary:
    """What the caller wants: the results nested in tuples like `result`, if any; these tests.

    `given`: how many of the last inputs are results that the caller makes.
    """

    result: Tree | None = None
    tests: tuple[SizeTest, ...] = ()
    given: int = 0


FLAT = Boundary()
