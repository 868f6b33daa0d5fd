"""Module `numpy` for dual numbers: what a user's `np.exp(x)` calls while the oracle runs the program.

Constructors give arrays that duals can be stored in. What object arrays do by themselves (sums, products,
reshaping, indexing, joining) is NumPy's; `numpy_functions` has the rest.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

from tests.oracles import linear_algebra
from tests.oracles import numpy_functions as functions
from tests.oracles.arrays import ELEMENTWISE, as_dual, lift

CONSTRUCTORS = ("zeros", "ones", "empty", "eye", "identity", "linspace", "arange", "logspace", "tri")
SUMS = ("sum", "prod", "dot", "vdot", "inner", "matmul", "trace", "einsum")
LIKES = {"zeros_like": 0.0, "ones_like": 1.0, "empty_like": 0.0}


class Lifted:
    """A NumPy function or ufunc whose results can be stored in; its attributes (`add.reduce`) likewise."""

    def __init__(self, function: Any) -> None:
        self.function = function
        self.__name__ = getattr(function, "__name__", "")

    def __call__(self, *args: Any, **options: Any) -> Any:
        plain_options = {name: functions.unwrapped(value) for name, value in options.items()}
        return lift(self.function(*map(functions.unwrapped, args), **plain_options))

    def __getattr__(self, name: str) -> Any:
        return Lifted(getattr(self.function, name))


class Summed(Lifted):
    """A sum of products, which is a real number for arrays without elements too."""

    def __call__(self, *args: Any, **options: Any) -> Any:
        result = super().__call__(*args, **options)
        return as_dual(result) if any(map(functions.involves_duals, args)) else result


class Chosen:
    """A function with a version for duals; plain arguments get NumPy's own."""

    def __init__(self, for_duals: Any, for_numbers: Any) -> None:
        self.for_duals = for_duals
        self.for_numbers = for_numbers

    def __call__(self, *args: Any, **options: Any) -> Any:
        if any(map(functions.involves_duals, (*args, *options.values()))):
            return lift(self.for_duals(*map(functions.unwrapped, args), **options))
        return lift(self.for_numbers(*args, **options))

    def __getattr__(self, name: str) -> Any:
        return Lifted(getattr(self.for_numbers, name))


def _like(fill_value: float) -> Any:
    return lambda x, dtype=None, **options: functions.full_like(x, fill_value, dtype)


class Shim:
    """A module whose names are those given, and otherwise the real module's, lifted."""

    def __init__(self, module: ModuleType, names: dict[str, Any]) -> None:
        self.module = module
        self.names = names

    def __getattr__(self, name: str) -> Any:
        if name in self.names:
            return self.names[name]
        found = getattr(self.module, name)
        is_function = callable(found) and not isinstance(found, type)
        return Lifted(found) if is_function else found

    def call(self, function: Any, args: Any, kwargs: Any) -> Any:
        """Return what the shim's version of a NumPy function gives: the user may hold the original."""
        is_here = getattr(self.module, function.__name__, None) is function
        version = getattr(self, function.__name__) if is_here else Lifted(function)
        return version(*args, **kwargs)


def _by_duals() -> dict[str, Any]:
    names = {ufunc.__name__: Chosen(dual, ufunc) for ufunc, dual in ELEMENTWISE.items()}
    reductions = {"max": functions.extremum(max), "min": functions.extremum(min)}
    own = ("mean", "var", "std", "average", "ptp", "clip", "where")
    versions = {name: getattr(functions, name) for name in own} | reductions
    versions |= {name: functions.predicate(getattr(np, name)) for name in PREDICATES}
    versions |= {"round": functions.round_, "around": functions.round_}
    return names | {name: Chosen(version, getattr(np, name)) for name, version in versions.items()}


PREDICATES = (
    "isnan",
    "isinf",
    "isfinite",
    "isclose",
    "allclose",
    "array_equal",
    "argmax",
    "argmin",
    "argsort",
)
_NAMES: dict[str, Any] = _by_duals()
_NAMES |= {name: functions.constructor(getattr(np, name)) for name in CONSTRUCTORS}
_NAMES |= {name: _like(value) for name, value in LIKES.items()}
_NAMES |= {name: getattr(functions, name) for name in ("array", "asarray", "full", "full_like")}
_NAMES |= {name: Summed(getattr(np, name)) for name in SUMS}
_NAMES |= {
    "abs": _NAMES["absolute"],
    "amax": _NAMES["max"],
    "amin": _NAMES["min"],
    "asin": _NAMES["arcsin"],
    "acos": _NAMES["arccos"],
    "atan": _NAMES["arctan"],
    "atan2": _NAMES["arctan2"],
    "pow": _NAMES["power"],
    "ascontiguousarray": functions.asarray,
    "asanyarray": functions.asarray,
    "float64": functions.Scalar("float64", (), {}),
    "float32": functions.Scalar("float32", (), {}),
    "linalg": Shim(
        np.linalg,
        {
            name: Chosen(version, getattr(np.linalg, name))
            for name, version in {"norm": functions.norm, **linear_algebra.NUMPY}.items()
        },
    ),
}
NUMPY_SHIM = Shim(np, _NAMES)
