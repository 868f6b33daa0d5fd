"""Attributes: found as Python finds them, with what the user wrote interpreted and reads recorded."""

from __future__ import annotations

import enum
import functools
import inspect
from types import FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any

from bpcompiler.errors import OutsideWriteError
from bpcompiler.frontend.interpreter import names, protocols
from bpcompiler.frontend.interpreter.frames import Environment
from bpcompiler.frontend.libraries import is_library

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter

MISSING = object()


def load(m: Interpreter, value: Any, name: str) -> Any:
    """Return `value.name`."""
    if m.is_traced(value):
        return getattr(type(value), "attribute", getattr)(value, name)
    if isinstance(value, ModuleType):
        return _of_module(m, value, name)
    if isinstance(value, type):
        return _of_class(m, value, name)
    if isinstance(value, super):
        return _of_super(m, value, name)
    if protocols.is_user_class(type(value)):
        return _of_instance(m, value, name)
    found = _found(m, value, name)
    return m.outside.member(value, ("attr", name), found) if _keeps_attributes(m, value, found) else found


def _found(m: Interpreter, holder: Any, name: str) -> Any:
    """Return `holder.name`; that there is none is recorded."""
    try:
        return getattr(holder, name)
    except AttributeError:
        m.outside.missing(holder, ("attr", name))
        raise


def _keeps_attributes(m: Interpreter, value: object, found: object) -> bool:
    """Return whether an object of a library's class has attributes of its own that the trace must record."""
    if isinstance(value, FunctionType | functools.partial):
        return m.outside.is_outside(value)
    return m.outside.is_opaque(value) and getattr(found, "__self__", None) is not value


def _of_module(m: Interpreter, module: ModuleType, name: str) -> Any:
    found = _found(m, module, name)
    if is_library(module.__name__) and (module.__name__, name) not in IMPURE:
        return found
    return m.outside.member(module, ("attr", name), found)


IMPURE = {("os", "environ"), ("sys", "argv"), ("sys", "stdin")}


def _of_class(m: Interpreter, cls: type, name: str) -> Any:
    found = _found(m, cls, name)
    if not protocols.is_user_class(cls) or m.state.owns(cls):
        return found
    owner, own = _on_class(cls, name)
    return found if own is MISSING or not protocols.is_user_class(owner) else _plain(m, cls, name, found)


def _of_super(m: Interpreter, value: Any, name: str) -> Any:
    """Return an attribute of a `super()` object: found on a class further up, on a path through the first."""
    found = getattr(value, name)
    cls = value.__self_class__
    bases = cls.__mro__[cls.__mro__.index(value.__thisclass__) + 1 :]
    owner = next((base for base in bases if name in base.__dict__), object)
    if not protocols.is_user_class(owner) or m.state.owns(owner):
        return found
    path = m.outside.path_of(owner)
    if path is None and m.outside.path_of(cls) is not None:
        path = (*(m.outside.path_of(cls) or ()), ("attr", "__mro__"), ("item", cls.__mro__.index(owner)))
        m.outside.know(owner, path)
    return _plain(m, owner, name, found)


def _plain(m: Interpreter, owner: type, name: str, found: Any) -> Any:
    """Return an attribute found on a class: methods as they are, data read from outside."""
    if isinstance(found, MethodType):
        _know(m, owner, name, found)
        return found
    if m.state.owns(owner):
        return found
    return m.outside.member(owner, ("attr", name), found)


def _know(m: Interpreter, owner: type, name: str, method: MethodType) -> None:
    """Tell the reads where a method's function was found: getattr(class, name) is it, or a class method."""
    path = m.outside.path_of(owner)
    if path is not None and m.outside.path_of(method.__func__) is None:
        step = (("attr", "__func__"),) if isinstance(method.__self__, type) else ()
        m.outside.know(method.__func__, (*path, ("attr", name), *step))


