"""One read from outside, and what must hold of it at a later call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from bpcompiler.frontend import containers
from bpcompiler.frontend.containers import structure
from bpcompiler.frontend.paths import Arguments, Path, resolve


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold of the value at a guard's path, as data, so that generated code can test it.

    is: it is `value` itself. equal: it has `value`'s type and equals it. same: equal all the way down, in
    type too. type: its type is `value`. structure: its (type, length, keys) is `value`. alias, apart: it is,
    or is not, the object that the path `value` leads to. missing: there is nothing at the end of the path.
    always: nothing to test within this process.
    """

    op: Literal["is", "equal", "same", "type", "structure", "alias", "apart", "missing", "always"]
    value: Any = None

    def holds(self, value: Any, resolve_path: Callable[[Path], Any]) -> bool:
        """Return whether the condition holds of the value."""
        return _HOLDS[self.op](self.value, value, resolve_path)


@dataclass(frozen=True, slots=True)
class Read:
    """One read. `input`: the value is read at each call. `guard`: the program holds only while it stays.

    `fingerprint` is what another process compares; an input's says of which kind it is.
    """

    path: Path
    kind: Literal["input", "guard"]
    fingerprint: str
    condition: Condition

    def still_holds(self, root: object, arguments: Arguments = ()) -> bool:
        """Return whether the guard holds now. An input's never fails here: its value is read anyway."""
        try:
            value = resolve(root, self.path, arguments)
            return self.condition.holds(value, lambda path: resolve(root, path, arguments))
        except (LookupError, AttributeError, ValueError):
            return self.condition.op == "missing"


_HOLDS: dict[str, Callable[[Any, Any, Callable[[Path], Any]], bool]] = {
    "is": lambda expected, value, _: value is expected,
    "equal": lambda expected, value, _: type(value) is type(expected) and bool(value == expected),
    "same": lambda expected, value, _: containers.same(expected, value),
    "type": lambda expected, value, _: type(value) is expected,
    "structure": lambda expected, value, _: type(value) is expected[0] and structure(value) == expected,
    "missing": lambda expected, value, _: False,
    "apart": lambda expected, value, find: value is not find(expected),
    "alias": lambda expected, value, find: value is find(expected),
    "always": lambda expected, value, _: True,
}
