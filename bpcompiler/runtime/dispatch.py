"""The call path: from Python arguments to machine code in well under a microsecond.

For each specialisation a small Python function is written and compiled that tests whether the call at hand is
one of its own, and answers `MISS` otherwise:

    def entry(args, kwargs):
        hit = False
        try:
            if len(args) == 2 and not kwargs:
                a0, a1 = args
                hit = type(a0) is c0 and type(a1) is c0 and math is c1 and type(v0 := scale) is c0
        except errors:
            pass
        if not hit:
            return MISS
        return kernel(a0, a1, v0)

What the user's function reads from outside is read here as it is there: a global by its name, in the same
namespace, a closure's variable from the same cell. All other names are the entry's own, in cells as well.
"""

from __future__ import annotations

import builtins
import importlib
import keyword
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import CellType, FunctionType
from typing import Any

import numpy as np

from bpcompiler.runtime.faults import FaultEntry, check, new_fault


class _Miss:
    def __repr__(self) -> str:
        return "MISS"


MISS = _Miss()

_HELPERS: dict[str, Any] = {
    "MISS": MISS,
    "errors": (LookupError, NameError, AttributeError, TypeError, ValueError),
    "check": check,
    "new_fault": new_fault,
    **{name: getattr(builtins, name) for name in ("type", "len", "tuple", "max", "min")},
}
ARGUMENT = re.compile(r"a\d+|k_\w+")
# A global that is called like something of the entry's is read from its namespace by subscript.
_OWN = re.compile(
    rf"{ARGUMENT.pattern}|[cev]\d+|r\d*|self|rest|args|kwargs|hit|fault|faults|kernel|spare|entry|__call__"
    rf"|{'|'.join(_HELPERS)}"
)
_NUMBA_TYPES: dict[type, str] = {
    float: "float64",
    int: "int64",
    np.float64: "float64",
    np.float32: "float32",
    np.int64: "int64",
}


@dataclass(slots=True)
class CallPlan:
    """What an entry tests and passes. The texts are expressions over arguments, constants and cells."""

    positional: int
    keywords: tuple[str, ...]
    namespace: dict[str, Any]  # the user's globals, which the texts may name
    conditions: list[str] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)
    kinds: list[type] = field(default_factory=list)  # the class of each input
    result: str = "r"  # over `r`, or `r0`, `r1` ... where there are several
    results: int = 1
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
        sayable = name.isidentifier() and not keyword.iskeyword(name) and not _OWN.fullmatch(name)
        return sayable and namespace is self.namespace


def build_entry(
    plan: CallPlan, kernel: Callable[..., Any], faults: Sequence[FaultEntry]
) -> Callable[..., Any]:
    """Return the entry of a plan: `entry(args, kwargs)` -> the result, or MISS."""
    return _compiled(entry_text(plan, bool(faults)), "entry", plan, kernel, faults)


def build_method(
    plan: CallPlan, kernel: Callable[..., Any], faults: Sequence[FaultEntry]
) -> Callable[..., Any]:
    """Return the entry of a plan as a method `__call__`, one Python call in front of the machine code.

    A call of another kind goes to `self._call_any(args, kwargs)`. Build it after a call of this kind: what
    that had compiled is called directly.
    """
    kernel = _machine_code(kernel, plan.kinds, bool(faults))
    return _compiled(method_text(plan, bool(faults)), "__call__", plan, kernel, faults)


def _machine_code(kernel: Callable[..., Any], kinds: Sequence[type], faulty: bool) -> Callable[..., Any]:
    """Return what Numba's dispatcher would call, where the classes of all inputs say which that is.

    It saves 0.08 us. Of arrays the dispatcher looks at the layout and flags.
    """
    if not hasattr(kernel, "get_overload") or not kinds or not all(kind in _NUMBA_TYPES for kind in kinds):
        return kernel
    types = importlib.import_module("numba.core.types")  # loaded: the kernel is Numba's
    signature = [getattr(types, _NUMBA_TYPES[kind]) for kind in kinds]
    try:
        found: Callable[..., Any] = kernel.get_overload((*signature, *([types.int64[::1]] if faulty else [])))
    except KeyError:  # not compiled yet
        return kernel
    return found


def _compiled(
    text: str, name: str, plan: CallPlan, kernel: Callable[..., Any], faults: Sequence[FaultEntry]
) -> Callable[..., Any]:
    """Return the function of this text, in the namespace and with the cells of the plan."""
    own = {**plan.constants, **_HELPERS, "kernel": kernel, "faults": tuple(faults), "spare": []}
    inner = text.replace("\n", "\n    ").rstrip()
    scope: dict[str, Any] = {}
    maker = f"def make({', '.join([*own, *plan.cells])}):\n    {inner}\n    return {name}\n"
    exec(compile(maker, "<bpcompiler entry>", "exec"), scope)  # noqa: S102 - our own text
    made = scope["make"](*own.values(), *plan.cells)
    cells = zip(made.__code__.co_freevars, made.__closure__, strict=True)
    closure = tuple(plan.cells.get(free, cell) for free, cell in cells)
    code = made.__code__.replace(co_name=plan.title or name, co_qualname=plan.title or name)
    return FunctionType(code, plan.namespace, name, made.__defaults__, closure)


