"""Calls of `sum`, `any`, `max` ... on a generator expression or comprehension that is made for them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bpcompiler.errors import NeedsValueError
from bpcompiler.frontend.interpreter import calls, comprehensions
from bpcompiler.frontend.interpreter.frames import Environment
from bpcompiler.frontend.regions import consuming

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter


def call(m: Interpreter, env: Environment, node: ast.Call, function: Any) -> Any:
    """Return what a builtin makes of a generator: as a loop, where one is long or leaves items out."""
    (generator,) = node.args
    assert isinstance(generator, ast.GeneratorExp | ast.ListComp)
    first = comprehensions.first(m, env, generator)
    if m.turns(first) is not None:
        return consuming.consumed(m, env, generator, function, first)
    start = m.state.snapshot()
    try:
        items = comprehensions.items_over(m, env, generator, first)
        m.at(env, node)
        return calls.call(m, function, (items,), {})
    except NeedsValueError:
        if not any(each.ifs for each in generator.generators) or isinstance(first, Iterator):
            raise
    m.state.restore(start)
    return consuming.consumed(m, env, generator, function, first)
