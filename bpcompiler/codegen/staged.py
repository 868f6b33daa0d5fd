"""The staged source: what people read. Forward pass, then backward pass, one line a stage.

Each backward group stands under a comment that quotes the forward statement. It is plain Python, with
`math` and `numpy` as its imports, and computes the same numbers as the compiled program.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bpcompiler.codegen.exception_classes import definitions
from bpcompiler.codegen.exits import exits_in_branches, without_silent
from bpcompiler.codegen.expressions import Expressions
from bpcompiler.codegen.hints import with_hints
from bpcompiler.codegen.inlining import find_inline
from bpcompiler.codegen.lines import Notes
from bpcompiler.codegen.order import carries_last
from bpcompiler.codegen.ownership import Ownership
from bpcompiler.codegen.quoting import functions_of, quotations, renamed
from bpcompiler.codegen.recomputed import recomputed_first
from bpcompiler.codegen.regions import Blocks
from bpcompiler.codegen.size_text import SizeText
from bpcompiler.codegen.staged_names import StagedNames
from bpcompiler.codegen.statements import Statements
from bpcompiler.codegen.unbound import unbound_but_read
from bpcompiler.codegen.variables import Variables, wish
from bpcompiler.codegen.wrapping import wrapped
from bpcompiler.ir.equations import Operand, Value, equations_of
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.trees import ITEMS, Leaf, Node, Static, Tree, paths_of, quoted
from bpcompiler.ir.types import Array
from bpcompiler.primitives.creation import dim
from bpcompiler.primitives.declare import ATOM, Writer

# By the text that needs them: the standard library's, then what is installed.
IMPORTS: tuple[dict[str, str], ...] = (
    {"math.": "import math"},
    {
        "np.": "import numpy as np",
        "scipy.linalg.": "import scipy.linalg",
        "scipy.special.": "import scipy.special",
    },
)


@dataclass(frozen=True, slots=True)
class Layout:
    """How the flat program meets its caller.

    `parameters`: the names of the user's parameters and the tree of each. `outside`: the names of the inputs
    that are read from outside, their values now where those are numbers, and which inputs they are. `result`:
    the tree of what is returned, its leaves numbering the program's outputs. `known`: sizes that are not
    negative.
    """

    name: str
    parameters: tuple[tuple[str, Tree], ...]
    result: Tree
    outside: tuple[tuple[str, Any, int], ...] = ()
    doc: str = ""
    variadic: Mapping[str, str] = field(default_factory=dict)
    known: tuple[Size, ...] = ()


def staged_source(program: Program, layout: Layout) -> str:
    """Return the text of a module with one function."""
    body = _Body(program, layout)
    lines = list(body.lines())
    classes = definitions(equations_of(program.block))
    called = functions_of(equations_of(program.block))
    own = [name for name in called if name in (layout.name, *(name for name, _ in layout.parameters))]
    lines, functions = renamed(lines, own), renamed(quotations(equations_of(program.block)), own)
    code = "\n".join([classes, *functions, *(line for line in lines if not line.startswith("#"))])
    text = "\n".join([*wrapped(body.signature()), *(f"    {line}".rstrip() for line in lines)]) + "\n"
    groups = ["\n".join(statement for use, statement in group.items() if use in code) for group in IMPORTS]
    parts = ["\n\n".join(filter(None, groups)), classes, text.rstrip("\n"), *functions]
    return "\n\n\n".join(filter(None, parts)) + "\n"


class _Body:
    def __init__(self, program: Program, layout: Layout) -> None:
        program = with_hints(without_silent(exits_in_branches(program)))
        variable = partial(_variable, program)
        program = carries_last(recomputed_first(program, variable), variable)
        self.program, self.layout = program, layout
        self.block = program.block
        self.ownership = Ownership(program)
        inline = find_inline(program, self.ownership)
        variables = Variables(program, self.ownership, inline)
        inline.update(unbound_but_read(program, variables))
        inputs = _input_names(layout, program)
        called = functions_of(equations_of(self.block))
        self.names = StagedNames(program, self.ownership, inputs, inline, variables, called)
        sizes = SizeText(self.block, self.names, _counted(program))
        self.expressions = Expressions(
            program, inline, self.names, Writer(sizes, whole=sizes.shape, known=layout.known)
        )
        statements = Statements(self.expressions, self.names, self.ownership, sizes)
        self.blocks = Blocks(statements, self.expressions, self.names, sizes, variables, program.names)

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
        lines = self.blocks.block(self.block)
        phases = [line.group[1] for line in lines if line.group is not None]
        if any(phases) and not phases[0]:
            yield "# forward pass"
        yield from Notes().texts(lines)


def _variable(program: Program, value: Value) -> object:
    return wish(program, value) or value


def _counted(program: Program) -> set[Operand]:
    """The arrays of which the user wrote `len(x)`."""
    everything = equations_of(program.block)
    return {eqn.operands[0] for eqn in everything if eqn.primitive is dim and eqn.attrs.get("len")}


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
    if node.kind in ITEMS:
        items = children[0] if children[0].isidentifier() else f"({children[0]})"
        return f"{items}.tolist()" if node.kind == "numbers" else f"list({children[0]})"
    if node.kind in ("tuple", "namedtuple"):
        return f"({', '.join(children)}{',' if len(children) == 1 else ''})"
    pairs = ", ".join(f"{quoted(key)}: {child}" for key, child in zip(node.keys, children, strict=True))
    return f"{{{pairs}}}"
