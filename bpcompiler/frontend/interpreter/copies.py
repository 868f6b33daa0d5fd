"""Copies of objects: what `copy` and `dataclasses` do, over the interpreter's own reads and calls.

Run natively they would read floats from outside unseen, and run `__init__` and `__post_init__` uninterpreted.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bpcompiler.errors import UnsupportedError
from bpcompiler.frontend.containers import is_namedtuple
from bpcompiler.frontend.interpreter import attributes, natives, protocols
from bpcompiler.ir import trees
from bpcompiler.ir.mapping import Mapping, Parts

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter


def _copy(m: Interpreter, value: Any, /) -> Any:
    return _copied(m, value, lambda item: item)


def _deepcopy(m: Interpreter, value: Any, memo: Any = None, /) -> Any:
    known: dict[int, Any] = {}

    def deep(item: Any) -> Any:
        if id(item) not in known:
            known[id(item)] = _copied(m, item, deep)
        return known[id(item)]

    return deep(value)


def _copied(m: Interpreter, value: Any, convert: Callable[[Any], Any]) -> Any:
    """Return a copy of one object, its parts converted, owned by the trace."""
    own = protocols.method(m, value, "__copy__")
    if own is not None:
        return own()
    if m.is_traced(value):
        own = getattr(type(value), "__copy__", None)  # numbers have none: they do not change
        return value if own is None else own(value)
    if protocols.is_user_class(type(value)) and not isinstance(value, tuple | type):
        return _copied_object(m, value, convert)
    if type(value) in _PLAIN or is_namedtuple(value):
        return m.state.own(_copied_container(value, convert))
    natives.refuse_unseen(m, copy.copy, (value,))
    return copy.copy(value)


_PLAIN = (list, tuple, dict)


def parts_of(m: Interpreter, value: Any) -> Parts | None:
    """Return the parts of a container as `trees.parts` does; fields of dataclasses are read as attributes."""
    found = trees.parts(value)
    if found is None or found[0] != "dataclass":
        return found
    return found[0], found[1], tuple(attributes.load(m, value, name) for name in found[1])


def seen(m: Interpreter, value: Any, is_leaf: Callable[[Any], bool]) -> Any:
    """Return a nested value in new containers, so that what native code finds in it was read before."""
    return Mapping(lambda leaf: leaf, is_leaf, lambda each: parts_of(m, each), m.state.own).of("", value, ())


def _copied_container(value: Any, convert: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return {key: convert(item) for key, item in value.items()}
    items = [convert(item) for item in value]
    return type(value)._make(items) if is_namedtuple(value) else type(value)(items)


def _copied_object(m: Interpreter, value: Any, convert: Callable[[Any], Any]) -> Any:
    if not hasattr(value, "__dict__") or isinstance(value, list | dict | set):
        raise UnsupportedError(
            f"a copy of a {type(value).__name__} cannot be traced", remedy="make a new one from its parts"
        )
    made = m.state.own(object.__new__(type(value)))
    for name in vars(value):
        object.__setattr__(made, name, convert(attributes.load(m, value, name)))
    return made


def _replace(m: Interpreter, value: Any, /, **changes: Any) -> Any:
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        raise TypeError("replace() should be called on dataclass instances")
    for field in dataclasses.fields(value):
        if not field.init and field.name in changes:
            text = f"field {field.name} is declared with init=False, it cannot be specified with replace()"
            raise ValueError(text)
        if field.init and field.name not in changes:
            changes[field.name] = attributes.load(m, value, field.name)
    return m.call(type(value), (), changes)


def _asdict(m: Interpreter, value: Any, /) -> Any:
    return _parts(m, value, dict)


def _astuple(m: Interpreter, value: Any, /) -> Any:
    return _parts(m, value, lambda pairs: tuple(item for _, item in pairs))


def _parts(m: Interpreter, value: Any, make: Callable[[Any], Any]) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return m.state.own(make([(name, _parts(m, attributes.load(m, value, name), make)) for name in names]))
    if type(value) in _PLAIN or is_namedtuple(value):
        return m.state.own(_copied_container(value, lambda item: _parts(m, item, make)))
    return _deepcopy(m, value)


def _vars(m: Interpreter, value: Any, /) -> Any:
    return attributes.load(m, value, "__dict__")


COPIES: dict[Any, Callable[..., Any]] = {
    copy.copy: _copy,
    copy.deepcopy: _deepcopy,
    dataclasses.replace: _replace,
    dataclasses.asdict: _asdict,
    dataclasses.astuple: _astuple,
    vars: _vars,
}
