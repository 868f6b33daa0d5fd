"""The arguments of a trace: copies that the function may change, and what must be known of them for that.

The caller's lists, dicts, sets and their like are never changed. If the function changes its copy of one, the
caller's must not be reachable in a second way: then Python would change both.
"""

from __future__ import annotations

import collections
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bpcompiler.errors import OverlapError
from bpcompiler.frontend import containers
from bpcompiler.frontend.interpreter.core import Interpreter
from bpcompiler.frontend.outside import Outside
from bpcompiler.frontend.paths import Path
from bpcompiler.frontend.reads import Condition, Read

OWNED = (list, dict, set, *containers.MAPPINGS[:2], collections.deque, collections.Counter)


@dataclass(slots=True)
class Arguments:
    """What was passed: each container that could change, with its path and its copy."""

    interpreter: Interpreter
    held: list[tuple[Path, Any, Any]] = field(default_factory=list)

    def adopt(self, value: Any, original: Any, path: Path) -> Any:
        """Return what the function gets for an argument; `value` has lists and dicts that are new already."""
        if self.interpreter.is_traced(value):
            return value
        if containers.is_plain(value) and not isinstance(value, set | frozenset):
            return self._plain(value, original, path)
        if containers.base_of(value) is not None:
            return self._own(self.interpreter.outside.read(value, path), original, path)
        originals = dict(containers.steps_to_items(original))
        for step, item in containers.steps_to_items(value):  # a dataclass, rebuilt
            object.__setattr__(value, step[1], self.adopt(item, originals[step], (*path, step)))
        return value

    def _plain(self, value: Any, original: Any, path: Path) -> Any:
        originals = dict(containers.steps_to_items(original))
        items = {
            step: self.adopt(item, originals[step], (*path, step))
            for step, item in containers.steps_to_items(value)
        }
        if isinstance(value, tuple):
            return containers.rebuilt(value, lambda key, _: items["item", key])
        for (_, key), item in items.items():
            value[key] = item
        return self._own(value, original, path)

    def _own(self, copy: Any, original: Any, path: Path) -> Any:
        if type(copy) in OWNED:
            self.held.append((path, original, copy))
            self.interpreter.state.own(copy)
        return copy

    def check_overlaps(self) -> None:
        """Record that what the function changed can be reached in one way only.

        Raises OverlapError if it cannot: a list passed twice, or one that is also read from outside.
        """
        outside, state = self.interpreter.outside, self.interpreter.state
        for path, original, copy in self.held:
            if state.is_changed(copy):
                others = [(p, o) for p, o, c in self.held if c is not copy]
                for other, value in (*others, *outside.containers()):
                    _keep_apart(outside, path, original, other, value)


def _keep_apart(outside: Outside, path: Path, value: Any, other: Path, other_value: Any) -> None:
    if path == other or type(value) is not type(other_value):
        return
    if value is other_value:
        raise OverlapError(
            f"the function changes a {type(value).__name__} that it reaches in two ways: "
            f"as {_shown(path)} and as {_shown(other)}",
            remedy="pass a copy of one of them",
        )
    step = (*path, ("apart", other))
    outside.reads.setdefault(step, Read(path, "guard", "apart", Condition("apart", other)))


def _shown(path: Path) -> str:
    parts = [f"argument {step[1]}" if step[0] == "argument" else str(step[-1]) for step in path]
    return ", ".join(parts)


def adopted(
    interpreter: Interpreter, args: tuple[Any, ...], kwargs: Mapping[str, Any], new: tuple[Any, Any]
) -> tuple[Arguments, tuple[Any, ...], dict[str, Any]]:
    """Return the arguments that the function gets, made of `new`: its lists and dicts are copies already."""
    arguments = Arguments(interpreter)
    positional = tuple(
        arguments.adopt(value, original, (("argument", i),))
        for i, (value, original) in enumerate(zip(new[0], args, strict=True))
    )
    named = {key: arguments.adopt(value, kwargs[key], (("argument", key),)) for key, value in new[1].items()}
    return arguments, positional, named
