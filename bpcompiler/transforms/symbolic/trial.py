"""The choice among the forms of a derivative: tried at fixed points against the chain rule and mpmath.

At each point a form is right, or off, or it fails (NaN, infinite, or a number that is plainly wrong). A form
is allowed where it is nowhere worse than the chain rule; of those allowed the one that fails at fewest
points wins, then the cheapest (cost.py). Two notes on "worse":

- What the rounding of the stage's own output explains is no failure: `(1 - y) * y` is 0 where `y` has
  become 1. Such a loss in the tail is accepted only from a form that mends a failure of the chain rule
  elsewhere, and only if it has full accuracy at everyday points.
- mpmath is asked only where a form and the chain rule differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from math import inf, isfinite, isinf, isnan
from typing import Any

import numpy as np
import numpy.typing as npt

from bpcompiler.errors import CompilerError
from bpcompiler.transforms.symbolic.cost import order
from bpcompiler.transforms.symbolic.evaluate import (
    IDENTITY,
    Floats,
    exact,
    exact_derivative,
    float64,
    float64_parts,
)
from bpcompiler.transforms.symbolic.expression import OUTPUT, Expr, substitute, symbols
from bpcompiler.transforms.symbolic.points import everyday, points

Mask = npt.NDArray[np.bool_]

_EPS = 2.0**-52
_TINY = 1e-290  # absolute: below it float64 starts to lose digits by itself
_SAME = 8 * _EPS
_ACCURATE = 1e-13
_WRONG = 1e-6
_EXACT = 1e-60
_NOTHING = 1e-100


@dataclass(frozen=True, slots=True)
class Report:
    """How a form did: allowed or not, and at how many points it fails."""

    allowed: bool
    failures: int


_Rounding = tuple[dict[str, Floats], dict[Expr, Floats]]


def _rounded(parts: dict[Expr, Floats], stage: Expr, inputs: dict[str, Floats], alternate: bool) -> _Rounding:
    """Return the stage's values, each off by four units in the last place, up or alternately up and down."""
    moved = {
        part: value * (1 - _SAME / 2 if alternate and position % 2 else 1 + _SAME / 2)
        for position, (part, value) in enumerate(parts.items())
    }
    return inputs | {OUTPUT.name: moved[stage]}, moved


