"""Functions that are not interpreted: builtins and C code. Pure ones run, some after a little help."""

from __future__ import annotations

import collections
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from bpcompiler.errors import NoRuleError, OutsideWriteError, StoreError, UnsupportedError
from bpcompiler.frontend import pure
from bpcompiler.frontend.impure import raise_if_impure
from bpcompiler.frontend.interpreter import comparing, copies, helped, protocols, strings, untraced
from bpcompiler.frontend.paths import fullname, shown
from bpcompiler.frontend.regions import faults, iterators

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter

MUTABLE = (list, dict, set, bytearray, collections.deque)


def is_mutable(value: object) -> bool:
    """Return whether the value is a container that can be changed in place."""
    return isinstance(value, MUTABLE)


def run(m: Interpreter, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return what a native function returns. Raises if it is impure, unknown, or changes outside things."""
    helper = _helper(function)
    if helper is not None:
        return _owned(m, helper(m, *args, **kwargs))
    name = fullname(function)
    if name == "str.format" and m.contains_traced([*args, *kwargs.values()]) is not None:
        return strings.format_(m, function.__self__, args, kwargs)
    if name in pure.TEXTS:
        untraced.refuse_methods(m, name, [*args, *kwargs.values()], untraced.TEXTS)
    if name == "str.join" and faults.texts(list(args)):
        return strings.join(m, function.__self__, *args)
    _check(m, function, name, args, kwargs)
    _check_changes(m, function, name, args)
    args, kwargs = _prepared(m, name, args, kwargs)
    made = function(*args, **kwargs)
    makes = isinstance(function, type) or getattr(function, "__name__", "") == "__new__"
    if makes and hasattr(made, "__dict__") and not m.outside.is_outside(made):
        m.state.own(made)
    return _owned(m, made)


def _helper(function: Any) -> Callable[..., Any] | None:
    try:
        return helped.HELP.get(function) or copies.COPIES.get(function)
    except TypeError:
        return None


def has_help(m: Interpreter, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Return whether `_helper` must answer in place of the hooks: no argument is traced.

    The user's own objects may be among them, and their special methods are interpreted.
    """
    if (function is max or function is min) and kwargs.get("key") is not None:
        return True
    if function is reversed:
        return any(protocols.special(m, each, "__reversed__") for each in args)
    if function is any or function is all:
        return not any(m.is_traced(each) for each in args)
    return _helper(function) is not None and m.contains_traced(list(args)) is None


def _owned(m: Interpreter, value: Any) -> Any:
    if isinstance(value, np.ndarray) and type(value) is np.ndarray and value.base is None:
        value.flags.writeable = False  # the trace may hold it as a constant
    if isinstance(value, Iterator):
        return iterators.tracked(value)
    if is_mutable(value) and not m.outside.is_outside(value):
        m.state.own(value)
    return value


def _check(m: Interpreter, function: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Raise unless the function may run now, on these arguments."""
    verdict = pure.verdict(function, name)
    if verdict == "carries" and name not in pure.TEXTS:
        return
    raise_if_impure(name)
    for text in faults.texts([*args, *kwargs.values()]):
        text.refused()
    traced = m.contains_traced([*args, *kwargs.values()])
    if traced is not None and name in pure.TEXTS:
        m.hooks.format(traced, "")
    if traced is not None:
        raise NoRuleError(
            f"{shown(name)} has no derivative rule yet",
            remedy="write it with supported functions, or declare a primitive (docs/primitives.md)",
        )
    refuse_unseen(m, function, args)
    untraced.refuse(m, function, [*args, *kwargs.values()])
    if verdict == "unknown":
        raise UnsupportedError(
            f"{shown(name)} is not known to be pure, so it cannot be called while tracing",
            remedy="call it before and pass what it returns as an argument",
        )


def refuse_unseen(m: Interpreter, function: Any, args: tuple[Any, ...]) -> None:
    """Raise UnsupportedError if native code would read an object from outside, which might change, unseen."""
    holder = getattr(function, "__self__", None)
    found = next((each for each in (holder, *args) if m.outside.is_opaque(each)), None)
    if found is not None and function not in untraced.LOOK_AT_TYPES:
        raise unseen(found, fullname(function))


def unseen(value: object, what: str) -> UnsupportedError:
    """Return the error for an object from outside that native code would read."""
    return UnsupportedError(
        f"{what} would read a {type(value).__name__} from outside unseen",
        remedy="pass it the numbers, lists, tuples or dicts that it needs",
    )


def _check_changes(m: Interpreter, function: Any, name: str, args: tuple[Any, ...]) -> None:
    """Raise if the function is known to change an object, and the object is from outside."""
    changed = pure.changes(function, name, args)
    if isinstance(changed, np.ndarray) and not m.is_traced(changed):
        raise store_error(m)
    if changed is None or m.state.owns(changed):
        m.state.change(changed, m.origin())
        return
    if not is_mutable(changed) and not name.startswith("object."):
        return
    raise OutsideWriteError(
        f"{name} would change a {type(changed).__name__} from outside",
        remedy="make a copy in the function and change that, or return the new value",
        origin=m.origin(),
    )


def store_error(m: Interpreter) -> StoreError:
    """Return the error for a change of an array that native code made, and that the trace may hold."""
    return StoreError(
        "a store into an array that NumPy made while tracing",
        remedy="make a copy first: y = np.array(y)",
        origin=m.origin(),
    )


def _prepared(
    m: Interpreter, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the arguments with callables interpreted, the user's iterables likewise, and indices static."""
    if name in pure.HIGHER_ORDER:
        args = tuple(helped.callback(m, each) if _calls_back(each) else each for each in args)
        kwargs = {
            key: helped.callback(m, each) if _calls_back(each) else each for key, each in kwargs.items()
        }
    if name in pure.INDEXED:
        args = tuple(m.number(each, f"an argument of {name}") for each in args)
    if name in pure.COMPARES:
        comparing.check_native(m, name, args)
    if name in pure.ITERATES:
        args = iterated(m, args)
    return args, kwargs


def iterated(m: Interpreter, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the arguments with the user's iterables interpreted."""
    return tuple(
        protocols.iterate(m, each) if _is_own_iterable(m, each) or m.outside.is_opaque(each) else each
        for each in args
    )


def _calls_back(value: Any) -> bool:
    return callable(value) and value is not None


def _is_own_iterable(m: Interpreter, value: Any) -> bool:
    return any(protocols.special(m, value, name) for name in ("__iter__", "__next__"))
