"""The one table: callable -> handler."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from bpcompiler.frontend.names import (
    builtin_functions,
    grown_lists,
    math_functions,
    members,
    numpy_creation,
    numpy_elementwise,
    numpy_joins,
    numpy_products,
    numpy_reductions,
    numpy_selection,
    numpy_shapes,
    numpy_stores,
    own_functions,
)
from bpcompiler.frontend.names.common import elementwise, natively
from bpcompiler.primitives import functions

_OF_NUMPY: dict[Callable[..., Any], Callable[..., Any]] = {
    **numpy_elementwise.HANDLERS,
    **numpy_reductions.HANDLERS,
    **numpy_products.HANDLERS,
    **numpy_shapes.HANDLERS,
    **numpy_joins.HANDLERS,
    **numpy_selection.HANDLERS,
    **numpy_creation.HANDLERS,
}
_ALL: dict[Callable[..., Any], Callable[..., Any]] = {
    **own_functions.HANDLERS,
    **math_functions.HANDLERS,
    **builtin_functions.HANDLERS,
    **{function: numpy_stores.with_out(function, handler) for function, handler in _OF_NUMPY.items()},
    **numpy_stores.HANDLERS,
}
LAZY = (enumerate, zip, reversed, map)  # they take such a list for what it is
HANDLERS = {
    function: handler if function in LAZY else grown_lists.taking(function, handler)
    for function, handler in _ALL.items()
}
members.install()


def _special(function: object) -> Callable[..., Any] | None:
    """Answer for `scipy.special`, without importing it: who calls its functions has."""
    special = sys.modules.get("scipy.special")
    if special is None:
        return None
    for name, primitive in (("erf", functions.erf), ("erfc", functions.erfc)):
        if function is getattr(special, name, None):
            return natively(getattr(special, name))(elementwise(primitive, f"scipy.special.{name}"))
    return None


def handler(function: object) -> Callable[..., Any] | None:
    """Return the handler of a callable, or None. The callable need not be hashable."""
    try:
        return HANDLERS.get(function) or _special(function)  # type: ignore[call-overload]
    except TypeError:
        return None
