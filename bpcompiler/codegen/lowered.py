"""The lowered source: what Numba compiles. Loops over elements, with the same names as the staged source.

A check that fails writes its number and values into `fault` and returns; Python raises the exception.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bpcompiler.codegen.expressions import Expressions, find_inline
from bpcompiler.codegen.naming import Names
from bpcompiler.codegen.ownership import WRITES, Ownership
from bpcompiler.codegen.size_text import SizeText
from bpcompiler.errors import Origin
from bpcompiler.ir.equations import Block, Equation, Literal, Value, equations_of
from bpcompiler.ir.program import Program
from bpcompiler.ir.trees import Leaf, Node, Tree
from bpcompiler.ir.types import BOOL, FLOAT32, FLOAT64, INT64, Array, Aval
from bpcompiler.primitives.creation import constant
from bpcompiler.primitives.declare import NOT, Writer
from bpcompiler.primitives.loops import check, dot, for_, gemm, gemv, store

RESERVED = {"njit", "fault", *(primitive.name for primitive in (dot, gemm, gemv))}
DECORATOR = '@njit(error_model="numpy", nogil=True)'


@dataclass(frozen=True, slots=True)
class CheckSite:
    """A check in the compiled code: fault number i + 1 is entry i of the list."""

    kind: str
    origin: Origin | None
    values: int  # how many integers it reports


@dataclass(frozen=True, slots=True)
class LoweredSource:
    """The text of a module with one function, and what its faults mean. With checks it takes `fault` last."""

    text: str
    checks: tuple[CheckSite, ...]


def lowered_source(program: Program, result: Tree | None = None) -> LoweredSource:
    """Return the source of a lowered program on flat arguments. `result` nests the results in tuples."""
    printer = _Printer(program, result)
    body = list(printer.body())
    parameters = [printer.names(value) for value in program.inputs] + (["fault"] if printer.checks else [])
    lines = [DECORATOR, f"def {program.name}({', '.join(parameters)}):", *(f"    {line}" for line in body)]
    text = "\n".join([*_imports(program, body), *printer.constants(), "", *lines]) + "\n"
    return LoweredSource(text, tuple(printer.checks))


def _imports(program: Program, body: list[str]) -> list[str]:
    text = "\n".join(body)
    used = {eqn.primitive for eqn in equations_of(program.block)}
    blas = [p.name for p in (dot, gemm, gemv) if p in used]
    return [
        *(["import math"] if "math." in text else []),
        *(["import numpy as np"] if "np." in text or constant in used else []),
        "from numba import njit",
        *([f"from bpcompiler.runtime.blas import {', '.join(blas)}"] if blas else []),
        "",
    ]


class _Printer:
    def __init__(self, program: Program, result: Tree | None) -> None:
        self.program = program
        self._result = result
        ownership = Ownership(program)
        inputs = [program.names.get(value, "x") for value in program.inputs]
        inline = find_inline(program, ownership, lowered=True)
        self.names = Names(program, ownership, _distinct(inputs), inline, RESERVED)
        writer = Writer(SizeText(program.block, self.names), lowered=True)
        self.expressions = Expressions(program, inline, self.names, writer)
        self.checks: list[CheckSite] = []
        self._constants = [eqn for eqn in program.equations if eqn.primitive is constant]
        self._quoted: object = None

    def constants(self) -> Iterator[str]:
        """Tables of numbers stand outside the function: to Numba they are constants."""
        for eqn in self._constants:
            yield f"{self.names(eqn.output)} = {self.expressions.expression(eqn)}"

    def body(self) -> Iterator[str]:
        yield from self.block(self.program.block)
        yield self._return([str(self.expressions.operand(result)) for result in self.program.outputs])

    def block(self, block: Block) -> Iterator[str]:
        for eqn in block.equations:
            if self.expressions.is_inline(eqn) or eqn.primitive is constant:
                continue
            yield from self._comment(eqn)
            if eqn.primitive is for_:
                yield from self._loop(eqn)
            elif eqn.primitive is check:
                yield from self._check(eqn)
            else:
                yield self._statement(eqn)

    def _comment(self, eqn: Equation) -> Iterator[str]:
        if eqn.origin is None or (eqn.origin.statement, eqn.phase) == self._quoted:
            return
        self._quoted = (eqn.origin.statement, eqn.phase)
        yield f"# {' '.join((*eqn.phase, eqn.origin.text))}"

    def _statement(self, eqn: Equation) -> str:
        expression = str(self.expressions.expression(eqn))
        if eqn.primitive in WRITES:
            return self._in_place(eqn, expression)
        variable = self.names(eqn.output)
        total = eqn.operands[0] if eqn.operands else None
        if eqn.primitive.name == "accumulate" and isinstance(total, Value) and self.names(total) == variable:
            return f"{variable} += {self.expressions.operand(eqn.operands[1], eqn)}"
        return f"{variable} = {expression}"

    def _in_place(self, eqn: Equation, expression: str) -> str:
        """`out[i] = out[i] + x` is `out[i] += x`."""
        if eqn.primitive is store:
            place, value = expression.split(" = ", 1)
            if value.startswith(f"{place} + "):
                return f"{place} += {value[len(place) + 3 :]}"
        return expression

    def _loop(self, eqn: Equation) -> Iterator[str]:
        (body,) = eqn.blocks
        for before, inside in zip(eqn.operands[3:], body.params[1:], strict=True):
            if isinstance(before, Literal) or self.names(before) != self.names(inside):
                yield f"{self.names(inside)} = {self.expressions.operand(before, eqn)}"
        yield f"for {self.names(body.params[0])} in {self._range(eqn)}:"
        lines = [*self.block(body), *self._next(body)]
        yield from (f"    {line}" for line in lines or ["pass"])

    def _next(self, body: Block) -> Iterator[str]:
        """Carries that were not written in place take their next values together."""
        pairs = [
            (self.names(inside), str(self.expressions.operand(result)))
            for inside, result in zip(body.params[1:], body.results, strict=True)
        ]
        moved = [(name, text) for name, text in pairs if name != text]
        if moved:
            yield f"{', '.join(name for name, _ in moved)} = {', '.join(text for _, text in moved)}"

    def _range(self, eqn: Equation) -> str:
        start, stop, step = (str(self.expressions.operand(operand, eqn)) for operand in eqn.operands[:3])
        if step != "1":
            return f"range({start}, {stop}, {step})"
        return f"range({stop})" if start == "0" else f"range({start}, {stop})"

    def _check(self, eqn: Equation) -> Iterator[str]:
        self.checks.append(CheckSite(eqn.attrs["kind"], eqn.origin, len(eqn.operands) - 1))
        ok, *values = (self.expressions.operand(operand, eqn) for operand in eqn.operands)
        yield f"if not {ok.within(NOT + 1)}:"
        for slot, value in enumerate(values, 1):
            yield f"    fault[{slot}] = {value}"
        yield f"    fault[0] = {len(self.checks)}"
        yield f"    {self._return([_nothing(output.aval) for output in self.program.outputs])}"

    def _return(self, texts: list[str]) -> str:
        """Results are flat, or nested tuples where the caller wants those as they are."""
        text = ", ".join(texts) if self._result is None else _nested(self._result, texts)
        return f"return {text}"


def _nested(tree: Tree, texts: list[str]) -> str:
    if isinstance(tree, Leaf):
        return texts[tree.index]
    assert isinstance(tree, Node)
    children = [_nested(child, texts) for child in tree.children]
    return f"({', '.join(children)}{',' if len(children) == 1 else ''})"


def _nothing(aval: Aval) -> str:
    """A result of the right type, for a call that failed."""
    dtype = "np.bool_" if aval.dtype is BOOL else f"np.{aval.dtype.value}"
    if isinstance(aval, Array):
        return f"np.empty({(0,) * len(aval.shape)}, {dtype})"
    return {BOOL: "False", INT64: "0", FLOAT64: "0.0", FLOAT32: "np.float32(0.0)"}[aval.dtype]


def _distinct(names: list[str]) -> list[str]:
    """The parameters are positional: what is no variable's name, or is taken, gets a number."""
    found: list[str] = []
    for name in names:
        base = name if name.isidentifier() else "x"
        unique, number = base, 0
        while unique in RESERVED or unique in found:
            number += 1
            unique = f"{base}_{number}"
        found.append(unique)
    return found
