"""`sum`, `any`, `all`, `max`, `min`, `math.prod` of a generator expression: the loop that they are.

sum(x[i] * y[i] for i in range(n))     total = 0; for i in range(n): total = total + x[i] * y[i]
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bpcompiler.frontend.grown import GrownList
from bpcompiler.frontend.interpreter import assignments, protocols
from bpcompiler.frontend.interpreter.frames import Completion, Ending, Environment, Perhaps
from bpcompiler.frontend.interpreter.maybe import Maybe
from bpcompiler.frontend.interpreter.scope import Scope, scope_of
from bpcompiler.frontend.regions import exits, iterators, unrolling
from bpcompiler.frontend.regions.blocks import apart
from bpcompiler.frontend.regions.branches import branch
from bpcompiler.frontend.regions.for_loops import Loop

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter

Use = Callable[[Any], Ending]
FOUND = Completion("return")


@dataclass(frozen=True, slots=True, eq=False)
class Generator:
    """A generator expression that is consumed: where its names live, and what is done with each element."""

    m: Interpreter
    node: ast.GeneratorExp | ast.ListComp
    inner: Environment
    use: Use

    def run(self, depth: int, iterable: Any) -> Ending:
        """Run the loop of one `for`; return how it ends."""
        m, turns = self.m, self.m.turns(iterable)

        def turn(item: Any) -> Ending:
            assignments.assign(m, self.inner, self.node.generators[depth].target, item)
            return self.tested(depth, 0)

        with m.holding(iterable if turns is None else turns.arrays):
            if turns is None:
                return unrolling.over(m, self.node, iterable, turn)
            return unrolling.staged_or_unrolled(m, Loop(self.node, turns, turn))

    def tested(self, depth: int, index: int) -> Ending:
        """Go on where the conditions from `index` on hold."""
        m, generator = self.m, self.node.generators[depth]
        if index == len(generator.ifs):
            return self.innermost(depth)
        test = m.evaluate(self.inner, generator.ifs[index])
        m.at(self.inner, generator.ifs[index])
        if m.undecided(test):
            return branch(m, test, lambda: self.tested(depth, index + 1), lambda: None, generator.ifs[index])
        return self.tested(depth, index + 1) if m.truth(test) else None

    def innermost(self, depth: int) -> Ending:
        """Run the next `for`, or use the element."""
        if depth + 1 == len(self.node.generators):
            return self.use(self.m.evaluate(self.inner, self.node.elt))
        iterable = iterators.begun(self.m.evaluate(self.inner, self.node.generators[depth + 1].iter))
        return self.run(depth + 1, iterable)


def consumed(
    m: Interpreter, env: Environment, node: ast.GeneratorExp | ast.ListComp, function: Any, first: Any
) -> Any:
    """Return what `function` makes of a generator expression, given its first iterable."""
    inner = Environment(scope_of(node), env.unit, env.function, env, "comprehension", env.name)
    results = Environment(Scope(frozenset()), env.unit, env.function, env, "comprehension", env.name)
    with m.state.entered(inner), m.state.entered(results), apart(m):
        return RULES[function](m, results, lambda use: Generator(m, node, inner, use).run(0, first))


def takes_items(function: Any, args: tuple[Any, ...], kwargs: Any) -> bool:
    """Return whether a builtin is called that consumes an iterator, or a list that a loop appended to."""
    one = len(args) == 1 and not kwargs and isinstance(args[0], GrownList | iterators.Once)
    return one and _is_rule(function)


def of_items(m: Interpreter, env: Environment, function: Any, items: Any) -> Any:
    """Return what `function` makes of the items of a list or iterator."""
    items = iterators.begun(items)
    results = Environment(Scope(frozenset()), env.unit, env.function, env, "comprehension", env.name)
    node = m.frames[-1].place or ast.Pass()

    def run(use: Use) -> Ending:
        turns = m.turns(items)
        if turns is None:
            return unrolling.over(m, node, items, use)
        with m.holding(turns.arrays):
            return unrolling.staged_or_unrolled(m, Loop(node, turns, use))

    with m.state.entered(results), apart(m):
        return RULES[function](m, results, run)


Run = Callable[[Use], Ending]


def _folded(word: str, start: int, op: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """`sum`, `math.prod`: each element is added to what there is, or multiplied."""

    def folded(m: Interpreter, results: Environment, run: Run) -> Any:
        results.names[word] = start

        def use(value: Any) -> Ending:
            results.names[word] = whole = protocols.binary(m, op, results.names[word], value)
            m.hooks.named(word, whole)
            return None

        run(use)
        return results.names[word]

    return folded


def _found() -> Ending:
    return FOUND


def _nothing() -> Ending:
    return None


def _search(wanted: bool) -> Callable[..., Any]:
    """`any` (looks for what is true), `all` (for what is not)."""

    def search(m: Interpreter, results: Environment, run: Run) -> Any:
        def use(value: Any) -> Ending:
            if m.undecided(value):
                then, otherwise = (_found, _nothing) if wanted else (_nothing, _found)
                return branch(m, value, then, otherwise, m.frames[-1].place or ast.Pass())
            return FOUND if m.truth(value) is wanted else None

        ending = run(use)
        if isinstance(ending, Perhaps):
            found = exits.left(m, ending)
            return found if wanted else m.opposite(found)
        return (ending is not None) is wanted

    return search


def _extreme(name: str, word: str, better: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """`max`, `min`: the first element unless a later one is better."""

    def extreme(m: Interpreter, results: Environment, run: Run) -> Any:
        def take(value: Any) -> Ending:
            results.names[word] = value
            m.hooks.named(word, value)
            return None

        def use(value: Any) -> Ending:
            best = results.names.get(word)
            if word not in results.names:
                return take(value)
            bound = True
            if isinstance(best, Maybe):
                best, bound = best.value, best.bound
            wins = _or_unbound(m, bound, lambda: protocols.binary(m, better, value, best))
            if m.undecided(wins):
                return branch(m, wins, lambda: take(value), lambda: None, m.frames[-1].place or ast.Pass())
            return take(value) if m.truth(wins) else None

        run(use)
        best = results.names.get(word)
        empty = ValueError(f"{name}() arg is an empty sequence")
        if word not in results.names:
            raise empty
        if isinstance(best, Maybe):
            m.require(best.bound, empty)
            best = best.value
        return best

    return extreme


def _or_unbound(m: Interpreter, bound: Any, better: Callable[[], Any]) -> Any:
    if bound is True:
        return better()
    return m.combine("or", m.opposite(bound), better, m.frames[-1].place or ast.Pass())


RULES: dict[Any, Callable[..., Any]] = {
    sum: _folded("total", 0, operator.add),
    math.prod: _folded("product", 1, operator.mul),
    any: _search(True),
    all: _search(False),
    max: _extreme("max", "largest", operator.gt),
    min: _extreme("min", "smallest", operator.lt),
}


def consumes(node: ast.Call, function: Any) -> bool:
    """Return whether a builtin is called that consumes a generator expression as it is made.

    Or a list comprehension: those that read all of it may read it as it is made.
    """
    if len(node.args) != 1 or node.keywords or not _is_rule(function):
        return False
    lazy = isinstance(node.args[0], ast.ListComp) and function is not any and function is not all
    return lazy or isinstance(node.args[0], ast.GeneratorExp)


def _is_rule(function: Any) -> bool:
    return any(function is each for each in RULES)
