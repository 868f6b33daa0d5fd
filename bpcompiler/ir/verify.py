"""Checks that a program is one: run after every pass in the tests.

- every value is defined once, before it is used, in a block that encloses the use;
- the outputs of an equation have the types that its primitive says;
- every symbol of a size is bound: by an argument's dimension, an integer argument or an equation.
"""

from __future__ import annotations

from bpcompiler.errors import CompilerError, Error
from bpcompiler.ir.equations import Block, Equation, Operand, Value
from bpcompiler.ir.printer import format_equation, namer
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Symbol, symbols
from bpcompiler.ir.types import Aval, Scalar


def verify(program: Program, after: str = "") -> Program:
    """Return the program unchanged, or raise `CompilerError` naming the pass and the equation."""
    _Checker(program, after).block(program.block, set(), set(), outermost=True)
    return program


class _Checker:
    def __init__(self, program: Program, after: str) -> None:
        self.program, self.after = program, after
        self.name = namer(program.names)
        self.ever_defined: set[Value] = set()

    def block(self, block: Block, scope: set[Value], bound: set[Symbol], outermost: bool = False) -> None:
        scope, bound = set(scope), set(bound)
        for param in block.params:
            self.define(param, scope, None)
            bound |= _symbols(param.aval) if outermost else _bound_by(param.aval)
        for eqn in block.equations:
            self.equation(eqn, scope, bound)
        for result in block.results:
            self.use(result, scope, None)

    def equation(self, eqn: Equation, scope: set[Value], bound: set[Symbol]) -> None:
        for operand in eqn.operands:
            self.use(operand, scope, eqn)
        for inner in eqn.blocks:
            self.block(inner, scope, bound)
        try:
            expected = eqn.primitive.infer(tuple(o.aval for o in eqn.operands), eqn.attrs, eqn.blocks)
        except Error as error:
            self.fail(f"its operands do not fit: {error.message}", eqn)
        actual = tuple(value.aval for value in eqn.outputs)
        if expected != actual:
            self.fail(f"outputs are {_list(actual)}, the primitive says {_list(expected)}", eqn)
        for value in eqn.outputs:
            self.define(value, scope, eqn)
            bound |= _bound_by(value.aval)
            if unbound := _symbols(value.aval) - bound:
                self.fail(f"unbound sizes {_list(unbound)}", eqn)

    def define(self, value: Value, scope: set[Value], eqn: Equation | None) -> None:
        if value in self.ever_defined:
            self.fail(f"{self.name(value)} is defined twice", eqn)
        self.ever_defined.add(value)
        scope.add(value)

    def use(self, operand: Operand, scope: set[Value], eqn: Equation | None) -> None:
        if isinstance(operand, Value) and operand not in scope:
            self.fail(f"{self.name(operand)} is used before its definition or outside its block", eqn)

    def fail(self, reason: str, eqn: Equation | None) -> None:
        place = f"\n    {format_equation(eqn, self.name)}" if eqn is not None else ""
        after = f" after {self.after}" if self.after else ""
        raise CompilerError(
            f"invalid program {self.program.name}{after}: {reason}{place}",
            remedy="This is a fault of bpcompiler; please report it with the function.",
            origin=eqn.origin if eqn is not None else None,
        )


def _symbols(aval: Aval) -> set[Symbol]:
    return {symbol for size in aval.shape for symbol in symbols(size)} | _bound_by(aval)


def _bound_by(aval: Aval) -> set[Symbol]:
    return set(symbols(aval.size)) if isinstance(aval, Scalar) and aval.size is not None else set()


def _list(things: object) -> str:
    return ", ".join(map(str, things))  # type: ignore[call-overload]
