"""One specialisation: a function, a goal, and a kind of call -> program, sources, machine code, entry."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from bpcompiler import pipeline
from bpcompiler.codegen.staged import Layout, staged_source
from bpcompiler.frontend.outside import Read
from bpcompiler.frontend.paths import resolve
from bpcompiler.frontend.leaves import is_argument_leaf
from bpcompiler.frontend.tracing import Tracing, parameters_of
from bpcompiler.goal import Goal
from bpcompiler.goals import Derived, given_arguments
from bpcompiler.ir import sizes
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Size, Symbol
from bpcompiler.ir.trees import Leaf, Node, Static, Tree, flatten, leaves_of, paths_of, rebuild, step_text
from bpcompiler.ir.types import Array, Scalar
from bpcompiler.runtime.dispatch import MISS, CallPlan, access_of, build_entry, build_method

PREFIX = {"value": "", "grad": "grad_", "value_and_grad": "value_and_grad_", "jvp": "jvp_", "vjp": "vjp_", "hvp": "hvp_"}


class Source(str):
    """Python text that a notebook shows highlighted."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        from pygments import highlight
        from pygments.formatters import HtmlFormatter
        from pygments.lexers import PythonLexer

        return str(highlight(str(self), PythonLexer(), HtmlFormatter(noclasses=True)))

    def _repr_markdown_(self) -> str:
        return f"```python\n{self}```\n"


