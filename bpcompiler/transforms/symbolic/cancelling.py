"""Whether all cancels that an expression does with an input: `low - log(exp(low - a) + exp(low - b))`."""

from __future__ import annotations

import numpy as np

from bpcompiler.transforms.symbolic import engine
from bpcompiler.transforms.symbolic.evaluate import Floats, float64
from bpcompiler.transforms.symbolic.expression import ZERO, Expr, symbols
from bpcompiler.transforms.symbolic.memo import Memo
from bpcompiler.transforms.symbolic.points import values_of_one_input

STEP, NOTHING = 1e-5, 1e-7
POINTS = 8  # of everyday ones


def is_independent(expr: Expr, name: str, memo: Memo) -> bool:
    """Return whether the expression's partial in an input is 0. SymPy is asked where differences say so."""
    return _seems_independent(expr, name) and engine.partials(expr, (name,), memo)[name] == ZERO


def _seems_independent(expr: Expr, name: str) -> bool:
    everyday = values_of_one_input()[:POINTS]
    values = {other: np.roll(everyday, turn) for turn, other in enumerate(symbols(expr))}

    def moved(by: float) -> Floats:
        return float64(expr, {**values, name: values[name] + by})

    slopes = (moved(STEP) - moved(-STEP)) / (2 * STEP)
    known = slopes[np.isfinite(slopes)]
    return known.size > 0 and bool(np.all(np.abs(known) < NOTHING))