@dataclass(slots=True)
class Trial:
    """The points of one stage and one derivative, with what the chain rule makes of them."""

    stage: Expr
    wrt: str
    chain: Expr
    at: Mapping[str, Floats] = field(init=False)
    usual: Mask = field(init=False)
    rounded: tuple[_Rounding, ...] = field(init=False)
    reference: Floats = field(init=False)
    noise: Floats = field(init=False)
    truths: dict[int, float | None] = field(default_factory=dict)
    deviations: dict[Expr, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = symbols(self.stage)
        inputs = points(names)
        parts = float64_parts(self.stage, inputs)
        self.at = {**inputs, OUTPUT.name: parts[self.stage]}
        self.usual = everyday(names)
        self.rounded = tuple(_rounded(parts, self.stage, inputs, alternate) for alternate in (False, True))
        self.reference = float64(self.chain, self.at)
        self.noise = self._noise(self.chain, self.reference)

    def _noise(self, form: Expr, values: Floats) -> Floats:
        """Return how much the form moves when the stage's parts and output are off in their last bits."""
        with np.errstate(all="ignore"):
            moves = [np.abs(float64(form, at, parts) - values) for at, parts in self.rounded]
            total = np.sum(moves, axis=0)
        return np.asarray(np.nan_to_num(total, nan=0.0, posinf=0.0))

    def winner(self, forms: Iterable[Expr]) -> tuple[Expr, int]:
        """Return the best of the forms, or the chain rule, and at how many points it fails."""
        names = {*symbols(self.stage), OUTPUT.name}
        reports = {form: self.judge(form) for form in forms if names.issuperset(symbols(form))}
        allowed = [form for form, report in reports.items() if report.allowed]
        reports[self.chain] = self.judge(self.chain)
        for form in sorted(allowed, key=lambda form: (reports[form].failures, *order(form, self.stage))):
            better = reports[form].failures < reports[self.chain].failures
            if not better and order(form, self.stage) >= order(self.chain, self.stage):
                break
            if self.is_identical(form):
                return form, reports[form].failures
        return self.chain, reports[self.chain].failures

    def judge(self, form: Expr) -> Report:
        """Compare a form with the chain rule at every point."""
        values = float64(form, self.at)
        suspects = np.flatnonzero(~_same(values, self.reference) | ~np.isfinite(self.reference))
        noise = self._noise(form, values)
        checks = [self._check(int(i), float(values[i]), float(noise[i])) for i in suspects]
        mends = any(check.mends for check in checks) and not any(check.breaks for check in checks)
        allowed = all(check.no_worse or (mends and check.excused) for check in checks)
        return Report(allowed, sum(check.fails for check in checks))

    def _check(self, point: int, value: float, noise: float) -> Check:
        """Compare one form with the chain rule and the truth at one point."""
        truth, reference = self._truth(point), float(self.reference[point])
        output = float(self.at[OUTPUT.name][point])
        if isnan(output):
            return Check(no_worse=True)
        if truth is None:
            return _without_truth(value, reference, output)
        scale = max(abs(truth), _TINY)
        error, usual_error = _error(value, truth) / scale, _error(reference, truth) / scale
        tolerated = max(8 * usual_error, _ACCURATE, float(self.noise[point]) / scale)
        no_worse = error <= tolerated or abs(value - truth) < _TINY
        explained = error * scale <= 2 * noise + _SAME * scale
        fails = not (error <= _WRONG or explained)
        return Check(
            no_worse=no_worse,
            excused=explained and not self.usual[point],
            fails=fails,
            mends=not fails and not usual_error <= _WRONG,
            breaks=fails and usual_error <= _WRONG,
        )

    def _truth(self, point: int) -> float | None:
        """Return the derivative's true value as a float, or None where it is unknown or no real number."""
        if point not in self.truths:
            self.truths[point] = self._computed_truth(point)
        return self.truths[point]

    def _inputs(self, point: int) -> dict[str, float]:
        return {name: float(column[point]) for name, column in self.at.items() if name != OUTPUT.name}

    def _computed_truth(self, point: int) -> float | None:
        inputs = self._inputs(point)
        if not all(map(isfinite, inputs.values())):
            return None
        value = exact_derivative(self.stage, self.wrt, inputs)
        return None if value is None else float(value)

    def is_identical(self, form: Expr) -> bool:
        """Return whether the form is the derivative as a real function, to the rounding of its literals."""
        return self._deviation(form) <= max(_EXACT, 4 * self._deviation(self.chain))

    def chain_is_right(self) -> bool:
        """Return whether the chain rule has a domain here, and is the derivative in it.

        Its literals may be rounded: the power of `a**0.3` drops to -0.7. Raises CompilerError where it is
        plainly another function.
        """
        deviation = self._deviation(self.chain)
        if _WRONG < deviation < inf:
            raise CompilerError(f"the derivative of {self.stage} in {self.wrt} is not {self.chain}")
        return deviation <= _ACCURATE

    def _deviation(self, form: Expr) -> float:
        """Return the relative distance from the derivative, by 60 digits at the first everyday points."""
        if form not in self.deviations:
            self.deviations[form] = max(islice(self._distances(form), 4), default=inf)
        return self.deviations[form]

    def _distances(self, form: Expr) -> Iterator[float]:
        whole = substitute(form, {OUTPUT.name: self.stage})
        for point in np.flatnonzero(self.usual & ~np.isnan(self.at[OUTPUT.name])):
            inputs = self._inputs(int(point))
            expected = exact_derivative(self.stage, self.wrt, inputs, IDENTITY)
            if expected is not None:
                value = exact(whole, inputs, IDENTITY)
                yield inf if value is None else _relative(value, expected)


def _relative(value: Any, expected: Any) -> float:
    """Return the relative distance of two mpfs; both are 0 where only the last digits are left."""
    distance = abs(value - expected)
    return 0.0 if distance < _NOTHING else float(distance / max(abs(expected), _NOTHING))


@dataclass(frozen=True, slots=True)
class Check:
    """One point. `excused`: off, but by no more than the output's own rounding, and in the tail."""

    no_worse: bool
    excused: bool = False
    fails: bool = False
    mends: bool = False
    breaks: bool = False


def _without_truth(value: float, reference: float, output: float) -> Check:
    """At poles and infinity match the chain rule's number, and its infinity where `y` is finite."""
    same = bool(_same(np.array([value]), np.array([reference]))[0])
    return Check(no_worse=same or isnan(reference) or (isinf(reference) and isinf(output)))


def _error(value: float, truth: float) -> float:
    """Return the distance; infinite from NaN, and none between equal infinities."""
    if value == truth:
        return 0.0
    return inf if isnan(value) else abs(value - truth)


def _same(values: Floats, reference: Floats) -> Mask:
    with np.errstate(all="ignore"):
        close = np.abs(values - reference) <= _SAME * np.abs(reference) + _TINY
    both_nan = np.isnan(values) & np.isnan(reference)
    return np.asarray(close | (values == reference) | both_nan)
