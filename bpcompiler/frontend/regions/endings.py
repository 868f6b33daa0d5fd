"""How loop statements end, given how their turns ended."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from bpcompiler.frontend.interpreter.frames import Completion, Ending, Perhaps
from bpcompiler.frontend.regions import exits
from bpcompiler.frontend.regions.blocks import Run, apart
from bpcompiler.frontend.regions.branches import branch

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter


def finish(m: Interpreter, ending: Ending, orelse: Run | None, node: ast.AST) -> Ending:
    """Return how a loop statement ends, given how its turns did. The `else` part runs where none has left."""
    if ending is None:
        return orelse() if orelse else None
    if isinstance(ending, Completion):
        return None if ending.kind == "break" else ending
    assert isinstance(ending, Perhaps)
    if orelse is not None:
        last = ending
        with apart(m):
            return branch(
                m, exits.left(m, last), lambda: _without_break(m, exits.leaving(last)), orelse, node
            )
    return _without_break(m, ending)


def _without_break(m: Interpreter, ending: Ending) -> Ending:
    """Return how a loop statement ends whose turns ended so: a `break` ends here."""
    if isinstance(ending, Completion):
        return None if ending.kind == "break" else ending
    if not isinstance(ending, Perhaps) or "break" not in ending.kinds:
        return ending
    if "return" not in ending.kinds:
        return None
    return Perhaps(("return",), exits.has_left_by(m, ending, ("return",)), ending.value)


def go_on(m: Interpreter, ending: Perhaps, rest: Run, node: ast.AST) -> Ending:
    """Run the turns that are left where nothing has left the loop; return how all turns end."""
    kinds = tuple(kind for kind in ending.kinds if kind != "continue")
    left = exits.has_left_by(m, ending, kinds)
    last = Completion(kinds[0], ending.value) if len(kinds) == 1 else ending
    with apart(m):
        return branch(m, left, lambda: last, rest, node)
