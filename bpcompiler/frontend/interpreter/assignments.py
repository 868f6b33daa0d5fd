"""Assignments: to names, attributes, items and patterns of them; augmented, annotated; `del`."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from bpcompiler.frontend.interpreter import attributes, expressions, names, natives, protocols, strings
from bpcompiler.frontend.interpreter.frames import Environment

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter

INPLACE: dict[type[ast.operator], Callable[..., Any]] = {
    ast.Add: operator.iadd, ast.Sub: operator.isub, ast.Mult: operator.imul, ast.Div: operator.itruediv,
    ast.FloorDiv: operator.ifloordiv, ast.Mod: operator.imod, ast.Pow: operator.ipow,
    ast.MatMult: operator.imatmul, ast.LShift: operator.ilshift, ast.RShift: operator.irshift,
    ast.BitAnd: operator.iand, ast.BitOr: operator.ior, ast.BitXor: operator.ixor,
}  # fmt: skip


def run(m: Interpreter, env: Environment, node: ast.Assign) -> None:
    """Run `target = ... = value`."""
    value = m.evaluate(env, node.value)
    for target in node.targets:
        assign(m, env, target, value)


def assign(m: Interpreter, env: Environment, target: ast.expr, value: Any) -> None:
    """Store a value in a target."""
    TARGETS[type(target)](m, env, target, value)


def _name(m: Interpreter, env: Environment, target: ast.Name, value: Any) -> None:
    m.at(env, target)
    names.store(m, env, target.id, value)


def _attribute(m: Interpreter, env: Environment, target: ast.Attribute, value: Any) -> None:
    holder = m.evaluate(env, target.value)
    m.at(env, target)
    attributes.store(m, holder, target.attr, value)


def _subscript(m: Interpreter, env: Environment, target: ast.Subscript, value: Any) -> None:
    holder, key = m.evaluate(env, target.value), m.evaluate(env, target.slice)
    m.at(env, target)
    store_item(m, holder, key, value)


def _sequence(m: Interpreter, env: Environment, target: ast.Tuple | ast.List, value: Any) -> None:
    m.at(env, target)
    for each, item in zip(target.elts, _unpacked(m, target.elts, value), strict=True):
        assign(m, env, each.value if isinstance(each, ast.Starred) else each, item)


TARGETS: dict[type[ast.expr], Callable[..., None]] = {
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Tuple: _sequence,
    ast.List: _sequence,
}


def _unpacked(m: Interpreter, targets: list[ast.expr], value: Any) -> list[Any]:
    """Return one item for each target, or Python's error about too few or too many."""
    starred = next((i for i, each in enumerate(targets) if isinstance(each, ast.Starred)), None)
    iterator = _iterator(m, value)
    if starred is None:
        return _exactly(iterator, len(targets), value)
    items = list(iterator)
    after = len(targets) - starred - 1
    if len(items) < len(targets) - 1:
        expected = f"expected at least {len(targets) - 1}, got {len(items)}"
        raise ValueError(f"not enough values to unpack ({expected})")
    rest = m.state.own(items[starred : len(items) - after])
    return [*items[:starred], rest, *items[len(items) - after :]]


def _iterator(m: Interpreter, value: Any) -> Any:
    if (
        not m.is_traced(value)
        and not hasattr(type(value), "__iter__")
        and not hasattr(type(value), "__getitem__")
    ):
        raise TypeError(f"cannot unpack non-iterable {type(value).__name__} object")
    return m.iterate(value)


def _exactly(iterator: Any, count: int, value: Any) -> list[Any]:
    items: list[Any] = []
    for item in iterator:
        if len(items) == count:
            raise ValueError(f"too many values to unpack (expected {count})")
        items.append(item)
    if len(items) < count:
        raise ValueError(f"not enough values to unpack (expected {count}, got {len(items)})")
    return items


# ------------------------------------------------------------------ items


