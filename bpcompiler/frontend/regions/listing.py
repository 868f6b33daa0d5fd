"""List comprehensions over arrays and long ranges: the loop that they are.

terms = [f(v) for v in x]        terms = []
                                 for v in x:
                                     terms.append(f(v))

It becomes an array where its items can be elements of one and all that is done with it an array can do.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from bpcompiler.errors import NeedsValueError
from bpcompiler.frontend.interpreter import assignments
from bpcompiler.frontend.interpreter.frames import Ending, Environment
from bpcompiler.frontend.interpreter.scope import Scope
from bpcompiler.frontend.regions import unrolling
from bpcompiler.frontend.regions.blocks import apart
from bpcompiler.frontend.regions.for_loops import Loop
from bpcompiler.frontend.regions.ranges import Turns

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter


def listed(
    m: Interpreter, env: Environment, inner: Environment, node: ast.ListComp, turns: Turns, name: str
) -> Any:
    """Return the list of a comprehension with one `for` over these turns; `name`: what it will be called."""
    (generator,) = node.generators
    results = Environment(Scope(frozenset()), env.unit, env.function, env, "comprehension", env.name)
    results.names[name] = m.state.own([])

    def turn(item: Any) -> Ending:
        m.turn(1)
        assignments.assign(m, inner, generator.target, item)
        if all(passes(m, inner, test) for test in generator.ifs):
            item = m.evaluate(inner, node.elt)
            results.names[name].append(item)
        return None

    with m.state.entered(inner), m.state.entered(results), apart(m), m.holding(turns.arrays):
        unrolling.staged_or_unrolled(m, Loop(node, turns, turn))
        return results.names[name]


def passes(m: Interpreter, inner: Environment, test: ast.expr) -> bool:
    """Return whether a condition of a comprehension holds. It says how long a list is: it must be known."""
    value = m.evaluate(inner, test)
    m.at(inner, test)
    if m.undecided(value):
        raise NeedsValueError(
            "how many items this list has depends on traced values",
            remedy="reduce a generator, sum(... for ... if ...), or take the elements of an array: x[x > 0]",
            origin=m.origin(),
        )
    return m.truth(value)


def name_for(statement: ast.AST | None, node: ast.ListComp) -> str:
    """Return what a statement calls the list that it makes."""
    if isinstance(statement, ast.Assign) and statement.value is node:
        target = statement.targets[0]
        return target.id if isinstance(target, ast.Name) else "items"
    return "items"
