"""Long loops in segments: the reverse has the carries at the start of each, and runs each of them again.

    for i in range(start, stop, step): body

becomes, with `segment` turns in each (the square root of all of them, if nobody says otherwise):

    for first in range(0, turns, segment):
        for turn in range(min(segment, turns - first)):      # replayed
            i = start + (first + turn) * step
            body

The memory of a loop of n turns falls from n to the order of the square root of n, for one more run of it
(Chen, Xu, Zhang and Guestrin, Training deep nets with sublinear memory cost, 2016).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import count

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value, literal, with_operands
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Dim, Size, Symbol, as_symbol, divide_exactly, symbols
from bpcompiler.ir.sizes import floordiv as floordiv_size
from bpcompiler.ir.sizes import maximum as maximum_size
from bpcompiler.ir.types import FLOAT64, INT64, Array, Scalar
from bpcompiler.primitives.arithmetic import add, floordiv, mul, sub
from bpcompiler.primitives.creation import size_value
from bpcompiler.primitives.functions import sqrt
from bpcompiler.primitives.loops import for_
from bpcompiler.primitives.piecewise import convert, less, logical_and, maximum, minimum
from bpcompiler.primitives.regions import as_size, while_
from bpcompiler.transforms.planning.replay import Copier
from bpcompiler.transforms.planning.report import kept_by

INTEGER = Scalar(INT64, weak=True)
SEGMENT = "segment#"
TURNS_OF_WHILE = 1024  # in a segment, where nobody knows how many there will be


@dataclass(frozen=True, slots=True)
class Segments:
    """How long a segment is: `turns`, or None: the square root of all turns."""

    turns: Size | None = None


def within(program: Program, budget: int, differentiated: Callable[[Program], Program]) -> Program:
    """Return the program in segments so long that the tape of one takes half of the memory, in bytes.

    The other half is for the carries at the starts of the segments. `differentiated` tells what is kept.
    """
    trial = differentiated(checkpointed(program, Segments()))
    a_turn: Size = 0
    for kept in kept_by(trial):
        memory = kept.bytes()
        for symbol in symbols(memory) if memory is not None else ():
            if symbol.name.startswith(SEGMENT) and memory is not None:
                a_turn = a_turn + (divide_exactly(memory, Dim((((symbol,), 1),))) or 0)
    turns = maximum_size(floordiv_size(budget // 2, maximum_size(a_turn, 1)), 1)
    return checkpointed(program, Segments(turns))


def checkpointed(program: Program, segments: Segments) -> Program:
    """Return the program with its outermost loops in segments."""
    emit = Builder((), program.names, program.derivatives)
    numbers = count()
    for eqn in program.equations:
        with emit.at(eqn.origin, eqn.phase):
            if eqn.primitive is for_:
                _split_for(emit, eqn, segments, next(numbers))
            elif eqn.primitive is while_:
                _split_while(emit, eqn, segments)
            else:
                emit.equations.append(eqn)
    block = Block(program.inputs, tuple(emit.equations), program.outputs)
    return replace(program, block=block, names=emit.names)


def _split_for(emit: Builder, eqn: Equation, segments: Segments, number: int) -> None:
    turns = _turns(emit, *eqn.operands[:3])
    segment = _segment(emit, turns, segments, number)
    stops = bool(eqn.attrs.get("exits"))
    outer = _inside(emit)
    first = outer.input(INTEGER, "first")
    params = _carries(outer, eqn.operands[3:], eqn)
    rest = outer.one(minimum, segment, outer.one(sub, turns, first))
    inner = _for_segment(outer, eqn, first, stops)
    flag = _no_stop(eqn)
    attrs = {**eqn.attrs, "replay": True, "turns": _size(segment)}
    outputs = outer.emit(for_, literal(0), rest, literal(1), *params, *flag, blocks=(inner,), **attrs)
    results = [outputs[-1], *outputs[:-1]] if stops else outputs
    block = outer.block([first, *params], results)
    _replaced(emit, eqn, (literal(0), turns, segment, *eqn.operands[3:]), (block,))


def _for_segment(outer: Builder, eqn: Equation, first: Value, stops: bool) -> Block:
    """The body of the loop over a segment: the index of the turn, then the loop's own body."""
    body = eqn.blocks[0]
    inner = _inside(outer)
    turn = inner.input(INTEGER, "turn")
    flag = [inner.input(flag.aval) for flag in _no_stop(eqn)]
    index = _index(inner, eqn, inner.one(add, first, turn), body.params[0])
    own = with_operands(body, {body.params[0]: index})
    inner.equations.extend(own.equations)
    more = own.results[:1] if stops else ()
    return inner.block([turn, *body.params[1:], *flag], [*own.results, *more])


