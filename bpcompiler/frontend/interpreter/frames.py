"""Environments (names and where else to look for them), frames (a running call), completions."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any, Literal

from bpcompiler.errors import Origin
from bpcompiler.frontend.interpreter.scope import Scope
from bpcompiler.frontend.source import Unit


class Environment:
    """The names of one running function, comprehension or class body, and the environment around it.

    `function` is the real function whose globals and cells names fall back to. `captured` is set once
    something made here (a nested function, a lazy generator) can outlive the call. `inlined` is set for a
    comprehension that this Python runs as part of the function around it.
    """

    __slots__ = ("captured", "function", "inlined", "kind", "name", "names", "parent", "scope", "unit")
    is_environment = True

    def __init__(
        self,
        scope: Scope,
        unit: Unit,
        function: FunctionType,
        parent: Environment | None = None,
        kind: Literal["function", "comprehension", "class"] = "function",
        name: str = "",
    ) -> None:
        self.names: dict[str, Any] = {}
        self.scope, self.unit, self.function = scope, unit, function
        self.parent, self.kind, self.name = parent, kind, name
        self.captured = False
        self.inlined = False

    def capture(self) -> None:
        """Take note that this environment and those around it can outlive their calls."""
        environment: Environment | None = self
        while environment is not None and not environment.captured:
            environment.captured = True
            environment = environment.parent


@dataclass(slots=True, eq=False)
class Frame:
    """A call in progress: the statement it is at, and the place of the innermost operation within.

    `rest` are the statements that follow in the lists around, out to the body of a function, loop or branch.
    """

    environment: Environment
    function: str
    origin: Origin | None = None
    unit: Unit | None = None
    place: ast.AST | None = None
    rest: list[tuple[Environment, list[ast.stmt]]] = field(default_factory=list)


Kind = Literal["break", "continue", "return", "raise", "value"]


@dataclass(frozen=True, slots=True)
class Completion:
    """How a statement ended, if not by running on: "break", "continue", or "return" with a value.

    Traced, a branch may also end by raising; the branch of an expression ends with its "value".
    """

    kind: Kind
    value: Any = None


@dataclass(frozen=True, slots=True)
class Perhaps:
    """How a statement ended that may or may not have run on: only the run of the program tells.

    `code` is traced: 0 where it ran on, else the number of a kind in `CODES`; with one kind only, a bool.
    `value` is what is returned, where it is.
    """

    kinds: tuple[Kind, ...]
    code: Any
    value: Any = None


@dataclass(frozen=True, slots=True)
class Done:
    """The statements that follow have run already, in the branch that runs on. `ending` is how all ended."""

    ending: Completion | Perhaps | None


Ending = Completion | Perhaps | Done | None
BREAK = Completion("break")
CONTINUE = Completion("continue")
CODES: dict[Kind, int] = {"break": 1, "continue": 2, "return": 3}
