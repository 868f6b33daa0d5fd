"""What callers and callbacks see: `Fitted`, its `History`, and the `Progress` after an epoch."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class History:
    """One number an epoch: the loss, the validation loss (if there is one), the seconds since the start.

    The loss of an epoch is the mean over its batches, weighted by their sizes, each before its step. With
    `record_steps` there is the loss of each step as well.
    """

    losses: Floats
    validation: Floats | None
    seconds: Floats
    step_losses: Floats | None


@dataclass(frozen=True, slots=True)
class Fitted:
    """What `bp.fit` returns.

    `params` and the optimizer's `state` are those of the end, or with `patience` those of `best_epoch`.
    `epochs` and `steps` were completed, by this run and those that it resumed. `stopped` says why it ended
    before its last epoch, None if it did not; `interrupted` is whether that was Ctrl-C.
    """

    params: Any = field(repr=False)
    state: Any = field(repr=False)
    history: History = field(repr=False)
    epochs: int
    steps: int
    best_epoch: int | None
    stopped: str | None
    interrupted: bool


@dataclass(slots=True)
class Progress:
    """What a callback gets after an epoch. `epoch` counts from 1; `params` are not to be changed."""

    epoch: int
    step: int
    loss: float
    validation: float | None
    params: Any = field(repr=False)
    state: Any = field(repr=False)
    stopped: bool = field(default=False, repr=False)

    def stop(self) -> None:
        """Let this epoch be the last one."""
        self.stopped = True


class Records:
    """The history while it is written: a few bytes an epoch, the bytes of arrays of float64."""

    __slots__ = ("losses", "seconds", "steps", "validation")

    def __init__(self) -> None:
        self.losses, self.validation, self.seconds, self.steps = (array("d") for _ in range(4))

    def shortened(self, epochs: int, steps: int) -> History:
        """Return the history of the first epochs: more may be there where a run was broken off."""
        return History(
            losses=np.array(self.losses[:epochs]),
            validation=np.array(self.validation[:epochs]) if self.validation else None,
            seconds=np.array(self.seconds[:epochs]),
            step_losses=np.array(self.steps[:steps]) if self.steps else None,
        )

    def restore(self, history: History) -> None:
        """Take over the history of an earlier run."""
        self.losses = array("d", history.losses)
        self.validation = array("d", () if history.validation is None else history.validation)
        self.seconds = array("d", history.seconds)
        self.steps = array("d", () if history.step_losses is None else history.step_losses)
