"""The lowered source: what Numba compiles. Loops over elements, with the same names as the staged source.

    if_      if cond: ... else: ...          each branch ends with assignments to the results' variables
    for_     for i in range(...): ...        each turn with assignments to the carries'
    while_   while cond: ...                 or `while True:` with a `break` after the test's statements

A check that fails writes its number and values into `fault` and returns; Python raises the exception.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bpcompiler.codegen.expressions import empty_or_zero
from bpcompiler.codegen.lowered_boundary import front
from bpcompiler.codegen.lowered_checks import CheckSite, check_lines, no_results, site_of
from bpcompiler.codegen.lowered_head import HELPERS, MODULES, decorator, imports
from bpcompiler.codegen.lowered_indices import counts_down_around_loops
from bpcompiler.codegen.lowered_inline import WRITES, find_inline
from bpcompiler.codegen.lowered_tapes import Tapes
from bpcompiler.codegen.lowered_text import Expressions
from bpcompiler.codegen.lowered_threads import TURN, call_of, function_of, given_to
from bpcompiler.codegen.lowered_variables import Variables, inits_of, params_of
from bpcompiler.codegen.naming import RESERVED as BUILTIN
from bpcompiler.codegen.size_text import SizeText
from bpcompiler.ir.boundary import FLAT, Boundary
from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value, equations_of
from bpcompiler.ir.program import Program
from bpcompiler.ir.trees import Leaf, Node, Tree
from bpcompiler.ir.types import Aval, Scalar
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.creation import constant
from bpcompiler.primitives.declare import NOT, Writer
from bpcompiler.primitives.loops import carries_of, check, for_, store
from bpcompiler.primitives.regions import if_, undefined, while_
from bpcompiler.primitives.simd import MODULE as SIMD

RESERVED = frozenset({*BUILTIN, "njit", "fault", *MODULES, *HELPERS})
INDENT = "    "


@dataclass(frozen=True, slots=True)
class LoweredSource:
    """The text of a module with one function, and what its faults mean. With checks it takes `fault` last."""

    text: str
    checks: tuple[CheckSite, ...]


def lowered_source(program: Program, boundary: Boundary = FLAT) -> LoweredSource:
    """Return the source of a lowered program on flat arguments.

    With tests its first result says whether the sizes are as they say. If not, it does nothing.
    """
    printer = _Printer(program, boundary)
    body = list(printer.body())
    parameters = [printer.names(value) for value in program.inputs] + (["fault"] if printer.checks else [])
    lines = [decorator(program), f"def {program.name}({', '.join(parameters)}):", *_indented(body)]
    functions = printer.functions
    head = imports(program, [*functions, *body])
    text = "\n".join([*head, *printer.constants(), "", *functions, *lines]) + "\n"
    return LoweredSource(text, tuple(printer.checks))


class _Sizes(SizeText):
    """In nested blocks a symbol may be bound again: each loop over the same turns has an index of its own."""

    def define(self, aval: Aval, variable: str) -> None:
        if isinstance(aval, Scalar) and aval.size is not None and not isinstance(aval.size, int):
            self._variables[aval.size] = variable

    @contextmanager
    def scope(self) -> Iterator[None]:
        """What a variable of a block holds is known in that block only."""
        before = dict(self._variables)
        yield
        self._variables = before


class _Printer:
    def __init__(self, program: Program, boundary: Boundary = FLAT) -> None:
        self.program = program
        self._boundary = boundary
        inline = find_inline(program)
        inputs = [program.names.get(value, "x") for value in program.inputs]
        self.names = Variables(program, _distinct(inputs), inline, RESERVED)
        self.sizes = _Sizes(program.block, self.names)
        self.expressions = Expressions(program.block, inline, self.names, Writer(self.sizes, lowered=True))
        self.tapes = Tapes(program.block, self.names.fresh, self.expressions, self.sizes)
        self.checks: list[CheckSite] = []
        self.functions: list[str] = []  # the lines of those that stand in front of the program's own
        self._undefined = {eqn.output for eqn in equations_of(program.block) if eqn.primitive is undefined}
        self._quoted: object = None

    def constants(self) -> Iterator[str]:
        """Tables of numbers stand outside the function: to Numba they are constants."""
        for eqn in equations_of(self.program.block):
            if eqn.primitive is constant:
                yield f"{self.names(eqn.output)} = {self.expressions.expression(eqn)}"

    def body(self) -> Iterator[str]:
        inputs = [self.names(value) for value in self.program.inputs]
        yield from front(self._boundary, inputs, no_results(self.program.outputs))
        yield from self.block(self.program.block)
        yield self._return(self.expressions.operands(self.program.outputs))

    def block(self, block: Block) -> Iterator[str]:
        with self.sizes.scope():
            for eqn in block.equations:
                if self.expressions.is_inline(eqn) or eqn.primitive in (constant, undefined):
                    continue
                yield from self._comment(eqn)
                yield from self._statements(eqn)
                for value in () if eqn.blocks else eqn.outputs:
                    self.sizes.define(value.aval, self.names(value))

    def _statements(self, eqn: Equation) -> Iterator[str]:
        if eqn.attrs.get("threads"):
            yield from self._on_threads(eqn)
        elif eqn.primitive is for_:
            yield from self._for(eqn)
        elif eqn.primitive is while_:
            yield from self._while(eqn)
        elif eqn.primitive is if_:
            yield from self._if(eqn)
        elif eqn.primitive is check:
            yield from self._check(eqn)
        elif eqn.primitive in self.tapes.primitives:
            yield from self.tapes.statements(eqn, self.names)
        else:
            yield from self._statement(eqn)

    def _comment(self, eqn: Equation) -> Iterator[str]:
        if eqn.origin is None or (eqn.origin.statement, eqn.phase) == self._quoted:
            return
        self._quoted = (eqn.origin.statement, eqn.phase)
        yield f"# {' '.join((*eqn.phase, eqn.origin.text))}"

    def _statement(self, eqn: Equation) -> Iterator[str]:
        expression = str(self.expressions.expression(eqn))
        if eqn.primitive in WRITES:
            yield _added(expression) if eqn.primitive is store else expression
            return
        variable = self.names(eqn.output)
        if eqn.primitive is accumulate and str(self.expressions.operand(eqn.operands[0])) == variable:
            yield f"{variable} += {self.expressions.operand(eqn.operands[1])}"
        elif expression != variable:
            yield f"{variable} = {expression}"

    # ------------------------------------------------------------------ control flow

    def _for(self, eqn: Equation) -> Iterator[str]:
        (body,) = eqn.blocks
        yield from self._first(eqn)
        index = body.params[0]
        yield f"for {self.names(index)} in {self._range(eqn)}:"
        with self.sizes.scope():
            self.sizes.define(index.aval, self.names(index))
            self.expressions.indices.enter(index)
            turn = list(self._turn(eqn))
            if counts_down_around_loops(eqn) and _has_code(turn):
                turn.insert(0, f"{self.names(index)} = opaque({self.names(index)})")
            yield from _suite(turn)

    def _on_threads(self, eqn: Equation) -> Iterator[str]:
        """A turn becomes a function of what it reads, which is called for every index."""
        name, quoted = self.names.fresh(TURN), self._quoted
        self._quoted = None
        _, *body = self._for(eqn)
        self._quoted = quoted
        given = given_to(eqn, body, self.program.block, self.names)
        self.functions += function_of(name, self.names(eqn.blocks[0].params[0]), given, body)
        yield from call_of(name, str(self.expressions.operand(eqn.operands[1])), given)

    def _while(self, eqn: Equation) -> Iterator[str]:
        test = eqn.blocks[0]
        yield from self._first(eqn)
        statements = list(self.block(test))
        condition = self.expressions.operand(test.results[0])
        if not _has_code(statements):
            yield from statements
            yield f"while {condition}:"
        else:
            yield "while True:"
            yield from _indented([*statements, f"if not {condition.within(NOT + 1)}:", f"{INDENT}break"])
        yield from _suite(list(self._turn(eqn)))

    def _turn(self, eqn: Equation) -> Iterator[str]:
        """A loop's body, the next values of its carries, and the way out."""
        body = eqn.blocks[-1]
        lines = [*self.block(body), *self._assign(params_of(eqn), carries_of(body, eqn.attrs))]
        stop = body.results[0] if eqn.attrs.get("exits") else None
        if stop is not None and not (isinstance(stop, Literal) and not stop.value):
            lines += [f"if {self.expressions.operand(stop)}:", f"{INDENT}break"]
        yield from lines

    def _if(self, eqn: Equation) -> Iterator[str]:
        condition = self.expressions.operand(eqn.operands[0])
        then, otherwise = (list(self._branch(eqn, block)) for block in eqn.blocks)
        if not _has_code(then) and _has_code(otherwise):
            yield f"if not {condition.within(NOT + 1)}:"
            yield from _suite(otherwise)
            return
        yield f"if {condition}:"
        yield from _suite(then)
        if _has_code(otherwise):
            yield "else:"
            yield from _suite(otherwise)

    def _branch(self, eqn: Equation, block: Block) -> Iterator[str]:
        yield from self.block(block)
        yield from self._assign(eqn.outputs, block.results)

    def _first(self, eqn: Equation) -> Iterator[str]:
        """What a loop starts with. Numba wants something to be there, though nothing is to be read of it."""
        for target, value in zip(params_of(eqn), inits_of(eqn), strict=True):
            if value in self._undefined:
                yield f"{self.names(target)} = {empty_or_zero(target.aval)}"
        yield from self._assign(params_of(eqn), inits_of(eqn))

    def _assign(self, targets: Iterable[Value], values: Iterable[Operand]) -> Iterator[str]:
        """Give variables their next values; together, where one of them is read after it has changed."""
        pairs = [
            (self.names(target), str(self.expressions.operand(value)))
            for target, value in zip(targets, values, strict=True)
            if value not in self._undefined
        ]
        moved = [(name, text) for name, text in pairs if name != text]
        read = [text for _, text in moved]
        if any(name in read[at + 1 :] for at, (name, _) in enumerate(moved)):
            yield f"{', '.join(name for name, _ in moved)} = {', '.join(read)}"
        else:
            yield from (f"{name} = {text}" for name, text in moved)

    def _range(self, eqn: Equation) -> str:
        if (block := self.expressions.indices.block_of(eqn)) is not None:
            name = "block" if len(block.operands) == 2 else "chunk"
            return f"{SIMD}.{name}({', '.join(self.expressions.operands(block.operands))})"
        start, stop, step = self.expressions.operands(eqn.operands[:3])
        if step != "1":
            return f"range({start}, {stop}, {step})"
        return f"range({stop})" if start == "0" else f"range({start}, {stop})"

    # ------------------------------------------------------------------ leaving

    def _check(self, eqn: Equation) -> Iterator[str]:
        self.checks.append(site_of(eqn))
        ok, *values = (self.expressions.operand(operand) for operand in eqn.operands)
        yield f"if not {ok.within(NOT + 1)}:"
        yield from _indented(check_lines(eqn, values, len(self.checks)))
        yield INDENT + self._return(no_results(self.program.outputs))

    def _return(self, texts: list[str]) -> str:
        """Results are flat, or nested tuples where the caller wants those as they are."""
        if self._boundary.result is not None:
            return f"return {_nested(self._boundary.result, texts)}"
        return f"return {', '.join([*(['True'] if self._boundary.tests else []), *texts])}".rstrip()


def _added(text: str) -> str:
    """`out[i] = out[i] + x` is `out[i] += x`."""
    place, value = text.split(" = ", 1)
    return f"{place} += {value[len(place) + 3 :]}" if value.startswith(f"{place} + ") else text


def _indented(lines: Iterable[str]) -> Iterator[str]:
    yield from (INDENT + line for line in lines)


def _suite(lines: list[str]) -> Iterator[str]:
    """The lines of a block, indented; one that says nothing says so."""
    yield from _indented(lines if _has_code(lines) else [*lines, "pass"])


def _has_code(lines: list[str]) -> bool:
    return any(not line.lstrip().startswith("#") for line in lines)


def _nested(tree: Tree, texts: list[str]) -> str:
    if isinstance(tree, Leaf):
        return texts[tree.index]
    assert isinstance(tree, Node)
    children = [_nested(child, texts) for child in tree.children]
    return f"({', '.join(children)}{',' if len(children) == 1 else ''})"


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
