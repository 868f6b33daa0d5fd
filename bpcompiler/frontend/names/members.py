"""What attributes of an array or NumPy scalar give: values, and bound methods."""

from __future__ import annotations

from collections.abc import Callable
from types import MethodType
from typing import Any

import numpy as np

from bpcompiler.errors import UnsupportedError
from bpcompiler.frontend import keys
from bpcompiler.frontend.names import (
    numpy_creation,
    numpy_elementwise,
    numpy_joins,
    numpy_products,
    numpy_reductions,
    numpy_selection,
    numpy_shapes,
    numpy_stores,
)
from bpcompiler.frontend.names.common import number
from bpcompiler.frontend.needs import needs_value
from bpcompiler.frontend.operators import shape, size_as_value
from bpcompiler.frontend.trace import current
from bpcompiler.frontend.tracers import MEMBERS
from bpcompiler.ir import sizes
from bpcompiler.ir.types import Array
from bpcompiler.primitives import piecewise

Member = Callable[[Any], Any]


def item(x: Any, *index: Any) -> Any:
    """`x.item()`: an element as a Python number."""
    if index:
        key = index[0] if isinstance(index[0], tuple) else index
        if len(key) not in (1, len(x.aval.shape)):
            raise ValueError("incorrect number of indices for array")
        element = keys.read(numpy_shapes.flatten(x) if len(key) == 1 else x, key)
    else:
        element = number(numpy_shapes.reshape(x, ()) if x.aval.shape else x)
    return current().emit(piecewise.convert, element, dtype=element.aval.dtype, weak=True)


def _imag(x: Any) -> Any:
    zeros = numpy_creation.HANDLERS[np.zeros_like]
    return zeros(x) if isinstance(x.aval, Array) else np.dtype(x.aval.dtype.value).type(0)


def _method(function: Callable[..., Any]) -> Member:
    return lambda x: MethodType(function, x)


def _no_list(x: Any) -> Any:
    raise needs_value(x, "tolist()")


def _refuse(name: str, remedy: str) -> Member:
    def refuse(x: Any) -> Any:
        raise UnsupportedError(f"ndarray.{name}", remedy=remedy, origin=current().place())

    return refuse


def _getitem(x: Any) -> Callable[[Any], Any]:
    if not isinstance(x.aval, Array):
        raise IndexError("invalid index to scalar variable.")
    return MethodType(keys.read, x)


ATTRIBUTES: dict[str, Member] = {
    "shape": shape,
    "ndim": lambda x: len(x.aval.shape),
    "size": lambda x: size_as_value(sizes.product(x.aval.shape)),
    "dtype": lambda x: np.dtype(x.aval.dtype.value),
    "itemsize": lambda x: np.dtype(x.aval.dtype.value).itemsize,
    "T": lambda x: numpy_shapes.transpose(x) if isinstance(x.aval, Array) else x,
    "mT": numpy_shapes.matrix_transpose,
    "real": lambda x: x,
    "imag": _imag,
    "__getitem__": _getitem,
}
METHODS: dict[str, Callable[..., Any]] = {
    "sum": numpy_reductions.sum_,
    "mean": numpy_reductions.mean,
    "max": numpy_reductions.amax,
    "min": numpy_reductions.amin,
    "var": numpy_reductions.var,
    "std": numpy_reductions.std,
    "any": numpy_reductions.any_,
    "all": numpy_reductions.all_,
    "prod": numpy_reductions.prod,
    "cumsum": numpy_reductions.cumsum,
    "argmax": numpy_reductions.HANDLERS[np.argmax],
    "argmin": numpy_reductions.HANDLERS[np.argmin],
    "dot": numpy_products.dot,
    "clip": numpy_elementwise.clip,
    "round": numpy_elementwise.round_,
    "conj": lambda x: x,
    "conjugate": lambda x: x,
    "astype": numpy_creation.astype,
    "reshape": numpy_shapes.reshape_to,
    "transpose": numpy_shapes.transposed,
    "swapaxes": numpy_shapes.swapaxes,
    "squeeze": numpy_shapes.squeeze,
    "ravel": numpy_shapes.ravel,
    "flatten": numpy_shapes.flatten,
    "copy": numpy_shapes.copy,
    "take": numpy_selection.take,
    "diagonal": numpy_selection.diagonal,
    "trace": numpy_selection.trace,
    "repeat": numpy_joins.repeat,
    "item": item,
    "fill": numpy_stores.fill,
    "put": numpy_stores.put,
}
TAKE_OUT = (
    *("sum", "mean", "max", "min", "var", "std", "any", "all", "prod", "cumsum", "argmax", "argmin"),
    *("dot", "clip", "round"),
)
REFUSED: dict[str, Member] = {
    "tolist": _no_list,
    "sort": _refuse("sort", "sort outside the function, and index by what np.argsort returns"),
    "partition": _refuse("partition", "sort outside the function"),
    "resize": _refuse("resize", "use x.reshape, or np.concatenate"),
}


def install() -> None:
    """Give the traced classes their members."""
    MEMBERS.update(ATTRIBUTES)
    for name, function in METHODS.items():
        into = numpy_stores.with_out(getattr(np, name), function) if name in TAKE_OUT else function
        MEMBERS[name] = _method(into)
    MEMBERS.update(REFUSED)
