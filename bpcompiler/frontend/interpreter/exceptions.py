"""`raise`, `assert`, `try`, `with`. Python's exceptions are ordinary values; ours pass through all."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from bpcompiler.errors import Error, UnsupportedError
from bpcompiler.frontend import pure
from bpcompiler.frontend.interpreter import assignments, names, protocols
from bpcompiler.frontend.interpreter.frames import Ending, Environment, Perhaps
from bpcompiler.frontend.regions import branches, catching
from bpcompiler.frontend.regions.blocks import AS_PYTHON

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter


def raise_(m: Interpreter, env: Environment, node: ast.Raise) -> None:
    """Run `raise`, `raise error`, `raise error from cause`."""
    if node.exc is None:
        if not m.handling:
            raise RuntimeError("No active exception to reraise")
        raise m.handling[-1]
    error = _exception(m, m.message(env, node.exc))
    if node.cause is None:
        m.at(env, node)
        raise error
    cause = m.evaluate(env, node.cause)
    m.at(env, node)
    if cause is None:
        raise error from None
    raise error from _exception(m, cause, "exception causes must derive from BaseException")


def _exception(
    m: Interpreter, value: Any, complaint: str = "exceptions must derive from BaseException"
) -> BaseException:
    if isinstance(value, type) and issubclass(value, BaseException):
        value = m.call(value)
    if not isinstance(value, BaseException):
        raise TypeError(complaint)
    return value


def assert_(m: Interpreter, env: Environment, node: ast.Assert) -> None:
    """Run `assert test, message`."""
    if not __debug__:
        return
    test = m.evaluate(env, node.test)
    m.at(env, node.test)
    if m.undecided(test):
        branches.branch(m, test, lambda: None, lambda: _fail(m, env, node), node)
    elif not m.truth(test):
        _fail(m, env, node)


def _fail(m: Interpreter, env: Environment, node: ast.Assert) -> NoReturn:
    m.at(env, node)
    if node.msg is None:
        raise AssertionError
    message = m.message(env, node.msg)
    m.at(env, node)
    raise AssertionError(message)


# ------------------------------------------------------------------ try


def try_(m: Interpreter, env: Environment, node: ast.Try) -> Ending:
    """Run `try`. The `finally` part overrides how the rest completed, as in Python."""
    if not node.finalbody:
        return _guarded(m, env, node)
    try:
        completion = _guarded(m, env, node)
    except Error:
        raise
    except BaseException as error:
        with _Handling(m, error):
            override = m.run_apart(env, node.finalbody)
        if override is not None:
            return override
        raise
    override = m.run_apart(env, node.finalbody)
    return completion if override is None else override


def _guarded(m: Interpreter, env: Environment, node: ast.Try) -> Ending:
    m.guards += bool(node.handlers)
    before = catching.mark(m)
    try:
        completion = m.run_apart(env, node.body)
    except BaseException as error:
        if isinstance(error, Error) and not isinstance(error, AS_PYTHON):
            raise
        handler = _handler(m, env, node, error)
        if handler is None:
            raise
        _refuse_faults(m, env, node, before)
        with _Handling(m, error):
            return _handle(m, env, handler, error)
    finally:
        m.guards -= bool(node.handlers)
    _refuse_faults(m, env, node, before)
    return _then(m, env, completion, node.orelse)


def _refuse_faults(m: Interpreter, env: Environment, node: ast.Try, before: int) -> None:
    """Refuse a body in which the program may raise what one of the handlers catches."""
    if m.hooks.stages and node.handlers:
        given = [BaseException if each.type is None else m.evaluate(env, each.type) for each in node.handlers]
        flat = tuple(kind for kinds in given for kind in (kinds if isinstance(kinds, tuple) else (kinds,)))
        catching.refuse_faults(m, before, flat)


def _then(m: Interpreter, env: Environment, ending: Ending, body: list[ast.stmt]) -> Ending:
    """Go on with the `else` part where nothing has left."""
    if isinstance(ending, Perhaps) and body:
        raise UnsupportedError(
            "the `else` of a `try` that is left under a traced condition",
            remedy="move what stands in it into the `try`, or behind it",
            origin=m.origin(),
        )
    return m.run_apart(env, body) if ending is None else ending


def _handler(
    m: Interpreter, env: Environment, node: ast.Try, error: BaseException
) -> ast.ExceptHandler | None:
    for handler in node.handlers:
        if handler.type is None:
            return handler
        kinds = m.evaluate(env, handler.type)
        m.at(env, handler.type)
        if _matches(error, kinds):
            return handler
    return None


def _matches(error: BaseException, kinds: Any) -> bool:
    each = kinds if isinstance(kinds, tuple) else (kinds,)
    if not all(isinstance(kind, type) and issubclass(kind, BaseException) for kind in each):
        raise TypeError("catching classes that do not inherit from BaseException is not allowed")
    return isinstance(error, each)


def _handle(m: Interpreter, env: Environment, handler: ast.ExceptHandler, error: BaseException) -> Ending:
    """Run a handler. Its name is bound to the error, and unbound at the end."""
    if handler.name is None:
        return m.run_apart(env, handler.body)
    m.state.own(error)
    names.store(m, env, handler.name, error)
    try:
        return m.run_apart(env, handler.body)
    finally:
        owner = names.owner_of(env, handler.name) or env
        owner.names.pop(handler.name, None)


class _Handling:
    """While entered, the error is what a bare `raise` raises again."""

    def __init__(self, m: Interpreter, error: BaseException) -> None:
        self._m, self._error = m, error

    def __enter__(self) -> None:
        self._m.handling.append(self._error)

    def __exit__(self, *_: object) -> None:
        self._m.handling.pop()


# ------------------------------------------------------------------ with


def with_(m: Interpreter, env: Environment, node: ast.With) -> Ending:
    """Run `with item, ...: body`."""
    return _with(m, env, node.items, node.body)


def _with(m: Interpreter, env: Environment, items: list[ast.withitem], body: list[ast.stmt]) -> Ending:
    if not items:
        return m.run_apart(env, body)
    manager = m.evaluate(env, items[0].context_expr)
    m.at(env, items[0].context_expr)
    enter, leave = _method(m, manager, "__enter__"), _method(m, manager, "__exit__")
    value = enter()
    catches = not isinstance(manager, QUIET)
    m.guards += catches
    before = catching.mark(m)
    try:
        if items[0].optional_vars is not None:
            assignments.assign(m, env, items[0].optional_vars, value)
        completion = _with(m, env, items[1:], body)
    except Error as error:
        if isinstance(error, AS_PYTHON) and isinstance(manager, contextlib.suppress):
            if not isinstance(error, manager._exceptions):  # type: ignore[attr-defined]  # noqa: SLF001
                raise
            return None
        if protocols.special(m, manager, "__exit__") is None:
            leave(type(error), error, error.__traceback__)  # the world's state, as np.errstate's, goes back
        raise
    except BaseException as error:
        with _Handling(m, error):
            swallowed = m.truth(leave(type(error), error, error.__traceback__))
        if not swallowed:
            raise
        return None
    finally:
        m.guards -= catches
    if isinstance(manager, contextlib.suppress):
        catching.refuse_faults(m, before, manager._exceptions)  # type: ignore[attr-defined]  # noqa: SLF001
    leave(None, None, None)
    return completion


QUIET = (contextlib.nullcontext, np.errstate)  # they catch nothing


def _method(m: Interpreter, manager: Any, name: str) -> Callable[..., Any]:
    own = protocols.method(m, manager, name)
    if own is not None:
        return own
    if not hasattr(type(manager), name):
        kind = f"'{type(manager).__name__}' object does not support the context manager protocol"
        missed = " (missed __exit__ method)" if name == "__exit__" else ""
        raise TypeError(kind + missed)
    if isinstance(manager, pure.MANAGERS) or m.hooks.handler(type(manager)) is not None:
        return getattr(manager, name)  # type: ignore[no-any-return]
    raise UnsupportedError(
        f"`with` on a {type(manager).__name__} cannot be traced",
        remedy="enter it around the call, or use np.errstate, contextlib.suppress or a class of your own",
    )
