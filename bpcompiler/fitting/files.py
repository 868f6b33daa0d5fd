"""A run's moment and history in an npz file, without pickle: written whole or not at all.

params["w"], state.m["w"], best.params["w"] ...   the leaves, as Python reaches them from the moment
losses, validation, seconds, step_losses                     the history
about                                             JSON: settings, step, total, the best epoch
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np

from bpcompiler.errors import FitError
from bpcompiler.fitting.moments import Best, Moment, kinds
from bpcompiler.fitting.results import History
from bpcompiler.frontend.fingerprints import fingerprint
from bpcompiler.frontend.leaves import is_argument_leaf
from bpcompiler.ir.trees import flatten, paths_of, unflatten

FORMAT = 1


class SavedRun:
    """The file of a run. `start` is how it begins, `settings` are what tells it from other runs."""

    def __init__(self, path: str, start: Moment, settings: dict[str, str]) -> None:
        self._path, self._start, self._settings = path, start, settings
        self._written: Moment | None = None

    def save(self, moment: Moment, history: History) -> None:
        """Write the file, unless it has this moment already."""
        if moment is not self._written:
            _write(self._path, _contents(moment, history, self._settings))
            self._written = moment

    def load(self) -> tuple[Moment, History] | None:
        """Return what the file holds, None where there is no file.

        Raises FitError for the file of another run, and for what is no such file.
        """
        named = _read(self._path)
        if named is None:
            return None
        about = json.loads(str(named["about"]))
        if about["format"] != FORMAT:
            raise FitError(f"{self._path} was saved in format {about['format']}; this is format {FORMAT}")
        _check_same(self._path, about["settings"], self._settings)
        columns: dict[str, Any] = {field.name: named.get(field.name) for field in fields(History)}
        return _moment(named, about, self._start), History(**columns)


def _contents(moment: Moment, history: History, settings: dict[str, str]) -> dict[str, Any]:
    about: dict[str, Any] = {"format": FORMAT, "settings": settings}
    about |= {"step": moment.step, "total": moment.total.hex(), "best": None}
    named = _named(moment.params, "params") | _named(moment.state, "state")
    if moment.best is not None:
        about["best"] = {"epoch": moment.best.epoch, "loss": moment.best.loss.hex()}
        named |= _named(moment.best.params, "best.params") | _named(moment.best.state, "best.state")
    columns = {field.name: getattr(history, field.name) for field in fields(history)}
    named |= {name: column for name, column in columns.items() if column is not None}
    return named | {"about": np.array(json.dumps(about))}


def _write(path: str, named: dict[str, Any]) -> None:
    """Write the file beside its place, then move it there: who is killed leaves the old one.

    What he had written of the new one, the next run's first save takes the place of.
    """
    temporary = Path(f"{path}.tmp")
    try:
        with temporary.open("wb") as file:
            np.savez(file, **named)  # no leaf is an object, so nothing is pickled
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)  # it is there only if something went wrong


def _read(path: str) -> dict[str, Any] | None:
    try:
        with np.load(path, allow_pickle=False) as file:
            named = dict(file)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise FitError(f"{path} cannot be read as a saved fit: {error}") from error
    if "about" not in named:
        raise FitError(f"{path} is not a saved fit: it says nothing about itself")
    return named


def _moment(named: dict[str, Any], about: dict[str, Any], start: Moment) -> Moment:
    best = None
    if about["best"] is not None:
        params, state = _filled(start.params, "best.params", named), _filled(start.state, "best.state", named)
        best = Best(params, state, about["best"]["epoch"], float.fromhex(about["best"]["loss"]))
    params, state = _filled(start.params, "params", named), _filled(start.state, "state", named)
    return Moment(params, state, about["step"], float.fromhex(about["total"]), best)


def _named(value: Any, name: str) -> dict[str, Any]:
    leaves: list[Any] = []
    tree = flatten(value, is_argument_leaf, leaves)
    return {path: np.asarray(leaves[index]) for index, path in paths_of(tree, name)}


def _filled(like: Any, name: str, named: dict[str, Any]) -> Any:
    """Return the nested value with leaves from a file, each of the type it had."""
    leaves: list[Any] = []
    tree = flatten(like, is_argument_leaf, leaves)
    for index, path in paths_of(tree, name):
        leaf = leaves[index]
        leaves[index] = named[path] if isinstance(leaf, np.ndarray) else type(leaf)(named[path][()])
    return unflatten(tree, leaves)


def _check_same(path: str, saved: dict[str, str], given: dict[str, str]) -> None:
    for name in given | saved:
        if saved.get(name) != given.get(name):
            raise FitError(
                f"{path} is another run's: {name} was {saved.get(name, 'not there')},"
                f" and is {given.get(name, 'not there')}",
                remedy="save to another file, or begin anew with resume=False",
            )


def described(
    start: Moment, optimizer: Any, arrays: dict[str, Any], settings: dict[str, Any]
) -> dict[str, str]:
    """Return what must be the same for a run to go on: of parameters their kinds, of data their digests."""
    found = kinds(start.params, "params") | kinds(start.state, "state")
    found |= {name: repr(value) for name, value in settings.items()}
    found["optimizer"] = _text(optimizer)
    return found | {name: _digest(array) for name, array in arrays.items()}


def _digest(array: Any) -> str:
    content = hashlib.blake2b(np.ascontiguousarray(array).view(np.uint8).data, digest_size=12)
    return f"{array.dtype} {array.shape} {content.hexdigest()}"


def _text(value: Any) -> str:
    """Return a text that is the same in another process: numbers as they are, functions by their code."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return repr(value)
    if is_dataclass(value) and not isinstance(value, type):
        inside = (f"{field.name}={_text(getattr(value, field.name))}" for field in fields(value))
    elif isinstance(value, tuple) and hasattr(value, "_fields"):
        inside = (f"{name}={_text(part)}" for name, part in zip(value._fields, value, strict=True))
    elif isinstance(value, FunctionType):
        cells = (cell.cell_contents for cell in value.__closure__ or ())
        return f"{value.__qualname__} {fingerprint(value)[-12:]} ({', '.join(map(_text, cells))})"
    else:
        return fingerprint(value)
    return f"{type(value).__qualname__}({', '.join(inside)})"
