"""A traced function against NumPy: the evaluator runs its program, NumPy the function, on copies."""

from __future__ import annotations

from typing import Any

import numpy as np

from bpcompiler.frontend.leaves import is_argument_leaf
from bpcompiler.frontend.paths import resolve
from bpcompiler.frontend.tracing import Tracing, trace
from bpcompiler.goal import Goal
from bpcompiler.goals import derive
from bpcompiler.ir.trees import flatten, unflatten
from bpcompiler.ir.verify import verify
from bpcompiler.primitives.evaluate import evaluate
from tests.oracles import layout


def copied(value):
    """Return a copy in which arrays lie in memory as before, and what was one array is one."""
    leaves: list[Any] = []
    tree = flatten(value, is_argument_leaf, leaves)
    made = {id(leaf): layout.copy(leaf) for leaf in leaves}
    return unflatten(tree, [made[id(leaf)] for leaf in leaves])


def leaves_of(args):
    leaves: list[Any] = []
    flatten((args, {}), is_argument_leaf, leaves)
    return leaves


def same_as_numpy(function, *args) -> Tracing | None:
    """Check results and changed arguments, or that both raise errors of one class (then None)."""
    expected = copied(args)
    try:
        with np.errstate(all="ignore"):
            result = function(*expected)
    except (ValueError, TypeError, IndexError) as error:
        _raises_as_well(function, args, error)
        return None
    traced = trace(function, copied(args), {})
    actual = leaves_of(copied(args))
    outside = [resolve(function, path, ()) for path in traced.hidden]
    _equal(unflatten(traced.result, list(evaluate(_program(traced), [*actual, *outside]))), result)
    for one, other in zip(actual, leaves_of(expected), strict=True):
        _equal(one, other)
    return traced


def _program(traced: Tracing):
    program = derive(Goal("value"), traced, ()).program
    verify(traced.program)
    verify(program)
    return program


def _raises_as_well(function, args, error):
    kind = next(c for c in (IndexError, ValueError, TypeError) if isinstance(error, c))
    try:
        traced = trace(function, copied(args), {})
        evaluate(_program(traced), leaves_of(copied(args)))
    except kind:
        return
    raise AssertionError(f"NumPy raises {error!r}, the trace does not")


def _equal(actual, expected):
    if isinstance(expected, (list, tuple)):
        assert len(actual) == len(expected)
        for one, other in zip(actual, expected, strict=True):
            _equal(one, other)
        return
    one, other = np.asarray(actual), np.asarray(expected)
    assert one.dtype == other.dtype
    np.testing.assert_allclose(one, other, rtol=1e-13, atol=1e-13)
