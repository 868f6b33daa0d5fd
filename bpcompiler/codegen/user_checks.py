"""The user's `raise` and `assert` as he wrote them. Python and NumPy make the other checks themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bpcompiler.ir.equations import Equation
from bpcompiler.ir.trees import quoted
from bpcompiler.primitives.declare import ATOM, NOT, Text
from bpcompiler.primitives.faults import Hole, Message

ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "{": "{{", "}": "}}"}


def check_lines(eqn: Equation, ok: Text, values: Sequence[Text]) -> Iterator[str]:
    """Yield `assert ok, message` or `if not ok: raise Error(...)`; nothing for indices and shapes."""
    kind = eqn.attrs["kind"]
    if kind not in ("raise", "assert"):
        return
    given = [_argument(arg, values) for arg in eqn.attrs["args"]]
    if eqn.attrs["exception"] is AssertionError and len(given) < 2:
        yield f"assert {ok}, {given[0]}" if given else f"assert {ok}"
        return
    name = eqn.attrs["exception"].__name__
    raised = f"    raise {name}({', '.join(given)})" if given else f"    raise {name}"
    if ok.source != "False":
        yield f"if {negated(ok)}:"
        yield raised
    else:
        yield raised.strip()


def negated(condition: Text) -> str:
    """Return the text of `not condition`."""
    if condition.source.startswith("not ") and condition.precedence == NOT:
        return condition.source[len("not ") :]
    return f"not {condition.within(NOT)}"


def _argument(arg: Any, values: Sequence[Text]) -> str:
    if isinstance(arg, Hole):
        return str(values[arg.index])
    if isinstance(arg, Message):
        return _formatted(arg, values)
    return quoted(arg)


def _formatted(message: Message, values: Sequence[Text]) -> str:
    """An f-string; quotes inside are of the other kind."""
    parts = [_escaped(p) if isinstance(p, str) else _hole(p, values) for p in message.parts]
    return f'f"{"".join(parts)}"'


def _escaped(text: str) -> str:
    for character, escaped in ESCAPES.items():
        text = text.replace(character, escaped)
    return text


def _hole(hole: Hole, values: Sequence[Text]) -> str:
    source = values[hole.index].within(ATOM) if hole.spec or hole.conversion else str(values[hole.index])
    conversion = f"!{hole.conversion}" if hole.conversion else ""
    return f"{{{source}{conversion}{f':{hole.spec}' if hole.spec else ''}}}"
