"""Reductions: mean, amax, amin, over `axes` (normalised, in order), with or without `keepdims`.

In a rule: `x` the operand, `y` the output, `ct` the cotangent of the output.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from bpcompiler.ir import sizes
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Operand, literal
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import FLOAT64, DType
from bpcompiler.primitives.arithmetic import div
from bpcompiler.primitives.broadcasting import (
    infer_reduction,
    reduce_with,
    spread,
    spread_evenly,
    sum,  # noqa: A004 -- NumPy's name
    text_reduction,
)
from bpcompiler.primitives.creation import size_value
from bpcompiler.primitives.declare import Structural
from bpcompiler.primitives.piecewise import convert, equal, select


def _mean_dtype(dtype: DType) -> DType:
    return dtype if dtype.is_float else FLOAT64


def count(eqn: Equation) -> Size:
    """Return how many elements of the operand make one of the output."""
    return sizes.product(tuple(eqn.operands[0].aval.shape[axis] for axis in eqn.attrs["axes"]))


def _pull_mean(emit: Builder, ct: Operand, eqn: Equation, index: int) -> Operand:
    share = emit.one(div, ct, emit.one(size_value, size=count(eqn)))
    return spread_evenly(emit, share, eqn, index)


def _is_extreme(emit: Builder, eqn: Equation) -> tuple[Operand, Operand]:
    """Return where the extreme is attained, and in how many places (with the reduced axes as size 1)."""
    x, y = eqn.operands[0], spread(emit, eqn.output, eqn)
    attained = emit.one(equal, x, y)
    ties = emit.one(sum, attained, axes=eqn.attrs["axes"], keepdims=bool(y.aval.shape))
    return attained, ties


def _pull_extreme(emit: Builder, ct: Operand, eqn: Equation, index: int) -> Operand:
    """Ties share equally."""
    attained, ties = _is_extreme(emit, eqn)
    share = emit.one(div, spread(emit, ct, eqn), ties)
    if share.aval.dtype is not ct.aval.dtype:
        share = emit.one(convert, share, dtype=ct.aval.dtype)
    return emit.one(select, attained, share, literal(0.0))


def _push_extreme(emit: Builder, tangent: Operand, eqn: Equation, index: int) -> Operand:
    attained, ties = _is_extreme(emit, eqn)
    weight = emit.one(select, attained, tangent, literal(0.0))
    share = emit.one(div, weight, ties)
    if share.aval.dtype is not tangent.aval.dtype:
        share = emit.one(convert, share, dtype=tangent.aval.dtype)
    return emit.one(sum, share, axes=eqn.attrs["axes"], keepdims=eqn.attrs["keepdims"])


def _extreme(name: str, function: Any) -> Structural:
    return Structural(
        name,
        infer_reduction(lambda dtype: dtype),
        evaluate=reduce_with(function),
        text=text_reduction(f"np.{name[1:]}"),
        pull=_pull_extreme,
        push=_push_extreme,
    )


mean = Structural(
    "mean",
    infer_reduction(_mean_dtype),
    evaluate=reduce_with(np.mean),
    text=text_reduction("np.mean"),
    linear_in=(0,),
    transpose=_pull_mean,
)
amax = _extreme("amax", np.max)
amin = _extreme("amin", np.min)

FAMILY = (mean, amax, amin)
