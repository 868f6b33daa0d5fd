"""Reshapes that may be views or copies: decided when something is stored into the array or its reshape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bpcompiler.errors import UnsupportedError
from bpcompiler.frontend import layouts
from bpcompiler.frontend.trace import current

if TYPE_CHECKING:
    from bpcompiler.frontend.tracers import TracedArray


def settle(array: TracedArray) -> None:
    """Decide of every reshape that may share memory with the array whether it does.

    One that NumPy makes as a copy is an array of its own from now on. Until now nothing was stored, so it
    made no difference. Raises UnsupportedError where the layout of the memory is not known.
    """
    trace, storage = current(), array.storage
    left = []
    for reference in trace.reshapes:
        reshaped = reference()
        if reshaped is None or reshaped.view is None:
            continue
        if reshaped.storage is not storage:
            left.append(reference)
        elif not _is_view(reshaped):
            reshaped.view = None
    trace.reshapes[:] = left


def _is_view(reshaped: Any) -> bool:
    view = reshaped.view
    try:
        strides = layouts.strides_of(view.parent)
        if view.contiguous:
            return layouts.is_dense(view.parent.aval, strides)
        return layouts.in_another_shape(view.parent.aval, strides, reshaped.aval) is not None
    except layouts.Unknown:
        raise UnsupportedError(
            "a store into an array that was reshaped: whether that made a view or a copy is not known here",
            remedy="make a copy before the reshape: x.copy().reshape(...), or store before it",
            origin=current().place(),
        ) from None
