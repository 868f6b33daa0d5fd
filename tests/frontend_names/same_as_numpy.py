"""A call as text, traced and evaluated, against NumPy itself on the same arguments."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from bpcompiler.errors import DtypeError, Error, NoRuleError, UnsupportedError
from bpcompiler.frontend.tracing import is_argument_leaf, trace
from bpcompiler.ir.trees import flatten, unflatten
from bpcompiler.ir.verify import verify
from bpcompiler.primitives.evaluate import evaluate
from tests.generators.source import make

SUPPORTED = {np.dtype(name) for name in ("bool", "int64", "float32", "float64")}
# Where NumPy computes in a type we do not have, any of these is a fair answer; else only what a test expects.
REFUSALS = (NoRuleError, UnsupportedError, DtypeError)


def compiled(function: Any, *args: Any) -> Any:
    """Return what the traced program evaluates to, in the function's own structure."""
    tracing = verify_tracing(function, *args)
    leaves: list[Any] = []
    flatten((args, {}), is_argument_leaf, leaves)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return unflatten(tracing.result, evaluate(tracing.program, leaves))


def verify_tracing(function: Any, *args: Any) -> Any:
    tracing = trace(function, args, {})
    verify(tracing.program, "tracing")
    return tracing


def function_of(source: str, parameters: str) -> Any:
    return make(f"import math\n\nimport numpy as np\n\n\ndef program({parameters}):\n    return {source}\n")


def outcome(function: Any, *args: Any) -> Any:
    """Return the result, or the exception."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return function(*args)
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is compared
            return error


def disagreement(source: str, parameters: str, *args: Any) -> str:
    """Return what differs between NumPy's answer and ours, or nothing."""
    function = function_of(source, parameters)
    expected = outcome(function, *args)
    found = outcome(compiled, function, *args)
    if isinstance(expected, Exception):
        return _differs_as_error(expected, found)
    if isinstance(found, Exception):
        if isinstance(found, REFUSALS) and not _is_supported(expected):
            return ""
        return f"{type(found).__name__}: {found}\n   where NumPy gives {_described(expected)}"
    return difference(expected, found)


def _differs_as_error(expected: Exception, found: Any) -> str:
    if not isinstance(found, Exception):
        return f"{_described(found)} where NumPy raises {expected!r}"
    if isinstance(found, Error) and found.origin is None:
        return f"no place in {found!r}"
    builtin = next(kind for kind in type(expected).__mro__ if kind.__module__ == "builtins")
    return "" if isinstance(found, builtin) else f"{found!r} where NumPy raises {expected!r}"


def _is_supported(value: Any) -> bool:
    if isinstance(value, (tuple, list)):
        return all(map(_is_supported, value))
    return np.asarray(value).dtype in SUPPORTED


def difference(expected: Any, found: Any) -> str:
    """Return how two results differ in structure, class, dtype, shape or value."""
    if isinstance(expected, (tuple, list)):
        if type(expected) is not type(found) or len(expected) != len(found):
            return f"{_described(found)} instead of {_described(expected)}"
        return "\n".join(filter(None, map(difference, expected, found)))
    if _described(expected) != _described(found):
        return f"{_described(found)} instead of {_described(expected)}"
    rtol = 3e-7 if np.asarray(expected).dtype == np.float32 else 1e-15
    if np.allclose(found, expected, rtol=4 * rtol, atol=rtol, equal_nan=True):
        return ""
    return f"{found!r} instead of {expected!r}"


def _described(value: Any) -> str:
    dtype = getattr(value, "dtype", "")
    return f"{type(value).__name__} {dtype} {np.shape(value)}"
