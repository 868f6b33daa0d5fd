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

Machine code that takes arrays tests their kinds and sizes itself, and the method in front of it does not:

    def __call__(self, x=MISS, y=MISS, *rest):
        try:
            hit = type(x) is c0 and type(y) is c0 and not rest
        except errors:
            hit = False
        if hit:
            r1 = empty(x.shape)
            try:
                hit, r0 = kernel(x, y, r1)
            except refusals:
                hit = False
        if not hit:
            return self._call_given((x, y), rest)
        return (r0, r1)

What the user's function reads from outside is read here as it is there: a global by its name, in the same
namespace, a closure's variable from the same cell. All other names are the entry's own, in cells as well.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any

import numpy as np

from bpcompiler.runtime.entry_text import entry_text, method_text
from bpcompiler.runtime.faults import FaultEntry
from bpcompiler.runtime.plan import HELPERS, MISS, CallPlan
from bpcompiler.runtime.sealing import refusals

__all__ = ["MISS", "CallPlan", "build_entry", "build_method"]

_NUMBA_TYPES: dict[type, str] = {
    float: "float64",
    int: "int64",
    np.float64: "float64",
    np.float32: "float32",
    np.int64: "int64",
}


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
    own = {**plan.constants, **HELPERS, "kernel": kernel, "faults": tuple(faults), "spare": []}
    if plan.sealed:
        own["refusals"] = refusals()
    inner = text.replace("\n", "\n    ").rstrip()
    scope: dict[str, Any] = {}
    maker = f"def make({', '.join([*own, *plan.cells])}):\n    {inner}\n    return {name}\n"
    exec(compile(maker, "<bpcompiler entry>", "exec"), scope)  # noqa: S102 - our own text
    made = scope["make"](*own.values(), *plan.cells)
    cells = zip(made.__code__.co_freevars, made.__closure__, strict=True)
    closure = tuple(plan.cells.get(free, cell) for free, cell in cells)
    code = made.__code__.replace(co_name=plan.title or name, co_qualname=plan.title or name)
    return FunctionType(code, plan.namespace, name, made.__defaults__, closure)
