"""The staged source: what people read. Forward pass, then backward pass, one line a stage.

Each backward group stands under a comment that quotes the forward statement. It is plain Python, with
`math` and `numpy` as its imports, and computes the same numbers as the compiled program.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bpcompiler.codegen.expressions import Expressions, find_inline
from bpcompiler.codegen.naming import Names
from bpcompiler.codegen.ownership import Ownership
from bpcompiler.codegen.size_text import SizeText
from bpcompiler.codegen.wrapping import wrapped
from bpcompiler.ir.equations import Equation, Operand, Value
from bpcompiler.ir.program import Program
from bpcompiler.ir.trees import Leaf, Node, Static, Tree, paths_of, quoted
from bpcompiler.ir.types import Array, Scalar
from bpcompiler.primitives.declare import ATOM, PRODUCT, Text, Writer
from bpcompiler.primitives.indexing import add_at

NOTE_COLUMN = 49  # where the statement numbers stand
# By the text that needs them: the standard library's, then what is installed.
IMPORTS: tuple[dict[str, str], ...] = (
    {"math.": "import math"},
    {"np.": "import numpy as np", "scipy.special.": "import scipy.special"},
)

Group = tuple[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Layout:
    """How the flat program meets its caller.

    `parameters`: the names of the user's parameters and the tree of each. `outside`: the names of the inputs
    that are read from outside, their values now where those are numbers, and which inputs they are. `result`:
    the tree of what is returned, its leaves numbering the program's outputs.
    """

    name: str
    parameters: tuple[tuple[str, Tree], ...]
    result: Tree
    outside: tuple[tuple[str, Any, int], ...] = ()
    doc: str = ""
    variadic: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the body; `group` is the statement and phase that it belongs to."""

    text: str
    group: Group | None
    quote: str = ""


def staged_source(program: Program, layout: Layout) -> str:
    """Return the text of a module with one function."""
    body = _Body(program, layout)
    lines = list(body.lines())
    code = "\n".join(line for line in lines if not line.startswith("#"))
    text = "\n".join([*wrapped(body.signature()), *(f"    {line}".rstrip() for line in lines)]) + "\n"
    groups = ["\n".join(statement for use, statement in group.items() if use in code) for group in IMPORTS]
    imports = "\n\n".join(filter(None, groups))
    return f"{imports}\n\n\n{text}" if imports else text


