"""What an entry tests, passes and returns: expressions over arguments, constants and cells."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import CellType
from typing import Any

import numpy as np

from bpcompiler.runtime.faults import check, new_fault
from bpcompiler.runtime.sealing import ArrayKind


class _Miss:
    def __repr__(self) -> str:
        return "MISS"


MISS = _Miss()

HELPERS: dict[str, Any] = {
    "MISS": MISS,
    "errors": (LookupError, NameError, AttributeError, TypeError, ValueError),
    "check": check,
    "new_fault": new_fault,
    "empty": np.empty,
    **{name: getattr(builtins, name) for name in ("type", "len", "tuple", "max", "min")},
}
ARGUMENT = re.compile(r"a\d+|k_\w+")
# A global that is called like something of the entry's is read from its namespace by subscript.
OWN = re.compile(
    rf"{ARGUMENT.pattern}|[cev]\d+|r\d*|self|rest|args|kwargs|hit|fault|faults|kernel|spare|entry|refusals"
    rf"|__call__|{'|'.join(HELPERS)}"
)


@dataclass(slots=True)
class CallPlan:
    """What an entry tests and passes. The texts are expressions over arguments, constants and cells.

    `conditions` are Python's to test. What machine code tests too stands apart, and in a method is left to
    it where it does: `kind_conditions` where a kernel is sealed, `size_conditions` where it tests sizes.
    """

    positional: int
    keywords: tuple[str, ...]
    namespace: dict[str, Any]  # the user's globals, which the texts may name
    conditions: list[str] = field(default_factory=list)
    kind_conditions: list[str] = field(default_factory=list)
    size_conditions: list[str] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)
    kinds: list[type] = field(default_factory=list)  # the class of each input
    arrays: dict[int, ArrayKind] = field(default_factory=dict)  # the kind of each input that is one
    made: dict[str, str] = field(default_factory=dict)  # results that are made in front: name and text
    returned: tuple[str, ...] = ("r",)  # the names of those that the kernel returns
    result: str = "r"  # over all of them
    sealed: bool = False
    tests_sizes: bool = False
    needs_call: bool = False  # whether the texts read `args` and `kwargs` as a whole
    parameters: tuple[str, ...] = ()  # of the user's function, where calls may be given by its names
    title: str = ""  # what a call is of, in Python's own errors
    constants: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, CellType] = field(default_factory=dict)
    _names: dict[int, str] = field(default_factory=dict)

    def constant(self, value: Any) -> str:
        """Return the name of an object in the entry's text."""
        name = self._names.setdefault(id(value), f"c{len(self.constants)}")
        self.constants[name] = value  # which keeps it alive: its number stays its own
        return name

    def cell(self, cell: CellType) -> str:
        """Return the name of the content of a user's cell."""
        name = self._names.setdefault(id(cell), f"e{len(self.cells)}")
        self.cells[name] = cell
        return name

    def names(self, namespace: Mapping[str, Any], name: str) -> bool:
        """Return whether the texts may say this global by its name."""
        sayable = name.isidentifier() and not keyword.iskeyword(name) and not OWN.fullmatch(name)
        return sayable and namespace is self.namespace

    def all_conditions(self) -> list[str]:
        """Return every test."""
        return [*self.conditions, *self.kind_conditions, *self.size_conditions]

    def conditions_in_front(self) -> list[str]:
        """Return the tests that machine code does not make."""
        kinds = [] if self.sealed else self.kind_conditions
        return [*self.conditions, *kinds, *([] if self.tests_sizes else self.size_conditions)]

    def only_tests(self) -> CallPlan:
        """Return the plan of an entry that tests, and calls a kernel without arguments."""
        return replace(self, inputs=[], made={}, returned=("r",), result="r", tests_sizes=False)
