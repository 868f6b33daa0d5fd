"""The lines of branches and loops, as one writes them by hand.

    for i in range(n):            while error > 1e-9:          if x > 0:
        s = s + x[i]                  ...                          y = x
    ...                           while True:                  else:
                                      if done:                     y = -x
                                          break

A block ends with what it hands on: assignments to variables that are not there already, and `break`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bpcompiler.codegen.expressions import Expressions
from bpcompiler.codegen.lines import Line, indented, line_of
from bpcompiler.codegen.size_text import SizeText
from bpcompiler.codegen.staged_names import StagedNames
from bpcompiler.codegen.statements import Statements
from bpcompiler.codegen.user_checks import negated
from bpcompiler.codegen.variables import Variables
from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value
from bpcompiler.ir.types import Scalar
from bpcompiler.primitives import regions, tapes
from bpcompiler.primitives.declare import Text
from bpcompiler.primitives.loops import carries_of, for_


@dataclass(frozen=True, slots=True)
class End:
    """How a block ends: what its results are assigned to, and the flag that says to leave the loop."""

    moves: tuple[tuple[Value, Operand], ...] = ()
    stop: Operand | None = None

    def through(self, eqn: Equation, block: Block) -> End:
        """Return the same at the end of a branch of the last equation."""
        inside: Mapping[Operand, Operand] = dict(zip(eqn.outputs, block.results, strict=True))
        moves = tuple((target, inside.get(source, source)) for target, source in self.moves)
        return End(moves, None if self.stop is None else inside.get(self.stop, self.stop))


class Blocks:
    """Writes blocks and what nests them."""

    def __init__(
        self,
        statements: Statements,
        expressions: Expressions,
        names: StagedNames,
        sizes: SizeText,
        variables: Variables,
        user_names: Mapping[Value, str],
    ) -> None:
        self.statements, self.expressions, self.names = statements, expressions, names
        self.sizes, self.variables, self.user_names = sizes, variables, user_names

    def block(self, block: Block, end: End | None = None) -> list[Line]:
        """Return the lines of a block and of its end."""
        end = end or End()
        lines: list[Line] = []
        written = [eqn for eqn in block.equations if not self.expressions.is_inline(eqn)]
        into = written[-1] if written and self._ends_in(written[-1], end) else None
        for eqn in block.equations:
            if not self.expressions.is_inline(eqn):
                lines += self._branch(eqn, end) if eqn is into else self._equation(eqn)
            self._take_note(eqn)
        return lines if into is not None else [*lines, *self._end(end)]

    def _equation(self, eqn: Equation) -> Iterable[Line]:
        if eqn.primitive is regions.if_:
            return self._branch(eqn, None)
        if eqn.primitive is for_:
            return self._for(eqn)
        return self._while(eqn) if eqn.blocks else self.statements.lines(eqn)

    def _take_note(self, eqn: Equation) -> None:
        """Sizes may be written with the variables that hold them."""
        if eqn.primitive is regions.as_size or _recalls_size(eqn):
            self.sizes.bind(eqn.output.aval, str(self.expressions.operand(eqn.output)))
        for value in eqn.outputs:
            named = value in self.user_names and self.expressions.inlined(value) is None
            if isinstance(value.aval, Scalar) and named:
                self.sizes.define(value.aval, self.names(value))
            elif named and not eqn.phase and self._is_bound(eqn, value):
                self.sizes.hold(value.aval, self.names(value))

    def _is_bound(self, eqn: Equation, value: Value) -> bool:
        """Return whether an output has its name behind a region, also where no turn or no branch is taken."""
        if not eqn.blocks or eqn.primitive is regions.if_:
            return not eqn.blocks
        start = eqn.operands[len(eqn.operands) - len(eqn.outputs) + eqn.outputs.index(value)]
        return not isinstance(start, Value) or not self.variables.is_undefined(start)

    # ------------------------------------------------------------------ the end of a block

    def _ends_in(self, eqn: Equation, end: End) -> bool:
        """Whether the block ends in the branches of its last equation: they decide whether to leave."""
        return eqn.primitive is regions.if_ and end.stop is not None and end.stop in eqn.outputs

    def _end(self, end: End) -> Iterator[Line]:
        moves = [
            (self.names(target), source) for target, source in end.moves if self._is_move(target, source)
        ]
        if end.stop is None or (isinstance(end.stop, Literal) and not end.stop.value):
            yield from self._assignments(moves)
            return
        stop = self.expressions.operand(end.stop)
        targets = {name for name, _ in moves}
        if targets & {self.names(value) for value in self.variables.reads(end.stop)}:
            name = self.names.fresh("stop")
            yield Line(f"{name} = {stop}")
            stop = Text(name)
        yield from self._assignments(moves)
        if isinstance(end.stop, Literal):
            yield Line("break")
        else:
            asked = self.expressions.inlined(end.stop)
            yield line_of(asked, f"if {stop}:") if asked is not None else Line(f"if {stop}:")
            yield Line("break", depth=1)

    def _is_move(self, target: Value, source: Operand) -> bool:
        if not isinstance(source, Value):
            return self.variables.is_read(target)
        if not self.variables.is_read(target):
            return False
        if self.expressions.inlined(source) is not None:
            return str(self.expressions.operand(source)) != self.names(target)
        return not self.variables.is_undefined(source) and self.names(source) != self.names(target)

    def _assignments(self, moves: Sequence[tuple[str, Operand]]) -> Iterator[Line]:
        """One after the other; together where one reads what another one changes."""
        texts = [str(self._assigned(name, source)) for name, source in moves]
        reads = [{self.names(value) for value in self.variables.reads(source)} for _, source in moves]
        names = [name for name, _ in moves]
        if any(name in later for at, name in enumerate(names) for later in reads[at + 1 :]):
            yield Line(f"{', '.join(names)} = {', '.join(texts)}")
        else:
            for (name, source), text in zip(moves, texts, strict=True):
                made = self.expressions.inlined(source)
                augmented = self.statements.augmented(name, made) if made is not None else ""
                yield Line(augmented or f"{name} = {text}", spelled=f"{name} = {text}")

    def _assigned(self, name: str, source: Operand) -> Text:
        made = self.expressions.inlined(source)
        return self.expressions.operand(source) if made is None else self.statements.assigned(name, made)

    # ------------------------------------------------------------------ branches

    def _branch(self, eqn: Equation, end: End | None) -> list[Line]:
        then, otherwise = (self._nested(b, self._end_of_branch(eqn, b, end)) for b in eqn.blocks)
        condition = self.expressions.operand(eqn.operands[0], eqn)
        if (ternary := self._ternary(eqn, condition, then, otherwise)) is not None:
            return [ternary]
        if end is not None and _leaves(otherwise) and not _leaves(then):
            then, otherwise, condition = otherwise, then, Text(negated(condition))
        if not then:
            then, otherwise, condition = otherwise, then, Text(negated(condition))
        if not then:
            return []
        head = line_of(eqn, f"if {condition}:")
        if end is not None and _leaves(then):
            return [head, *indented(then), *otherwise]
        return [head, *indented(then), *_else(otherwise)]

    def _ternary(
        self, eqn: Equation, condition: Text, then: Sequence[Line], otherwise: Sequence[Line]
    ) -> Line | None:
        """`y = a if c else b`, where the user wrote one statement."""
        if eqn.origin is None or eqn.origin.text.startswith(("if ", "elif ")) or len(eqn.outputs) != 1:
            return None
        head = f"{self.names(eqn.output)} = "
        texts = [line.spelled or line.text for line in (*then, *otherwise)]
        if len(then) != 1 or len(otherwise) != 1 or not all(text.startswith(head) for text in texts):
            return None
        one, other = (text[len(head) :] for text in texts)
        return line_of(eqn, f"{head}{one} if {condition} else {other}")

    def _end_of_branch(self, eqn: Equation, block: Block, end: End | None) -> End:
        if end is not None:
            return end.through(eqn, block)
        return End(tuple(zip(eqn.outputs, block.results, strict=True)))

    def _nested(self, block: Block, end: End) -> list[Line]:
        with self.sizes.scope():
            return self.block(block, end)

    # ------------------------------------------------------------------ loops

    def _for(self, eqn: Equation) -> Iterator[Line]:
        (body,) = eqn.blocks
        index = body.params[0]
        yield from self._first(eqn, body.params[1:])
        yield line_of(eqn, f"for {self.names(index)} in {self._range(eqn)}:")
        with self.sizes.scope():
            self.sizes.bind(index.aval, self.names(index))
            lines = self.block(body, self._end_of_turn(eqn, body, body.params[1:]))
        yield from indented(lines or [Line("pass")])

    def _range(self, eqn: Equation) -> str:
        start, stop, step = (str(self.expressions.operand(operand, eqn)) for operand in eqn.operands[:3])
        if step != "1":
            return f"range({start}, {stop}, {step})"
        return f"range({stop})" if start == "0" else f"range({start}, {stop})"

    def _while(self, eqn: Equation) -> Iterator[Line]:
        test, body = eqn.blocks
        yield from self._first(eqn, body.params)
        with self.sizes.scope():
            lines = self.block(test)
            asked = self.expressions.operand(test.results[0])
            yield line_of(eqn, "while True:" if lines else f"while {asked}:")
            if lines:
                yield from indented([*lines, Line(f"if {negated(asked)}:"), Line("break", depth=1)])
            turn = self.block(body, self._end_of_turn(eqn, body, body.params))
        yield from indented(turn or ([] if lines else [Line("pass")]))

    def _first(self, eqn: Equation, carries: Sequence[Value]) -> Iterator[Line]:
        """What the carries are before the first turn."""
        first = eqn.operands[len(eqn.operands) - len(carries) :]
        pairs = zip(carries, first, strict=True)
        moves = [(self.names(carry), init) for carry, init in pairs if self._is_move(carry, init)]
        yield from (line_of(eqn, line.text) for line in self._assignments(moves))

    def _end_of_turn(self, eqn: Equation, body: Block, carries: Sequence[Value]) -> End:
        moves = tuple(zip(carries, carries_of(body, eqn.attrs), strict=True))
        return End(moves, body.results[0] if eqn.attrs.get("exits") else None)


def _leaves(lines: Sequence[Line]) -> bool:
    return bool(lines) and lines[-1].depth == 0 and lines[-1].text == "break"


def _else(lines: Sequence[Line]) -> list[Line]:
    """`elif` where there is nothing but another branch."""
    if not lines:
        return []
    outer = [line.text for line in lines if line.depth == 0]
    if outer[0].startswith("if ") and all(text.startswith(("elif ", "else:")) for text in outer[1:]):
        return [replace(lines[0], text=f"el{lines[0].text}"), *lines[1:]]
    return [Line("else:"), *indented(lines)]


def _recalls_size(eqn: Equation) -> bool:
    """Return whether an equation takes an integer from a tape that sizes mention."""
    if eqn.primitive is not tapes.recall or not isinstance(eqn.output.aval, Scalar):
        return False
    return eqn.output.aval.size is not None