def store_item(m: Interpreter, holder: Any, key: Any, value: Any) -> None:
    """Run `holder[key] = value`."""
    if m.is_traced(holder):
        holder[key] = value
        return
    if isinstance(holder, np.ndarray):
        raise natives.store_error(m)
    own = protocols.method(m, holder, "__setitem__")
    if own is not None:
        own(key, value)
        return
    _check_container(m, holder)
    if isinstance(key, slice):
        value = list(m.iterate(value))
    holder[expressions.static_key(m, holder, key)] = value


def _check_container(m: Interpreter, holder: Any) -> None:
    if natives.is_mutable(holder):
        attributes.check_owned(m, holder, f"a {type(holder).__name__} from outside")


def delete(m: Interpreter, env: Environment, node: ast.Delete) -> None:
    """Run `del target, ...`."""
    for target in node.targets:
        _delete(m, env, target)


def _delete(m: Interpreter, env: Environment, target: ast.expr) -> None:
    match target:
        case ast.Name(id=name):
            m.at(env, target)
            names.delete(m, env, name)
        case ast.Attribute(value=value, attr=name):
            holder = m.evaluate(env, value)
            m.at(env, target)
            attributes.delete(m, holder, name)
        case ast.Subscript(value=value, slice=key):
            holder, item = m.evaluate(env, value), m.evaluate(env, key)
            m.at(env, target)
            _delete_item(m, holder, item)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                _delete(m, env, part)


def _delete_item(m: Interpreter, holder: Any, key: Any) -> None:
    own = protocols.method(m, holder, "__delitem__")
    if own is not None:
        own(key)
        return
    _check_container(m, holder)
    del holder[expressions.static_key(m, holder, key)]


# ------------------------------------------------------------------ augmented, annotated


def augmented(m: Interpreter, env: Environment, node: ast.AugAssign) -> None:
    """Run `target op= value`: the target's parts are evaluated once."""
    target = node.target
    if isinstance(target, ast.Name):
        old = expressions.name(m, env, target)
        names.store(m, env, target.id, _updated(m, env, node, old))
        return
    holder = m.evaluate(env, target.value)
    if isinstance(target, ast.Attribute):
        old = attributes.load(m, holder, target.attr)
        attributes.store(m, holder, target.attr, _updated(m, env, node, old))
        return
    key = m.evaluate(env, target.slice)
    m.at(env, target)
    if m.is_traced(holder):
        holder.update_item(key, lambda old: _updated(m, env, node, old))
        return
    store_item(m, holder, key, _updated(m, env, node, expressions.load_item(m, holder, key)))


def _updated(m: Interpreter, env: Environment, node: ast.AugAssign, old: Any) -> Any:
    value = m.evaluate(env, node.value)
    m.at(env, node)
    if isinstance(old, np.ndarray) and not m.is_traced(old):
        raise natives.store_error(m)
    if natives.is_mutable(old) and not m.is_traced(old):
        _check_container(m, old)
        value = value if isinstance(value, set | dict | int) else _consumed(m, old, value)
    elif isinstance(old, str) and isinstance(node.op, ast.Mod):
        return strings.percent(m, old, value)
    return protocols.inplace(m, INPLACE[type(node.op)], expressions.BINARY[type(node.op)], old, value)


def _consumed(m: Interpreter, old: Any, value: Any) -> Any:
    """Return what a list is extended by, with the user's own iterators interpreted."""
    return list(m.iterate(value)) if protocols.special(m, value, "__iter__") else value


def annotated(m: Interpreter, env: Environment, node: ast.AnnAssign) -> None:
    """Run `target: annotation = value`. Annotations of local names are not evaluated, as in Python."""
    if node.value is not None:
        assign(m, env, node.target, m.evaluate(env, node.value))
    if env.kind == "class" and isinstance(node.target, ast.Name):
        annotation = m.evaluate(env, node.annotation)
        env.names.setdefault("__annotations__", {})[node.target.id] = annotation
