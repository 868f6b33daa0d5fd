"""bpcompiler: gradients of plain numerical Python, as plain Python that you can read, compiled by Numba."""

from bpcompiler import optim, random
from bpcompiler.api import (
    check_grad,
    checkpoint,
    clear_cache,
    grad,
    hessian,
    hvp,
    jacobian,
    jit,
    jvp,
    minimize,
    set_limits,
    stop_gradient,
    value_and_grad,
    vjp,
)
from bpcompiler.errors import Error
from bpcompiler.fitting.fit import fit
from bpcompiler.ir.mapping import tree_map

__version__ = "0.1.0"
__all__ = [
    "Error",
    "check_grad",
    "checkpoint",
    "clear_cache",
    "fit",
    "grad",
    "hessian",
    "hvp",
    "jacobian",
    "jit",
    "jvp",
    "minimize",
    "optim",
    "random",
    "set_limits",
    "stop_gradient",
    "tree_map",
    "value_and_grad",
    "vjp",
]
