"""The plan of a call: what it tests, what it passes to machine code, how it puts the result together."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from bpcompiler.boundaries import places_of, size_test, tuples_of
from bpcompiler.frontend.assumptions import Assumption
from bpcompiler.frontend.leaves import arguments_by_key, is_argument_leaf, is_float_leaf
from bpcompiler.frontend.memory import Memory, are_apart, layout_of
from bpcompiler.frontend.paths import resolve
from bpcompiler.frontend.reads import Read
from bpcompiler.ir import sizes
from bpcompiler.ir.boundary import Given
from bpcompiler.ir.sizes import Size, Symbol
from bpcompiler.ir.trees import Leaf, Node, Static, Tree, flatten, paths_of, rebuild, step_text
from bpcompiler.ir.types import Array, Aval
from bpcompiler.outline import Outline
from bpcompiler.runtime.access import access_of
from bpcompiler.runtime.compiled import Compiled
from bpcompiler.runtime.plan import ARGUMENT, CallPlan
from bpcompiler.runtime.sealing import ArrayKind, is_sealed

_NEGATED = {"==": "!=", "<": ">="}  # of sizes, which are integers
_NO_GLOBALS = {"__builtins__": builtins}  # of a function in C; Numba looks there while it compiles


def make_plan(
    function: Callable[..., Any],
    outline: Outline,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    parameters: tuple[str, ...] = (),
) -> CallPlan:
    """Return the plan for calls like this one. The arguments' values themselves are not kept.

    `parameters`: the function's, where it has no others and keywords count as positions.
    """
    plan = CallPlan(len(args), tuple(kwargs), getattr(function, "__globals__", _NO_GLOBALS))
    plan.parameters, plan.title = parameters, getattr(function, "__name__", "")
    leaves: list[Any] = []
    texts: dict[int, str] = {}
    for at, child in _roots(flatten((args, dict(kwargs)), is_argument_leaf, leaves)):
        plan.conditions += _structure(child, at, plan)
        texts.update(paths_of(child, at))
    inputs = [_tested(texts[i], leaf, plan) for i, leaf in enumerate(leaves)]
    own = len(outline.input_names) - len(outline.hidden)
    _add_inputs(plan, inputs[:own], leaves[:own], outline.memory)
    _add_reads(plan, function, outline, arguments_by_key(args, kwargs))
    _add_assumptions(plan, outline)
    plan.conditions += _memory_tests(outline.memory, plan)
    for i in range(own, len(leaves)):
        if is_float_leaf(leaves[i]):
            _add_inputs(plan, [inputs[i]], [leaves[i]])
        else:
            plan.conditions += _kind_tests(inputs[i], leaves[i], plan)
    return plan


def completed(plan: CallPlan, outline: Outline, compiled: Compiled) -> CallPlan:
    """Return the plan with the results, and with what the machine code tests by itself."""
    plan = replace(plan, sealed=is_sealed(compiled.kernel), tests_sizes=compiled.tests_sizes)
    if not compiled.given and not compiled.tests_sizes and tuples_of(outline) is not None:
        return plan
    several = len(outline.outputs) > 1
    names = [f"r{i}" if several else "r" for i in range(len(outline.outputs))]
    plan.made = {names[g.result]: _made(g, outline.outputs[g.result], plan) for g in compiled.given}
    plan.returned = tuple(name for name in names if name not in plan.made)
    texts = [_converted(name, aval, plan) for name, aval in zip(names, outline.outputs, strict=True)]
    plan.result = _result_text(outline.result, texts, plan)
    return plan


def _roots(tree: Tree) -> Iterator[tuple[str, Tree]]:
    """Yield (variable, tree) of each argument of the call."""
    assert isinstance(tree, Node)
    positional, keyword = tree.children
    assert isinstance(positional, Node)
    assert isinstance(keyword, Node)
    yield from ((f"a{i}", child) for i, child in enumerate(positional.children))
    yield from ((f"k_{key}", child) for key, child in zip(keyword.keys, keyword.children, strict=True))


def _add_inputs(
    plan: CallPlan, texts: Sequence[str], values: Sequence[Any], memory: Memory | None = None
) -> None:
    memory = memory or Memory()
    for text, value in zip(texts, values, strict=True):
        plan.kind_conditions += _kind_tests(text, value, plan)
        if isinstance(value, np.ndarray):
            number = len(plan.inputs)
            layout = dict(memory.layouts).get(number)
            of_strides = layout if isinstance(layout, str) else None
            plan.arrays[number] = ArrayKind(value.dtype, value.ndim, number in memory.written, of_strides)
        plan.inputs.append(text)
        plan.kinds.append(type(value))


def _kind_tests(text: str, value: Any, plan: CallPlan) -> list[str]:
    if not isinstance(value, np.ndarray):
        return []
    return [f"{text}.dtype is {plan.constant(value.dtype)}", f"{text}.ndim == {value.ndim}"]


def _add_reads(plan: CallPlan, root: Any, outline: Outline, arguments: Mapping[Any, Any]) -> None:
    """Guards hold; hidden inputs are read, and are of the kind they were."""
    names: dict[Any, str] = {i: f"a{i}" for i in range(plan.positional)}
    names.update({key: f"k_{key}" for key in plan.keywords})
    for read in outline.reads:
        if read.kind == "guard":
            plan.conditions += _guard(read, plan, root, names)
    for path in outline.hidden:
        text = access_of(path, plan, root, names) or _whole_call(_reader(root, path), plan)
        value = resolve(root, path, arguments)
        _add_inputs(plan, [_tested(text, value, plan)], [value], outline.memory)


def _add_assumptions(plan: CallPlan, outline: Outline) -> None:
    places, texts = places_of(outline), _texts_of_sizes(outline, plan.inputs)
    for assumption in outline.assumptions:
        in_python = size_test(assumption, places) is None
        target = plan.conditions if in_python else plan.size_conditions
        target += _assumption_tests(assumption, texts)


def assumption_tests(outline: Outline, inputs: Sequence[str]) -> Iterator[str]:
    """Yield the tests of what the program takes for granted of sizes, over the texts of its inputs."""
    texts = _texts_of_sizes(outline, inputs)
    for assumption in outline.assumptions:
        yield from _assumption_tests(assumption, texts)


def _texts_of_sizes(outline: Outline, inputs: Sequence[str]) -> dict[Symbol, str]:
    texts: dict[Symbol, str] = {}
    for name, text, rank in zip(outline.input_names, inputs, outline.ranks, strict=True):
        texts.update({Symbol(f"{name}_{axis}"): f"{text}.shape[{axis}]" for axis in range(1, rank)})
        texts[Symbol(f"{name}_0")] = f"len({text})"  # a third of the time of `.shape[0]`
        texts[Symbol(name, nonnegative=False)] = text
    return texts


def _assumption_tests(assumption: Assumption, texts: Mapping[Symbol, str]) -> Iterator[str]:
    yield from (f"{_size_text(divisor, texts)} != 0" for divisor in assumption.divisors())
    left, right = (_size_text(size, texts) for size in (assumption.left, assumption.right))
    relation = assumption.relation if assumption.holds else _NEGATED[assumption.relation]
    yield f"{left} {relation} {right}"


def _memory_tests(memory: Memory, plan: CallPlan) -> Iterator[str]:
    """The tests of arrays that are stored into: for nothing else does it matter what shares memory."""
    at = plan.inputs
    plan.kind_conditions += [f"{at[i]}.flags.writeable" for i in memory.written]
    yield from (f"{at[i]} is {at[j]}" for i, j in memory.same)
    yield from (f"{plan.constant(are_apart)}({at[i]}, {at[j]})" for i, j in memory.apart)
    for i, layout in memory.layouts:
        test = f"{plan.constant(layout_of)}({at[i]}) == {plan.constant(layout)}"
        if isinstance(layout, str):
            plan.kind_conditions.append(test)
        else:
            yield test


def _made(given: Given, aval: Aval, plan: CallPlan) -> str:
    """The text of a new array: `empty(x.shape)`."""
    like, axis = plan.inputs[given.like], given.axis
    if axis is None and plan.arrays[given.like].ndim == 1:
        axis = 0
    shape = f"{like}.shape" if axis is None else f"{like}.shape[{axis}]" if axis else f"len({like})"
    dtype = np.dtype(aval.dtype.value)
    return f"empty({shape})" if dtype == np.float64 else f"empty({shape}, {plan.constant(dtype)})"


def _structure(tree: Tree, at: str, plan: CallPlan) -> list[str]:
    """The tests that a value has this structure and these static parts."""
    if isinstance(tree, Leaf):
        return []
    if isinstance(tree, Static):
        value = tree.value
        if type(value) in (str, bytes):
            return [f"type({at}) is {type(value).__name__}", f"{at} == {value!r}"]
        return [f"{at} is {plan.constant(value)}"]
    tests = [f"type({at}) is {plan.constant(tree.type)}"]
    if tree.kind == "dict":
        tests.append(f"tuple({at}) == {plan.constant(tree.keys)}")
    elif tree.kind != "dataclass":
        tests.append(f"len({at}) == {len(tree.children)}")
    for i, child in enumerate(tree.children):
        tests += _structure(child, at + step_text(tree, i), plan)
    return tests


def _tested(text: str, leaf: Any, plan: CallPlan) -> str:
    """Add the test that a value is of the leaf's type, and return the name that it has from there on.

    What is not a plain argument is read once: it is faster, and another thread may change it in between.
    """
    name = text if ARGUMENT.fullmatch(text) else f"v{len(plan.conditions)}"
    read = text if name == text else f"{name} := {text}"
    plan.conditions.append(f"type({read}) is {plan.constant(type(leaf))}")
    return name


def _guard(read: Read, plan: CallPlan, root: Any, names: Mapping[int, str]) -> list[str]:
    condition = read.condition
    if condition.op == "always":
        return []
    text = access_of(read.path, plan, root, names)
    if text is not None and condition.op == "is":
        return [f"{text} is {plan.constant(condition.value)}"]
    if text is not None and condition.op == "equal":
        kind, value = plan.constant(type(condition.value)), plan.constant(condition.value)
        return [f"type({text}) is {kind}", f"{text} == {value}"]
    if text is not None and condition.op == "type":
        return [f"type({text}) is {plan.constant(condition.value)}"]
    same = {"alias": "is", "apart": "is not"}.get(condition.op)
    other = access_of(condition.value, plan, root, names) if same else None
    if text is not None and other is not None:
        return [f"{text} {same} {other}"]
    return [_whole_call(_holder(read, root), plan)]


def _whole_call(function: Callable[..., Any], plan: CallPlan) -> str:
    plan.needs_call = True
    return f"{plan.constant(function)}(args, kwargs)"


def _holder(read: Read, root: Any) -> Callable[[tuple[Any, ...], Mapping[str, Any]], bool]:
    return lambda args, kwargs: read.still_holds(root, arguments_by_key(args, kwargs))


def _reader(root: Any, path: Any) -> Callable[[tuple[Any, ...], Mapping[str, Any]], Any]:
    return lambda args, kwargs: resolve(root, path, arguments_by_key(args, kwargs))


def _size_text(size: Size, texts: Mapping[Symbol, str]) -> str:
    """The text of a size over the arguments."""
    if isinstance(size, int):
        return str(size)
    terms = []
    for monomial, coefficient in size.terms:
        factors = [str(coefficient)] if coefficient != 1 or not monomial else []
        terms.append(" * ".join([*factors, *(_factor_text(factor, texts) for factor in monomial)]))
    if len(terms) == 1 and " * " not in terms[0]:
        return terms[0]
    return f"({' + '.join(terms)})"


def _factor_text(factor: sizes.Factor, texts: Mapping[Symbol, str]) -> str:
    if isinstance(factor, Symbol):
        return texts[factor]
    left, right = _size_text(factor.left, texts), _size_text(factor.right, texts)
    if factor.operation in ("max", "min"):
        return f"{factor.operation}({left}, {right})"
    return f"({left} {'//' if factor.operation == 'floordiv' else '%'} {right})"


def _converted(text: str, aval: Aval, plan: CallPlan) -> str:
    """A NumPy scalar comes out of machine code as a Python number."""
    if isinstance(aval, Array) or aval.weak:
        return text
    return f"{plan.constant(np.dtype(aval.dtype.value).type)}({text})"


def _result_text(tree: Tree, texts: list[str], plan: CallPlan) -> str:
    if isinstance(tree, Leaf):
        return texts[tree.index]
    if isinstance(tree, Static):
        return plan.constant(tree.value)
    children = [_result_text(child, texts, plan) for child in tree.children]
    if tree.kind == "list":
        return f"[{', '.join(children)}]"
    if tree.kind == "tuple":
        return f"({', '.join(children)}{',' if len(children) == 1 else ''})"
    if tree.kind == "dict":
        pairs = zip(tree.keys, children, strict=True)
        return "{" + ", ".join(f"{_key_text(key, plan)}: {child}" for key, child in pairs) + "}"
    if tree.kind == "namedtuple":
        return f"{plan.constant(tree.type)}({', '.join(children)})"
    return f"{plan.constant(rebuild)}({plan.constant(tree)}, [{', '.join(children)}])"


def _key_text(key: Any, plan: CallPlan) -> str:
    return repr(key) if type(key) is str else plan.constant(key)
