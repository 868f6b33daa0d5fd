"""The call path: from Python arguments to machine code in well under a microsecond.

For each specialisation a small Python function is written and compiled that tests whether the call at hand is
one of its own, and answers `MISS` otherwise:

    def entry(args, kwargs):
        try:
            if len(args) != 2 or kwargs: return MISS
            x, y = args
            if not (type(x) is float and type(y) is float and G["math"] is c0): return MISS
        except (LookupError, AttributeError, TypeError, ValueError): return MISS
        return kernel(x, y)
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bpcompiler.runtime.faults import FaultEntry, check, new_fault


class _Miss:
    def __repr__(self) -> str:
        return "MISS"


MISS = _Miss()

CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "float64": np.float64,
    "float32": np.float32,
    "int64": np.int64,
    "bool": np.bool_,
}


@dataclass(slots=True)
class CallPlan:
    """What an entry tests and passes. All texts are expressions over `args`' names and `constants`."""

    positional: int
    keywords: tuple[str, ...]
    conditions: list[str] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)
    result: str = "r"
    results: int = 1
    constants: dict[str, Any] = field(default_factory=dict)

    def constant(self, value: Any) -> str:
        """Return the name of an object in the entry's text."""
        for name, known in self.constants.items():
            if known is value:
                return name
        name = f"c{len(self.constants)}"
        self.constants[name] = value
        return name


def build_entry(
    plan: CallPlan, kernel: Callable[..., Any], faults: Sequence[FaultEntry]
) -> Callable[..., Any]:
    """Return the entry of a plan: `entry(args, kwargs)` -> the result, or MISS."""
    return _compiled(entry_text(plan, bool(faults)), "entry", plan, kernel, faults)


def build_method(
    plan: CallPlan, kernel: Callable[..., Any], faults: Sequence[FaultEntry]
) -> Callable[..., Any]:
    """Return the entry of a plan as a method `__call__`, one Python call in front of the machine code.

    A call of another kind goes to `self._call_any(args, kwargs)`.
    """
    return _compiled(method_text(plan, bool(faults)), "__call__", plan, kernel, faults)


def _compiled(
    text: str, name: str, plan: CallPlan, kernel: Callable[..., Any], faults: Sequence[FaultEntry]
) -> Callable[..., Any]:
    namespace: dict[str, Any] = {
        **plan.constants,
        "MISS": MISS,
        "kernel": kernel,
        "faults": tuple(faults),
        "new_fault": new_fault,
        "check": check,
        "converters": CONVERTERS,
    }
    exec(compile(text, "<bpcompiler entry>", "exec"), namespace)  # noqa: S102 - our own text
    function: Callable[..., Any] = namespace[name]
    return function


def entry_text(plan: CallPlan, faulty: bool) -> str:
    """Return the source of an entry."""
    names = [f"a{i}" for i in range(plan.positional)]
    shape = f"len(args) != {plan.positional}" + (
        f" or tuple(kwargs) != {plan.keywords!r}" if plan.keywords else " or kwargs"
    )
    lines = ["def entry(args, kwargs):", "    try:", f"        if {shape}:", "            return MISS"]
    if names:
        lines.append(f"        {', '.join(names)}{',' if len(names) == 1 else ''} = args")
    lines.extend(f"        k_{name} = kwargs[{name!r}]" for name in plan.keywords)
    if plan.conditions:
        lines += [f"        if not ({' and '.join(plan.conditions)}):", "            return MISS"]
    lines += ["    except (LookupError, AttributeError, TypeError, ValueError):", "        return MISS"]
    return "\n".join(lines + _call_lines(plan, faulty)) + "\n"


def method_text(plan: CallPlan, faulty: bool) -> str:
    """Return the source of an entry as a method. Without keywords the arguments are plain parameters."""
    if plan.keywords or "args" in " ".join(plan.conditions):
        return _general_method_text(plan, faulty)
    names = [f"a{i}" for i in range(plan.positional)]
    given = [f"{name} is not MISS" for name in names[-1:]]
    tests = " and ".join(
        [*plan.conditions, *(given if not plan.conditions else []), "not rest", "not kwargs"]
    )
    parameters = "".join(f"{name}=MISS, " for name in names) + ("/, " if names else "")
    lines = [
        f"def __call__(self, {parameters}*rest, **kwargs):",
        "    try:",
        f"        hit = {tests}",
        "    except (LookupError, AttributeError, TypeError, ValueError):",
        "        hit = False",
        "    if not hit:",
        f"        given = ({', '.join([*names, '*rest'])},)",
        "        return self._call_any(tuple(a for a in given if a is not MISS), kwargs)",
    ]
    return "\n".join(lines + _call_lines(plan, faulty)) + "\n"


def _general_method_text(plan: CallPlan, faulty: bool) -> str:
    inner = entry_text(plan, faulty).replace("\n", "\n    ").rstrip()
    return (
        f"def _make():\n    {inner}\n    return entry\nentry = _make()\n"
        "def __call__(self, *args, **kwargs):\n    r = entry(args, kwargs)\n"
        "    return self._call_any(args, kwargs) if r is MISS else r\n"
    )


def _call_lines(plan: CallPlan, faulty: bool) -> list[str]:
    inputs = ", ".join([*plan.inputs, *(["fault"] if faulty else [])])
    if not faulty and plan.result == "r":
        return [f"    return kernel({inputs})"]
    lines = ["    fault = new_fault()"] if faulty else []
    lines.append(f"    r = kernel({inputs})")
    if faulty:
        lines += ["    if fault[0]:", "        check(faults, fault)"]
    return [*lines, f"    return {plan.result}"]


def access_of(
    path: Sequence[tuple[Any, ...]], plan: CallPlan, root: Any, names: Mapping[int, str]
) -> str | None:
    """Return the expression that reads a path from outside, or None where there is no short one."""
    text = plan.constant(root)
    holder: Any = root
    for step in path:
        kind = step[0]
        if kind == "argument":
            text, holder = names[step[1]], None
        elif kind == "global" and holder is not None:
            namespace = getattr(holder, "__globals__", {})
            where = plan.constant(namespace)
            if step[1] in namespace:
                text, holder = f"{where}[{step[1]!r}]", namespace[step[1]]
            elif hasattr(builtins, step[1]):
                holder = getattr(builtins, step[1])
                text = f"{where}.get({step[1]!r}, {plan.constant(holder)})"
            else:
                return None
        elif kind == "cell" and holder is not None:
            cell = holder.__closure__[holder.__code__.co_freevars.index(step[1])]
            text, holder = f"{plan.constant(cell)}.cell_contents", cell.cell_contents
        elif kind == "code":
            text, holder = f"{text}.__code__", None
        elif kind == "type":
            text, holder = f"type({text})", None if holder is None else type(holder)
        elif kind == "attr" and step[1].isidentifier():
            text, holder = f"{text}.{step[1]}", getattr(holder, step[1], None)
        elif kind == "item":
            text, holder = f"{text}[{plan.constant(step[1]) if not _plain(step[1]) else repr(step[1])}]", None
        else:
            return None
    return text


def _plain(key: Any) -> bool:
    return type(key) in (int, str, bool)
