"""One specialisation: a function, a goal, and a kind of call -> sources, machine code, entry.

A call needs the machine code and an outline only; where an earlier process left both on disk, nothing is
traced. Whoever looks at the program or the source has it traced then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bpcompiler import recall
from bpcompiler.boundaries import boundary_of
from bpcompiler.call_plan import completed, make_plan
from bpcompiler.frontend import limits
from bpcompiler.frontend.leaves import is_argument_leaf
from bpcompiler.goal import Goal
from bpcompiler.ir.trees import flatten, unflatten
from bpcompiler.positions import are_all, parameters_of
from bpcompiler.runtime.collecting import rare_collections
from bpcompiler.runtime.compiled import Compiled, inspectable
from bpcompiler.runtime.dispatch import MISS, build_entry, build_method
from bpcompiler.runtime.sealing import sealed

if TYPE_CHECKING:
    from bpcompiler.derivation import Derivation
    from bpcompiler.ir.program import Program
    from bpcompiler.runtime.plan import CallPlan


class Source(str):
    """Python text that a notebook shows highlighted."""

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        try:
            pygments = import_module("pygments")  # every notebook has it; without one nothing asks
            lexers, formatters = import_module("pygments.lexers"), import_module("pygments.formatters")
        except ImportError:
            return None
        return str(
            pygments.highlight(str(self), lexers.PythonLexer(), formatters.HtmlFormatter(noclasses=True))
        )


class Specialization:
    """A function compiled for one kind of call. Everything is made when first asked for."""

    def __init__(
        self, function: Callable[..., Any], goal: Goal, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> None:
        self._function, self._goal, self._limits = function, goal, limits.current()
        own = args[: len(args) - goal.takes_more]
        self._key = recall.key_of(function, goal, args, kwargs)
        self._recalled = recall.lookup(self._key, function, own, kwargs)
        self._example = (own, dict(kwargs)) if self._recalled is None else _hollow(own, kwargs)
        self._outline = self._derivation.outline if self._recalled is None else self._recalled.outline
        named = are_all(function) and not goal.takes_more
        parameters = parameters_of(function) if named else ()
        self._plan = make_plan(function, self._outline, args, kwargs, parameters)

    @cached_property
    def _derivation(self) -> Derivation:
        from bpcompiler.derivation import Derivation  # noqa: PLC0415 - the compiler: on first use

        with limits.using(self._limits), rare_collections():
            made = Derivation(self._function, self._goal, *self._example)
        self._example = ((), {})
        return made

    # ------------------------------------------------------------------ what people look at

    @property
    def program(self) -> Program:
        """The program in SSA form; `print` shows it."""
        return self._derivation.program

    @cached_property
    def source(self) -> Source:
        """The staged source: plain Python, one line a stage."""
        return Source(self._derivation.source)

    @property
    def lowered_source(self) -> Source:
        """The source that Numba compiles: loops over elements, flat arguments."""
        return Source(self._compiled.text)

    @property
    def tapes(self) -> str:
        """What the reverse keeps of the forward pass: one line a tape, under the loop that fills it."""
        return self._derivation.tapes

    @property
    def llvm(self) -> str:
        """The LLVM code of every signature that was called."""
        return "\n".join(inspectable(self._compiled.kernel).inspect_llvm().values())

    @property
    def asm(self) -> str:
        """The assembly of every signature that was called."""
        return "\n".join(inspectable(self._compiled.kernel).inspect_asm().values())

    @property
    def name(self) -> str:
        """The name of the generated function: `grad_f`."""
        return self._derivation.name if self._recalled is None else self._recalled.name

    def export(self, path: str | Path) -> Path:
        """Write the staged source to a file, which needs no bpcompiler, and return its path."""
        target = Path(path)
        target.write_text(self.source, encoding="utf-8")
        return target

    @property
    def reason(self) -> str:
        """What this specialisation was made for, in words."""
        return ", ".join(map(str, self._outline.assumptions)) or "the types of the arguments"

    # ------------------------------------------------------------------ the call

    @cached_property
    @rare_collections()
    def _compiled(self) -> Compiled:
        if self._recalled is not None:
            compiled = self._recalled.compiled()
        else:
            compiled = self._derivation.compiled(boundary_of(self._outline))
            recall.record(self._key, self._outline, compiled, self.name)
        return replace(compiled, kernel=sealed(compiled.kernel, self._plan.arrays))

    @cached_property
    def _completed(self) -> CallPlan:
        return completed(self._plan, self._outline, self._compiled)

    @cached_property
    def entry(self) -> Callable[[tuple[Any, ...], Mapping[str, Any]], Any]:
        """The compiled call: `entry(args, kwargs)` -> the result, or MISS for another kind of call."""
        return build_entry(self._completed, self._compiled.kernel, self._compiled.faults)

    @cached_property
    def method(self) -> Callable[..., Any]:
        """The compiled call as a method `__call__` of the transformed function."""
        return build_method(self._completed, self._compiled.kernel, self._compiled.faults)

    def flat(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """Return the flat function for callers in Numba code, made for these arguments."""
        from bpcompiler.nopython.function import Call, flat_function  # noqa: PLC0415 - few want it

        return flat_function(Call(self._function, self._goal, args, kwargs), self._outline, self._compiled)

    def fits(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bool:
        """Return whether a call is of this kind."""
        return bool(self._test(args, kwargs) is not MISS)

    @cached_property
    def _test(self) -> Callable[[tuple[Any, ...], Mapping[str, Any]], Any]:
        return build_entry(self._plan.only_tests(), lambda: True, ())


def _hollow(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return arguments of the same kind and sizes to trace with later, without keeping the arrays alive."""
    leaves: list[Any] = []
    tree = flatten((args, dict(kwargs)), is_argument_leaf, leaves)
    made: dict[int, Any] = {}
    for leaf in leaves:
        if isinstance(leaf, np.ndarray) and id(leaf) not in made:
            made[id(leaf)] = _hollow_array(leaf)
    own, named = unflatten(tree, [made.get(id(leaf), leaf) for leaf in leaves])
    return own, named


def _hollow_array(array: Any) -> Any:
    """Return an array of the same shape, strides and flags. Its memory is reserved, and never touched."""
    steps = (
        [(n - 1) * stride for n, stride in zip(array.shape, array.strides, strict=True)] if array.size else []
    )
    before, after = -sum(min(step, 0) for step in steps), sum(max(step, 0) for step in steps)
    memory = np.empty(before + after + array.itemsize, np.uint8)
    hollow: Any = np.ndarray(array.shape, array.dtype, memory, before, array.strides)
    hollow.flags.writeable = array.flags.writeable
    return hollow