def entry_text(plan: CallPlan, faulty: bool) -> str:
    """Return the source of an entry."""
    return _with_call("def entry(args, kwargs):", plan, faulty, "return MISS")


def method_text(plan: CallPlan, faulty: bool) -> str:
    """Return the source of an entry as a method. Without keywords the arguments are plain parameters."""
    if plan.keywords or plan.needs_call:
        head = "def __call__(self, /, *args, **kwargs):"
        return _with_call(head, plan, faulty, "return self._call_any(args, kwargs)")
    if plan.positional <= len(plan.parameters) and _are_sayable(plan):
        return _with_parameters(plan, faulty)
    names = [f"a{i}" for i in range(plan.positional)]
    parameters = "".join(f"{name}=MISS, " for name in names) + ("/, " if names else "")
    lines = [
        f"def __call__(self, {parameters}*rest, **kwargs):",
        *_tried([*plan.conditions, "not rest", "not kwargs"]),
        f"        args = tuple(a for a in ({', '.join([*names, '*rest'])},) if a is not MISS)",
        "        return self._call_any(args, kwargs)",
    ]
    return "\n".join(lines + _call_lines(plan, faulty)) + "\n"


def _with_parameters(plan: CallPlan, faulty: bool) -> str:
    """Return the source of a method with the user's parameters: Python binds keywords itself.

    It saves 0.04 us: with `**kwargs` each call makes a dict.
    """
    left = [f"{name} is MISS" for name in plan.parameters[plan.positional :]]
    lines = [
        f"def __call__(self, /, {', '.join(f'{name}=MISS' for name in plan.parameters)}, *rest):",
        *_tried([*plan.conditions, *left, "not rest"]),
        f"        return self._call_given(({', '.join(plan.parameters)},), rest)",
        *_call_lines(plan, faulty),
    ]
    text = "\n".join(lines) + "\n"
    return re.sub(r"\ba(\d+)\b", lambda found: plan.parameters[int(found[1])], text)


def _are_sayable(plan: CallPlan) -> bool:
    """Return whether the user's parameters can be the method's: no name means something else in its texts."""
    texts = " ".join([*plan.conditions, *plan.inputs, plan.result])
    used = set(re.findall(r"[^\W\d]\w*", texts))
    return not (
        "'" in texts or '"' in texts or any(name in used or _OWN.fullmatch(name) for name in plan.parameters)
    )


def _tried(conditions: Sequence[str]) -> list[str]:
    return [
        "    try:",
        f"        hit = {' and '.join(conditions)}",
        "    except errors:",
        "        hit = False",
        "    if not hit:",
    ]


def _with_call(head: str, plan: CallPlan, faulty: bool, miss: str) -> str:
    """Return the source of a function that has the call as `args` and `kwargs`."""
    names = "".join(f"a{i}, " for i in range(plan.positional))
    given = f"tuple(kwargs) == {plan.keywords!r}" if plan.keywords else "not kwargs"
    lines = [
        head,
        "    hit = False",
        "    try:",
        f"        if len(args) == {plan.positional} and {given}:",
        *([f"            {names}= args"] if names else []),
        *(f"            k_{name} = kwargs[{name!r}]" for name in plan.keywords),
        f"            hit = {' and '.join(plan.conditions) or 'True'}",
        "    except errors:",
        "        pass",
        "    if not hit:",
        f"        {miss}",
    ]
    return "\n".join(lines + _call_lines(plan, faulty)) + "\n"


def _call_lines(plan: CallPlan, faulty: bool) -> list[str]:
    """The call and its result. A report of faults that was not used serves again: it is empty."""
    call = f"kernel({', '.join([*plan.inputs, *(['fault'] if faulty else [])])})"
    if not faulty and plan.result == "r":
        return [f"    return {call}"]
    take = ["    try:", "        fault = spare.pop()", "    except errors:", "        fault = new_fault()"]
    results = ", ".join(f"r{i}" for i in range(plan.results)) if plan.results > 1 else "r"
    test = ["    if fault[0]:", "        check(faults, fault)", "    spare.append(fault)"]
    return [
        *(take if faulty else []),
        f"    {results} = {call}",
        *(test if faulty else []),
        f"    return {plan.result}",
    ]


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
