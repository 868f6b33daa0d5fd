"""The expression by which an entry reads what the user's function reads from outside."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from bpcompiler.runtime.plan import CallPlan


def access_of(
    path: Sequence[tuple[Any, ...]], plan: CallPlan, root: Any, names: Mapping[int, str]
) -> str | None:
    """Return the expression that reads a path from outside, or None where there is no short one."""
    text = ""  # of the root; no path ends there
    holder: Any = root
    for step in path:
        kind = step[0]
        if kind == "argument":
            text, holder = names[step[1]], None
        elif kind == "module":
            text = f"{plan.constant(sys.modules)}[{plan.constant(step[1])}]"
            holder = sys.modules.get(step[1])
        elif kind == "global" and holder is not None:
            namespace = getattr(holder, "__globals__", {})
            found = _global_text(namespace, step[1], plan)
            if found is None:
                return None
            text, holder = found, namespace.get(step[1], builtins.__dict__.get(step[1]))
        elif kind == "cell" and holder is not None:
            cell = holder.__closure__[holder.__code__.co_freevars.index(step[1])]
            text, holder = plan.cell(cell), cell.cell_contents
        elif kind == "code":
            text, holder = f"{text or plan.constant(root)}.__code__", None
        elif kind == "type":
            text, holder = f"type({text or plan.constant(root)})", None if holder is None else type(holder)
        elif kind == "attr" and step[1].isidentifier():
            text, holder = f"{text or plan.constant(root)}.{step[1]}", getattr(holder, step[1], None)
        elif kind == "item":
            text, holder = f"{text or plan.constant(root)}[{_key_text(step[1], plan)}]", None
        else:
            return None
    return text or plan.constant(root)


def _global_text(namespace: Mapping[str, Any], name: str, plan: CallPlan) -> str | None:
    """Return the text that reads a global or builtin function as the user's function does."""
    if name not in namespace and name not in builtins.__dict__:
        return None
    if plan.names(namespace, name):
        return name
    where = plan.constant(namespace)
    if name in namespace:
        return f"{where}[{name!r}]"
    return f"{where}.get({name!r}, {plan.constant(builtins.__dict__[name])})"


def _key_text(key: Any, plan: CallPlan) -> str:
    return repr(key) if type(key) in (int, str, bool) else plan.constant(key)
