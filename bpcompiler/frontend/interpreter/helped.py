"""Builtins written out over the interpreter's own operations.

They would call back into the user's code, or their work depends on the truth of what may be traced.
"""

from __future__ import annotations

import ast
import builtins
import functools
import operator
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal

from bpcompiler.errors import NoRuleError
from bpcompiler.frontend.interpreter import attributes, comparing, natives, protocols, strings, untraced

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter

NONE = object()


def callback(m: Interpreter, function: Any) -> Callable[..., Any]:
    """Return a plain callable that interprets the function, for native code to call."""

    def interpreted(*args: Any, **kwargs: Any) -> Any:
        return m.call(function, args, kwargs)

    return interpreted


def _sum(m: Interpreter, iterable: Any, /, start: Any = 0) -> Any:
    if isinstance(start, str):
        raise TypeError("sum() can't sum strings [use ''.join(seq) instead]")
    items = list(m.iterate(iterable))
    if not any(m.is_traced(item) or protocols.is_user_class(type(item)) for item in (start, *items)):
        return sum(items, start)
    return functools.reduce(lambda one, other: protocols.binary(m, operator.add, one, other), items, start)


def _any(m: Interpreter, iterable: Any, /) -> Any:
    return _decides(m, m.iterate(iterable), word="or")


def _all(m: Interpreter, iterable: Any, /) -> Any:
    return _decides(m, m.iterate(iterable), word="and")


def _decides(m: Interpreter, items: Iterator[Any], word: Literal["and", "or"]) -> Any:
    """Return whether one item is true ("or"), or all are. From the first traced one on, all are evaluated."""
    for item in items:
        if m.undecided(item):
            return _combined(m, m.opposite(m.opposite(item)), list(items), word)
        if m.truth(item) is (word == "or"):
            return word == "or"
    return word == "and"


def _combined(m: Interpreter, first: Any, rest: list[Any], word: Literal["and", "or"]) -> Any:
    return m.combine(word, first, lambda: _decides(m, iter(rest), word), PLACE) if rest else first


PLACE = ast.Pass()


def _filter(m: Interpreter, function: Any, iterable: Any, /) -> Any:
    keeps = m.truth if function is None else lambda item: m.truth(m.call(function, (item,)))
    return filter(keeps, m.iterate(iterable))


def _sorted(m: Interpreter, iterable: Any, /, *, key: Any = None, reverse: Any = False) -> list[Any]:
    made = list(m.iterate(iterable))
    _sort(m, made, key=key, reverse=reverse)
    return made


def _list_sort(m: Interpreter, items: list[Any], /, *, key: Any = None, reverse: Any = False) -> None:
    attributes.check_owned(m, items, "a list from outside")
    _sort(m, items, key=key, reverse=reverse)


def _sort(m: Interpreter, items: list[Any], *, key: Any, reverse: Any) -> None:
    """Sort in place; keys that are not plain are compared by the interpreter."""
    keys = [item if key is None else m.call(key, (item,)) for item in items]
    compare = functools.cmp_to_key(
        lambda one, other: -1 if _less(m, one, other) else int(_less(m, other, one))
    )
    plain = not any(m.contains_traced(each) is not None or comparing.has_own(m, each) for each in keys)
    ordering = [each if plain else compare(each) for each in keys]
    order = sorted(range(len(items)), key=ordering.__getitem__, reverse=m.truth(reverse))
    items[:] = [items[index] for index in order]


def _less(m: Interpreter, one: Any, other: Any) -> bool:
    return m.truth(protocols.binary(m, operator.lt, one, other))


