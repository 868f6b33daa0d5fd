"""The progress bar: tqdm's, loaded when one is shown."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any, Protocol


class Bar(Protocol):
    """What shows how far a run is."""

    def show(self, step: int, loss: float, validation: float | None) -> None:
        """Move to a step, with the latest losses."""

    def close(self) -> None:
        """Leave the bar as it is."""


class NoBar:
    """No bar."""

    def show(self, step: int, loss: float, validation: float | None) -> None:
        """Show nothing."""

    def close(self) -> None:
        """Do nothing."""


class TqdmBar:
    """A bar over steps: `fit:  40%|####      | 400/1000 [00:02<00:03, loss=0.123]`."""

    def __init__(self, step: int, steps: int) -> None:
        module = import_module("tqdm.notebook" if _in_notebook() else "tqdm.std")
        self._step = step
        self._tqdm: Any = module.tqdm(
            desc="fit", initial=step, total=steps, unit="step", unit_scale=steps >= 10_000
        )

    def show(self, step: int, loss: float, validation: float | None) -> None:
        """Move the bar; tqdm draws it ten times a second at most."""
        text = f"loss={loss:.4g}" + ("" if validation is None else f", validation={validation:.4g}")
        self._tqdm.set_postfix_str(text, refresh=False)
        self._tqdm.update(step - self._step)
        self._step = step

    def close(self) -> None:
        """Draw the bar a last time."""
        self._tqdm.close()


def bar(progress: bool | None, step: int, steps: int) -> Bar:
    """Return a bar, if wanted; None wants one where somebody can see it: a terminal, a notebook."""
    if progress is None:
        progress = _in_notebook() or (sys.stderr is not None and sys.stderr.isatty())
    return TqdmBar(step, steps) if progress else NoBar()


def _in_notebook() -> bool:
    return "ipykernel" in sys.modules
