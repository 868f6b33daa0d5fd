"""Classes: instances made in the trace, and class statements run in it."""

from __future__ import annotations

import ast
import dataclasses
import types
from types import FunctionType
from typing import TYPE_CHECKING, Any

from bpcompiler.errors import UnsupportedError
from bpcompiler.frontend.impure import raise_if_impure
from bpcompiler.frontend.interpreter import arguments, functions, making, names, natives, protocols
from bpcompiler.frontend.interpreter.frames import Environment
from bpcompiler.frontend.interpreter.scope import scope_of
from bpcompiler.frontend.libraries import is_library
from bpcompiler.frontend.paths import fullname
from bpcompiler.frontend.source import has_source

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter


def instantiate(m: Interpreter, cls: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return `cls(*args, **kwargs)`; the `__new__` and `__init__` that the user wrote are interpreted."""
    if not protocols.is_user_class(cls):
        return natives.run(m, cls, args, kwargs)
    raise_if_impure(fullname(cls))
    if _is_called_by_a_library(cls):
        return m.state.own(cls(*args, **kwargs))
    _read_making(m, cls)
    if issubclass(cls, BaseException):
        return making.exception(m, cls, args, kwargs, lambda: _made(m, cls, args, kwargs))
    made = _made(m, cls, args, kwargs)
    _read_making(m, cls)  # `typing` gives a class another __init__ when it is first called
    return made


def _made(m: Interpreter, cls: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    init = _found(cls, "__init__")
    if _is_dataclass_init(cls, init):
        return _dataclass(m, cls, args, kwargs)
    is_written = _is_written(cls, init)
    if not is_written and not _is_written(cls, _found(cls, "__new__")):
        return m.state.own(cls(*args, **kwargs))
    made = m.state.own(_new(m, cls, args, kwargs))
    if isinstance(made, cls) and is_written:
        _initialise(m, made, init, args, kwargs)
    elif isinstance(made, cls) and init is not object.__init__:
        init(made, *args, **kwargs)
    return made


def _read_making(m: Interpreter, cls: type) -> None:
    """Record what makes the objects of a class, but for functions of the libraries."""
    if m.state.owns(cls):
        return
    init = _found(cls, "__init__")
    if not isinstance(init, FunctionType) or _is_written(cls, init):
        m.outside.member(cls, ("attr", "__init__"), init)
    if not isinstance(_found(cls, "__new__"), staticmethod):
        m.outside.member(cls, ("attr", "__new__"), cls.__new__)


def _is_called_by_a_library(cls: type) -> bool:
    """Return whether a library's metaclass says what a call of the class does: enumerations look members up.

    Raises UnsupportedError where a metaclass of the user's does.
    """
    call = _found(type(cls), "__call__")
    if isinstance(call, _NATIVE):
        return False
    if is_library(getattr(call, "__module__", None)):
        return True
    raise UnsupportedError(
        f"{cls.__name__}() is what {type(cls).__name__}.__call__ makes of it, the metaclass of the class",
        remedy="make the object before the call, and pass it as an argument",
    )


def _is_written(cls: type, method: Any) -> bool:
    """Return whether an `__init__` or `__new__` is the user's; namedtuple writes its own."""
    function = method.__func__ if isinstance(method, staticmethod) else method
    if isinstance(function, FunctionType):
        if functions.closure_of(function) is not None:  # made in the trace
            return True
        module = str(function.__globals__.get("__name__"))
        return not is_library(module) and not module.startswith("namedtuple_")
    if isinstance(function, _NATIVE):
        return False
    raise UnsupportedError(
        f"an object of class {cls.__name__} is made by a {type(function).__name__}, not by a function",
        remedy="write __init__ and __new__ with `def`",
    )


_NATIVE = (types.WrapperDescriptorType, types.BuiltinFunctionType, types.MethodDescriptorType)


def _found(cls: type, name: str) -> Any:
    return next((base.__dict__[name] for base in cls.__mro__ if name in base.__dict__), None)


def _new(m: Interpreter, cls: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return the new, empty object, by the `__new__` that the user wrote, the base's, or object's."""
    new = _found(cls, "__new__")
    if isinstance(new, staticmethod) and isinstance(new.__func__, FunctionType):
        if not m.state.owns(cls):
            m.outside.member(cls, ("attr", "__new__"), new.__func__)
        return m.call(new.__func__, (cls, *args), kwargs)
    plain = new is object.__dict__["__new__"]
    return object.__new__(cls) if plain else cls.__new__(cls, *args, **kwargs)


def _initialise(m: Interpreter, made: Any, init: FunctionType, args: tuple[Any, ...], kwargs: Any) -> None:
    result = m.call(init, (made, *args), kwargs)
    if result is not None:
        raise TypeError(f"__init__() should return None, not '{type(result).__name__}'")


# ------------------------------------------------------------------ dataclasses


def _is_dataclass_init(cls: type, init: Any) -> bool:
    """Return whether `@dataclass` wrote the `__init__`."""
    return (
        dataclasses.is_dataclass(cls)
        and isinstance(init, FunctionType)
        and functions.closure_of(init) is None
        and not has_source(init)
    )


def _dataclass(m: Interpreter, cls: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return a dataclass's instance: what its `__init__` does, with factories and defaults interpreted."""
    made = m.state.own(_new(m, cls, args, {}) if issubclass(cls, BaseException) else object.__new__(cls))
    fields: dict[str, Any] = dict(cls.__dataclass_fields__)
    variables = [each.name for each in fields.values() if _is_init_var(each)]
    bound = _bound(cls, args, kwargs)
    for name, field in fields.items():
        if _is_class_var(field):
            continue
        value = bound[name] if name in bound else _default(m, cls, field)
        bound[name] = value
        if value is not dataclasses.MISSING and name not in variables:
            object.__setattr__(made, name, value)
    after = protocols.method(m, made, "__post_init__")
    if after is not None:
        after(*(bound[name] for name in variables))
    return made


def _bound(cls: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that the call gives, or Python's error about a call that does not fit."""
    init = cls.__init__
    code = init.__code__
    bind = FunctionType(_returning_locals(code.co_argcount, code.co_kwonlyargcount, code), {"locals": locals})
    marks = tuple(dataclasses.MISSING for _ in init.__defaults__ or ())
    bind.__defaults__, bind.__qualname__ = marks or None, init.__qualname__
    bind.__kwdefaults__ = dict.fromkeys(init.__kwdefaults__ or (), dataclasses.MISSING) or None
    values = bind(None, *args, **kwargs)
    given = code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]
    return {name: values[name] for name in given if values[name] is not dataclasses.MISSING}


def _returning_locals(positional: int, keyword_only: int, code: types.CodeType) -> types.CodeType:
    """Return code with the parameters of another that returns what they are bound to."""
    names_ = code.co_varnames[: positional + keyword_only]
    plain, keyword = names_[:positional], names_[positional:]
    signature = ", ".join([*plain, *(["*", *keyword] if keyword else [])])
    text = f"def f({signature}): return {{{', '.join(f'{name!r}: {name}' for name in names_)}}}"
    module = compile(text, "<parameters>", "exec")
    made = next(value for value in module.co_consts if isinstance(value, types.CodeType))
    return made.replace(co_name=code.co_name)


def _is_class_var(field: Any) -> bool:
    return "CLASSVAR" in repr(getattr(field, "_field_type", None))


def _is_init_var(field: Any) -> bool:
    return "INITVAR" in repr(getattr(field, "_field_type", None))


def _default(m: Interpreter, cls: type, field: Any) -> Any:
    path: tuple[tuple[Any, ...], ...] = (("attr", "__dataclass_fields__"), ("item", field.name))
    around = None if m.state.owns(cls) else m.outside.path_of(cls)
    if field.default_factory is not dataclasses.MISSING:
        factory = field.default_factory
        if around is not None:
            factory = m.outside.read(factory, (*around, *path, ("attr", "default_factory")))
        return m.call(factory)
    if around is None or field.default is dataclasses.MISSING:
        return field.default
    return m.outside.read(field.default, (*around, *path, ("attr", "default")))


# ------------------------------------------------------------------ class statements


def define(m: Interpreter, env: Environment, node: ast.ClassDef) -> None:
    """Run a `class` statement inside a function."""
    env.capture()
    decorators = [m.evaluate(env, each) for each in node.decorator_list]
    bases = tuple(arguments.items(m, env, node.bases))
    keywords = {each.arg: m.evaluate(env, each.value) for each in node.keywords if each.arg is not None}
    name = f"{env.name}.<locals>.{node.name}"
    inner = Environment(scope_of(node), env.unit, env.function, env, "class", name)
    inner.captured = True
    m.state.enter(inner)
    inner.names.update(__module__=env.function.__module__, __qualname__=name)
    m.run_apart(inner, node.body)
    cls: Any = types.new_class(node.name, bases, keywords, lambda namespace: namespace.update(inner.names))
    inner.names["__class__"] = cls
    m.state.own(cls)
    for decorator in reversed(decorators):
        cls = m.state.own(m.call(decorator, (cls,)))
    names.store(m, env, node.name, cls)
