"""Python's special methods: operators, truth, iteration, length ... Those the user wrote are interpreted.

For builtin types and traced values the operator itself is run natively: traced values define Python's
operators. Only where a class of the user's has the method written in Python is the protocol spelt out here.
"""

from __future__ import annotations

import ast
import collections
import operator
import weakref
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import TYPE_CHECKING, Any

from bpcompiler.frontend.interpreter import comparing, natives
from bpcompiler.frontend.libraries import is_library

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter

HEAP_TYPE = 1 << 9

BINARY: dict[Callable[..., Any], str] = {
    operator.add: "add", operator.sub: "sub", operator.mul: "mul", operator.truediv: "truediv",
    operator.floordiv: "floordiv", operator.mod: "mod", operator.pow: "pow", operator.matmul: "matmul",
    operator.lshift: "lshift", operator.rshift: "rshift", operator.and_: "and", operator.or_: "or",
    operator.xor: "xor",
}  # fmt: skip
SYMBOLS = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "** or pow()",
    "matmul": "@", "lshift": "<<", "rshift": ">>", "and": "&", "or": "|", "xor": "^",
    "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
}  # fmt: skip
COMPARISONS: dict[Callable[..., Any], tuple[str, str]] = {
    operator.lt: ("lt", "gt"), operator.le: ("le", "ge"), operator.gt: ("gt", "lt"),
    operator.ge: ("ge", "le"), operator.eq: ("eq", "eq"), operator.ne: ("ne", "ne"),
}  # fmt: skip
CONTAINERS = (list, tuple, dict, set, frozenset, collections.deque)

_USER_CLASSES: dict[int, tuple[weakref.ref[type], bool]] = {}


def is_user_class(cls: type) -> bool:
    """Return whether a class is the user's own: made in Python, outside the libraries."""
    key = id(cls)
    known = _USER_CLASSES.get(key)
    if known is None:
        own = bool(cls.__flags__ & HEAP_TYPE) and not is_library(getattr(cls, "__module__", None))
        known = _USER_CLASSES[key] = (weakref.ref(cls, lambda _: _USER_CLASSES.pop(key, None) and None), own)
    return known[1]


def special(m: Interpreter, value: object, name: str) -> Any:
    """Return the user's own special method of the value's class, unbound, or None."""
    cls = type(value)
    if not is_user_class(cls) or m.is_traced(value):
        return None
    for base in cls.__mro__:
        if name in base.__dict__:
            found = base.__dict__[name]
            return found if isinstance(found, FunctionType) and is_user_class(base) else None
    return None


def method(m: Interpreter, value: object, name: str) -> Callable[..., Any] | None:
    """Return what interprets the value's special method, with the value bound, or None."""
    found = special(m, value, name)
    if found is None:
        return None
    m.outside.method(value, name, found, special=True)
    return lambda *args: m.call(found, (value, *args))


def binary(m: Interpreter, op: Callable[..., Any], left: Any, right: Any) -> Any:
    """Return `left op right`, with the special methods that the user wrote interpreted."""
    if not (_is_own(m, left) or _is_own(m, right)):
        return _natively(m, op, left, right)
    if op in COMPARISONS:
        name, mirrored = COMPARISONS[op]
        return _dispatch(m, op, left, right, f"__{name}__", f"__{mirrored}__")
    return _dispatch(m, op, left, right, f"__{BINARY[op]}__", f"__r{BINARY[op]}__")


def _natively(m: Interpreter, op: Callable[..., Any], left: Any, right: Any) -> Any:
    if op in COMPARISONS and isinstance(left, CONTAINERS) and isinstance(right, CONTAINERS):
        return comparing.containers(m, op, left, right)
    for each in (left, right):
        if m.outside.is_opaque(each):
            raise natives.unseen(each, op.__name__)
    return op(*_repeats(m, op, left, right))


def inplace(m: Interpreter, op: Callable[..., Any], plain: Callable[..., Any], left: Any, right: Any) -> Any:
    """Return what `left op= right` stores, where `op` is the in-place operator and `plain` the other."""
    if not (_is_own(m, left) or _is_own(m, right)):
        return op(*_repeats(m, plain, left, right))
    own = method(m, left, f"__i{BINARY[plain]}__")
    result = own(right) if own else NotImplemented
    if result is NotImplemented and own is None and not m.is_traced(left):
        native = getattr(type(left), f"__i{BINARY[plain]}__", None)
        result = native(left, right) if native else NotImplemented
    return binary(m, plain, left, right) if result is NotImplemented else result


def _is_own(m: Interpreter, value: object) -> bool:
    return is_user_class(type(value)) and not m.is_traced(value)


def _repeats(m: Interpreter, op: Callable[..., Any], left: Any, right: Any) -> tuple[Any, Any]:
    """Return the operands of `op`; what a sequence is repeated by is made a number."""
    if op is operator.mul:
        if isinstance(left, list | tuple | str | bytes) and m.is_traced(right):
            return left, m.number(right, "the number of repetitions")
        if isinstance(right, list | tuple | str | bytes) and m.is_traced(left):
            return m.number(left, "the number of repetitions"), right
    return left, right