def _of_instance(m: Interpreter, value: Any, name: str) -> Any:
    """Return an attribute of an object of the user's class, by Python's order of lookup."""
    owner, found = _on_class(type(value), name)
    if isinstance(found, property) and isinstance(found.fget, FunctionType):
        _know_accessor(m, value, name, "fget", found.fget)
        return m.call(found.fget, (value,))
    if isinstance(found, functools.cached_property):
        return _cached(m, value, name, found)
    own = getattr(value, "__dict__", {})
    if name in own and not inspect.isdatadescriptor(found):
        return _of_outside(m, value, name, own[name])
    if found is MISSING:
        return _fallback(m, value, name)
    if isinstance(found, FunctionType):
        m.outside.method(value, name, found, special=False)
        return MethodType(found, value)
    if hasattr(type(found), "__get__"):
        return _of_outside(m, value, name, getattr(value, name))
    if not protocols.is_user_class(owner):
        return found
    if m.state.owns(value):
        return _plain(m, type(value), name, found)
    return _of_outside(m, value, name, found)  # not through the class: the object may get its own one day


def _on_class(cls: type, name: str) -> tuple[type, Any]:
    for base in cls.__mro__:
        if name in base.__dict__:
            return base, base.__dict__[name]
    return cls, MISSING


def _of_outside(m: Interpreter, value: Any, name: str, found: Any) -> Any:
    if isinstance(value, enum.Enum | BaseException) or m.state.owns(value):
        return found
    if isinstance(value, tuple) and name not in getattr(value, "__dict__", ()):
        return found
    m.outside.record_type(value)
    return m.outside.member(value, ("attr", name), found)


def _know_accessor(m: Interpreter, value: Any, name: str, accessor: str, function: FunctionType) -> None:
    path = m.outside.path_of(value) if m.outside.is_outside(value) else m.outside.path_of(type(value))
    step: tuple[tuple[Any, ...], ...] = (("type",),) if m.outside.is_outside(value) else ()
    if path is not None and m.outside.path_of(function) is None:
        m.outside.know(function, (*path, *step, ("attr", name), ("attr", accessor)))


def _cached(m: Interpreter, value: Any, name: str, found: functools.cached_property[Any]) -> Any:
    own = value.__dict__
    if name in own:
        return _of_outside(m, value, name, own[name])
    m.outside.missing(value, ("attr", "__dict__"), ("item", name))
    result = m.call(found.func, (value,))
    if m.state.owns(value):
        own[name] = result
    return result


def _fallback(m: Interpreter, value: Any, name: str) -> Any:
    own = protocols.method(m, value, "__getattr__")
    if own is None:
        return _of_outside(m, value, name, _found(m, value, name))
    m.outside.missing(value, ("own", name))
    return own(name)


# ------------------------------------------------------------------ changing them


def store(m: Interpreter, holder: Any, name: str, value: Any) -> None:
    """Run `holder.name = value`."""
    if m.is_traced(holder):
        getattr(type(holder), "set_attribute", setattr)(holder, name, value)
        return
    check_owned(m, holder, f"the attribute {name} of {_description(holder)}")
    own = protocols.method(m, holder, "__setattr__")
    _, found = _on_class(type(holder), name)
    if own is not None:
        own(name, value)
    elif isinstance(found, property) and isinstance(found.fset, FunctionType):
        m.call(found.fset, (holder, value))
    else:
        setattr(holder, name, value)


def delete(m: Interpreter, holder: Any, name: str) -> None:
    """Run `del holder.name`."""
    check_owned(m, holder, f"the attribute {name} of {_description(holder)}")
    delattr(holder, name)


def check_owned(m: Interpreter, holder: object, what: str) -> None:
    """Raise OutsideWriteError unless the trace made the object itself."""
    if m.state.owns(holder):
        m.state.change(holder)
        return
    raise OutsideWriteError(
        f"{what} would change, which existed before the call",
        remedy="make a copy in the function and change that, or return the new value",
        origin=m.origin(),
    )


def _description(holder: object) -> str:
    if isinstance(holder, type | FunctionType | ModuleType):
        return holder.__name__
    return f"a {type(holder).__name__}"


def bare_super(m: Interpreter, env: Environment) -> Any:
    """Return what `super()` without arguments means in a method."""
    from_class = names.load(m, env, "__class__")
    current: Environment = env
    while current.kind != "function" and current.parent is not None:
        current = current.parent
    first = next(iter(current.names.values()), None)
    return super(from_class, first)
