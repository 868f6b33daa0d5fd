"""The `match` statement: one function for each kind of pattern."""

from __future__ import annotations

import ast
import collections.abc
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bpcompiler.frontend.interpreter import attributes, names, protocols
from bpcompiler.frontend.interpreter.frames import Ending, Environment
from bpcompiler.frontend.regions import branches

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter

SELF_MATCHING = (bool, bytearray, bytes, dict, float, frozenset, int, list, set, str, tuple)
MISSING = object()


def match_(m: Interpreter, env: Environment, node: ast.Match) -> Ending:
    """Run the first case whose pattern and guard hold."""
    return _first(m, env, node.cases, m.evaluate(env, node.subject))


def _first(m: Interpreter, env: Environment, cases: list[ast.match_case], subject: Any) -> Ending:
    for index, case in enumerate(cases):
        m.at(env, case.pattern)
        holds = _holds(m, env, case, subject)
        if m.undecided(holds):
            return _either(m, env, holds, cases[index:], subject)
        if m.truth(holds):
            return m.run(env, case.body)
    return None


def _either(
    m: Interpreter, env: Environment, holds: Any, cases: list[ast.match_case], subject: Any
) -> Ending:
    """Run a case or those behind it, as a traced condition selects."""
    case, *others = cases
    return branches.branch(
        m, holds, lambda: m.run(env, case.body), lambda: _first(m, env, others, subject), case.pattern
    )


def _holds(m: Interpreter, env: Environment, case: ast.match_case, subject: Any) -> Any:
    """Return whether the pattern and the guard hold, as a traced condition where it depends on one."""
    matches = _matches(m, env, case.pattern, subject)
    guard = case.guard
    if guard is None:
        return matches
    if m.undecided(matches):
        return m.combine("and", matches, lambda: m.evaluate(env, guard), case.pattern)
    return m.evaluate(env, guard) if matches else False


def _matches(m: Interpreter, env: Environment, pattern: ast.pattern, subject: Any) -> Any:
    return PATTERNS[type(pattern)](m, env, pattern, subject)


def _value(m: Interpreter, env: Environment, pattern: ast.MatchValue, subject: Any) -> Any:
    equal = protocols.binary(m, operator.eq, subject, m.evaluate(env, pattern.value))
    return equal if m.undecided(equal) else m.truth(equal)


def _singleton(m: Interpreter, env: Environment, pattern: ast.MatchSingleton, subject: Any) -> Any:
    return subject is pattern.value


def _as(m: Interpreter, env: Environment, pattern: ast.MatchAs, subject: Any) -> Any:
    matches = True if pattern.pattern is None else _matches(m, env, pattern.pattern, subject)
    if matches is not False and pattern.name is not None:
        names.store(m, env, pattern.name, subject)
    return matches


def _or(m: Interpreter, env: Environment, pattern: ast.MatchOr, subject: Any) -> Any:
    return _some(m, env, pattern.patterns, subject)


def _some(m: Interpreter, env: Environment, patterns: list[ast.pattern], subject: Any) -> Any:
    for index, each in enumerate(patterns):
        matches = _matches(m, env, each, subject)
        if m.undecided(matches):
            rest = patterns[index + 1 :]
            return _or_else(m, matches, lambda: _some(m, env, rest, subject), each)  # noqa: B023 -- called now
        if matches:
            return True
    return False


def _or_else(m: Interpreter, matches: Any, rest: Callable[[], Any], pattern: ast.pattern) -> Any:
    return m.combine("or", matches, rest, pattern)


def _sequence(m: Interpreter, env: Environment, pattern: ast.MatchSequence, subject: Any) -> Any:
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


def _all(m: Interpreter, env: Environment, patterns: list[ast.pattern], subjects: list[Any]) -> Any:
    for index, (each, item) in enumerate(zip(patterns, subjects, strict=True)):
        matches = _matches(m, env, each, item)
        if m.undecided(matches):
            rest = patterns[index + 1 :], subjects[index + 1 :]
            return m.combine("and", matches, lambda: _all(m, env, *rest), each)  # noqa: B023 -- called now
        if not matches:
            return False
    return True


def _star(m: Interpreter, env: Environment, pattern: ast.MatchStar, subject: Any) -> Any:
    if pattern.name is not None:
        names.store(m, env, pattern.name, subject)
    return True


def _mapping(m: Interpreter, env: Environment, pattern: ast.MatchMapping, subject: Any) -> Any:
    if not isinstance(subject, collections.abc.Mapping):
        return False
    keys = [m.evaluate(env, key) for key in pattern.keys]
    if not all(key in subject for key in keys):
        return False
    if pattern.rest is not None:
        rest = {key: value for key, value in subject.items() if key not in keys}
        names.store(m, env, pattern.rest, m.state.own(rest))
    return _all(m, env, pattern.patterns, [subject[key] for key in keys])


def _class(m: Interpreter, env: Environment, pattern: ast.MatchClass, subject: Any) -> Any:
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


def _attribute(m: Interpreter, env: Environment, name: str, pattern: ast.pattern, subject: Any) -> Any:
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
