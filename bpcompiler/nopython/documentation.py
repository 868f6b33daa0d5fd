"""The docstring of a flat function: which leaf is which argument, what comes back, what must hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bpcompiler.goal import Goal
from bpcompiler.ir.trees import Node, Tree, paths_of
from bpcompiler.nopython.leaves import Parameter, in_tuples

WHAT = {
    "value": "{} itself",
    "grad": "The gradient of {}",
    "value_and_grad": "The value and the gradient of {}",
    "jvp": "The value and the tangent of {}",
    "vjp": "The cotangents of the arguments of {}",
    "hvp": "The Hessian of {}, times tangents",
}
PARTS = {
    "value_and_grad": ("value", "gradient"),
    "jvp": ("value", "tangent"),
    "aux": ("gradient", "auxiliary"),
}


def docstring(
    function: str, goal: Goal, parameters: Sequence[Parameter], result: Tree, notes: Sequence[str]
) -> list[str]:
    """Return the lines of the docstring, indented, with its quotes."""
    width = max((len(each.name) for each in parameters), default=0)
    lines = [
        f"{WHAT[goal.kind].format(function)}, for callers that Numba compiles.",
        "",
        *(f"    {each.name:<{width}}  {each.path}, {each.type}" for each in parameters),
        *([""] if parameters else []),
        f"Returns {in_tuples(result, _results(goal, result))}.",
        *notes,
    ]
    first, *rest = (line.replace("\\", "\\\\").replace('"""', '\\"""') for line in lines)
    return [f'    """{first}', *(f"    {line}".rstrip() for line in rest), '    """']


def _results(goal: Goal, result: Tree) -> Callable[[int], str]:
    """Return how each leaf of the result is called: `gradient["w"]`."""
    return dict(_named(goal, result)).__getitem__


def _named(goal: Goal, result: Tree) -> Iterator[tuple[int, str]]:
    kind = "aux" if goal.kind == "grad" and goal.has_aux else goal.kind
    if kind in PARTS and isinstance(result, Node):
        for name, child in zip(PARTS[kind], result.children, strict=True):
            yield from paths_of(child, name)
    else:
        yield from paths_of(result, {"grad": "gradient", "value": "result"}.get(kind, kind))
