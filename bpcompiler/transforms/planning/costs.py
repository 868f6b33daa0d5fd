"""What it costs to keep a value, and to compute it again. The unit: a number kept, outside of loops."""

from __future__ import annotations

from bpcompiler.ir.equations import Effect, Equation, Value
from bpcompiler.ir.types import BOOL, INT64, Aval
from bpcompiler.primitives import (
    arithmetic,
    broadcasting,
    creation,
    indexing,
    piecewise,
    random,
    regions,
    shapes,
    tapes,
    triangles,
)
from bpcompiler.primitives.declare import Elementwise
from bpcompiler.transforms.planning.homes import Home

TURNS = 32.0  # what a loop is taken to run, and a dimension to hold, where that is not known
CHEAP = {
    *arithmetic.FAMILY,
    *(piecewise.alias, piecewise.convert, piecewise.select, piecewise.abs, piecewise.sign),
    *(piecewise.maximum, piecewise.minimum, piecewise.stop_gradient),
}
VIEWS = {
    *(indexing.getslice, shapes.transpose, shapes.reshape, broadcasting.expand_dims),
    *(broadcasting.squeeze, broadcasting.broadcast_to),
}
SIZES = {creation.size_value, creation.dim, regions.as_size}
MADE = {
    *(creation.zeros, creation.ones, creation.full, creation.zeros_like, creation.constant),
    *(creation.arange, creation.eye, *triangles.FAMILY),
}
OPERATION, LOAD, CALL = 0.1, 0.1, 3.0  # computing again, against 1 for keeping a number and reading it
HEAVY = 10.0
DRAW = 0.8  # of an array's numbers, in vectors: it takes longer than to read them, but not their memory


def turns_of(home: Home) -> float:
    """Return how often a value of this home is computed."""
    return TURNS ** len(home.loops)


def elements(aval: Aval) -> float:
    """Return how many numbers a value is."""
    total = 1.0
    for size in aval.shape:
        total *= size if isinstance(size, int) else TURNS
    return total


def cost_of_keeping(value: Value, home: Home) -> float:
    """Return what a tape of the value costs. Conditions are a byte."""
    return elements(value.aval) * turns_of(home) * (0.25 if value.aval.dtype is BOOL else 1.0)


def cost_of_reading(home: Home) -> float:
    """Return what it costs to read what is still in an array."""
    return LOAD * turns_of(home)


def cost_of_computing(eqn: Equation, home: Home) -> float | None:
    """Return what the equation costs when it runs again; None: it must not."""
    if not may_run_again(eqn):
        return None
    return _cost(eqn) * turns_of(home)


def _cost(eqn: Equation) -> float:
    size = elements(eqn.output.aval)
    primitive = eqn.primitive
    if primitive in VIEWS or primitive in SIZES:
        return LOAD
    if primitive is indexing.getitem or primitive in MADE:
        return LOAD * size
    if primitive in random.DRAWS and eqn.output.aval.shape:
        return DRAW * size
    if isinstance(primitive, Elementwise):
        if eqn.output.aval.dtype is INT64:
            return OPERATION * size
        return (OPERATION if primitive in CHEAP else CALL) * size
    return HEAVY * size


def may_run_again(eqn: Equation) -> bool:
    """Return whether a value may be computed a second time: no effect, no region, and no decision.

    What was decided from numbers, a condition or an integer, is never decided again.
    """
    if eqn.blocks or len(eqn.outputs) != 1:
        return False
    if eqn.primitive.effect is not Effect.NONE and eqn.primitive is not indexing.getitem:
        return False
    if eqn.primitive in (tapes.recall, regions.undefined):
        return False
    decided = eqn.output.aval.dtype in (BOOL, INT64)
    return not (decided and any(operand.aval.dtype.is_float for operand in eqn.operands) and not _moves(eqn))


def _moves(eqn: Equation) -> bool:
    """Whether floats among the operands are only looked at for their shape."""
    return eqn.primitive in (creation.dim, creation.zeros_like)
