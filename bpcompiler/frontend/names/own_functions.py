"""Functions of bpcompiler itself that stand in the user's code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bpcompiler.frontend import references
from bpcompiler.frontend.markers import stop_gradient
from bpcompiler.frontend.names.common import Handler, natively
from bpcompiler.frontend.trace import Traced, current
from bpcompiler.ir.trees import flatten, unflatten
from bpcompiler.ir.types import Array
from bpcompiler.primitives import piecewise


@natively(stop_gradient)
def _stop_gradient(value: Any) -> Any:
    leaves: list[Any] = []
    tree = flatten(value, lambda part: isinstance(part, Traced), leaves)
    return unflatten(tree, [_stopped(leaf) for leaf in leaves])


def _stopped(leaf: Any) -> Any:
    if isinstance(leaf.aval, Array):
        return references.unmoved(leaf, piecewise.stop_gradient)
    return current().emit(piecewise.stop_gradient, leaf)


HANDLERS: dict[Callable[..., Any], Handler] = {stop_gradient: _stop_gradient}
