"""One program, run in each of its forms: evaluated, as staged source, as machine code."""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from bpcompiler import pipeline
from bpcompiler.codegen.lowered import lowered_source
from bpcompiler.derivation import Derivation
from bpcompiler.frontend.leaves import arguments_by_key, is_argument_leaf
from bpcompiler.frontend.paths import resolve
from bpcompiler.goal import Goal
from bpcompiler.ir.program import Program
from bpcompiler.ir.trees import flatten, unflatten
from bpcompiler.lowering.rules import FUSION, SUMS, Pass, lowered
from bpcompiler.primitives.evaluate import evaluate
from bpcompiler.runtime.faults import new_fault
from bpcompiler.specialization import Specialization
from tests.oracles import trees

_NOT_FOR_CPYTHON = r"from numba|from bpcompiler.runtime.indices|@njit"


def _copied(argument: Any) -> Any:
    return argument.copy() if isinstance(argument, np.ndarray) else argument


@dataclass(frozen=True)
class Run:
    """A function, a goal and the arguments of one call."""

    function: Any
    goal: Goal
    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    @cached_property
    def derivation(self) -> Derivation:
        own, _ = self._split()
        return Derivation(self.function, self.goal, own, self.kwargs)

    @cached_property
    def specialization(self) -> Specialization:
        return Specialization(self.function, self.goal, self.args, self.kwargs)

    @property
    def program(self) -> Program:
        return self.derivation.program

    @property
    def hidden(self) -> list[Any]:
        """The values that the function reads from outside, in the order of its inputs."""
        own, _ = self._split()
        arguments = arguments_by_key(own, self.kwargs)
        return [resolve(self.function, path, arguments) for path in self.derivation.outline.hidden]

    def flat(self) -> list[Any]:
        """The arguments as the program takes them."""
        leaves: list[Any] = []
        own, more = self._split()
        flatten((own, self.kwargs), is_argument_leaf, leaves)
        more_leaves: list[Any] = []
        flatten(more, is_argument_leaf, more_leaves)
        return [*leaves, *self.hidden, *filter(trees.is_differentiable, more_leaves)]

    def _split(self) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        at = len(self.args) - self.goal.takes_more
        return self.args[:at], self.args[at:]

    def evaluated(self) -> list[Any]:
        """The flat results, by the meaning of each primitive."""
        return list(evaluate(self.program, self.flat()))

    def lowered(self) -> list[Any]:
        """The flat results of the program in few loops."""
        return self._in_few_loops

    @cached_property
    def _in_few_loops(self) -> list[Any]:
        return self.in_loops(FUSION, SUMS)

    def in_loops(self, passes: Sequence[Pass], sums: Sequence[Pass] = ()) -> list[Any]:
        """The flat results of the program in loops, after these passes."""
        in_loops = lowered(self.program, pipeline.checked, passes, sums=sums)
        return list(evaluate(pipeline.checked(in_loops, "lowering"), self.flat()))

    def in_place(self) -> list[Any]:
        """The flat results of the lowered source, run by CPython: what it stores, it stores in place."""
        source = lowered_source(lowered(self.program))
        namespace: dict[str, Any] = {"unsigned": int, "opaque": int}
        lines = [line for line in source.text.splitlines() if not re.match(_NOT_FOR_CPYTHON, line)]
        exec(compile("\n".join(lines), "<lowered>", "exec"), namespace)
        fault = [new_fault()] if source.checks else []
        result = namespace[self.program.name](*map(_copied, self.flat()), *fault)
        return list(result) if isinstance(result, tuple) else [result]

    def staged(self) -> Any:
        """The result of the staged source, as a file that knows nothing of bpcompiler."""
        namespace: dict[str, Any] = {}
        exec(compile(self.derivation.source, "<staged>", "exec"), namespace)
        function = namespace[self.derivation.name]
        own, more = self._split()
        more_leaves: list[Any] = []
        flatten(more, is_argument_leaf, more_leaves)
        named = {**self.kwargs, **self._outside(function)}
        with np.errstate(all="ignore"):
            if not more_leaves:
                return function(*own, **named)
            directions = [p.name for p in self._parameters(function)][-len(more_leaves) :]
            return function(*own, **named, **dict(zip(directions, more_leaves, strict=True)))

    def _parameters(self, function: Any) -> list[inspect.Parameter]:
        """The parameters before those that are read from outside, which come last."""
        parameters = list(inspect.signature(function).parameters.values())
        return parameters[: len(parameters) - len(self.hidden)]

    def _outside(self, function: Any) -> dict[str, Any]:
        """Arrays from outside have no default: they are keywords that must be given."""
        keywords = list(inspect.signature(function).parameters.values())[len(self._parameters(function)) :]
        given = zip(keywords, self.hidden, strict=True)
        return {p.name: value for p, value in given if p.default is inspect.Parameter.empty}

    def compiled(self) -> Any:
        """The result of machine code, through the entry that users call."""
        return self.specialization.entry(self.args, self.kwargs)

    def in_tree(self, flat: list[Any]) -> Any:
        """Flat results as the user gets them."""
        return unflatten(self.derivation.outline.result, flat)


def numbers(result: Any) -> Any:
    """All numbers of a result, flat, in float64; bools and integers too."""
    leaves = [
        leaf for leaf in trees.leaves(result) if isinstance(leaf, (bool, int, float, np.ndarray, np.generic))
    ]
    return np.concatenate([np.zeros(0), *(np.ravel(np.asarray(leaf, dtype=np.float64)) for leaf in leaves)])
