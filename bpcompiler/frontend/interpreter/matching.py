"""The `match` statement: one function for each kind of pattern."""

from __future__ import annotations

import ast
import collections.abc
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bpcompiler.frontend.interpreter import attributes, names, protocols
from bpcompiler.frontend.interpreter.frames import Completion, Environment

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter

SELF_MATCHING = (bool, bytearray, bytes, dict, float, frozenset, int, list, set, str, tuple)
MISSING = object()


def match_(m: Interpreter, env: Environment, node: ast.Match) -> Completion | None:
    """Run the first case whose pattern and guard hold."""
    subject = m.evaluate(env, node.subject)
    for case in node.cases:
        m.at(env, case.pattern)
        if _matches(m, env, case.pattern, subject) and (
            case.guard is None or m.truth(m.evaluate(env, case.guard))
        ):
            return m.run(env, case.body)
    return None


def _matches(m: Interpreter, env: Environment, pattern: ast.pattern, subject: Any) -> bool:
    return PATTERNS[type(pattern)](m, env, pattern, subject)


def _value(m: Interpreter, env: Environment, pattern: ast.MatchValue, subject: Any) -> bool:
    return m.truth(protocols.binary(m, operator.eq, subject, m.evaluate(env, pattern.value)))


def _singleton(m: Interpreter, env: Environment, pattern: ast.MatchSingleton, subject: Any) -> bool:
    return subject is pattern.value


def _as(m: Interpreter, env: Environment, pattern: ast.MatchAs, subject: Any) -> bool:
    if pattern.pattern is not None and not _matches(m, env, pattern.pattern, subject):
        return False
    if pattern.name is not None:
        names.store(m, env, pattern.name, subject)
    return True


def _or(m: Interpreter, env: Environment, pattern: ast.MatchOr, subject: Any) -> bool:
    return any(_matches(m, env, each, subject) for each in pattern.patterns)


def _sequence(m: Interpreter, env: Environment, pattern: ast.MatchSequence, subject: Any) -> bool:
    if m.is_traced(subject) or isinstance(subject, str | bytes | bytearray):
        return False
    if not isinstance(subject, collections.abc.Sequence):
        return False
    patterns, count = pattern.patterns, len(subject)
    star = next((i for i, each in enumerate(patterns) if isinstance(each, ast.MatchStar)), None)
    if star is None:
        return count == len(patterns) and _all(m, env, patterns, list(subject))
    after = len(patterns) - star - 1
    if count < star + after:
        return False
    rest = m.state.own(list(subject[star : count - after]))
    return _all(m, env, patterns, [*subject[:star], rest, *subject[count - after :]])


def _all(m: Interpreter, env: Environment, patterns: list[ast.pattern], subjects: list[Any]) -> bool:
    return all(_matches(m, env, each, item) for each, item in zip(patterns, subjects, strict=True))


def _star(m: Interpreter, env: Environment, pattern: ast.MatchStar, subject: Any) -> bool:
    if pattern.name is not None:
        names.store(m, env, pattern.name, subject)
    return True


def _mapping(m: Interpreter, env: Environment, pattern: ast.MatchMapping, subject: Any) -> bool:
    if not isinstance(subject, collections.abc.Mapping):
        return False
    keys = [m.evaluate(env, key) for key in pattern.keys]
    if not all(key in subject for key in keys):
        return False
    if not _all(m, env, pattern.patterns, [subject[key] for key in keys]):
        return False
    if pattern.rest is not None:
        rest = {key: value for key, value in subject.items() if key not in keys}
        names.store(m, env, pattern.rest, m.state.own(rest))
    return True


def _class(m: Interpreter, env: Environment, pattern: ast.MatchClass, subject: Any) -> bool:
    cls = m.evaluate(env, pattern.cls)
    if not m.truth(m.call(isinstance, (subject, cls))):
        return False
    if cls in SELF_MATCHING and len(pattern.patterns) == 1:
        return _matches(m, env, pattern.patterns[0], subject)
    wanted = getattr(cls, "__match_args__", ())
    if len(pattern.patterns) > len(wanted):
        raise TypeError(
            f"{cls.__name__}() accepts {len(wanted)} positional sub-pattern{'s' * (len(wanted) != 1)} "
            f"({len(pattern.patterns)} given)"
        )
    pairs = [
        *zip(wanted, pattern.patterns, strict=False),
        *zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True),
    ]
    return all(_attribute(m, env, name, each, subject) for name, each in pairs)


def _attribute(m: Interpreter, env: Environment, name: str, pattern: ast.pattern, subject: Any) -> bool:
    try:
        value = attributes.load(m, subject, name)
    except AttributeError:
        return False
    return _matches(m, env, pattern, value)


PATTERNS: dict[type[ast.pattern], Callable[..., bool]] = {
    ast.MatchValue: _value,
    ast.MatchSingleton: _singleton,
    ast.MatchAs: _as,
    ast.MatchOr: _or,
    ast.MatchSequence: _sequence,
    ast.MatchStar: _star,
    ast.MatchMapping: _mapping,
    ast.MatchClass: _class,
}
