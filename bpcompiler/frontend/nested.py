"""A transform inside a traced function: its function is traced into a program of its own, then written out.

`bp.grad(g)(x)` in a traced function becomes the equations of g's adjoint, so that it can be differentiated
again: a derivative is a program like any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from bpcompiler.errors import CompilerError
from bpcompiler.frontend.grown import GrownList, from_items
from bpcompiler.frontend.interpreter.copies import seen
from bpcompiler.frontend.leaf_names import leaf_names
from bpcompiler.frontend.regions.blocks import is_raised
from bpcompiler.frontend.trace import Trace, Traced, tracing
from bpcompiler.frontend.tracers import wrap
from bpcompiler.frontend.tracing import Tracing, is_result_leaf
from bpcompiler.ir.equations import Operand, with_operands
from bpcompiler.ir.program import Program
from bpcompiler.ir.trees import ITEMS, Node, Tree, flatten, rebuild, unflatten
from bpcompiler.ir.types import is_float

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter


def known(outer: Trace, transform: Any) -> Any:
    """Return the function that a transform wraps, its place outside known."""
    function, interpreter = transform.__wrapped__, interpreter_of(outer)
    path = interpreter.outside.path_of(transform)
    if path is not None:
        interpreter.outside.know(function, (*path, ("attr", "__wrapped__")))
    return function


def interpreter_of(trace: Trace) -> Interpreter:
    """Return the interpreter of a trace."""
    if trace.interpreter is None:
        raise CompilerError("a trace without an interpreter met a transform")
    return trace.interpreter


def call_inside(outer: Trace, function: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """Return what the function that `bp.jit` wraps returns: its equations are the outer trace's."""
    return interpreter_of(outer).call(function, args, dict(kwargs))


def trace_nested(
    outer: Trace, function: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[Tracing, list[Operand]]:
    """Return the program of a function, and the operands of the call.

    The program may read values of the outer one: what was read from outside, what a closure holds.
    """
    interpreter = interpreter_of(outer)
    leaves: list[Any] = []
    arguments = flatten(seen(interpreter, (args, dict(kwargs)), is_leaf), is_leaf, leaves)
    operands = [outer.operand(leaf) for leaf in leaves]
    inner = outer.nested()
    names = leaf_names(function, args, kwargs, arguments)
    inputs = [inner.builder.input(operand.aval, names[i]) for i, operand in enumerate(operands)]
    with _instead_of(outer, inner):
        new_args, new_kwargs = _unflattened(outer, arguments, [wrap(value) for value in inputs])
        try:
            returned = interpreter.call(function, new_args, new_kwargs)
        except Exception as error:
            if not is_raised(interpreter, error):
                raise
            returned = 0.0
        results: list[Any] = []
        result = flatten(returned, is_result_leaf, results)
        outputs = [inner.operand(value) for value in results]
    program = inner.builder.program(getattr(function, "__name__", "function"), inputs, outputs)
    sizes = dict(outer.decisions.values)
    return Tracing(program, arguments, result, (), (), (), (), {}, sizes), operands


def write_out(outer: Trace, program: Program, operands: list[Operand], result: Tree) -> Any:
    """Add a program's equations to the outer trace and return its results there."""
    block = with_operands(program.block, dict(zip(program.inputs, operands, strict=True)))
    outer.builder.equations.extend(block.equations)
    for value, name in program.names.items():
        if value not in program.inputs:
            outer.builder.names.setdefault(value, name)
    return _unflattened(outer, result, [outer.rewrap(output) for output in block.results])


def _unflattened(trace: Trace, tree: Tree, leaves: list[Any]) -> Any:
    """Return the nested value, its containers the trace's own."""
    own = interpreter_of(trace).state.own
    return unflatten(tree, leaves, lambda node, children: own(_rebuilt(node, children)))


def _rebuilt(node: Node, children: list[Any]) -> Any:
    """Return a container of traced values. A list that one array stands for is one to which loops append."""
    return from_items(children[0], node.kind) if node.kind in ITEMS else rebuild(node, children)


def is_leaf(value: Any) -> bool:
    """Return whether a value is what a program inside a trace is given as an input."""
    is_number = isinstance(value, (Traced, np.ndarray, np.floating)) or type(value) is float
    return is_number and not isinstance(value, GrownList)


def has_floats(trace: Trace, structure: Any) -> bool:
    """Return whether a value, or one in a container, has a derivative."""
    leaves: list[Any] = []
    flatten(structure, is_leaf, leaves)
    return any(is_float(trace.operand(leaf).aval) for leaf in leaves)


def captured(trace: Trace, structure: Any) -> Any:
    """Return a structure as it is now, whatever is stored into its arrays later."""
    leaves: list[Any] = []
    tree = flatten(structure, is_leaf, leaves)
    return unflatten(tree, [trace.rewrap(trace.operand(leaf)) for leaf in leaves], _rebuilt)


@contextmanager
def _instead_of(outer: Trace, inner: Trace) -> Iterator[None]:
    """Let the interpreter work for the inner trace."""
    interpreter = interpreter_of(outer)
    before = interpreter.hooks
    interpreter.hooks = inner
    interpreter.state.register(inner)
    try:
        with tracing(inner):
            yield
    finally:
        interpreter.hooks = before
        interpreter.state.unregister(inner)
