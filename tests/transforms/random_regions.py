"""Random programs that store into arrays through branches, loops, views and second names.

The values that a statement may read are drawn from those in scope, by type, so old versions and views of
arrays that were stored into are read as often as new ones. Numbers stay between -2 and 2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from bpcompiler.ir.equations import Block, Operand, literal
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import FLOAT64, INT64, Array, Scalar
from bpcompiler.primitives import adjoint, indexing, piecewise, regions, shapes
from bpcompiler.primitives.broadcasting import broadcast_to
from bpcompiler.primitives.loops import for_
from bpcompiler.primitives.regions import while_
from bpcompiler.primitives.tapes import Tape, new_tape, recall, record
from tests.transforms.region_writing import Code, Wrapped

ROW, PAIR, TABLE = Array(FLOAT64, (4,)), Array(FLOAT64, (2,)), Array(FLOAT64, (2, 2))
NUMBER, COUNT, INDEX = Scalar(FLOAT64), Scalar(INT64, weak=True), Scalar(INT64, weak=True)
ARRAYS = (ROW, PAIR, TABLE)


class Draft:
    """A program being drawn. `scope`: the values that may be read, the latest last."""

    def __init__(self, draw: Any, *, named: bool) -> None:
        self.draw, self.code, self.named = draw, Code(), named
        self.scope: list[Wrapped] = []
        self.tapes = 0

    def choose(self, options: Sequence[Any]) -> Any:
        return options[self.draw(st.integers(0, len(options) - 1))]

    def pick(self, *avals: Any) -> Wrapped:
        """One of the values of these types; the latest most often."""
        fitting = [value for value in self.scope if value.operand.aval in avals]
        return fitting[-1 - min(self.draw(st.integers(0, 5)), len(fitting) - 1)]

    def keep(self, value: Wrapped) -> Wrapped:
        if self.named and self.draw(st.booleans()):
            value.named(self.choose("abuvst"))
        self.scope.append(value)
        return value

    # ------------------------------------------------------------------ statements

    def statements(self, depth: int) -> None:
        for _ in range(self.draw(st.integers(1, 4))):
            options = [
                self.fresh,
                self.view,
                self.store,
                self.store,
                self.add,
                self.grow,
                self.name,
                self.element,
            ]
            if depth < 3:
                options += [lambda: self.branch(depth), lambda: self.loop(depth), lambda: self.turns(depth)]
                options += [lambda: self.kept(depth)]
            with self.code.line("statement"):
                self.choose(options)()

    def fresh(self) -> None:
        x = self.pick(*ARRAYS)
        self.keep(0.5 * (x + self.pick(x.operand.aval)))

    def element(self) -> None:
        x = self.pick(ROW, PAIR)
        self.keep(x[self.draw(st.integers(0, 1))])

    def name(self) -> None:
        self.keep(self.code.one_of(piecewise.alias, self.pick(*ARRAYS)))

    def view(self) -> None:
        x = self.pick(*ARRAYS)
        if x.operand.aval == ROW:
            options: list[Callable[[], Wrapped]] = [
                lambda: x[1:3],
                lambda: x[0:2],
                lambda: self.code.one_of(shapes.reshape, x, shape=(2, 2)),
            ]
        elif x.operand.aval == TABLE:
            options = [
                lambda: x[1],
                lambda: self.code.one_of(shapes.transpose, x, permutation=(1, 0)),
                lambda: self.code.one_of(shapes.reshape, x, shape=(4,)),
            ]
        else:
            options = [lambda: self.code.one_of(broadcast_to, x, shape=(2, 2))]
        self.keep(self.choose(options)())

    def store(self) -> None:
        x = self.pick(*ARRAYS)
        if x.operand.aval == TABLE:
            self.keep(x.with_(self.choose([0, 1]), self.pick(PAIR, NUMBER)))
        elif x.operand.aval == PAIR:
            self.keep(x.with_(self.choose([0, 1]), self.pick(NUMBER)))
        else:
            self.keep(x.with_(self.choose([slice(0, 2), slice(2, 4), slice(1, 3)]), self.pick(PAIR, NUMBER)))

    def add(self) -> None:
        x, part = self.pick(ROW), self.pick(PAIR)
        spec, _ = self.code.spec(x, self.choose([slice(0, 2), slice(1, 3)]))
        self.keep(self.code.one_of(indexing.add_at, x, 0.125 * part, spec=spec))

    def grow(self) -> None:
        x = self.pick(*ARRAYS)
        self.keep(self.code.one_of(adjoint.accumulate, x, 0.125 * self.pick(x.operand.aval)))

    # ------------------------------------------------------------------ control flow

    def nested(self, depth: int, results: Callable[[], list[Wrapped]]) -> list[Wrapped]:
        outer = list(self.scope)
        self.statements(depth + 1)
        found = results()
        self.scope = outer
        return found

    def condition(self) -> Wrapped:
        return self.pick(NUMBER) > self.draw(st.sampled_from([-0.1, 0.4, 0.7]))

    def branch(self, depth: int) -> None:
        avals = self.draw(st.lists(st.sampled_from(ARRAYS), min_size=1, max_size=3))

        def block() -> list[Wrapped]:
            return self.nested(depth, lambda: [self.pick(aval) for aval in avals])

        for value in self.code.if_(self.condition(), block, block):
            self.keep(value)

    def carried(self) -> list[Wrapped]:
        return [self.pick(*ARRAYS) for _ in range(self.draw(st.integers(1, 3)))]

    def block(self, depth: int, first: Sequence[Wrapped], lead: list[Any], *, exits: bool = False) -> Block:
        """A loop's body: `lead` are the types of its params before the carries, handed on as they are."""
        code = self.code
        params = [code.input(aval) for aval in (*lead, *(x.operand.aval for x in first))]

        def write(*values: Wrapped) -> list[Wrapped]:
            outer, carries = list(self.scope), values[len(lead) :]
            self.scope += carries
            found = self.nested(depth, lambda: [self.pick(carry.operand.aval) for carry in carries])
            stop = [self.condition()] if exits else []
            self.scope = outer
            return stop + found

        return code.nested(write, params)

    def repeat(self, first: Sequence[Wrapped], turns: int, body: Block, **options: Any) -> None:
        operands: list[Operand] = [literal(0), literal(turns), literal(1), *(x.operand for x in first)]
        for value in self.code.emit(for_, *operands, blocks=(body,), **options):
            self.keep(Wrapped(self.code, value))

    def loop(self, depth: int) -> None:
        first, turns, exits = self.carried(), self.draw(st.integers(0, 3)), self.draw(st.booleans())
        body = self.block(depth, first, [INDEX], exits=exits)
        self.repeat(first, turns, body, **({"exits": True} if exits else {}))

    def turns(self, depth: int) -> None:
        """A `while` that counts."""
        code, limit = self.code, self.draw(st.integers(0, 3))
        first = [code.integer(0), *self.carried()]
        params = [code.input(x.operand.aval) for x in first]
        test = code.nested(lambda k, *carries: [k < limit], params)
        body = self.block(depth, first[1:], [COUNT])
        one = Wrapped(code, body.params[0])
        counted = code.nested(lambda: [one + 1])
        whole = Block(body.params, (*counted.equations, *body.equations), (*counted.results, *body.results))
        for value in code.emit(while_, *(x.operand for x in first), blocks=(test, whole))[1:]:
            self.keep(Wrapped(code, value))

    def kept(self, depth: int) -> None:
        """What a loop puts on a tape, a second one takes off."""
        self.tapes += 1
        x = self.pick(*ARRAYS)
        tape, turns = Tape(x.operand.aval, f"tape{self.tapes}"), self.draw(st.integers(0, 2))
        self.code.emit(new_tape, tape=tape, sizes=None)

        for back in (False, True):
            body = self.block(depth, [x], [INDEX])
            moved = self.code.nested(lambda: self.taken_off(tape) if back else self.put_on(tape, body))
            equations = (*moved.equations, *body.equations)
            self.repeat([x], turns, Block(body.params, equations, moved.results or body.results))

    def put_on(self, tape: Tape, body: Block) -> list[Wrapped]:
        self.code.emit(record, body.params[1], tape=tape)
        return []

    def taken_off(self, tape: Tape) -> list[Wrapped]:
        kept = self.code.one_of(recall, tape=tape)
        if kept.operand.aval == ROW and self.draw(st.booleans()):
            kept = kept.with_(slice(0, 2), self.code.number(0.5))
        return [kept]


@st.composite
def programs(draw: Any, *, named: bool = False) -> Program:
    """Draw a program of three arrays and a number that returns three arrays; some of its inputs change."""
    draft = Draft(draw, named=named)
    code = draft.code
    inputs = [code.array("x", 4), code.array("y", 2), code.array("z", 2, 2)]
    draft.scope = [*inputs, code.strong(code.float("c"))]
    draft.statements(0)
    draft.statements(0)
    for x in inputs:
        if draw(st.booleans()):
            code.emit(regions.update, x.operand, draft.pick(x.operand.aval).operand)
    return code.finish("f", *(draft.pick(aval) for aval in draw(st.permutations(ARRAYS))))
