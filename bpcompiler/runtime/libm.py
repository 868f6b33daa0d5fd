"""What C's mathematical library has and Numba does not call: `libm.cbrt(x)`, float64 or float32."""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import lower_builtin, type_callable

REALS = {types.float64: ir.DoubleType(), types.float32: ir.FloatType()}


def cbrt(x: Any) -> Any:
    """Return the cube root."""
    return np.cbrt(x)


def _type_cbrt(_context: Any) -> Any:
    return lambda x: x if x in REALS else None


def _lower_cbrt(_context: Any, builder: Any, signature: Any, args: Any) -> Any:
    number = REALS[signature.return_type]
    kind = ir.FunctionType(number, [number])
    name = "cbrt" if signature.return_type == types.float64 else "cbrtf"
    return builder.call(cgutils.insert_pure_function(builder.module, kind, name), args)


type_callable(cbrt)(_type_cbrt)
lower_builtin(cbrt, types.Float)(_lower_cbrt)
