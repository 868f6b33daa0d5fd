"""`fit`: the training loop ready made."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from bpcompiler.errors import Error
from bpcompiler.fitting.arguments import (
    Settings,
    check_optimizer,
    checked_arrays,
    checked_batch_size,
    checked_callbacks,
    checked_path,
    checked_seed,
    checked_validation,
    own_copy,
    whole,
)
from bpcompiler.fitting.bars import bar
from bpcompiler.fitting.files import SavedRun, described
from bpcompiler.fitting.loops import LOOPS, loops
from bpcompiler.fitting.moments import Moment
from bpcompiler.fitting.results import Fitted, Progress
from bpcompiler.fitting.training import Callback, Training
from bpcompiler.runtime.interrupts import is_interrupt


def fit(  # noqa: PLR0913 - each a choice of its own, by keyword
    loss: Callable[..., Any],
    params: Any,
    data: Any,
    optimizer: Any,
    epochs: int,
    batch_size: int | None = None,
    *,
    seed: int = 0,
    shuffle: bool = True,
    drop_last: bool = False,
    validation: Any = None,
    callbacks: Callable[[Progress], object] | Sequence[Callable[[Progress], object]] = (),
    patience: int | None = None,
    min_delta: float = 0.0,
    record_steps: bool = False,
    progress: bool | None = None,
    save: Any = None,
    save_every: int = 1,
    resume: bool = False,
    precise: bool = False,
    parallel: bool = False,
) -> Fitted:
    """Return what gradient steps on batches of the data make of the parameters: see `Fitted`.

    `loss(params, *batch)` is a number, and `batch` some rows of each array of `data`; a loss with a
    keyword-only parameter `key` gets `(seed, step)`, for `bp.random`. An epoch goes once through all rows,
    in an order that `seed` and epoch decide (`shuffle`), `batch_size` at a time; the last batch is smaller
    unless `drop_last` leaves it out. Without a batch size each step sees all rows.

    `validation` is data whose loss is known after each epoch. `callbacks` are called after each epoch with
    a `Progress`, whose `stop()` ends the run. With `patience` the run ends after so many epochs without a
    loss (of validation, if there is any) that is less than the least by more than `min_delta`, and the
    parameters of the best epoch are returned. A loss that is nan ends it too, with a warning; `params` are
    then those that gave it, unless there is a best epoch, and the file stays as it was.

    `progress` says whether a bar is shown; None shows one in terminals and notebooks. `save` names an npz
    file that is written every `save_every` epochs and at the end; `resume=True` goes on from it, if it is
    there, to the same bits as without the break. Ctrl-C ends the run and keeps what was learned.
    `record_steps` keeps the loss of each step, not only of each epoch. `precise`, `parallel`: see `bp.grad`.

    Raises FitError for arguments that do not go together, and for the file of another run.
    """
    arrays = checked_arrays(data, "data")
    held_out = checked_validation(validation, len(arrays))
    told = checked_callbacks(callbacks)
    path = checked_path(save, resume=resume)
    settings = Settings(
        rows=len(arrays[0]),
        batch_size=checked_batch_size(batch_size, len(arrays[0])),
        in_batches=batch_size is not None,
        epochs=whole("epochs", epochs, 1),
        seed=checked_seed(seed),
        shuffle=shuffle,
        drop_last=drop_last,
        patience=None if patience is None else whole("patience", patience, 1),
        min_delta=min_delta,
        save_every=0 if path is None else whole("save_every", save_every, 1),
        record_steps=record_steps,
        precise=precise,
        parallel=parallel,
        each_epoch=bool(told or held_out) or patience is not None,
    )
    start = _start(params, optimizer)
    compiled = loops(loss, optimizer, precise=precise, parallel=parallel)
    training = Training(settings, compiled, arrays, held_out, start)
    file = None if path is None else _file(path, training, optimizer, arrays, held_out)
    if file is not None and resume:
        training.go_back_to(file.load())
    interrupted = _run(training, progress, told, file)
    return _fitted(training, interrupted=interrupted)


def _start(params: Any, optimizer: Any) -> Moment:
    check_optimizer(optimizer)
    params = own_copy(params)
    return Moment(params, optimizer.init(params))


def _file(
    path: str, training: Training, optimizer: Any, data: tuple[Any, ...], validation: tuple[Any, ...]
) -> SavedRun:
    """Return the file of a run, which knows by what to tell it from others."""
    settings = training.settings
    arrays = {f"data[{i}]": array for i, array in enumerate(data)}
    arrays |= {f"validation[{i}]": array for i, array in enumerate(validation)}
    names = ("seed", "shuffle", "drop_last", "patience", "min_delta", "record_steps", "precise", "parallel")
    values = {name: getattr(settings, name) for name in names}
    values["batch_size"] = settings.batch_size if settings.in_batches else None
    return SavedRun(path, training.moment, described(training.moment, optimizer, arrays, values))


def _run(
    training: Training, progress: bool | None, callbacks: tuple[Callback, ...], file: SavedRun | None
) -> bool:
    """Train, save what is worth saving, and return whether Ctrl-C broke it off."""
    interrupted = False
    shown = bar(progress, training.moment.step, training.settings.steps)
    save = None if file is None else lambda: file.save(training.moment, training.history)
    try:
        training.run(shown, callbacks, save)
    except (KeyboardInterrupt, SystemError) as error:
        if not is_interrupt(error):
            raise
        if not training.learned:  # there is nothing to keep
            raise KeyboardInterrupt from None
        interrupted = True
    except Error as error:
        raise _of_the_loss(error) from None
    finally:
        shown.close()
    if file is not None and not training.diverged:
        file.save(training.moment, training.history)
    return interrupted


def _of_the_loss(error: Error) -> Error:
    """Return the error, which may name the loss's lines, but not those of our loops."""
    if error.origin is not None and error.origin.file == LOOPS:
        error.origin = None
    return error


def _fitted(training: Training, *, interrupted: bool) -> Fitted:
    moment, best = training.moment, training.moment.best
    if training.diverged:
        warnings.warn(f"fit stopped early: {training.stopped}", RuntimeWarning, stacklevel=3)
    return Fitted(
        params=moment.params if best is None else best.params,
        state=moment.state if best is None else best.state,
        history=training.history,
        epochs=training.epochs,
        steps=moment.step,
        best_epoch=None if best is None else best.epoch,
        stopped="interrupted" if interrupted else training.stopped or None,
        interrupted=interrupted,
    )
