"""`trace`: a Python function and the arguments of one call -> a program for all calls like it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from bpcompiler.errors import DtypeError, Error, LimitError, NeedsValueError, Origin
from bpcompiler.frontend.arguments import adopted
from bpcompiler.frontend.assumptions import Assumption
from bpcompiler.frontend.decisions import Decisions, NewFact
from bpcompiler.frontend.dtypes import dtype_of_array
from bpcompiler.frontend.grown import GrownList
from bpcompiler.frontend.grows import Grows
from bpcompiler.frontend.interpreter.core import Interpreter
from bpcompiler.frontend.interpreter.origins import definition
from bpcompiler.frontend.leaf_names import leaf_names
from bpcompiler.frontend.leaves import is_argument_leaf
from bpcompiler.frontend.memory import Memory
from bpcompiler.frontend.names.table import handler
from bpcompiler.frontend.overlaps import SameArrays, memory_of, own
from bpcompiler.frontend.reads import Read
from bpcompiler.frontend.regions.blocks import is_raised
from bpcompiler.frontend.regions.faults import texts
from bpcompiler.frontend.trace import Trace, Traced, tracing
from bpcompiler.frontend.tracers import wrap
from bpcompiler.ir.equations import Operand, Value
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Size, Symbol
from bpcompiler.ir.trees import Node, Static, Tree, flatten, unflatten

Path = tuple[tuple[Any, ...], ...]
MOST_RESTARTS = 200


@dataclass(frozen=True, slots=True)
class Tracing:
    """What a trace found.

    The program's inputs are the leaves of the arguments, in order, then the hidden inputs. `arguments` is
    the tree of (args, kwargs). `assumptions` and the guards among `reads` say which calls it is for;
    `facts` are the dimensions that turned out to be others. `written`: the leaves of the arguments that the
    function stores into, and what each holds at the end, a value of the program. `memory`: what must hold of
    them. `unsure`: stores into what is an argument's array or another one, as traced values say.
    """

    program: Program
    arguments: Tree
    result: Tree
    hidden: tuple[Path, ...]
    input_names: tuple[str, ...]
    reads: tuple[Read, ...]
    assumptions: tuple[Assumption, ...]
    facts: Mapping[Symbol, Size]
    sizes: Mapping[Symbol, int]
    written: tuple[tuple[int, Value], ...] = ()
    memory: Memory = field(default_factory=Memory)
    unsure: tuple[tuple[str, Origin | None], ...] = ()


def is_result_leaf(value: Any, *, counted: bool = False) -> bool:
    """Return whether a result is a number or array. Refuses a list that no loop has counted, if asked to."""
    if counted and isinstance(value, GrownList):
        raise value.refused("the return")
    leaves = (Traced, bool, int, float, np.ndarray, np.generic)
    return isinstance(value, leaves) and not isinstance(value, GrownList)


def trace(
    function: Any,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    name: str = "",
    *,
    counted: bool = False,
) -> Tracing:
    """Return the program that the function is, on arguments like these.

    A list that is returned has as many items as a loop appends; if `counted`, as the call at hand says.
    Raises a subclass of `bpcompiler.errors.Error` for what cannot be traced exactly, and what the
    function itself raises. Where a number is needed that depends on a loop or branch which the call at hand
    could have decided, it decides all of them.
    """
    decisions, lacking = Decisions(), None
    same = SameArrays(_leaves(args, kwargs))
    for _ in range(MOST_RESTARTS):
        decisions.restart()
        try:
            return _trace_once(function, args, kwargs, decisions, name, same, counted=counted)
        except NewFact:
            continue
        except (NeedsValueError, LimitError) as error:
            if decisions.eager or not decisions.could_decide:
                error = lacking or error
                told = error.told() if isinstance(error, Grows) else error
                raise told.with_origin(definition(function)) from error.__cause__
            decisions.eager, lacking = True, error
        except Error as error:
            raise error.with_origin(definition(function)) from error.__cause__
    raise Error(
        "the dimensions of this function's arrays did not settle", remedy="Please report the function."
    )


def _leaves(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> list[Any]:
    leaves: list[Any] = []
    flatten((args, dict(kwargs)), is_argument_leaf, leaves)
    return leaves


def _trace_once(
    function: Any,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    decisions: Decisions,
    name: str,
    same: SameArrays,
    *,
    counted: bool,
) -> Tracing:
    trace = _started(decisions)
    leaves: list[Any] = []
    arguments = flatten((args, dict(kwargs)), is_argument_leaf, leaves)
    names = leaf_names(function, args, kwargs, arguments)
    inputs = [_input(trace, leaf, names[i]) for i, leaf in enumerate(leaves)]
    _refuse_arrays(arguments)
    with tracing(trace):
        given = same.joined(_references(trace, inputs, leaves))
        returned = _run(trace, function, args, kwargs, unflatten(arguments, given))
        results: list[Any] = []
        for text in texts(returned):
            text.refused()
        result = flatten(returned, partial(is_result_leaf, counted=counted), results)
        outputs = [_output(trace, value) for value in results]
    everything = (*inputs, *(value for _, value in trace.hidden))
    input_names = (*(names[i] for i in range(len(leaves))), *trace.hidden_names)
    memory = memory_of(trace, everything, input_names, same)
    program = trace.builder.program(name or getattr(function, "__name__", "function"), everything, outputs)
    written = tuple((i, trace.version(given[i].storage)) for i in memory.written)
    return _found(trace, program, (arguments, result), input_names, (written, memory))


def _started(decisions: Decisions) -> Trace:
    trace = Trace(decisions, handler, wrap)
    trace.interpreter = Interpreter(trace)
    trace.interpreter.state.register(trace)
    return trace


def _run(
    trace: Trace, function: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any], new: tuple[Any, Any]
) -> Any:
    """Return what the function returns for the traced arguments `new`."""
    interpreter = trace.interpreter
    assert interpreter is not None
    passed, new_args, new_kwargs = adopted(interpreter, args, kwargs, new)
    for i, argument in enumerate(args):
        if is_object(argument):
            interpreter.outside.know(argument, (("argument", i),))
    try:
        returned = interpreter.call(function, new_args, new_kwargs)
    except Exception as error:
        if not is_raised(interpreter, error):
            raise
        returned = 0.0  # the program raises on every way through it: nobody sees what it returns
    passed.check_overlaps()
    return returned


def _found(
    trace: Trace,
    program: Program,
    trees: tuple[Tree, Tree],
    input_names: tuple[str, ...],
    stores: tuple[tuple[tuple[int, Value], ...], Memory],
) -> Tracing:
    assert trace.interpreter is not None
    decisions = trace.decisions
    return Tracing(
        program,
        *trees,
        tuple(path for path, _ in trace.hidden),
        input_names,
        tuple(trace.interpreter.outside.reads.values()),
        tuple(decisions.assumptions),
        dict(decisions.facts),
        dict(decisions.values),
        *stores,
        tuple(trace.unsure),
    )


def _references(trace: Trace, inputs: list[Value], leaves: list[Any]) -> list[Any]:
    """Return the traced arguments; the arrays among them know the caller's."""
    given = [wrap(value) for value in inputs]
    for each, leaf in zip(given, leaves, strict=True):
        if isinstance(leaf, np.ndarray):
            own(each.storage, leaf, trace)
    return given


