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
    numpy_linalg,
    numpy_products,
    numpy_reductions,
    numpy_selection,
    numpy_shapes,
    numpy_stores,
    own_functions,
    random_functions,
    scipy_linalg,
)
from bpcompiler.frontend.names.common import elementwise, natively
from bpcompiler.primitives import functions

_OF_NUMPY: dict[Callable[..., Any], Callable[..., Any]] = {
    **numpy_elementwise.HANDLERS,
    **numpy_reductions.HANDLERS,
    **numpy_products.HANDLERS,
    **numpy_linalg.HANDLERS,
    **numpy_shapes.HANDLERS,
    **numpy_joins.HANDLERS,
    **numpy_selection.HANDLERS,
    **numpy_creation.HANDLERS,
}
_ALL: dict[Callable[..., Any], Callable[..., Any]] = {
    **own_functions.HANDLERS,
    **random_functions.HANDLERS,
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


_OF_SCIPY: dict[str, dict[str, Callable[..., Any]]] = {
    "scipy.special": {
        "erf": elementwise(functions.erf, "scipy.special.erf"),
        "erfc": elementwise(functions.erfc, "scipy.special.erfc"),
    },
    "scipy.linalg": scipy_linalg.HANDLERS,
}


def _of_scipy(function: object) -> Callable[..., Any] | None:
    """Answer for SciPy, without importing it: who calls its functions has."""
    for module, handlers in _OF_SCIPY.items():
        if module not in sys.modules:
            continue
        for name, handler in handlers.items():
            if function is getattr(sys.modules[module], name, None):
                return natively(getattr(sys.modules[module], name))(handler)
    return None


def handler(function: object) -> Callable[..., Any] | None:
    """Return the handler of a callable, or None. The callable need not be hashable."""
    try:
        return HANDLERS.get(function) or _of_scipy(function)  # type: ignore[call-overload]
    except TypeError:
        return None
