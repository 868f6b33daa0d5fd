"""Functions: their parameters bound, their bodies run, and those that the trace itself makes.

A function made in the trace is a real Python function (so it binds as a method, can be decorated, and can be
handed to `map`) whose code is `_template`'s: calling it interprets the tree it stands for.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from bpcompiler.errors import LimitError, UnsupportedError
from bpcompiler.frontend.interpreter import names
from bpcompiler.frontend.interpreter.frames import Environment, Frame
from bpcompiler.frontend.interpreter.scope import FunctionNode, parameters, scope_of
from bpcompiler.frontend.paths import defaults_of
from bpcompiler.frontend.source import source_of

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter

GENERATOR_FLAGS = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR

_BINDERS: WeakKeyDictionary[ast.AST, CodeType] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Default:
    """Stands for a default of a function from outside, until it is known that the call takes it."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Closure:
    """A function made in the trace: its tree, where it was made, and what binds a call to its parameters."""

    node: FunctionNode
    environment: Environment
    bind: FunctionType


# ------------------------------------------------------------------ calling


def invoke(m: Interpreter, function: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return what a function with source returns, interpreted."""
    closure = closure_of(function)
    if closure is not None:
        bound = dict(zip(parameters(closure.node.args), closure.bind(*args, **kwargs), strict=True))
        bound = _with_owned_rest(m, closure.node.args, bound)
        around = closure.environment
        env = Environment(
            scope_of(closure.node), around.unit, around.function, around, name=function.__qualname__
        )
        return _run(m, env, closure.node, bound)
    if function.__code__.co_flags & GENERATOR_FLAGS:
        is_generator = bool(function.__code__.co_flags & inspect.CO_GENERATOR)
        raise _no_generator(m, function.__qualname__, is_generator=is_generator)
    source = source_of(function)
    m.outside.code(function)
    bound = _bound_outside(m, function, source.node, args, kwargs)
    env = Environment(scope_of(source.node), source.unit, function, name=function.__qualname__)
    return _run(m, env, source.node, bound)


def _run(m: Interpreter, env: Environment, node: FunctionNode, bound: dict[str, Any]) -> Any:
    """Run a function's body in its environment and return its value."""
    if len(m.frames) >= m.limits.depth:
        raise LimitError(
            f"{env.name} calls itself more than {m.limits.depth} deep",
            remedy="write the recursion as a loop",
            origin=m.origin(),
        )
    env.names.update(bound)
    caller = m.origin()
    m.frames.append(Frame(env, env.name, caller))
    m.state.enter(env)
    loops, m.loops = m.loops, m.loops[-1:]
    try:
        if isinstance(node, ast.Lambda):
            return _lambda_value(m, env, node)
        return m.returned(m.run(env, node.body), node)
    finally:
        m.loops = loops
        m.frames.pop()
        if not env.captured:
            m.state.leave(env)
        if m.frames and m.frames[-1].origin is not None:
            m.hooks.statement(m.frames[-1].origin)


def _lambda_value(m: Interpreter, env: Environment, node: ast.Lambda) -> Any:
    statement = ast.Return(node.body, **_place(node.body))
    m.begin(env, statement)
    try:
        return m.evaluate(env, node.body)
    except Exception as error:
        m.locate(error)
        raise


def _place(node: ast.expr) -> dict[str, Any]:
    return {name: getattr(node, name) for name in ("lineno", "col_offset", "end_lineno", "end_col_offset")}


def _no_generator(m: Interpreter, name: str, *, is_generator: bool = True) -> UnsupportedError:
    return UnsupportedError(
        f"{name} is {'a generator' if is_generator else 'an async function'}, which cannot be traced",
        remedy="build a list and return it" if is_generator else "write a plain function",
        origin=m.origin(),
    )


# ------------------------------------------------------------------ binding parameters


def _bound_outside(
    m: Interpreter, function: FunctionType, node: FunctionNode, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> dict[str, Any]:
    """Return the parameters of a call of a real function; the defaults that it takes are read."""
    defaults = {**defaults_of(function), **(function.__kwdefaults__ or {})}
    positional = tuple(Default(name) for name in defaults_of(function))
    keyword = {name: Default(name) for name in function.__kwdefaults__ or {}}
    bind = _binder(node, function.__name__, function.__qualname__, positional, keyword)
    bound = dict(zip(parameters(node.args), bind(*args, **kwargs), strict=True))
    for name, value in bound.items():
        if isinstance(value, Default):
            bound[name] = m.outside.member(function, ("default", name), defaults[name])
    return _with_owned_rest(m, node.args, bound)


def _with_owned_rest(m: Interpreter, arguments: ast.arguments, bound: dict[str, Any]) -> dict[str, Any]:
    if arguments.kwarg is not None:
        m.state.own(bound[arguments.kwarg.arg])
    return bound


def _binder(
    node: FunctionNode, name: str, qualname: str, defaults: tuple[Any, ...], keyword: dict[str, Any]
) -> FunctionType:
    """Return a native function of the same parameters that returns their values: Python binds the call."""
    code = _BINDERS.get(node)
    if code is None:
        code = _BINDERS[node] = _binder_code(node, name)
    bind = FunctionType(code, {}, name, defaults or None)
    bind.__kwdefaults__ = keyword or None
    bind.__qualname__ = qualname
    return bind


def _binder_code(node: FunctionNode, name: str) -> CodeType:
    plain = ast.parse(
        f"def f({_signature(node.args)}): return ({', '.join(parameters(node.args))},)"
        if (parameters(node.args))
        else "def f(): return ()"
    )
    plain.body[0].name = "f"  # type: ignore[attr-defined]
    module = compile(plain, "<parameters>", "exec")
    code = next(value for value in module.co_consts if isinstance(value, CodeType))
    return code.replace(co_name=name)


def _signature(arguments: ast.arguments) -> str:
    """Return the parameters without annotations, each default spelt `0`."""
    bare = ast.arguments(
        posonlyargs=[ast.arg(each.arg) for each in arguments.posonlyargs],
        args=[ast.arg(each.arg) for each in arguments.args],
        vararg=arguments.vararg and ast.arg(arguments.vararg.arg),
        kwonlyargs=[ast.arg(each.arg) for each in arguments.kwonlyargs],
        kw_defaults=[each and ast.Constant(0) for each in arguments.kw_defaults],
        kwarg=arguments.kwarg and ast.arg(arguments.kwarg.arg),
        defaults=[ast.Constant(0) for _ in arguments.defaults],
    )
    return ast.unparse(bare)


# ------------------------------------------------------------------ functions made in the trace


def _template(m: Interpreter, closure: Closure) -> FunctionType:
    def function(*args: Any, **kwargs: Any) -> Any:
        assert closure is not None  # the closure is found again in this function's cell
        return m.call(function, args, kwargs)

    return function  # type: ignore[return-value]


_TEMPLATE_CODE = next(value for value in _template.__code__.co_consts if isinstance(value, CodeType))
_CELL = _TEMPLATE_CODE.co_freevars.index("closure")


def closure_of(function: FunctionType) -> Closure | None:
    """Return what a function made in the trace stands for; of any other function None."""
    if function.__code__ is not _TEMPLATE_CODE or function.__closure__ is None:
        return None
    return function.__closure__[_CELL].cell_contents  # type: ignore[no-any-return]


def make(m: Interpreter, env: Environment, node: FunctionNode, name: str) -> FunctionType:
    """Return a new function for a `def` or `lambda`, its defaults evaluated."""
    env.capture()
    qualname = f"{env.name}.<locals>.{name}" if env.kind != "class" else f"{env.name}.{name}"
    defaults = tuple(m.evaluate(env, default) for default in node.args.defaults)
    pairs = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    keyword = {each.arg: m.evaluate(env, default) for each, default in pairs if default is not None}
    bind = _binder(node, name, qualname, defaults, keyword)
    function = _template(m, Closure(node, env, bind))
    function.__name__, function.__qualname__ = name, qualname
    function.__module__ = env.function.__module__
    function.__signature__ = inspect.signature(bind)  # type: ignore[attr-defined]
    function.__signature__ = inspect.signature(bind)  # type: ignore[attr-defined]
    if not isinstance(node, ast.Lambda):
        function.__doc__ = ast.get_docstring(node)
        _annotate(function, node)
    return m.state.own(function)  # type: ignore[no-any-return]


def _annotate(function: FunctionType, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    """Give the function its annotations as texts: evaluating them could read from outside."""
    each = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    function.__annotations__ = {a.arg: ast.unparse(a.annotation) for a in each if a.annotation}


def lambda_(m: Interpreter, env: Environment, node: ast.Lambda) -> FunctionType:
    """Return the function of a `lambda`."""
    return make(m, env, node, "<lambda>")


def define(m: Interpreter, env: Environment, node: ast.FunctionDef) -> None:
    """Run a `def`: make the function, apply its decorators, bind its name."""
    if any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in _own_nodes(node)):
        raise _no_generator(m, node.name)
    decorators = [m.evaluate(env, each) for each in node.decorator_list]
    function: Any = make(m, env, node, node.name)
    for decorator, at in zip(reversed(decorators), reversed(node.decorator_list), strict=True):
        m.at(env, at)
        function = m.call(decorator, (function,))
    names.store(m, env, node.name, function)


def _own_nodes(node: ast.AST) -> list[ast.AST]:
    found: list[ast.AST] = []
    for child in ast.iter_child_nodes(node):
        found.append(child)
        if not isinstance(child, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            found.extend(_own_nodes(child))
    return found


Maker = Callable[..., FunctionType]
