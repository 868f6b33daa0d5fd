"""Functions of bpcompiler itself that stand in the user's code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bpcompiler.frontend import references
from bpcompiler.frontend.interpreter.copies import parts_of
from bpcompiler.frontend.leaf_names import parameters_of
from bpcompiler.frontend.leaves import is_float_leaf
from bpcompiler.frontend.markers import root, stop_gradient
from bpcompiler.frontend.names.builtin_functions import type_of
from bpcompiler.frontend.names.common import Handler, natively
from bpcompiler.frontend.trace import Traced, current
from bpcompiler.ir.mapping import Mapping, is_number, tree_map
from bpcompiler.ir.trees import flatten, unflatten
from bpcompiler.ir.types import Array, is_float
from bpcompiler.primitives import norms, piecewise


@natively(stop_gradient)
def _stop_gradient(value: Any) -> Any:
    leaves: list[Any] = []
    tree = flatten(value, lambda part: isinstance(part, Traced), leaves)
    return unflatten(tree, [_stopped(leaf) for leaf in leaves])


def _stopped(leaf: Any) -> Any:
    if isinstance(leaf.aval, Array):
        return references.unmoved(leaf, piecewise.stop_gradient)
    return current().emit(piecewise.stop_gradient, leaf)


def _is_float_leaf(leaf: Any) -> bool:
    return is_float(leaf.aval) if isinstance(leaf, Traced) else is_float_leaf(leaf)


@natively(root)
def _root(squares: Any) -> Any:
    return current().elementwise(norms.root, squares)


def _tree_map(function: Callable[..., Any], tree: Any, *more: Any) -> Any:
    """`tree_map`: the function is interpreted, the containers are the trace's own."""
    interpreter = current().interpreter
    assert interpreter is not None

    def call(*leaves: Any) -> Any:
        with _named_after(leaves[0], tree, function):
            return interpreter.call(function, leaves)

    mapping = Mapping(call, _is_leaf, lambda value: parts_of(interpreter, value), interpreter.state.own)
    return mapping.of("tree", tree, more)


def _is_leaf(value: Any) -> bool:
    return type_of(value) is not bool if isinstance(value, Traced) else is_number(value)


def _name_of(leaf: Any) -> str:
    """Return what a leaf is called: by the user, or by its place in what a loop carries."""
    if not isinstance(leaf, Traced):
        return ""
    trace, value = current(), leaf.latest
    return trace.builder.names.get(value) or trace.part_names.get(value, "")


@contextmanager
def _named_after(leaf: Any, tree: Any, function: Any) -> Iterator[None]:
    """Let names tell the leaf W1: what is called m becomes m_W1, a new version of the first parameter W1."""
    trace = current()
    before, name = trace.renamed, _name_of(leaf)
    first, end = next(iter(parameters_of(function)), ""), "" if leaf is tree else f"_{name}"
    if name:
        trace.renamed = lambda given: name if given == first else given + end
    try:
        yield
    finally:
        trace.renamed = before


HANDLERS: dict[Callable[..., Any], Handler] = {
    is_float_leaf: _is_float_leaf,
    root: _root,
    stop_gradient: _stop_gradient,
    tree_map: _tree_map,
}
vars(tree_map)["reads_as_interpreted"] = True  # what is in its arguments
