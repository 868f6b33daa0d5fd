"""The cases in `cases/*.txt`: a module with a function `f(x)`, and how what it depends on changes.

=== name of the case
the module's text
--- then
statements, run in the module
"""

from __future__ import annotations

import itertools
import linecache
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

FOLDER = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    name: str
    text: str
    changes: tuple[str, ...]


def cases() -> Iterator[Case]:
    for file in sorted(FOLDER.glob("*.txt")):
        for part in file.read_text(encoding="utf-8").split("=== ")[1:]:
            name, _, rest = part.partition("\n")
            text, *changes = rest.split("--- then\n")
            yield Case(name.strip(), text, tuple(changes))


CASES = list(cases())
MORE_ON_DISK = [
    Case("code_of_f", "def f(x): return x * 2.0", ("def f(x): return x * 3.0",)),
    Case("line_of_f", "def f(x): return x * 2.0", ("\n\n\ndef f(x): return x * 2.0",)),
]
NUMBERS = itertools.count()


def run(change: str, module: ModuleType) -> None:
    """Run the change as a cell of a notebook: with source."""
    cell = f"<cell {next(NUMBERS)}>"
    linecache.cache[cell] = (len(change), None, change.splitlines(keepends=True), cell)
    exec(compile(change, cell, "exec"), vars(module))