class _Body:
    def __init__(self, program: Program, layout: Layout) -> None:
        self.program, self.layout = program, layout
        self.block = program.block
        ownership = Ownership(program)
        inputs = _input_names(layout, program)
        inline = find_inline(program, ownership)
        self.names = Names(program, ownership, inputs, inline)
        self.sizes = SizeText(self.block, self.names)
        self.ownership = ownership
        writer = Writer(self.sizes)
        self.expressions = Expressions(program, inline, self.names, writer)
        self._numbers: dict[int, int] = {}

    # ------------------------------------------------------------------ the frame

    def signature(self) -> str:
        parameters = [f"{self.layout.variadic.get(name, '')}{name}" for name, _ in self.layout.parameters]
        outside = [
            self.names(self.program.inputs[index]) + ("" if value is None else f"={value!r}")
            for _, value, index in self.layout.outside
        ]
        if outside and not any(p.startswith("*") for p in parameters):
            parameters.append("*")
        return f"def {self.layout.name}({', '.join([*parameters, *outside])}):"

    def lines(self) -> Iterator[str]:
        if self.layout.doc:
            yield f'"""{self.layout.doc}"""'
        yield from self._unpacking()
        yield from self._passes()
        yield from wrapped(f"return {self._result(self.layout.result)}")

    def _unpacking(self) -> Iterator[str]:
        """Give each leaf of a nested parameter a variable."""
        for name, tree in self.layout.parameters:
            if isinstance(tree, Node):
                for index, path in paths_of(tree, name):
                    yield f"{self.names(self.program.inputs[index])} = {path}"

    def _result(self, tree: Tree) -> str:
        text = self._tree(tree, set())
        return (
            text[1:-1] if isinstance(tree, Node) and tree.kind == "tuple" and len(tree.children) > 1 else text
        )

    def _tree(self, tree: Tree, returned: set[Value]) -> str:
        if isinstance(tree, Leaf):
            return self._output(self.program.outputs[tree.index], returned)
        if isinstance(tree, Static):
            return quoted(tree.value)
        children = [self._tree(child, returned) for child in tree.children]
        return container_text(tree, children)

    def _output(self, output: Operand, returned: set[Value]) -> str:
        """A result is fresh: a buffer that is returned twice, or is the caller's, is copied."""
        text = self.expressions.operand(output)
        if isinstance(output, Value) and isinstance(output.aval, Array):
            root = self.ownership.root(output)
            if root in returned or self.ownership.is_callers(output):
                return f"{text.within(ATOM)}.copy()"
            returned.add(root)
        return str(text)

    # ------------------------------------------------------------------ forward and backward pass

    def _passes(self) -> Iterator[str]:
        written = list(self._equations())
        backward = any(line.group and line.group[1] for line in written)
        if backward:
            yield "# forward pass"
        previous: object = None
        for line in written:
            if line.group is not None and line.group != previous and line.group[1]:
                yield self._heading(line)
            first, *rest = wrapped(line.text)
            yield first if line.group is None or line.group[1] else self._noted(first, line.group, previous)
            yield from rest
            previous = line.group

    def _heading(self, line: Line) -> str:
        assert line.group is not None
        text = f"# {' '.join(line.group[1])} {line.quote}"
        return f"{text:<{NOTE_COLUMN - 2}}  ({self._number(line.group[0])})"

    def _noted(self, text: str, group: Group, previous: object) -> str:
        note = f"# ({self._number(group[0])})"
        return text if group == previous else f"{text:<{NOTE_COLUMN - 4}}  {note}"

    def _number(self, statement: int) -> int:
        return self._numbers.setdefault(statement, len(self._numbers) + 1)

    def _equations(self) -> Iterator[Line]:
        for eqn in self.block.equations:
            if self.expressions.is_inline(eqn):
                continue
            origin = eqn.origin
            group = (origin.statement, eqn.phase) if origin is not None else None
            for text in self._statements(eqn):
                yield Line(text, group, origin.text if origin is not None else "")
            for value in eqn.outputs:
                if isinstance(value.aval, Scalar) and value in self.program.names:
                    self.sizes.define(value.aval, self.names(value))

    def _statements(self, eqn: Equation) -> Iterator[str]:
        if not eqn.outputs:
            yield str(self.expressions.expression(eqn))
        elif eqn.primitive is add_at:
            yield from self._scatter(eqn)
        elif self.ownership.in_place(eqn):
            yield self._increase(eqn)
        else:
            yield f"{self.names(eqn.output)} = {self.expressions.expression(eqn)}"

    def _increase(self, eqn: Equation) -> str:
        """`dx += ct`, or `dx -= ct` where the contribution starts with a minus."""
        variable, part = self.names(eqn.output), self.expressions.operand(eqn.operands[1], eqn)
        if part.source.startswith("-") and part.precedence >= PRODUCT:
            return f"{variable} -= {_unwrapped(part.source[1:])}"
        return f"{variable} += {part}"

    def _scatter(self, eqn: Equation) -> Iterator[str]:
        """Add to a part of the total; where that is still read elsewhere, of a copy of it."""
        total, *rest = (self.expressions.operand(operand, eqn) for operand in eqn.operands)
        variable = self.names(eqn.output)
        if not self.ownership.in_place(eqn):
            yield f"{variable} = {total.within(ATOM)}.copy()"
        yield str(add_at.text(self.expressions.writer, eqn, [Text(variable), *rest]))


def _unwrapped(source: str) -> str:
    """The source without parentheses around the whole of it."""
    if not source.startswith("("):
        return source
    depth = 0
    for at, character in enumerate(source):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return source[1:-1] if at == len(source) - 1 else source
    return source


def _input_names(layout: Layout, program: Program) -> list[str]:
    """The variable of each input: a parameter's own name, or one for a leaf inside it."""
    names: dict[int, str] = {}
    taken = {name for name, _ in layout.parameters}
    for name, tree in layout.parameters:
        if isinstance(tree, Leaf):
            names[tree.index] = name
    for name, _, index in layout.outside:
        names[index] = _untaken(name, taken)
    for index, value in enumerate(program.inputs):
        if index not in names:
            names[index] = _untaken(program.names.get(value, "leaf"), taken)
    return [names[i] for i in range(len(program.inputs))]


def _untaken(base: str, taken: set[str]) -> str:
    name, number = base, 0
    while name in taken or not name.isidentifier():
        number += 1
        name = f"{base if base.isidentifier() else 'leaf'}_{number}"
    taken.add(name)
    return name


def container_text(node: Node, children: list[str]) -> str:
    """Return the text that builds a container. A dataclass becomes a dict: the file needs no import."""
    if node.kind == "list":
        return f"[{', '.join(children)}]"
    if node.kind in ("tuple", "namedtuple"):
        return f"({', '.join(children)}{',' if len(children) == 1 else ''})"
    pairs = ", ".join(f"{quoted(key)}: {child}" for key, child in zip(node.keys, children, strict=True))
    return f"{{{pairs}}}"
