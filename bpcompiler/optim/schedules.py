"""Schedules: the learning rate as a function of the number of steps taken, from 0. Any function will do."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bpcompiler.optim.leaves import Rate, rate_at


@dataclass(frozen=True)
class constant:
    """The same rate at each step."""

    rate: float

    def __call__(self, count: int) -> float:
        """Return the rate of step `count`."""
        return self.rate


@dataclass(frozen=True)
class cosine:
    """From `rate` to `end` in `steps` steps along half a wave of the cosine, and `end` from there on."""

    rate: float
    steps: int
    end: float = 0

    def __call__(self, count: int) -> float:
        """Return the rate of step `count`."""
        done = 0.5 * (1 - math.cos(math.pi * min(count, self.steps) / self.steps))
        rate = self.rate - (self.rate - self.end) * done
        return rate


@dataclass(frozen=True)
class exponential:
    """`rate`, `factor` times as much after `steps` steps, and so on: evenly in between."""

    rate: float
    steps: int
    factor: float

    def __call__(self, count: int) -> float:
        """Return the rate of step `count`."""
        rate: float = self.rate * self.factor ** (count / self.steps)
        return rate


@dataclass(frozen=True)
class warm_up:
    """From 0 in even steps to the first rate of `then`, a rate or a schedule, which begins after `steps`."""

    steps: int
    then: Rate

    def __call__(self, count: int) -> float:
        """Return the rate of step `count`."""
        if count < self.steps:
            rate = rate_at(self.then, 0) * count / self.steps
        else:
            rate = rate_at(self.then, count - self.steps)
        return rate