def _index(emit: Builder, eqn: Equation, turn: Value, param: Value) -> Operand:
    start, _, step = eqn.operands[:3]
    index: Operand = turn
    if not (isinstance(step, Literal) and step.value == 1):
        index = emit.one(mul, index, step)
    if not (isinstance(start, Literal) and start.value == 0):
        index = emit.one(add, index, start)
    symbol = as_symbol(_size(param) or 0)
    if symbol is None:
        return index
    named = emit.one(as_size, index, symbol=symbol)
    name = emit.names.get(param, "_")
    if name != "_":
        emit.names.update((value, name) for value in (index, named) if isinstance(value, Value))
    return named


def _split_while(emit: Builder, eqn: Equation, segments: Segments) -> None:
    test, body = eqn.blocks
    stops = bool(eqn.attrs.get("exits"))
    outer = _inside(emit)
    params = _carries(outer, eqn.operands, eqn)
    flag = _no_stop(eqn)
    blocks = (_counted_test(outer, test, segments, flag), _counted_body(outer, body, flag))
    outputs = outer.emit(
        while_, *params, *flag, literal(0, like=INTEGER), blocks=blocks, **{**eqn.attrs, "replay": True}
    )
    carried = outputs[: len(params)]
    results = [outputs[len(params)], *carried] if stops else carried
    _replaced(emit, eqn, eqn.operands, (test, outer.block(params, results)))


def _counted_test(outer: Builder, test: Block, segments: Segments, flags: list[Operand]) -> Block:
    """The test once more, and whether the segment goes on."""
    inner = _inside(outer)
    params = [inner.input(param.aval) for param in test.params]
    flag = [inner.input(flag.aval) for flag in flags]
    turn = inner.input(INTEGER, "turn")
    own = with_operands(test, dict(zip(test.params, params, strict=True)))
    copier = Copier(inner, lambda operand: operand)
    copier.copy(own.equations)
    (result,) = own.results
    asked = copier.known.get(result, result) if isinstance(result, Value) else result
    most = segments.turns or TURNS_OF_WHILE
    limit = literal(most) if isinstance(most, int) else inner.one(size_value, size=most)
    near = inner.one(less, turn, limit)
    return inner.block([*params, *flag, turn], [inner.one(logical_and, asked, near)])


def _counted_body(outer: Builder, body: Block, flags: list[Operand]) -> Block:
    inner = _inside(outer)
    inner.equations.extend(body.equations)
    flag = [inner.input(flag.aval) for flag in flags]
    turn = inner.input(INTEGER, "turn")
    more = body.results[:1] if flags else ()
    return inner.block([*body.params, *flag, turn], [*body.results, *more, inner.one(add, turn, literal(1))])


# ------------------------------------------------------------------ sizes


def _turns(emit: Builder, start: Operand, stop: Operand, step: Operand) -> Operand:
    """Return how many turns a range has; not more than 0 for an empty one."""
    if isinstance(step, Literal) and step.value == 1:
        return stop if isinstance(start, Literal) and start.value == 0 else emit.one(sub, stop, start)
    negative = emit.one(floordiv, emit.one(sub, start, stop), step)
    return emit.one(sub, literal(0), negative)


def _segment(emit: Builder, turns: Operand, segments: Segments, number: int) -> Operand:
    """Return the length of a segment, as a number that sizes may mention."""
    if isinstance(segments.turns, int):
        return literal(segments.turns)
    if segments.turns is not None:
        length = emit.one(size_value, size=segments.turns)
    else:
        some = emit.one(convert, emit.one(maximum, turns, literal(0)), dtype=FLOAT64, weak=True)
        root = emit.one(convert, emit.one(sqrt, some), dtype=INT64, weak=False)
        length = emit.one(add, root, literal(1))
    segment = emit.one(as_size, length, symbol=Symbol(f"{SEGMENT}{number}", nonnegative=True))
    emit.names.update({length: "segment", segment: "segment"})
    return segment


def _size(operand: Operand) -> Size | None:
    if isinstance(operand, Literal):
        return int(operand.value)
    return operand.aval.size if not isinstance(operand.aval, Array) else None


def _inside(emit: Builder) -> Builder:
    inner = Builder()
    inner.names, inner.derivatives = emit.names, emit.derivatives
    inner.origin, inner.phase = emit.origin, emit.phase
    return inner


def _no_stop(eqn: Equation) -> list[Operand]:
    """Return the first value of a loop's flag that says stop, if it has one."""
    return [literal(False, like=eqn.blocks[-1].results[0].aval)] if eqn.attrs.get("exits") else []


def _carries(emit: Builder, inits: Sequence[Operand], eqn: Equation) -> list[Value]:
    """Return the parameters of the outer loop. They are the compiler's, and have no name that keeps them."""
    own = eqn.blocks[-1].params[-len(inits) :] if inits else ()
    return [emit.input(param.aval) for param in own]


def _replaced(emit: Builder, eqn: Equation, operands: tuple[Operand, ...], blocks: tuple[Block, ...]) -> None:
    attrs = {key: value for key, value in eqn.attrs.items() if key == "exits"}
    emit.equations.append(replace(eqn, operands=operands, blocks=blocks, attrs=attrs))
