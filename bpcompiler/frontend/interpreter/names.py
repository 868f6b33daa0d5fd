"""Names: looked up, bound and deleted by Python's scoping rules."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

from bpcompiler.errors import OutsideWriteError
from bpcompiler.frontend.interpreter.frames import Environment
from bpcompiler.frontend.interpreter.maybe import Maybe, Unjoined

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter


def load(m: Interpreter, env: Environment, name: str) -> Any:
    """Return the value of a name. Raises NameError or UnboundLocalError as Python does."""
    if name in env.names:
        return _held(m, env, name)
    owner = owner_of(env, name)
    if owner is None:
        return load_outside(m, env, name)
    if name in owner.names:
        return _held(m, owner, name)
    raise _unbound(name, local=_is_local(env, owner))


def _held(m: Interpreter, owner: Environment, name: str) -> Any:
    """Return what a name holds. One that may be unbound is bound from here on: the program checks it."""
    value = owner.names[name]
    if isinstance(value, Unjoined):
        raise value.error.with_origin(m.origin())
    if isinstance(value, Maybe):
        m.require(value.bound, _unbound(name, local=True))
        value = owner.names[name] = value.value
    return value


def _unbound(name: str, *, local: bool) -> NameError:
    if local:
        message = f"cannot access local variable '{name}' where it is not associated with a value"
        return _named(UnboundLocalError(message), name)
    message = f"cannot access free variable '{name}' where it is not associated with a value"
    return _named(NameError(f"{message} in enclosing scope"), name)


def _is_local(env: Environment, owner: Environment) -> bool:
    """Return whether Python calls the owner's names local here: it does in comprehensions it inlines."""
    current: Environment | None = env
    while current is not None and current is not owner and current.inlined:
        current = current.parent
    return current is owner


def owner_of(env: Environment, name: str) -> Environment | None:
    """Return the environment of the trace in which the name lives, or None: it is a cell or a global."""
    if env.kind == "class" and name in env.names:
        return env
    current: Environment | None = env
    while current is not None:
        if name in current.scope.global_:
            return None
        if name in current.scope.local and current.kind != "class":
            return current
        if current.kind == "class" and name == "__class__":
            return current
        current = current.parent
    return None


def load_outside(m: Interpreter, env: Environment, name: str) -> Any:
    """Return a name's value from the real function's cells, its globals, or the builtins."""
    function = env.function
    if name in function.__code__.co_freevars and not _declared_global(env, name):
        index = function.__code__.co_freevars.index(name)
        cell = (function.__closure__ or ())[index]
        try:
            value = cell.cell_contents
        except ValueError:
            message = f"cannot access free variable '{name}' where it is not associated with a value"
            raise _named(NameError(f"{message} in enclosing scope"), name) from None
        return m.outside.variable(function, ("cell", name), cell, value)
    if name in function.__globals__:
        namespace = function.__globals__
        return m.outside.variable(function, ("global", name), namespace, namespace[name])
    if hasattr(builtins, name):
        found = getattr(builtins, name)
        m.outside.builtin(function, name, found)
        return found
    m.outside.missing(function, ("global", name))
    raise _named(NameError(f"name '{name}' is not defined"), name)


def store(m: Interpreter, env: Environment, name: str, value: Any) -> None:
    """Bind a name, and tell the hooks. Raises OutsideWriteError for `global` and outer `nonlocal` names."""
    _target(m, env, name).names[name] = value
    m.hooks.named(name, value)


def delete(m: Interpreter, env: Environment, name: str) -> None:
    """Unbind a name."""
    target = _target(m, env, name)
    if name not in target.names:
        message = f"cannot access local variable '{name}' where it is not associated with a value"
        raise _named(UnboundLocalError(message), name)
    del target.names[name]


def _target(m: Interpreter, env: Environment, name: str) -> Environment:
    if env.kind == "class" and name in env.scope.local:
        return env
    owner = owner_of(env, name)
    if owner is not None:
        return owner
    kind = "global" if _declared_global(env, name) else "nonlocal"
    raise OutsideWriteError(
        f"`{name}` is {kind}: it existed before the call, and a traced function must not change it",
        remedy=f"return the new value of {name} and bind it outside",
        origin=m.origin(),
    )


def _declared_global(env: Environment, name: str) -> bool:
    current: Environment | None = env
    while current is not None:
        if name in current.scope.global_:
            return True
        current = current.parent
    return False


def _named(error: NameError, name: str) -> NameError:
    error.name = name
    return error