def _input(trace: Trace, leaf: Any, name: str) -> Value:
    """Return an input of the program. Raises DtypeError, naming the argument, for a type without support."""
    try:
        return trace.builder.input(trace.abstract(leaf, name), name)
    except DtypeError as error:
        raise DtypeError(f"the argument {name}: {error.message}", remedy=error.remedy) from None


def _refuse_arrays(tree: Tree) -> None:
    """Raise DtypeError for an array of another library among the arguments."""
    if isinstance(tree, Node):
        for child in tree.children:
            _refuse_arrays(child)
    elif (
        isinstance(tree, Static)
        and hasattr(type(tree.value), "__array__")
        and not isinstance(tree.value, np.generic)
    ):
        kind = type(tree.value)
        raise DtypeError(
            f"an argument of class {kind.__module__}.{kind.__qualname__} is not supported",
            remedy="pass an array: np.asarray(x), or x.to_numpy()",
        )


def _output(trace: Trace, value: Any) -> Operand:
    if isinstance(value, np.ndarray):
        dtype_of_array(value)
    return trace.operand(value)


def is_object(value: Any) -> bool:
    """Return whether an argument is an object whose attributes are read from outside, such as `self`."""
    return not isinstance(
        value, (str, bytes, bool, int, float, type(None), np.ndarray, np.generic, list, tuple, dict)
    )
