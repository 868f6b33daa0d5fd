"""bpcompiler: gradients of plain numerical Python, as plain Python that you can read, compiled by Numba."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from bpcompiler import random
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
from bpcompiler.ir.mapping import tree_map

if TYPE_CHECKING:
    from bpcompiler import optim
    from bpcompiler.fitting.fit import fit

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


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> Any:
    """Load what trains when it is first asked for: with its imports it takes a third of all the others."""
    if name == "optim":
        return import_module("bpcompiler.optim")  # which makes it an attribute
    if name != "fit":
        text = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(text)
    from bpcompiler.fitting.fit import fit  # noqa: PLC0415

    globals()["fit"] = fit
    return fit
