"""Traces a function once and runs the program on many arguments, beside CPython and the function itself."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from bpcompiler.frontend.leaves import is_argument_leaf
from bpcompiler.frontend.tracing import Tracing, is_result_leaf, trace
from bpcompiler.ir.equations import equations_of
from bpcompiler.ir.sizes import Symbol
from bpcompiler.ir.trees import flatten, unflatten
from bpcompiler.ir.verify import verify
from bpcompiler.primitives.evaluate import evaluate


def traced(function: Callable[..., Any], *args: Any) -> Tracing:
    """Return the trace of a call, its program verified."""
    found = trace(function, copy.deepcopy(args), {})
    verify(found.program)
    return found


def primitives(function: Callable[..., Any], *args: Any) -> list[str]:
    """Return the names of the primitives in the program, nested ones included."""
    return [eqn.primitive.name for eqn in equations_of(traced(function, *args).program.block)]


def same(function: Callable[..., Any], *calls: tuple[Any, ...], programs: int = 1) -> None:
    """Check that the program does what the function does, for each call; it takes so many programs."""
    found: list[Tracing] = []
    for args in calls:
        fitting = next((each for each in found if fits(each, args)), None)
        if fitting is None:
            fitting = traced(function, *args)
            found.append(fitting)
        assert outcome(lambda: run(fitting, args)) == outcome(lambda: leaves(function(*copy.deepcopy(args))))  # noqa: B023
    assert len(found) == programs, [[str(a) for a in each.assumptions] for each in found]


def fits(tracing: Tracing, args: tuple[Any, ...]) -> bool:
    """Return whether the program is for this call too."""
    values = dict(tracing.sizes)
    for name, leaf in zip(tracing.input_names, flattened(args), strict=True):
        if type(leaf) is int:
            values[Symbol(name, nonnegative=False)] = leaf
        for axis, size in enumerate(np.shape(leaf)):
            values[Symbol(f"{name}_{axis}")] = size
    return all(assumption.satisfied(values) for assumption in tracing.assumptions)


def run(tracing: Tracing, args: tuple[Any, ...]) -> list[Any]:
    """Return the leaves of what the program returns."""
    found = list(evaluate(tracing.program, flattened(copy.deepcopy(args))))
    return leaves(unflatten(tracing.result, found))


def flattened(args: tuple[Any, ...]) -> list[Any]:
    """Return the leaves of the arguments."""
    found: list[Any] = []
    flatten((args, {}), is_argument_leaf, found)
    return found


def leaves(result: Any) -> list[Any]:
    """Return the leaves of a result."""
    found: list[Any] = []
    flatten(result, is_result_leaf, found)
    return found


def outcome(call: Callable[[], list[Any]]) -> Any:
    """Return what a call comes to: numbers as text, or the exception's class and arguments."""
    try:
        with np.errstate(all="ignore"):
            return str([np.asarray(each, dtype=float).round(9).tolist() for each in call()])
    except Exception as error:
        return type(error), str(error.args)
