"""How many steps a call of a compiled loop runs: about 50 ms, for in there nobody answers Ctrl-C."""

from __future__ import annotations

TARGET = 0.05  # seconds a call; Ctrl-C, and the progress bar, wait for as long
GROWTH = 4  # what a call may take more than the last one: the first steps' time says little
MOST = 1 << 20  # steps a call, whose losses come back in one array


class Pace:
    """The number of steps that the next call should run. It shapes when things happen, never numbers."""

    __slots__ = ("steps",)

    def __init__(self) -> None:
        self.steps = 1

    def took(self, steps: int, seconds: float) -> None:
        """Learn from a call: aim at the target by its speed."""
        aimed = int(TARGET * steps / max(seconds, 1e-9))
        self.steps = max(1, min(aimed, GROWTH * max(steps, self.steps), MOST))
