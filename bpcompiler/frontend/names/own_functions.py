"""Functions of bpcompiler itself that stand in the user's code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bpcompiler.frontend.markers import stop_gradient
from bpcompiler.frontend.names.common import Handler, natively
from bpcompiler.frontend.trace import Traced, current
from bpcompiler.ir.trees import flatten, unflatten
from bpcompiler.primitives import piecewise


@natively(stop_gradient)
def _stop_gradient(value: Any) -> Any:
    leaves: list[Any] = []
    tree = flatten(value, lambda part: isinstance(part, Traced), leaves)
    return unflatten(tree, [current().emit(piecewise.stop_gradient, leaf) for leaf in leaves])


HANDLERS: dict[Callable[..., Any], Handler] = {stop_gradient: _stop_gradient}
