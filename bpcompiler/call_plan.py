"""The plan of a call: what it tests, what it passes to machine code, how it puts the result together."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from bpcompiler.frontend.leaves import arguments_by_key, is_argument_leaf, is_float_leaf
from bpcompiler.frontend.memory import Memory, are_apart, layout_of
from bpcompiler.frontend.paths import resolve
from bpcompiler.frontend.reads import Read
from bpcompiler.ir import sizes
from bpcompiler.ir.sizes import Size, Symbol
from bpcompiler.ir.trees import Leaf, Node, Static, Tree, flatten, leaves_of, paths_of, rebuild, step_text
from bpcompiler.ir.types import Array, Aval
from bpcompiler.outline import Outline
from bpcompiler.runtime.dispatch import ARGUMENT, CallPlan, access_of

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
    _add_inputs(plan, inputs[:own], leaves[:own])
    _add_reads(plan, function, outline, arguments_by_key(args, kwargs))
    plan.conditions += assumption_tests(outline, plan.inputs)
    plan.conditions += _memory_tests(outline.memory, plan)
    more = [i for i in range(own, len(leaves)) if is_float_leaf(leaves[i])]
    _add_inputs(plan, [inputs[i] for i in more], [leaves[i] for i in more])
    if tuples_of(outline) is None:
        plan.result = _result(outline, plan)
    return plan


def tuples_of(outline: Outline) -> Tree | None:
    """Return the tree of the result, where machine code can return it: tuples of numbers and arrays."""
    leaves = list(leaves_of(outline.result))
    plain = all(isinstance(aval, Array) or aval.weak for aval in outline.outputs)
    each_once = sorted(leaves) == list(range(len(outline.outputs)))
    return outline.result if leaves and plain and each_once and _is_tuples(outline.result) else None


def _is_tuples(tree: Tree) -> bool:
    if isinstance(tree, Node):
        return tree.kind == "tuple" and bool(tree.children) and all(map(_is_tuples, tree.children))
    return isinstance(tree, Leaf)


def _roots(tree: Tree) -> Iterator[tuple[str, Tree]]:
    """Yield (variable, tree) of each argument of the call."""
    assert isinstance(tree, Node)
    positional, keyword = tree.children
    assert isinstance(positional, Node)
    assert isinstance(keyword, Node)
    yield from ((f"a{i}", child) for i, child in enumerate(positional.children))
    yield from ((f"k_{key}", child) for key, child in zip(keyword.keys, keyword.children, strict=True))


def _add_inputs(plan: CallPlan, texts: Sequence[str], values: Sequence[Any]) -> None:
    plan.inputs += texts
    plan.kinds += map(type, values)


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
        _add_inputs(plan, [_tested(text, value, plan)], [value])


def assumption_tests(outline: Outline, inputs: Sequence[str]) -> Iterator[str]:
    """Yield the tests of what the program takes for granted of sizes, over the texts of its inputs."""
    texts: dict[Symbol, str] = {}
    for name, text, rank in zip(outline.input_names, inputs, outline.ranks, strict=True):
        texts.update({Symbol(f"{name}_{axis}"): f"{text}.shape[{axis}]" for axis in range(1, rank)})
        texts[Symbol(f"{name}_0")] = f"len({text})"  # a third of the time of `.shape[0]`
        texts[Symbol(name, nonnegative=False)] = text
    for assumption in outline.assumptions:
        yield from (f"{_size_text(divisor, texts)} != 0" for divisor in assumption.divisors())
        left, right = (_size_text(size, texts) for size in (assumption.left, assumption.right))
        relation = assumption.relation if assumption.holds else _NEGATED[assumption.relation]
        yield f"{left} {relation} {right}"


def _memory_tests(memory: Memory, plan: CallPlan) -> Iterator[str]:
    """The tests of arrays that are stored into: for nothing else does it matter what shares memory."""
    at = plan.inputs
    yield from (f"{at[i]}.flags.writeable" for i in memory.written)
    yield from (f"{at[i]} is {at[j]}" for i, j in memory.same)
    yield from (f"{plan.constant(are_apart)}({at[i]}, {at[j]})" for i, j in memory.apart)
    for i, layout in memory.layouts:
        yield f"{plan.constant(layout_of)}({at[i]}) == {plan.constant(layout)}"


def _result(outline: Outline, plan: CallPlan) -> str:
    several = len(outline.outputs) > 1
    if several:
        plan.results = len(outline.outputs)
    texts = [_converted(f"r{i}" if several else "r", aval, plan) for i, aval in enumerate(outline.outputs)]
    return _result_text(outline.result, texts, plan)


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
    if isinstance(leaf, np.ndarray):
        plan.conditions.append(f"{name}.dtype is {plan.constant(leaf.dtype)}")
        plan.conditions.append(f"{name}.ndim == {leaf.ndim}")
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
    return f"{plan.constant(rebuild)}({plan.constant(tree)}, [{', '.join(children)}])"


def _key_text(key: Any, plan: CallPlan) -> str:
    return repr(key) if type(key) is str else plan.constant(key)
