"""A function traced and differentiated for one kind of call: its programs, its staged source, its outline."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from bpcompiler import pipeline
from bpcompiler.codegen.staged import Layout, staged_source
from bpcompiler.errors import Error
from bpcompiler.frontend.interpreter.origins import definition
from bpcompiler.frontend.leaf_names import parameters_of
from bpcompiler.frontend.leaves import arguments_by_key
from bpcompiler.frontend.paths import resolve
from bpcompiler.frontend.tracing import Tracing
from bpcompiler.goal import Goal
from bpcompiler.goals import given_arguments, positional
from bpcompiler.ir.boundary import Boundary
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Symbol
from bpcompiler.ir.trees import Leaf, Node
from bpcompiler.outline import Outline, outline_of
from bpcompiler.runtime.compiled import Compiled
from bpcompiler.transforms.copies import in_place
from bpcompiler.transforms.planning.report import report

PREFIX = {
    "value": "",
    "grad": "grad_",
    "value_and_grad": "value_and_grad_",
    "jvp": "jvp_",
    "vjp": "vjp_",
    "hvp": "hvp_",
}


class Derivation:
    """What tracing and differentiating found out. `args` and `kwargs` are the function's own."""

    def __init__(
        self, function: Callable[..., Any], goal: Goal, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> None:
        self._function, self._goal = function, goal
        self._parameters = parameters_of(function)
        self._tracing = pipeline.trace(goal, function, args, kwargs)
        try:
            self._derived = pipeline.derive(goal, self._tracing, self._parameters)
        except Error as error:
            raise error.with_origin(definition(function)) from error.__cause__
        self._outside = tuple(_outside(function, self._tracing, arguments_by_key(args, kwargs)))

    @property
    def program(self) -> Program:
        """The program that reaches the goal."""
        return self._derived.program

    @cached_property
    def outline(self) -> Outline:
        """What a call needs to know of it."""
        return outline_of(self._tracing, self.program.outputs, self._derived.result)

    @property
    def name(self) -> str:
        """The name of the generated function: `grad_f`."""
        base = self._tracing.program.name
        return PREFIX[self._goal.kind] + (base if base.isidentifier() else "function")

    @cached_property
    def source(self) -> str:
        """The staged source."""
        return staged_source(pipeline.checked(in_place(self.program), "copies"), self._layout())

    @property
    def sizes(self) -> Mapping[Symbol, int]:
        """The sizes of the call at hand."""
        return self._tracing.sizes

    @property
    def tapes(self) -> str:
        """What is kept for the reverse, in words."""
        return report(self.program, self.sizes)

    def compiled(self, boundary: Boundary) -> Compiled:
        """Return the machine code: of array code for some loops, which the staged source has as they are."""
        arrays = pipeline.derive_in_arrays(self._goal, self._tracing, self._parameters)
        goal = self._goal
        return pipeline.compile_program(
            arrays or self.program, self.name, boundary, self.sizes, goal.precise, goal.parallel
        )

    def _layout(self) -> Layout:
        given = given_arguments(self._tracing, self._parameters)
        variadic = variadic_parameter(self._function)
        parameters = [(name, tree) for name, tree in given.items() if "[" not in name]
        extra = [tree for name, tree in given.items() if "[" in name]
        marks = {}
        if extra:
            named = min(len(self._parameters), len(positional(self._tracing)))
            parameters.insert(named, (variadic, Node("tuple", tuple, (), tuple(extra))))
            marks[variadic] = "*"
        own = len(self._tracing.program.inputs)
        more = self.program.inputs[own:]
        parameters += [(self._name_of(v, i), Leaf(own + i)) for i, v in enumerate(more)]
        known = (size for assumption in self._tracing.assumptions for size in assumption.not_negative())
        result = self._derived.result
        return Layout(self.name, tuple(parameters), result, self._outside, "", marks, tuple(known))

    def _name_of(self, value: Any, index: int) -> str:
        return self.program.names.get(value, f"t{index}")


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
