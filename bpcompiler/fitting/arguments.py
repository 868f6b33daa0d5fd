"""What the caller of `fit` gave, checked before anything runs -> Settings, and arrays that go together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bpcompiler.errors import DtypeError, FitError
from bpcompiler.frontend.leaves import is_argument_leaf, is_float_leaf
from bpcompiler.ir.trees import flatten, unflatten

INT64 = range(-(2**63), 2**63)


@dataclass(frozen=True, slots=True)
class Settings:
    """How long, on what, in which batches, and what happens after an epoch. `save_every` 0: no saving."""

    rows: int
    batch_size: int
    in_batches: bool  # else every step sees all rows
    epochs: int
    seed: int
    shuffle: bool
    drop_last: bool
    patience: int | None
    min_delta: float
    save_every: int
    record_steps: bool
    precise: bool
    parallel: bool
    each_epoch: bool  # somebody waits for the end of each: callbacks, validation, patience

    @property
    def full_batches(self) -> int:
        """Batches of `batch_size` in an epoch."""
        return self.rows // self.batch_size

    @property
    def last_size(self) -> int:
        """The size of the smaller batch at an epoch's end, 0 where there is none."""
        return 0 if self.drop_last else self.rows % self.batch_size

    @property
    def steps_per_epoch(self) -> int:
        """Batches in an epoch, the smaller one included."""
        return self.full_batches + (self.last_size > 0)

    @property
    def last_weight(self) -> float:
        """The smaller batch's size as a part of the full one's."""
        return self.last_size / self.batch_size

    @property
    def steps(self) -> int:
        """Steps in all."""
        return self.epochs * self.steps_per_epoch

    def pause_after(self, step: int) -> int:
        """Return the step at which a run comes back at the latest, to do more than steps."""
        epochs = 1 if self.each_epoch else self.save_every or self.epochs
        steps = epochs * self.steps_per_epoch
        return min(self.steps, (step // steps + 1) * steps)


def checked_arrays(given: Any, what: str) -> tuple[Any, ...]:
    """Return the arrays of `data` or `validation`: one leading length, that of their rows."""
    arrays = tuple(given) if isinstance(given, (tuple, list)) else (given,)
    for i, array in enumerate(arrays):
        if type(array) is not np.ndarray:
            raise DtypeError(
                f"{what}[{i}] is of type {type(array).__name__}",
                remedy=f"give NumPy arrays: {what}=(np.asarray(inputs), np.asarray(targets))",
            )
        if array.ndim == 0:
            raise FitError(f"{what}[{i}] is one number; its first axis counts the rows")
    lengths = [len(array) for array in arrays]
    if not arrays or len(set(lengths)) > 1 or lengths[0] == 0:
        raise FitError(
            f"{what} has {' and '.join(map(str, lengths)) or 'no'} rows",
            remedy="each array has the same rows, at least one, along its first axis",
        )
    return arrays


def checked_validation(given: Any, arrays: int) -> tuple[Any, ...]:
    """Return the arrays of `validation`, as many as there are of data; () for None."""
    if given is None:
        return ()
    found = checked_arrays(given, "validation")
    if len(found) != arrays:
        raise FitError(f"data has {arrays} arrays, validation has {len(found)}: the loss takes both")
    return found


def checked_batch_size(batch_size: int | None, rows: int) -> int:
    """Return how many rows a step sees: all of them for None."""
    if batch_size is None:
        return rows
    if whole("batch_size", batch_size, 1) > rows:
        raise FitError(
            f"batch_size={batch_size} is more than the {rows} rows of the data",
            remedy="batch_size=None takes all rows in each step",
        )
    return batch_size


def checked_seed(seed: Any) -> int:
    """Return the seed as a Python integer."""
    if whole("seed", seed, INT64.start) not in INT64:
        raise FitError(f"seed={seed} does not fit into 64 bits")
    return int(seed)


def whole(name: str, value: Any, least: int) -> int:
    """Return a setting that must be an integer, and not below `least`."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise FitError(f"{name}={value!r} is not an integer of at least {least}")
    return int(value)


def checked_callbacks(given: Any) -> tuple[Callable[[Any], object], ...]:
    """Return what is called after each epoch, as a tuple."""
    callbacks = tuple(given) if isinstance(given, Sequence) else (given,)
    for callback in callbacks:
        if not callable(callback):
            raise FitError(f"callbacks: {callback!r} cannot be called")
    return callbacks


def checked_path(save: Any, *, resume: bool) -> str | None:
    """Return the path of the file that a run is saved to."""
    if save is None and resume:
        raise FitError("resume=True needs to know the file", remedy='give save="run.npz"')
    if save is None:
        return None
    path = Path(save)
    if not path.parent.is_dir() or path.is_dir():
        raise FitError(f"save={str(path)!r} is not a file in a folder that is there")
    return str(path)


def check_optimizer(optimizer: Any) -> None:
    """Raise FitError for what has no `init` and `update`."""
    if not all(callable(getattr(optimizer, name, None)) for name in ("init", "update")):
        raise FitError(
            f"{optimizer!r} is no optimizer", remedy="give one of bp.optim, such as bp.optim.adam(1e-3)"
        )


def own_copy(params: Any) -> Any:
    """Return parameters that share no memory with the caller's. An array of no dimensions is a number."""
    leaves: list[Any] = []
    tree = flatten(params, is_argument_leaf, leaves)
    if not any(map(is_float_leaf, leaves)):
        raise FitError("there is no float among the parameters: nothing to train")
    return unflatten(tree, [_own_leaf(leaf) for leaf in leaves])


def _own_leaf(leaf: Any) -> Any:
    if type(leaf) is not np.ndarray:
        return leaf
    return np.array(leaf, order="C") if leaf.ndim else leaf[()]
