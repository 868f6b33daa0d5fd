"""Exceptions of the user's own classes: made in the trace, and made again by the program that raises them.

The program calls the class with the values of the run, so its `__init__` is Python's own affair. Here it is
interpreted only where somebody may come to see the exception: one that a `raise` makes of traced values, with
no `try` around, is seen outside only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bpcompiler.errors import UnsupportedError
from bpcompiler.frontend.regions import faults

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter

METHODS = ("__init__", "__new__", "__str__")


def exception(
    m: Interpreter, cls: Any, args: tuple[Any, ...], kwargs: dict[str, Any], interpreted: Callable[[], Any]
) -> Any:
    """Return an exception; how it is made is remembered."""
    traced = faults.holds_traced([args, kwargs], m.makings)
    if traced and m.state.owns(cls) and any(name in vars(cls) for name in METHODS):
        raise UnsupportedError(
            f"{cls.__name__}, a class with methods that is defined inside, cannot be raised by the program",
            remedy="define the class at the top of the module",
            origin=m.origin(),
        )
    if traced and m.messages and not m.guards:
        made = _native_base(cls).__new__(cls, *args)
    else:
        with m.texts():
            made = interpreted()
    if isinstance(made, cls):
        m.makings[id(made)] = faults.Making(made, args, kwargs, faults.attributes_of(made))
    return m.state.own(made)


def _native_base(cls: type) -> Any:
    """Return the first base that is Python's own."""
    return next(base for base in cls.__mro__ if base.__module__ == "builtins")
