"""What the interpreter asks of whoever traces: the `Hooks` protocol.

The interpreter knows ordinary Python. It never looks into a traced value: it only asks whether something is
one, and calls a hook where Python itself would need the number behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from bpcompiler.errors import Origin

Path = tuple[tuple[Any, ...], ...]


class Hooks(Protocol):
    """The tracer's side of the interpreter. `interpreter.hooks` is one of these."""

    def is_traced(self, value: object) -> bool:
        """Return whether the value is a traced one."""

    def handler(self, function: object) -> Callable[..., Any] | None:
        """Return what is called with the interpreted arguments instead of the function, or None.

        Asked first for every call. The function may be unhashable.
        """

    def truth(self, value: Any) -> bool:
        """Return the decision that Python needs of a traced condition, or raise NeedsValueError."""

    @property
    def stages(self) -> bool:
        """Return whether loops over ranges and arrays may stay loops."""

    def undecided(self, value: Any, *, loop: bool = False) -> bool:
        """Return whether a traced condition becomes a branch of the program; else `truth` decides it.

        The condition of a loop stays one also where only dimensions of arrays are asked for.
        """

    def static(self, value: Any, why: str) -> Any:
        """Return the int that Python needs of a traced one (`why`: "a list index"), or raise."""

    def format(self, value: Any, spec: str) -> str:
        """Return the text of a traced value, or raise NeedsValueError."""

    def adopt(self, value: Any, path: Path) -> Any:
        """Return the traced value for an outside number or array: a hidden input, read at each call."""

    def named(self, name: str, value: Any) -> None:
        """Take note that `name = value` has just run, whatever the value."""

    def statement(self, origin: Origin) -> None:
        """Take note that the statement at `origin` runs from here on."""
