"""Expressions: one function for each kind of node, in `RULES`."""

from __future__ import annotations

import ast
import collections
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from bpcompiler.frontend.interpreter import (
    arguments,
    attributes,
    calls,
    comparing,
    comprehensions,
    consumers,
    functions,
    names,
    protocols,
    strings,
    untraced,
)
from bpcompiler.frontend.interpreter.frames import Environment
from bpcompiler.frontend.regions import consuming

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter

BINARY: dict[type[ast.operator], Callable[..., Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow,
    ast.MatMult: operator.matmul, ast.LShift: operator.lshift, ast.RShift: operator.rshift,
    ast.BitAnd: operator.and_, ast.BitOr: operator.or_, ast.BitXor: operator.xor,
}  # fmt: skip
UNARY: dict[type[ast.unaryop], tuple[Callable[[Any], Any], str]] = {
    ast.USub: (operator.neg, "__neg__"),
    ast.UAdd: (operator.pos, "__pos__"),
    ast.Invert: (operator.invert, "__invert__"),
}
COMPARE: dict[type[ast.cmpop], Callable[[Interpreter, Any, Any], Any]] = {
    ast.Lt: lambda m, a, b: protocols.binary(m, operator.lt, a, b),
    ast.LtE: lambda m, a, b: protocols.binary(m, operator.le, a, b),
    ast.Gt: lambda m, a, b: protocols.binary(m, operator.gt, a, b),
    ast.GtE: lambda m, a, b: protocols.binary(m, operator.ge, a, b),
    ast.Eq: lambda m, a, b: protocols.binary(m, operator.eq, a, b),
    ast.NotEq: protocols.not_equal,
    ast.Is: lambda m, a, b: a is b,
    ast.IsNot: lambda m, a, b: a is not b,
    ast.In: lambda m, a, b: protocols.contains(m, b, a),
    ast.NotIn: lambda m, a, b: m.opposite(protocols.contains(m, b, a)),
}


def constant(m: Interpreter, env: Environment, node: ast.Constant) -> Any:
    """Return the literal's value."""
    return node.value


def name(m: Interpreter, env: Environment, node: ast.Name) -> Any:
    """Return the value of a name."""
    m.at(env, node)
    return names.load(m, env, node.id)


def attribute(m: Interpreter, env: Environment, node: ast.Attribute) -> Any:
    """Return `value.attr`."""
    value = m.evaluate(env, node.value)
    m.at(env, node)
    return attributes.load(m, value, node.attr)


def binary(m: Interpreter, env: Environment, node: ast.BinOp) -> Any:
    """Return `left op right`."""
    left, right = m.evaluate(env, node.left), m.evaluate(env, node.right)
    m.at(env, node)
    if isinstance(left, str | bytes) and isinstance(node.op, ast.Mod):
        return strings.percent(m, left, right)
    return _owned(m, protocols.binary(m, BINARY[type(node.op)], left, right))


def _owned(m: Interpreter, value: Any) -> Any:
    """Return the value; a list or the like that an operator has just made belongs to the trace."""
    if isinstance(value, list | dict | set) and not m.outside.is_outside(value):
        m.state.own(value)
    return value


def unary(m: Interpreter, env: Environment, node: ast.UnaryOp) -> Any:
    """Return `op operand`."""
    value = m.evaluate(env, node.operand)
    m.at(env, node)
    if isinstance(node.op, ast.Not):
        return m.opposite(value)
    return protocols.unary(m, *UNARY[type(node.op)], value)


def boolean(m: Interpreter, env: Environment, node: ast.BoolOp) -> Any:
    """Return the first operand that decides an `and` or `or`, or the last."""
    return _boolean(m, env, node, node.values)


def _boolean(m: Interpreter, env: Environment, node: ast.BoolOp, operands: list[ast.expr]) -> Any:
    value = m.evaluate(env, operands[0])
    if len(operands) == 1:
        return value
    m.at(env, operands[0])
    decides = isinstance(node.op, ast.Or)

    def rest() -> Any:
        return _boolean(m, env, node, operands[1:])

    if m.undecided(value):
        return m.combine("or" if decides else "and", value, rest, operands[0])
    return value if m.truth(value) is decides else rest()


def compare(m: Interpreter, env: Environment, node: ast.Compare) -> Any:
    """Return a comparison, chained ones one by one until one fails."""
    return _compare(m, env, node, m.evaluate(env, node.left), 0)


def _compare(m: Interpreter, env: Environment, node: ast.Compare, left: Any, index: int) -> Any:
    right = m.evaluate(env, node.comparators[index])
    m.at(env, node)
    result = COMPARE[type(node.ops[index])](m, left, right)
    if index == len(node.ops) - 1:
        return result

    def rest() -> Any:
        return _compare(m, env, node, right, index + 1)

    if m.undecided(result):
        return m.combine("and", result, rest, node)
    return rest() if m.truth(result) else result


def ternary(m: Interpreter, env: Environment, node: ast.IfExp) -> Any:
    """Return `body if test else orelse`."""
    test = m.evaluate(env, node.test)
    m.at(env, node.test)
    if m.undecided(test):
        return m.choose(test, lambda: m.evaluate(env, node.body), lambda: m.evaluate(env, node.orelse), node)
    return m.evaluate(env, node.body if m.truth(test) else node.orelse)


def walrus(m: Interpreter, env: Environment, node: ast.NamedExpr) -> Any:
    """Bind `target := value` in the function around any comprehensions, and return the value."""
    value = m.evaluate(env, node.value)
    target = env
    while target.kind == "comprehension" and target.parent is not None:
        target = target.parent
    names.store(m, target, node.target.id, value)
    return value


def subscript(m: Interpreter, env: Environment, node: ast.Subscript) -> Any:
    """Return `value[slice]`."""
    value = m.evaluate(env, node.value)
    key = m.evaluate(env, node.slice)
    m.at(env, node)
    return load_item(m, value, key)


def load_item(m: Interpreter, value: Any, key: Any) -> Any:
    """Return `value[key]`. Ordinary containers need the number of a traced key."""
    if m.is_traced(value):
        return value[key]
    if isinstance(value, np.ndarray) and m.contains_traced(key) is not None:
        return m.call(operator.getitem, (value, key))
    own = protocols.method(m, value, "__getitem__")
    if own is not None:
        return own(key)
    key = static_key(m, value, key)
    if not isinstance(value, dict):
        untraced.refuse_methods(m, "an index", [key], ["__index__"])
    if isinstance(value, dict) and type(value) is not dict and key not in value:
        return _missing(m, value, key)
    item = value[key]
    if m.outside.is_opaque(value):
        return m.outside.member(value, ("item", key), item)
    return _owned(m, item) if isinstance(key, slice) else item


def _missing(m: Interpreter, value: Any, key: Any) -> Any:
    """Return what a subclass of dict answers for a missing key: by the user's method, or the factory."""
    own = protocols.method(m, value, "__missing__")
    if own is not None:
        return own(key)
    if not isinstance(value, collections.defaultdict):
        return value[key]
    if value.default_factory is None:
        raise KeyError(key)
    attributes.check_owned(m, value, "a defaultdict from outside")
    value[key] = m.call(value.default_factory)
    return value[key]


def static_key(m: Interpreter, value: object, key: Any) -> Any:
    """Return the key with the numbers of traced ints in it."""
    why = "a dict key" if isinstance(value, dict) else "an index of a Python sequence"
    if isinstance(key, slice):
        return slice(
            *(m.number(part, "a slice of a Python sequence") for part in (key.start, key.stop, key.step))
        )
    if isinstance(value, dict):
        comparing.check_keys(m, (key,))
    if isinstance(key, tuple) and isinstance(value, dict):
        return tuple(m.number(part, why) for part in key)
    return m.number(key, why)


def slice_(m: Interpreter, env: Environment, node: ast.Slice) -> slice:
    """Return the slice object."""
    lower, upper, step = (part and m.evaluate(env, part) for part in (node.lower, node.upper, node.step))
    return slice(lower, upper, step)


def list_(m: Interpreter, env: Environment, node: ast.List) -> list[Any]:
    """Return a list display, owned."""
    return m.state.own(arguments.items(m, env, node.elts))  # type: ignore[no-any-return]


def tuple_(m: Interpreter, env: Environment, node: ast.Tuple) -> tuple[Any, ...]:
    """Return a tuple display."""
    return tuple(arguments.items(m, env, node.elts))


def set_(m: Interpreter, env: Environment, node: ast.Set) -> set[Any]:
    """Return a set display, owned."""
    items = arguments.items(m, env, node.elts)
    comparing.check_keys(m, items)
    made = {m.number(item, "an item of a set") for item in items}
    return m.state.own(made)  # type: ignore[no-any-return]


def dict_(m: Interpreter, env: Environment, node: ast.Dict) -> dict[Any, Any]:
    """Return a dict display, owned."""
    made: dict[Any, Any] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            made.update(arguments.mapping(m, m.evaluate(env, value)))
        else:
            evaluated = static_key(m, made, m.evaluate(env, key))
            made[evaluated] = m.evaluate(env, value)
    return m.state.own(made)  # type: ignore[no-any-return]


def call(m: Interpreter, env: Environment, node: ast.Call) -> Any:
    """Return what a call returns."""
    function = m.evaluate(env, node.func)
    if consuming.consumes(node, function):
        return consumers.call(m, env, node, function)
    args, kwargs = arguments.of_call(m, env, node, function)
    m.at(env, node)
    if consuming.takes_items(function, args, kwargs):
        return consuming.of_items(m, env, function, args[0])
    if not args and (function is super or function is locals):
        return attributes.bare_super(m, env) if function is super else dict(env.names)
    return calls.call(m, function, args, kwargs)


RULES: dict[type[ast.expr], Callable[..., Any]] = {
    ast.Constant: constant,
    ast.Name: name,
    ast.Attribute: attribute,
    ast.BinOp: binary,
    ast.UnaryOp: unary,
    ast.BoolOp: boolean,
    ast.Compare: compare,
    ast.IfExp: ternary,
    ast.NamedExpr: walrus,
    ast.Subscript: subscript,
    ast.Slice: slice_,
    ast.List: list_,
    ast.Tuple: tuple_,
    ast.Set: set_,
    ast.Dict: dict_,
    ast.Call: call,
    ast.Lambda: functions.lambda_,
    ast.ListComp: comprehensions.list_,
    ast.SetComp: comprehensions.set_,
    ast.DictComp: comprehensions.dict_,
    ast.GeneratorExp: comprehensions.generator,
    ast.JoinedStr: strings.joined,
    ast.FormattedValue: strings.formatted,
}
