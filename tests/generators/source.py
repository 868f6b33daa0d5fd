"""From source text to a function whose source can be found, and the record of a generated program."""

from __future__ import annotations

import hashlib
import linecache
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Generated:
    """A program as text, with arguments to differentiate it at. Shown by Hypothesis when a test fails."""

    source: str
    args: tuple[Any, ...]
    argnums: tuple[int, ...]
    name: str = "program"

    @property
    def function(self) -> Callable[..., Any]:
        """The program, made anew."""
        return make(self.source, self.name)

    def __repr__(self) -> str:
        return f"{self.source}\n# args = {self.args!r}\n# argnums = {self.argnums!r}"


def make(source: str, name: str = "program") -> Callable[..., Any]:
    """Return the function called `name` in a new module made of the text.

    `inspect.getsource` finds it. File and module are named after the text, so that they are unique and errors
    read the same in every run.
    """
    digest = hashlib.sha256(source.encode()).hexdigest()[:12]
    file = f"<generated {digest}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    namespace: dict[str, Any] = {"__name__": f"generated_{digest}"}
    with np.errstate(all="ignore"):
        exec(compile(source, file, "exec"), namespace)  # noqa: S102 -- text of our own
    function: Callable[..., Any] = namespace[name]
    return function
