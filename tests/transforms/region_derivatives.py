"""Derivatives of programs written by hand, by the evaluator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from bpcompiler.ir.program import Program
from bpcompiler.primitives.evaluate import evaluate


def unit_tangents(arguments: Sequence[Any], wrt: Sequence[int]) -> Iterator[list[Any]]:
    """Yield the unit directions of all chosen arguments together."""
    chosen = [np.asarray(arguments[i], np.float64) for i in wrt]
    total = sum(each.size for each in chosen)
    for place in range(total):
        unit, start, tangents = np.eye(1, total, place)[0], 0, []
        for each in chosen:
            part = unit[start : start + each.size].reshape(each.shape)
            tangents.append(part if part.shape else part.item())
            start += each.size
        yield tangents


def jacobian_by_forward(pushed: Program, arguments: Sequence[Any], wrt: Sequence[int]) -> Any:
    """Return the derivatives of the last output of `forward(program, wrt)`, one tangent at a time."""
    return np.array([evaluate(pushed, [*arguments, *v])[-1] for v in unit_tangents(arguments, wrt)])


def ones_for(program: Program, arguments: Sequence[Any]) -> list[Any]:
    """Return the arguments, and for what a derivative takes besides numbers that are not special."""
    rng, more = np.random.default_rng(3), []
    found = list(arguments)
    for value in program.inputs[len(arguments) :]:
        like = next((a for i, a in zip(program.inputs, found, strict=False) if i.aval == value.aval), None)
        more.append(rng.normal(size=np.shape(like)) if np.shape(like) else float(rng.normal()))
    return found + more
