"""What the tables share."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from bpcompiler.errors import NoRuleError
from bpcompiler.frontend.trace import Traced, current
from bpcompiler.ir.equations import Literal, Primitive
from bpcompiler.ir.types import Scalar, is_weak
from bpcompiler.primitives import piecewise

Handler = Callable[..., Any]


def has_traced(value: Any) -> bool:
    """Return whether a traced value or an array is among the arguments, nested ones included."""
    if isinstance(value, (Traced, np.ndarray)):
        return True
    if isinstance(value, (list, tuple)):
        return any(map(has_traced, value))
    if isinstance(value, dict):
        return any(map(has_traced, value.values()))
    return False


def natively(function: Callable[..., Any]) -> Callable[[Handler], Handler]:
    """Return a decorator: with ordinary arguments only, the function itself answers."""

    def decorate(handler: Handler) -> Handler:
        def choose(*args: Any, **kwargs: Any) -> Any:
            if has_traced(args) or has_traced(kwargs):
                return handler(*args, **kwargs)
            return function(*args, **kwargs)

        return choose

    return decorate


def natively_all(table: dict[Callable[..., Any], Handler]) -> dict[Callable[..., Any], Handler]:
    """Return the table with each handler called only where something is traced."""
    return {function: natively(function)(handler) for function, handler in table.items()}


def elementwise(primitive: Primitive, name: str, arity: int = 1) -> Handler:
    """Return the handler of a NumPy function of `arity` arrays. Keywords like `out` have no rule."""

    def handler(*operands: Any, **kwargs: Any) -> Any:
        reject(name, kwargs)
        if len(operands) != arity:
            raise TypeError(
                f"{name}() takes from {arity} to {arity} positional arguments but {len(operands)} were given"
            )
        return current().elementwise(primitive, *map(as_operand, operands), strong=True)

    return handler


def as_operand(value: Any) -> Any:
    """Return a list or tuple as an array, as NumPy's functions take it."""
    if isinstance(value, (list, tuple)):
        handler = current().handler(np.array)
        return handler(value) if handler is not None else value
    return value


def reject(name: str, kwargs: dict[str, Any]) -> None:
    """Raise NoRuleError for keywords that have no rule; None means not given."""
    given = [key for key, value in kwargs.items() if value is not None]
    if given:
        raise NoRuleError(
            f"{name} with {', '.join(given)}= has no rule yet",
            remedy="leave it out",
            origin=current().place(),
        )


def number(value: Any) -> Any:
    """Return a number, or the element of a 0-d array, as a NumPy number."""
    trace = current()
    operand = trace.number_of(trace.operand(value))
    if isinstance(operand, Literal):
        return np.asarray(operand.value, operand.aval.dtype.value)[()]
    if not is_weak(operand.aval):
        return trace.rewrap(operand)
    return trace.emit(piecewise.convert, trace.rewrap(operand), dtype=operand.aval.dtype)


def is_numpy_scalar(value: Any) -> bool:
    """Return whether a value is a traced NumPy scalar: functions that move elements leave it one."""
    return isinstance(value, Traced) and isinstance(value.aval, Scalar) and not value.aval.weak


def ndim_of(value: Any) -> int:
    """Return the number of dimensions of a number, an array or a nested list."""
    return len(current().operand(as_operand(value)).aval.shape)


def integer(value: Any, why: str) -> int:
    """Return an integer that must be known while tracing."""
    return int(current().static(value, why)) if isinstance(value, Traced) else operator.index(value)


def no_rule(what: str, remedy: str) -> NoRuleError:
    """Return the error for a call that has no rule."""
    return NoRuleError(f"{what} has no derivative rule yet", remedy=remedy, origin=current().place())
