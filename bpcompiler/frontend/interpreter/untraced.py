"""Special methods of the user's that native code would call: they would run once, and read unseen.

The interpreter calls them itself where it knows how: `len(x)`, `float(x)`, `for each in x`. What is left is
refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from bpcompiler.errors import UnsupportedError
from bpcompiler.frontend.interpreter import protocols
from bpcompiler.frontend.paths import fullname, shown

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter

LOOK_AT_TYPES = (isinstance, issubclass, type, callable)
VALUES = (
    "__array__", "__array_interface__", "__array_ufunc__", "__array_function__", "__iter__", "__next__",
    "__getitem__", "__len__", "__reversed__", "__length_hint__", "__index__", "__int__", "__float__",
    "__complex__", "__bytes__", "__abs__", "__round__", "__trunc__", "__floor__", "__ceil__",
    "__divmod__", "__rdivmod__", "__pow__", "__rpow__",
)  # fmt: skip
TEXTS = ("__str__", "__repr__", "__format__")


def refuse(m: Interpreter, function: Any, args: Iterable[Any]) -> None:
    """Raise UnsupportedError if native code would ask one of these objects for what it stands for."""
    if not any(function is each for each in LOOK_AT_TYPES):
        rest = list(args)[1:] if function is map else args  # what is mapped is called only
        refuse_methods(m, shown(fullname(function)), rest, VALUES)


def refuse_methods(m: Interpreter, what: str, args: Iterable[Any], names: Iterable[str]) -> None:
    """Raise UnsupportedError if the class of one of these objects, in tuples too, has such a method."""
    for value in args:
        if type(value) is tuple:
            refuse_methods(m, what, value, names)
        elif protocols.is_user_class(type(value)):
            found = next((name for name in names if protocols.special(m, value, name)), None)
            if found is not None:
                raise UnsupportedError(
                    f"{what} would run {type(value).__name__}.{found}, which is not traced there",
                    remedy="pass the number, array, list or text that it stands for",
                )
