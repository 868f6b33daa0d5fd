"""One specialisation: a function, a goal, and a kind of call -> program, sources, machine code, entry."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from bpcompiler import pipeline
from bpcompiler.call_plan import arguments_by_key, make_plan, tuples_of
from bpcompiler.codegen.staged import Layout, staged_source
from bpcompiler.frontend.paths import resolve
from bpcompiler.frontend.tracing import Tracing, parameters_of
from bpcompiler.goal import Goal
from bpcompiler.goals import Derived, given_arguments
from bpcompiler.ir.program import Program
from bpcompiler.ir.trees import Leaf, Node, Tree
from bpcompiler.runtime.dispatch import MISS, build_entry, build_method

PREFIX = {
    "value": "",
    "grad": "grad_",
    "value_and_grad": "value_and_grad_",
    "jvp": "jvp_",
    "vjp": "vjp_",
    "hvp": "hvp_",
}


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
        self._function, self._goal = function, goal
        own = args[: len(args) - goal.takes_more]
        self._tracing: Tracing = pipeline.trace(function, own, kwargs)
        self._parameters = parameters_of(function)
        self._derived: Derived = pipeline.derive(goal, self._tracing, self._parameters)
        self._outside = tuple(_outside(function, self._tracing, arguments_by_key(own, kwargs)))
        self._plan = make_plan(function, self._tracing, self._derived, args, kwargs)

    # ------------------------------------------------------------------ what people look at

    @property
    def program(self) -> Program:
        """The program in SSA form; `print` shows it."""
        return self._derived.program

    @cached_property
    def source(self) -> Source:
        """The staged source: plain Python, one line a stage."""
        return Source(staged_source(self.program, self._layout()))

    @cached_property
    def _compiled(self) -> pipeline.Compiled:
        return pipeline.compile_program(self.program, self.name, self._tuples)

    @property
    def lowered_source(self) -> Source:
        """The source that Numba compiles: loops over elements, flat arguments and results."""
        return Source(self._compiled.text)

    @property
    def llvm(self) -> str:
        """The LLVM code of every signature that was called."""
        return "\n".join(self._compiled.kernel.inspect_llvm().values())

    @property
    def asm(self) -> str:
        """The assembly of every signature that was called."""
        return "\n".join(self._compiled.kernel.inspect_asm().values())

    @property
    def name(self) -> str:
        """The name of the generated function: `grad_f`."""
        base = self._tracing.program.name
        return PREFIX[self._goal.kind] + (base if base.isidentifier() else "function")

    def export(self, path: str | Path) -> Path:
        """Write the staged source to a file, which needs no bpcompiler, and return its path."""
        target = Path(path)
        target.write_text(self.source, encoding="utf-8")
        return target

    @cached_property
    def entry(self) -> Callable[[tuple[Any, ...], Mapping[str, Any]], Any]:
        """The compiled call: `entry(args, kwargs)` -> the result, or MISS for another kind of call."""
        return build_entry(self._plan, self._compiled.kernel, self._compiled.faults)

    @cached_property
    def method(self) -> Callable[..., Any]:
        """The compiled call as a method `__call__` of the transformed function."""
        return build_method(self._plan, self._compiled.kernel, self._compiled.faults)

    def fits(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bool:
        """Return whether a call is of this kind."""
        return bool(self._test(args, kwargs) is not MISS)

    @cached_property
    def _test(self) -> Callable[[tuple[Any, ...], Mapping[str, Any]], Any]:
        plan = replace(self._plan, inputs=[], result="r")
        return build_entry(plan, lambda: True, ())

    @property
    def reason(self) -> str:
        """What this specialisation was made for, in words."""
        return ", ".join(map(str, self._tracing.assumptions)) or "the types of the arguments"

    # ------------------------------------------------------------------ the staged source's frame

    def _layout(self) -> Layout:
        given = given_arguments(self._tracing, self._parameters)
        variadic = variadic_parameter(self._function)
        parameters = [(name, tree) for name, tree in given.items() if "[" not in name]
        extra = [tree for name, tree in given.items() if "[" in name]
        marks = {}
        if extra and variadic:
            parameters.append((variadic, Node("tuple", tuple, (), tuple(extra))))
            marks[variadic] = "*"
        own = len(self._tracing.program.inputs)
        more = self.program.inputs[own:]
        parameters += [(self._name_of(v, i), Leaf(own + i)) for i, v in enumerate(more)]
        return Layout(self.name, tuple(parameters), self._derived.result, self._outside, variadic=marks)

    def _name_of(self, value: Any, index: int) -> str:
        return self.program.names.get(value, f"t{index}")

    @cached_property
    def _tuples(self) -> Tree | None:
        """The tree of the result, where machine code can return just that: tuples of numbers and arrays."""
        return tuples_of(self._derived)


def variadic_parameter(function: Any) -> str:
    """Return the name of `*args`, or "args"."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return "args"
    return next((p.name for p in parameters if p.kind is p.VAR_POSITIONAL), "args")


def _outside(
    function: Callable[..., Any], tracing: Tracing, arguments: Mapping[Any, Any]
) -> Iterator[tuple[str, float | None, int]]:
    """Yield the hidden inputs as keyword parameters of the staged source; a number's default is its value."""
    first = len(tracing.program.inputs) - len(tracing.hidden)
    for i, path in enumerate(tracing.hidden):
        now = resolve(function, path, arguments)
        default = float(now) if isinstance(now, (float, np.floating)) else None
        yield tracing.program.names.get(tracing.program.inputs[first + i], f"outside_{i}"), default, first + i
