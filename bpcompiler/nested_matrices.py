"""Jacobians and Hessians inside a traced function: loops over unit vectors become part of the trace.

The loops are plain Python, interpreted as a user's helper is, so that they are differentiated, printed and
compiled like one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
from typing import Any, cast

import numpy as np

from bpcompiler.directions import Leaves, arranged
from bpcompiler.frontend.interpreter import functions
from bpcompiler.frontend.nested import captured, interpreter_of, is_leaf
from bpcompiler.frontend.trace import Trace
from bpcompiler.frontend.tracing import is_result_leaf
from bpcompiler.goal import Goal
from bpcompiler.ir.types import Array, is_float
from bpcompiler.nesting import VALUE, derivative
from bpcompiler.positions import as_tuple, chosen
from bpcompiler.primitives.creation import zeros

Blocks = dict[tuple[int, int], Any]
Stack = Callable[[Any, Any, Any, Any], Any]

# ------------------------------------------------------------------ interpreted


def rows(product: Any, like: Any, templates: Any, dtypes: Any) -> Any:
    """Return, by template, the products with the unit vectors of `like`, stacked."""
    stacked = [
        np.empty((like.size, *np.shape(template)), dtype)
        for template, dtype in zip(templates, dtypes, strict=True)
    ]
    for k in range(like.size):
        unit = np.zeros(like.size, like.dtype)
        unit[k] = 1.0
        for matrix, row in zip(stacked, product(unit.reshape(like.shape)), strict=True):
            matrix[k] = row
    return [
        matrix.reshape((*like.shape, *np.shape(template)))
        for matrix, template in zip(stacked, templates, strict=True)
    ]


def columns(product: Any, like: Any, templates: Any, dtypes: Any) -> Any:
    """Return, by template, the products with the unit vectors of `like`, side by side."""
    stacked = [
        np.empty((*np.shape(template), like.size), dtype)
        for template, dtype in zip(templates, dtypes, strict=True)
    ]
    for k in range(like.size):
        unit = np.zeros(like.size, like.dtype)
        unit[k] = 1.0
        for matrix, column in zip(stacked, product(unit.reshape(like.shape)), strict=True):
            matrix[..., k] = column
    return [
        matrix.reshape((*np.shape(template), *like.shape))
        for matrix, template in zip(stacked, templates, strict=True)
    ]


# ------------------------------------------------------------------ in a trace


@dataclass(frozen=True, eq=False)
class Product:
    """A product with a direction that is zero but for one leaf of `like`."""

    goal: Goal
    function: Any
    args: tuple[Any, ...]
    like: Leaves
    leaf: int

    def call_in_trace(self, trace: Trace, part: Any) -> list[Any]:
        """Return the floating leaves of the product."""
        parts = {i: _zero(trace, self.like.values[i]) for i in self.like.floats}
        direction = self.like.with_floats({**parts, self.leaf: part})
        found = derivative(self.goal, trace, self.function, self.args, direction=direction)
        return _floats(trace, found[1] if self.goal.kind == "jvp" else found)

    def stacked(self, trace: Trace, stack: Stack, templates: list[Any]) -> list[Any]:
        """Return the products with all unit vectors, by what each is like."""
        like = self.like.values[self.leaf]
        if not isinstance(trace.operand(like).aval, Array):
            return self.call_in_trace(trace, 1.0)
        dtypes = [
            _dtype(trace, each) for each in (templates if stack is columns else [like] * len(templates))
        ]
        found: list[Any] = functions.invoke(
            interpreter_of(trace), cast(FunctionType, stack), (self, like, templates, dtypes), {}
        )
        return found


def jacobian_in_trace(trace: Trace, function: Any, args: tuple[Any, ...], argnums: Any) -> Any:
    """Return the Jacobian of a function at traced arguments."""
    args, wanted = captured(trace, args), argnums if argnums is ... else as_tuple(argnums)
    value = derivative(VALUE, trace, function, args)
    outputs, inputs = _leaves(trace, value), _inputs(trace, args, argnums)
    if _fewer(trace, inputs, outputs):
        goal = Goal("jvp", wanted)
        blocks = {
            (row, column): block
            for column, leaf in enumerate(inputs.floats)
            for row, block in enumerate(
                Product(goal, function, args, inputs, leaf).stacked(trace, columns, _templates(outputs))
            )
        }
    else:
        goal = Goal("vjp", wanted)
        blocks = _by_rows(trace, goal, function, args, outputs, inputs)
    return arranged(outputs, inputs, blocks)


def hessian_in_trace(trace: Trace, function: Any, args: tuple[Any, ...], argnums: Any) -> Any:
    """Return the Hessian of a function at traced arguments."""
    args, inputs = captured(trace, args), _inputs(trace, args, argnums)
    like = _leaves(trace, chosen(args, argnums))  # a direction is for all of them, always a tuple
    goal = Goal("hvp", as_tuple(argnums) if argnums is not ... else ...)
    return arranged(inputs, inputs, _by_rows(trace, goal, function, args, like, inputs))


def _by_rows(
    trace: Trace, goal: Goal, function: Any, args: tuple[Any, ...], outputs: Leaves, inputs: Leaves
) -> Blocks:
    return {
        (row, column): block
        for row, leaf in enumerate(outputs.floats)
        for column, block in enumerate(
            Product(goal, function, args, outputs, leaf).stacked(trace, rows, _templates(inputs))
        )
    }


def _inputs(trace: Trace, args: tuple[Any, ...], argnums: Any) -> Leaves:
    wanted = chosen(args, argnums)
    return _leaves(trace, wanted if isinstance(argnums, tuple) or argnums is ... else wanted[0])


def _leaves(trace: Trace, value: Any) -> Leaves:
    def has_derivative(leaf: Any) -> bool:
        return is_float(trace.operand(leaf).aval)

    return Leaves.of(value, lambda leaf: is_leaf(leaf) or is_result_leaf(leaf), has_derivative)


def _templates(leaves: Leaves) -> list[Any]:
    return [leaves.values[i] for i in leaves.floats]


def _floats(trace: Trace, value: Any) -> list[Any]:
    return _templates(_leaves(trace, value))


def _zero(trace: Trace, leaf: Any) -> Any:
    aval = trace.operand(leaf).aval
    return trace.emit(zeros, shape=aval.shape, dtype=aval.dtype) if isinstance(aval, Array) else 0.0


def _dtype(trace: Trace, leaf: Any) -> Any:
    return np.dtype(trace.operand(leaf).aval.dtype.value)


def _fewer(trace: Trace, left: Leaves, right: Leaves) -> bool:
    """Return whether one has fewer numbers than the other, as far as their sizes alone say."""
    return trace.decisions.known_less(_count(trace, left), _count(trace, right)) is True


def _count(trace: Trace, leaves: Leaves) -> Any:
    return sum(math.prod(trace.operand(leaves.values[i]).aval.shape) for i in leaves.floats)
