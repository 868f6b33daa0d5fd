"""Training: chunk by chunk of steps in machine code, and between them what belongs to the end of an epoch."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np

from bpcompiler.errors import FitError
from bpcompiler.fitting.arguments import Settings
from bpcompiler.fitting.bars import Bar
from bpcompiler.fitting.batches import Batches, parts
from bpcompiler.fitting.loops import Loops
from bpcompiler.fitting.moments import Best, Moment, kinds, totals
from bpcompiler.fitting.pace import Pace
from bpcompiler.fitting.results import History, Progress, Records
from bpcompiler.fitting.validating import Validation

Callback = Callable[[Progress], object]
Save = Callable[[], None]


class Training:
    """A run: the moment it has reached, and how it goes on from there."""

    def __init__(
        self,
        settings: Settings,
        loops: Loops,
        data: tuple[Any, ...],
        validation: tuple[Any, ...],
        moment: Moment,
    ) -> None:
        self.settings, self.moment, self.learned, self.stopped, self.diverged = (
            settings,
            moment,
            False,
            "",
            False,
        )
        self._loops, self._data, self._pace, self._records = loops, data, Pace(), Records()
        self._batches = Batches(settings)
        size = settings.batch_size if settings.in_batches else None
        self._validation = Validation(validation, size, settings.seed, loops) if validation else None
        self._began = perf_counter()

    def go_back_to(self, reached: tuple[Moment, History] | None) -> None:
        """Go on from what an earlier run had reached, if it left anything."""
        if reached is not None:
            self.moment, history = reached
            self._records.restore(history)
            self._began -= self._records.seconds[-1] if self._records.seconds else 0.0

    @property
    def history(self) -> History:
        """What is known of the epochs that are complete."""
        return self._records.shortened(self.epochs, self.moment.step)

    @property
    def epochs(self) -> int:
        """Epochs that are complete."""
        return self.moment.step // self.settings.steps_per_epoch

    def run(self, bar: Bar, callbacks: tuple[Callback, ...], save: Save | None) -> None:
        """Go on to the end, or until there is a reason to stop."""
        self._look_for_patience()
        while self.moment.step < self.settings.steps and not self.stopped:
            self._go_on()
            bar.show(self.moment.step, *self._latest())
            if self.diverged:  # nobody is told again of the epoch before, and its file stays
                return
            if self.settings.each_epoch and self._at_the_end_of_an_epoch():
                self._look_for_patience()
                self._tell(callbacks)
            self._save_if_due(save)

    # ------------------------------------------------------------------ a chunk of steps

    def _go_on(self) -> None:
        """Reach the next moment, by as many steps as the pace allows."""
        before = self.moment
        rows = self._rows(before.step)
        start = perf_counter()
        after, losses = self._stepped(before, rows)
        self._pace.took(len(losses), perf_counter() - start)
        if not self.learned:
            _check_kinds(before, after)
        numbers = ~np.isnan(losses)
        if not numbers.all():
            after, losses = self._before_nan(before, rows, losses, int(numbers.argmin()))
        self.moment = self._counted(after, losses)
        self.learned = True

    def _rows(self, step: int) -> Any:
        """Return the batches of the next steps; without batches, as many places."""
        limit = min(self._pace.steps, self.settings.pause_after(step) - step)
        return self._batches.take(step, limit) if self.settings.in_batches else range(limit)

    def _stepped(self, moment: Moment, rows: Any) -> tuple[Moment, Any]:
        """Return what some steps lead to, and their losses."""
        begun, end = (moment.params, moment.state, self._data), (self.settings.seed, moment.step)
        if self.settings.in_batches:
            sizes = parts(self.settings, moment.step, len(rows))
            params, state, losses = self._loops.minibatches(*begun, rows, sizes, *end)
        else:
            params, state, losses = self._loops.everything(*begun, len(rows), *end)
        return replace(moment, params=params, state=state), losses

    def _before_nan(self, before: Moment, rows: Any, losses: Any, good: int) -> tuple[Moment, Any]:
        """Return what the steps lead to whose losses are numbers: they run again, with the same bits."""
        step = before.step + good
        if step == 0:
            raise FitError("the loss of the first step is nan: at the parameters as they were given")
        self.diverged = True
        self.stopped = (
            f"the loss of step {step + 1} is nan (epoch {step // self.settings.steps_per_epoch + 1})"
        )
        return self._stepped(before, rows[:good]) if good else (before, losses[:0])

    def _counted(self, moment: Moment, losses: Any) -> Moment:
        """Return the moment with its steps counted, their losses added up, and finished epochs recorded."""
        settings, records = self.settings, self._records
        begun = moment.step % settings.steps_per_epoch
        if settings.record_steps:
            records.steps.frombytes(losses.tobytes())
        if settings.last_size:
            last = (begun + np.arange(len(losses))) % settings.steps_per_epoch == settings.full_batches
            losses = np.where(last, losses * settings.last_weight, losses)
        ended, total = totals(moment.total, losses, begun, settings.steps_per_epoch)
        moment = replace(moment, step=moment.step + len(losses), total=total)
        if len(ended):
            means = ended / (settings.full_batches + settings.last_weight)
            records.losses.frombytes(means.tobytes())
            records.seconds.frombytes(self._seconds(len(ended)).tobytes())
        return self._judged(moment) if settings.each_epoch and len(ended) else moment

    def _seconds(self, epochs: int) -> Any:
        """Return when the epochs of one call ended, as if each had taken as long."""
        last = self._records.seconds[-1] if self._records.seconds else 0.0
        return np.linspace(last, perf_counter() - self._began, epochs + 1)[1:]

    # ------------------------------------------------------------------ the end of an epoch

    def _judged(self, moment: Moment) -> Moment:
        """Return the moment, at the end of an epoch, with what is best so far."""
        if self._validation is not None:
            self._records.validation.append(self._validation.loss(moment.params))
        if self.settings.patience is None:
            return moment
        loss = (self._records.losses if self._validation is None else self._records.validation)[-1]
        known = math.inf if moment.best is None else moment.best.loss - self.settings.min_delta
        if not loss < known:
            return moment
        epoch = moment.step // self.settings.steps_per_epoch
        return replace(moment, best=Best(moment.params, moment.state, epoch, loss))

    def _at_the_end_of_an_epoch(self) -> bool:
        return self.moment.step % self.settings.steps_per_epoch == 0

    def _look_for_patience(self) -> None:
        """Stop where no epoch of late was better than the best one."""
        patience, best = self.settings.patience, self.moment.best
        since = self.epochs - (0 if best is None else best.epoch)
        if patience is not None and since >= patience:
            self.stopped = self.stopped or f"no better loss in {since} epochs"

    def _latest(self) -> tuple[float, float | None]:
        """Return the losses to show: of the epoch that goes on, else of the last one; the validation's."""
        validation = self._records.validation[-1] if self._records.validation else None
        begun = self.moment.step % self.settings.steps_per_epoch
        loss = self.moment.total / begun if begun else self._records.losses[-1]
        return loss, validation

    def _tell(self, callbacks: tuple[Callback, ...]) -> None:
        moment, records = self.moment, self._records
        validation = records.validation[-1] if records.validation else None
        for callback in callbacks:
            told = Progress(
                self.epochs, moment.step, records.losses[-1], validation, moment.params, moment.state
            )
            callback(told)
            if told.stopped:
                self.stopped = f"a callback stopped it after epoch {self.epochs}"

    def _save_if_due(self, save: Save | None) -> None:
        every = self.settings.save_every
        if save is not None and self._at_the_end_of_an_epoch() and self.epochs % every == 0:
            save()


def _check_kinds(before: Moment, after: Moment) -> None:
    """Raise FitError where a step changes what a parameter, or a part of the state, is."""
    old = kinds(before.params, "params") | kinds(before.state, "state")
    new = kinds(after.params, "params") | kinds(after.state, "state")
    for path in old | new:
        if old.get(path) != new.get(path):
            raise FitError(
                f"{path} was {old.get(path, 'not there')}, after a step it is {new.get(path, 'not there')}",
                remedy="the optimizer's update must return what it was given, with other values",
            )