class Specialization:
    """A function compiled for one kind of call. Everything is made when first asked for."""

    def __init__(
        self, function: Callable[..., Any], goal: Goal, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> None:
        self._function, self._goal = function, goal
        own = args[: len(args) - goal.takes_more]
        self._tracing: Tracing = pipeline.trace(function, own, kwargs)
        self._parameters = parameters_of(function)
        self._derived: Derived = pipeline.derive(goal, self._tracing, self._parameters)
        self._args, self._kwargs = args, dict(kwargs)
        self._plan = self._make_plan()
        self._args, self._kwargs = (), {}

    # ------------------------------------------------------------------ what people look at

    @property
    def program(self) -> Program:
        """The program in SSA form; `print` shows it."""
        return self._derived.program

    @cached_property
    def source(self) -> Source:
        """The staged source: plain Python, one line a stage."""
        return Source(staged_source(self.program, self._layout()))

    @cached_property
    def _compiled(self) -> pipeline.Compiled:
        return pipeline.compile_program(self.program, self.name, self._tuples)

    @property
    def lowered_source(self) -> Source:
        """The source that Numba compiles: loops over elements, flat arguments and results."""
        return Source(self._compiled.text)

    @property
    def llvm(self) -> str:
        """The LLVM code of every signature that was called."""
        return "\n".join(self._compiled.kernel.inspect_llvm().values())

    @property
    def asm(self) -> str:
        """The assembly of every signature that was called."""
        return "\n".join(self._compiled.kernel.inspect_asm().values())

    @property
    def name(self) -> str:
        """The name of the generated function: `grad_f`."""
        base = self._tracing.program.name
        return PREFIX[self._goal.kind] + (base if base.isidentifier() else "function")

    def export(self, path: str | Path) -> Path:
        """Write the staged source to a file, which needs no bpcompiler, and return its path."""
        target = Path(path)
        target.write_text(self.source, encoding="utf-8")
        return target

    @cached_property
    def entry(self) -> Callable[[tuple[Any, ...], Mapping[str, Any]], Any]:
        """The compiled call: `entry(args, kwargs)` -> the result, or MISS for another kind of call."""
        return build_entry(self._plan, self._compiled.kernel, self._compiled.faults)

    @cached_property
    def method(self) -> Callable[..., Any]:
        """The compiled call as a method `__call__` of the transformed function."""
        return build_method(self._plan, self._compiled.kernel, self._compiled.faults)

    def fits(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bool:
        """Return whether a call is of this kind."""
        return bool(self._test(args, kwargs) is not MISS)

    @cached_property
    def _test(self) -> Callable[[tuple[Any, ...], Mapping[str, Any]], Any]:
        plan = replace(self._plan, inputs=[], result="r")
        return build_entry(plan, lambda: True, ())

    @property
    def reason(self) -> str:
        """What this specialisation was made for, in words."""
        return ", ".join(map(str, self._tracing.assumptions)) or "the types of the arguments"

    # ------------------------------------------------------------------ the staged source's frame

    def _layout(self) -> Layout:
        given = given_arguments(self._tracing, self._parameters)
        variadic = variadic_parameter(self._function)
        parameters = [(name, tree) for name, tree in given.items() if "[" not in name]
        extra = [tree for name, tree in given.items() if "[" in name]
        marks = {}
        if extra and variadic:
            parameters.append((variadic, Node("tuple", tuple, (), tuple(extra))))
            marks[variadic] = "*"
        own = len(self._tracing.program.inputs)
        more = self.program.inputs[own:]
        parameters += [(self._name_of(v, i), Leaf(own + i)) for i, v in enumerate(more)]
        return Layout(self.name, tuple(parameters), self._derived.result, tuple(self._outside()), variadic=marks)

    def _name_of(self, value: Any, index: int) -> str:
        return self.program.names.get(value, f"t{index}")

    def _outside(self) -> Iterator[tuple[str, Any, int]]:
        """The hidden inputs: keyword parameters of the staged source; numbers have their value as default."""
        root = self._function
        first = len(self._tracing.program.inputs) - len(self._tracing.hidden)
        for i, path in enumerate(self._tracing.hidden):
            value = self._tracing.program.inputs[first + i]
            now = resolve(root, path, self._args) if path[:1] and path[0][0] != "argument" else None
            default = float(now) if isinstance(now, (float, np.floating)) else None
            yield self._tracing.program.names.get(value, f"outside_{i}"), default, first + i

    # ------------------------------------------------------------------ the entry's plan

    def _make_plan(self) -> CallPlan:
        plan = CallPlan(len(self._args), tuple(self._kwargs))
        leaves: list[Any] = []
        tree = flatten((self._args, self._kwargs), is_argument_leaf, leaves)
        texts: dict[int, str] = {}
        for at, child in self._roots(tree):
            plan.conditions += _structure(child, at, plan)
            texts.update(paths_of(child, at))
        plan.conditions += [_leaf_test(texts[i], leaf, plan) for i, leaf in enumerate(leaves)]
        own = len(self._tracing.program.inputs) - len(self._tracing.hidden)
        plan.inputs = [texts[i] for i in range(own)]
        self._add_reads(plan)
        self._add_assumptions(plan)
        plan.inputs += [texts[i] for i in self._more_leaves(leaves, own)]
        self._add_result(plan)
        return plan

    def _more_leaves(self, leaves: list[Any], own: int) -> list[int]:
        """The leaves of tangents or cotangents, floats only."""
        return [i for i in range(own, len(leaves)) if isinstance(leaves[i], (float, np.floating)) or _is_float_array(leaves[i])]

    def _roots(self, tree: Tree) -> Iterator[tuple[str, Tree]]:
        assert isinstance(tree, Node)
        positional, keyword = tree.children
        assert isinstance(positional, Node)
        assert isinstance(keyword, Node)
        yield from ((f"a{i}", child) for i, child in enumerate(positional.children))
        yield from ((f"k_{key}", child) for key, child in zip(keyword.keys, keyword.children, strict=True))

    def _add_reads(self, plan: CallPlan) -> None:
        root = self._function
        names = {i: f"a{i}" for i in range(plan.positional)}
        for read in self._tracing.reads:
            if read.kind == "guard":
                plan.conditions += _guard(read, plan, root, names)
        for path in self._tracing.hidden:
            text = access_of(path, plan, root, names) or f"{plan.constant(_reader(root, path))}(args)"
            plan.conditions.append(_leaf_test(text, resolve(root, path, self._args), plan))
            plan.inputs.append(text)

    def _add_assumptions(self, plan: CallPlan) -> None:
        texts: dict[Symbol, str] = {}
        for name, text, aval in zip(self._tracing.input_names, plan.inputs, self._input_avals(), strict=True):
            for axis in range(len(aval.shape)):
                texts[Symbol(f"{name}_{axis}")] = f"{text}.shape[{axis}]"
            texts[Symbol(name, nonnegative=False)] = text
        for assumption in self._tracing.assumptions:
            left, right = (_size_text(size, texts) for size in (assumption.left, assumption.right))
            test = f"{left} {assumption.relation} {right}"
            plan.conditions.append(test if assumption.holds else f"not {test}")

    def _input_avals(self) -> list[Any]:
        return [value.aval for value in self._tracing.program.inputs]

    def _add_result(self, plan: CallPlan) -> None:
        if self._tuples is not None:
            return
        outputs = self.program.outputs
        texts = [_converted(f"r[{i}]" if len(outputs) > 1 else "r", o.aval) for i, o in enumerate(outputs)]
        plan.result = _result_text(self._derived.result, texts, plan)

    @cached_property
    def _tuples(self) -> Tree | None:
        """The tree of the result, where machine code can return just that: tuples of numbers and arrays."""
        tree = self._derived.result
        leaves = list(leaves_of(tree))
        plain = all(_converted("", output.aval) == "" for output in self.program.outputs)
        each_once = sorted(leaves) == list(range(len(self.program.outputs)))
        return tree if plain and each_once and leaves and _is_tuples(tree) else None


def variadic_parameter(function: Any) -> str:
    """Return the name of `*args`, or "args"."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return "args"
    return next((p.name for p in parameters if p.kind is p.VAR_POSITIONAL), "args")


def _is_float_array(leaf: Any) -> bool:
    return isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f"


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


def _leaf_test(text: str, leaf: Any, plan: CallPlan) -> str:
    test = f"type({text}) is {plan.constant(type(leaf))}"
    if isinstance(leaf, np.ndarray):
        return f"{test} and {text}.dtype is {plan.constant(leaf.dtype)} and {text}.ndim == {leaf.ndim}"
    return test


def _guard(read: Read, plan: CallPlan, root: Any, names: Mapping[int, str]) -> list[str]:
    condition = read.condition
    if condition.op == "always":
        return []
    text = access_of(read.path, plan, root, names)
    if text is not None and condition.op == "is":
        return [f"{text} is {plan.constant(condition.value)}"]
    if text is not None and condition.op == "equal":
        return [f"type({text}) is {plan.constant(type(condition.value))}", f"{text} == {plan.constant(condition.value)}"]
    if text is not None and condition.op == "type":
        return [f"type({text}) is {plan.constant(condition.value)}"]
    return [f"{plan.constant(_holder(read, root))}(args)"]


def _holder(read: Read, root: Any) -> Callable[[tuple[Any, ...]], bool]:
    return lambda args: read.still_holds(root, args)


def _reader(root: Any, path: Any) -> Callable[[tuple[Any, ...]], Any]:
    return lambda args: resolve(root, path, args)


def _size_text(size: Size, texts: Mapping[Symbol, str]) -> str:
    """The text of a size over the arguments."""
    if isinstance(size, int):
        return str(size)
    terms = []
    for monomial, coefficient in size.terms:
        factors = [str(coefficient)] if coefficient != 1 or not monomial else []
        terms.append(" * ".join([*factors, *(_factor_text(factor, texts) for factor in monomial)]))
    return f"({' + '.join(terms)})"


def _factor_text(factor: sizes.Factor, texts: Mapping[Symbol, str]) -> str:
    if isinstance(factor, Symbol):
        return texts[factor]
    left, right = _size_text(factor.left, texts), _size_text(factor.right, texts)
    if factor.operation in ("max", "min"):
        return f"{factor.operation}({left}, {right})"
    return f"({left} {'//' if factor.operation == 'floordiv' else '%'} {right})"


def _converted(text: str, aval: Any) -> str:
    """A NumPy scalar comes out of machine code as a Python number."""
    if isinstance(aval, Array) or (isinstance(aval, Scalar) and aval.weak):
        return text
    return f'converters["{aval.dtype.value}"]({text})'


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
        return "{" + ", ".join(f"{plan.constant(key)}: {child}" for key, child in pairs) + "}"
    return f"{plan.constant(rebuild)}({plan.constant(tree)}, [{', '.join(children)}])"


def _is_tuples(tree: Tree) -> bool:
    if isinstance(tree, Node):
        return tree.kind == "tuple" and bool(tree.children) and all(map(_is_tuples, tree.children))
    return isinstance(tree, Leaf)
