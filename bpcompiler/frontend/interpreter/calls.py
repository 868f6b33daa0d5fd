"""Calls: who answers for a callable. A handler of the hooks, the interpreter, or Python itself."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any

from bpcompiler.frontend.interpreter import (
    classes,
    comparing,
    functions,
    helped,
    natives,
    protocols,
    untraced,
)
from bpcompiler.frontend.libraries import is_library
from bpcompiler.frontend.source import has_source

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter

Args = tuple[Any, ...]
Kwargs = dict[str, Any]


def call(m: Interpreter, function: Any, args: Args, kwargs: Kwargs) -> Any:
    """Return what `function(*args, **kwargs)` returns in the trace."""
    handler = m.hooks.handler(function)
    if handler is not None and not natives.has_help(m, function, args, kwargs):
        if not getattr(function, "reads_as_interpreted", False):
            if function is zip or function is enumerate:
                args = natives.iterated(m, args)
            elif function is map:
                args = (*args[:1], *natives.iterated(m, args[1:]))
            natives.refuse_unseen(m, function, args)
            untraced.refuse(m, function, [*args, *kwargs.values()])
        return handler(*args, **kwargs)
    rule = _KINDS.get(type(function))
    if rule is not None:
        return rule(m, function, args, kwargs)
    if m.is_traced(function):
        return function(*args, **kwargs)
    if isinstance(function, type):
        return classes.instantiate(m, function, args, kwargs)
    return _call_object(m, function, args, kwargs)


def _call_function(m: Interpreter, function: FunctionType, args: Args, kwargs: Kwargs) -> Any:
    if functions.closure_of(function) is not None:
        return functions.invoke(m, function, args, kwargs)
    if args and function.__name__ in comparing.GENERATED and comparing.is_generated(args[0], function):
        return comparing.generated(m, function, args)
    if _is_generated(function):
        return m.state.own_nested(function(*args, **kwargs))
    if is_library(function.__globals__.get("__name__")):
        return natives.run(m, function, args, kwargs)
    return functions.invoke(m, function, args, kwargs)


def _is_generated(function: FunctionType) -> bool:
    """Return whether `dataclass` or `namedtuple` wrote the function: it has no source, and does no harm."""
    if (
        function.__name__ in ("_replace", "_asdict", "_make")
        and "namedtuple" in function.__code__.co_qualname
    ):
        return True
    generated = function.__code__.co_filename.startswith(("<string>", "<collections", "<frozen"))
    namespace = function.__globals__.get("__name__")
    made_here = function.__name__.startswith("__") or str(namespace).startswith("namedtuple_")
    return generated and made_here and not has_source(function)


def _call_method(m: Interpreter, function: MethodType, args: Args, kwargs: Kwargs) -> Any:
    if m.is_traced(function.__self__):
        return function(*args, **kwargs)
    return call(m, function.__func__, (function.__self__, *args), kwargs)


def _call_partial(m: Interpreter, function: functools.partial[Any], args: Args, kwargs: Kwargs) -> Any:
    def part(name: str) -> Any:
        return m.outside.member(function, ("attr", name), getattr(function, name))

    if not m.outside.is_outside(function):
        return call(m, function.func, (*function.args, *args), {**function.keywords, **kwargs})
    return call(m, part("func"), (*part("args"), *args), {**part("keywords"), **kwargs})


def _call_wrapped(m: Interpreter, function: Any, args: Args, kwargs: Kwargs) -> Any:
    wrapped = m.outside.member(function, ("attr", "__wrapped__"), function.__wrapped__)
    return call(m, wrapped, args, kwargs)


def _call_static(m: Interpreter, function: Any, args: Args, kwargs: Kwargs) -> Any:
    return call(m, function.__func__, args, kwargs)


def _call_object(m: Interpreter, function: Any, args: Args, kwargs: Kwargs) -> Any:
    """Call what is neither function nor class: a numba dispatcher, an instance with `__call__`, C code."""
    python = getattr(function, "py_func", None)
    if isinstance(python, FunctionType):
        return call(m, m.outside.member(function, ("attr", "py_func"), python), args, kwargs)
    own = protocols.special(m, function, "__call__")
    if own is not None:
        m.outside.method(function, "__call__", own, special=True)
        return call(m, own, (function, *args), kwargs)
    return natives.run(m, function, args, kwargs)


_KINDS: dict[type, Callable[[Any, Any, Args, Kwargs], Any]] = {
    FunctionType: _call_function,
    MethodType: _call_method,
    functools.partial: _call_partial,
    type(functools.lru_cache(len)): _call_wrapped,
    staticmethod: _call_static,
    operator.attrgetter: lambda m, function, args, kwargs: helped.attrgetter(m, function, *args, **kwargs),
    operator.itemgetter: lambda m, function, args, kwargs: helped.itemgetter(m, function, *args, **kwargs),
    operator.methodcaller: lambda m, function, args, kwargs: helped.methodcaller(
        m, function, *args, **kwargs
    ),
}
