"""Hooks that trace nothing, and ones with a traced number that refuses whatever needs its value."""

from __future__ import annotations

import copy
import operator
from dataclasses import dataclass, field
from typing import Any

from bpcompiler.errors import LimitError, NeedsValueError, Origin
from bpcompiler.frontend.interpreter.core import Interpreter
from bpcompiler.frontend.limits import Limits


@dataclass
class PlainHooks:
    """No value is traced; outside numbers are themselves. What the interpreter tells is kept."""

    names: list[tuple[str, Any]] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)
    adopted: list[tuple[Any, Any]] = field(default_factory=list)
    handlers: dict[Any, Any] = field(default_factory=dict)

    def is_traced(self, value):
        return isinstance(value, Traced)

    def handler(self, function):
        try:
            return self.handlers.get(function)
        except TypeError:
            return None

    def truth(self, value):
        raise NeedsValueError("a condition on a traced value")

    stages = False

    def undecided(self, value, *, loop=False):
        return False

    def static(self, value, why):
        if isinstance(value.value, int):
            return value.value
        raise NeedsValueError(f"{why} must be known")

    def format(self, value, spec):
        raise NeedsValueError("the text of a traced value")

    def adopt(self, value, path):
        self.adopted.append((path, value))
        return value

    def named(self, name, value):
        self.names.append((name, value))

    def statement(self, origin):
        self.origins.append(origin)


class DecidingHooks(PlainHooks):
    """Traced conditions are decided by their value."""

    def truth(self, value):
        return bool(value.value)


class Traced:
    """A number that has Python's operators, and refuses to be a number."""

    def __init__(self, value):
        self.value = value

    def __neg__(self):
        return Traced(-self.value)

    def __bool__(self):
        raise NeedsValueError("bool of a traced value")

    __hash__ = None
    __index__ = __float__ = __bool__


def _binary(name):
    function = getattr(operator, name.strip("_") if name != "__and__" else "and_")

    def method(self, other):
        return Traced(function(self.value, other.value if isinstance(other, Traced) else other))

    def reflected(self, other):
        return Traced(function(other, self.value))

    return method, reflected


for _name in ("add", "sub", "mul", "truediv", "pow", "lt", "gt", "le", "ge", "eq"):
    _method, _reflected = _binary(f"__{_name}__")
    setattr(Traced, f"__{_name}__", _method)
    if _name in ("add", "sub", "mul", "truediv", "pow"):
        setattr(Traced, f"__r{_name}__", _reflected)


def interpret(function, *args, hooks=None, limits=None, **kwargs):
    """Return what the function returns, interpreted on copies of the arguments, which it may change."""
    return interpreter(hooks, limits).call(function, args, kwargs)


def interpreter(hooks=None, limits=None):
    return Interpreter(hooks or PlainHooks(), limits or Limits())


def outcome(run):
    """Return what a call comes to: its value, or its exception's type and text."""
    try:
        return ("value", run())
    except Exception as error:
        return ("error", type(error), error.args)


def same_as_python(function, *args, **kwargs):
    """Assert that a call comes to the same interpreted and in CPython, arguments included."""
    ours, theirs = copy.deepcopy((args, kwargs)), copy.deepcopy((args, kwargs))
    m = interpreter()
    for value in (*ours[0], *ours[1].values()):
        m.state.own_nested(value)
    expected = outcome(lambda: function(*theirs[0], **theirs[1]))
    actual = outcome(lambda: m.call(function, ours[0], ours[1]))
    if expected[1] is RecursionError:
        assert actual[1] in (RecursionError, LimitError)
        return
    assert shape(actual) == shape(expected)
    assert shape(ours) == shape(theirs)


def shape(value, depth=12):
    """Return a value in a form that compares types too, and NaN as equal to itself."""
    if depth == 0:
        return "a list that holds itself, perhaps"
    if isinstance(value, dict):
        return ("dict", type(value), [(shape(k, depth - 1), shape(v, depth - 1)) for k, v in value.items()])
    if isinstance(value, list | tuple):
        return (type(value), [shape(item, depth - 1) for item in value])
    if isinstance(value, type):
        return value.__qualname__
    if isinstance(value, int | float | complex | str | bytes | None):
        return (type(value), repr(value))
    if isinstance(value, set | frozenset):
        return (type(value), sorted(map(repr, value)))
    attributes = shape(_attributes(value), depth - 1) if hasattr(value, "__dict__") else repr(value)
    return (type(value).__qualname__, attributes)


def _attributes(value):
    """Return what a program could have set: the note of an exception says where the interpreter was."""
    return {name: item for name, item in vars(value).items() if name != "__notes__"}
