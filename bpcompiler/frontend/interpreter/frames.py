"""Environments (names and where else to look for them), frames (a running call), completions."""

from __future__ import annotations

import ast
from dataclasses import dataclass
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
    """A call in progress: the statement it is at, and the place of the innermost operation within."""

    environment: Environment
    function: str
    origin: Origin | None = None
    unit: Unit | None = None
    place: ast.AST | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """How a statement ended, if not by running on: "break", "continue", or "return" with a value."""

    kind: Literal["break", "continue", "return"]
    value: Any = None


BREAK = Completion("break")
CONTINUE = Completion("continue")