def _extreme(name: str, op: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    def extreme(m: Interpreter, *args: Any, key: Any = None, default: Any = NONE) -> Any:
        if not args:
            raise TypeError(f"{name} expected at least 1 argument, got 0")
        if len(args) > 1 and default is not NONE:
            raise TypeError(f"Cannot specify a default for {name}() with multiple positional arguments")
        items = list(m.iterate(args[0])) if len(args) == 1 else list(args)
        if not items:
            return getattr(builtins, name)((), **({} if default is NONE else {"default": default}))
        return _best(m, op, items, key)

    return extreme


def _best(m: Interpreter, op: Callable[[Any, Any], Any], items: list[Any], key: Any) -> Any:
    def keyed(item: Any) -> Any:
        return item if key is None else m.call(key, (item,))

    best, best_key = items[0], keyed(items[0])
    for item in items[1:]:
        item_key = keyed(item)
        wins = protocols.binary(m, op, item_key, best_key)
        if m.undecided(wins):
            best, best_key = _chosen(m, wins, (item, item_key), (best, best_key))
        elif m.truth(wins):
            best, best_key = item, item_key
    return best


def _chosen(m: Interpreter, wins: Any, one: Any, other: Any) -> Any:
    return m.choose(wins, lambda: one, lambda: other, PLACE)


def _getattr(m: Interpreter, value: Any, name: str, default: Any = NONE, /) -> Any:
    if default is NONE:
        return attributes.load(m, value, name)
    try:
        return attributes.load(m, value, name)
    except AttributeError:
        return default


def _hasattr(m: Interpreter, value: Any, name: str, /) -> bool:
    return _getattr(m, value, name, _ABSENT) is not _ABSENT


_ABSENT = object()


def _setattr(m: Interpreter, value: Any, name: str, item: Any, /) -> None:
    attributes.store(m, value, name, item)


def _delattr(m: Interpreter, value: Any, name: str, /) -> None:
    attributes.delete(m, value, name)


def _iter(m: Interpreter, value: Any, /, *sentinel: Any) -> Any:
    return iter(callback(m, value), *sentinel) if sentinel else m.iterate(value)


def _next(m: Interpreter, iterator: Any, /, *default: Any) -> Any:
    own = protocols.method(m, iterator, "__next__")
    if own is None:
        return next(iterator, *default)
    try:
        return own()
    except StopIteration:
        if default:
            return default[0]
        raise


def _protocol(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Return a builtin of one argument that asks the user's own special method first."""

    def helped(m: Interpreter, *args: Any, **kwargs: Any) -> Any:
        own = protocols.method(m, args[0], name) if args and not kwargs else None
        if own is not None:
            return own(*args[1:])
        if m.contains_traced(args[:1]) is not None and not (
            args and isinstance(args[0], (*natives.MUTABLE, tuple))
        ):
            raise NoRuleError(
                f"{function.__name__} has no derivative rule yet", remedy="use a supported function"
            )
        natives.refuse_unseen(m, function, args)
        if function in (int, float):
            untraced.refuse_methods(m, function.__name__, args, ("__index__", "__trunc__"))
        return function(*args, **kwargs)

    return helped


def _text(name: str) -> Callable[..., Any]:
    def text(m: Interpreter, *args: Any, **kwargs: Any) -> Any:
        if len(args) != 1 or kwargs:
            return str(*args, **kwargs)
        return strings.text_of(m, args[0], name)

    return text


def _operator(name: str) -> Callable[..., Any]:
    function = getattr(operator, name)
    return lambda m, left, right, /: protocols.binary(m, function, left, right)


def attrgetter(m: Interpreter, getter: Any, value: Any) -> Any:
    """Return what an `operator.attrgetter` returns."""
    found = tuple(
        functools.reduce(lambda holder, name: attributes.load(m, holder, name), path.split("."), value)
        for path in getter.__reduce__()[1]
    )
    return found if len(found) > 1 else found[0]


def itemgetter(m: Interpreter, getter: Any, value: Any) -> Any:
    """Return what an `operator.itemgetter` returns."""
    own = protocols.method(m, value, "__getitem__")
    if own is None:
        return natives.run(m, getter, (value,), {})
    found = tuple(own(key) for key in getter.__reduce__()[1])
    return found if len(found) > 1 else found[0]


def methodcaller(m: Interpreter, caller: Any, value: Any) -> Any:
    """Return what an `operator.methodcaller` returns."""
    made, parts = caller.__reduce__()
    given = [*getattr(made, "args", ()), *parts]  # with keywords it is made by a partial
    return m.call(attributes.load(m, value, given[0]), tuple(given[1:]), dict(getattr(made, "keywords", {})))


def _reduce(m: Interpreter, function: Any, iterable: Any, /, *initial: Any) -> Any:
    return functools.reduce(callback(m, function), m.iterate(iterable), *initial)


HELP: dict[Any, Callable[..., Any]] = {
    sum: _sum,
    any: _any,
    all: _all,
    filter: _filter,
    sorted: _sorted,
    max: _extreme("max", operator.gt),
    min: _extreme("min", operator.lt),
    getattr: _getattr,
    hasattr: _hasattr,
    setattr: _setattr,
    delattr: _delattr,
    iter: _iter,
    next: _next,
    str: _text("__str__"),
    repr: _text("__repr__"),
    functools.reduce: _reduce,
    list.sort: _list_sort,
    bool: lambda m, value=False, /: m.truth(value),
    **{
        function: _protocol(function, name)
        for function, name in (
            (len, "__len__"),
            (abs, "__abs__"),
            (int, "__int__"),
            (float, "__float__"),
            (round, "__round__"),
            (hash, "__hash__"),
            (reversed, "__reversed__"),
        )
    },
    **{
        getattr(operator, name): _operator(name)
        for name in ("add", "sub", "mul", "truediv", "matmul", "lt", "gt")
    },
}
