"""What a corpus module lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A user's function with arguments to differentiate it at.

    `args` are never changed by a test. `has_aux`: the function returns (scalar, anything). `rtol` bounds what
    a gradient may differ from the exact one, relative to its largest component: rounding, times the condition
    of the program; float32 programs have their own. `gradient`: known numbers, from mathematics or from the
    convention at a kink, where differences have nothing to say. `more`: further arguments of the same types,
    which take another way through it: the other branch, one turn, none. `checkpoint`: as `bp.grad` takes it.
    """

    function: Callable[..., Any]
    args: tuple[Any, ...]
    argnums: int | tuple[int, ...] = 0
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    has_aux: bool = False
    rtol: float = 1e-11
    name: str = ""
    gradient: Any = None
    more: tuple[tuple[Any, ...], ...] = ()
    checkpoint: int | str | None = None

    @property
    def id(self) -> str:
        """The name by which tests and goldens know it."""
        return self.name or self.function.__name__

    @property
    def calls(self) -> list[Program]:
        """The program at each of its arguments; the first is itself."""
        others = [
            replace(self, args=args, more=(), name=f"{self.id}-{turn}")
            for turn, args in enumerate(self.more, start=2)
        ]
        return [self, *others]