def _dispatch(m: Interpreter, op: Callable[..., Any], left: Any, right: Any, name: str, mirrored: str) -> Any:
    """Try both operands' methods in Python's order: the right one first if it is of a subclass."""
    attempts = [(left, right, name), (right, left, mirrored)]
    if type(left) is type(right) and op not in COMPARISONS:
        attempts.pop()
    elif type(left) is not type(right) and issubclass(type(right), type(left)):
        attempts.reverse()
    if not any(special(m, holder, method_name) for holder, _, method_name in attempts):
        return op(left, right)
    for holder, other, method_name in attempts:
        result = _attempt(m, holder, other, method_name)
        if result is not NotImplemented:
            return result
    return _unanswered(op, left, right, name)


def _attempt(m: Interpreter, holder: Any, other: Any, name: str) -> Any:
    own = method(m, holder, name)
    if own is not None:
        return own(other)
    native = getattr(type(holder), name, None)
    return NotImplemented if native is None else native(holder, other)


def _unanswered(op: Callable[..., Any], left: Any, right: Any, name: str) -> Any:
    if op is operator.eq:
        return left is right
    if op is operator.ne:
        return left is not right
    symbol = SYMBOLS.get(name.strip("_"), name)
    types = f"'{type(left).__name__}' and '{type(right).__name__}'"
    if op in COMPARISONS:
        raise TypeError(f"'{symbol}' not supported between instances of {types}")
    raise TypeError(f"unsupported operand type(s) for {symbol}: {types}")


def not_equal(m: Interpreter, left: Any, right: Any) -> Any:
    """Return `left != right`; a class with `__eq__` alone answers its opposite."""
    for one, other in ((left, right), (right, left)):
        if special(m, one, "__eq__") and not special(m, one, "__ne__"):
            equal = method(m, one, "__eq__")
            result = NotImplemented if equal is None else equal(other)
            if result is not NotImplemented:
                return not m.truth(result)
    return binary(m, operator.ne, left, right)


def unary(m: Interpreter, op: Callable[[Any], Any], name: str, value: Any) -> Any:
    """Return `op value`."""
    own = method(m, value, name)
    return own() if own else op(value)


def truth(m: Interpreter, value: Any) -> bool:
    """Return the truth of an ordinary value."""
    if value is True or value is False:
        return value
    for name in ("__bool__", "__len__"):
        own = method(m, value, name)
        if own is not None:
            return bool(own())
    natives.refuse_unseen(m, bool, (value,))
    return bool(value)


def iterate(m: Interpreter, value: Any) -> Iterator[Any]:
    """Return an iterator over the value; one that the user wrote is interpreted step by step."""
    start = method(m, value, "__iter__")
    if start is not None:
        return _interpreted(m, start())
    if special(m, value, "__next__"):
        return _interpreted(m, value)
    item = None if hasattr(type(value), "__iter__") else method(m, value, "__getitem__")
    if item is not None:
        return _by_index(item)
    natives.refuse_unseen(m, iter, (value,))
    return iter(value)


def _interpreted(m: Interpreter, iterator: Any) -> Iterator[Any]:
    step = method(m, iterator, "__next__")
    if step is None:
        yield from iterator
        return
    while True:
        try:
            item = step()
        except StopIteration:
            return
        yield item


def _by_index(item: Callable[..., Any]) -> Iterator[Any]:
    index = 0
    while True:
        try:
            value = item(index)
        except IndexError:
            return
        yield value
        index += 1


def contains(m: Interpreter, container: Any, item: Any) -> Any:
    """Return `item in container`; traced values are compared by `==`, one after the other."""
    own = method(m, container, "__contains__")
    if own is not None:
        return m.truth(own(item))
    if m.is_traced(container):
        return m.truth(operator.contains(container, item))
    if isinstance(container, dict | set | frozenset):
        comparing.check_keys(m, (item,))
        return operator.contains(container, m.number(item, "a dict key"))
    if m.contains_traced(container) is None and not m.is_traced(item) and not _has_own_eq(m, container, item):
        natives.refuse_unseen(m, operator.contains, (container, item))
        return operator.contains(container, item)
    return _equal_to_any(m, item, list(iterate(m, container)))


def _equal_to_any(m: Interpreter, item: Any, items: list[Any]) -> Any:
    """Return whether one of the items is this one, or equal; traced where it depends on traced values."""
    for index, each in enumerate(items):
        if each is item:
            return True
        equal = binary(m, operator.eq, each, item)
        if m.undecided(equal):
            return _or_to_any(m, equal, item, items[index + 1 :])
        if m.truth(equal):
            return True
    return False


def _or_to_any(m: Interpreter, equal: Any, item: Any, rest: list[Any]) -> Any:
    return m.combine("or", equal, lambda: _equal_to_any(m, item, rest), ast.Pass()) if rest else equal


def _has_own_eq(m: Interpreter, container: Any, item: Any) -> bool:
    if not isinstance(container, CONTAINERS):
        return special(m, container, "__iter__") is not None
    return comparing.has_own(m, item) or comparing.has_own(m, container)
