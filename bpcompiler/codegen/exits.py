"""What leaves a loop is decided in the branch that leaves, as one writes it: `if x[i] > limit: break`.

The interpreter answers a code at the end of each branch, and compares the codes after it:

    code, s = if_(c) { 1, s } { 0, s + x }          stop, s = if_(c) { True, s } { False, s + x }
    stop = code == 1                                return stop, s
    return stop, s

So what is computed of a branch's results alone goes into the branch, where most of it is known. A flag that
is what it was before the loop in every turn that goes on is not set again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from bpcompiler.analysis.liveness import LOOPS
from bpcompiler.analysis.sharing import STORES
from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value, has_effect, values_used
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import BOOL, INT64, Scalar
from bpcompiler.primitives.dead import Policy, without_dead
from bpcompiler.primitives.declare import Elementwise
from bpcompiler.primitives.piecewise import select
from bpcompiler.primitives.regions import if_


def exits_in_branches(program: Program) -> Program:
    """Return the program with the exits of its loops decided in branches."""
    names = dict(program.names)
    return replace(program, block=_Exits(names).block(program.block), names=names)


def without_silent(program: Program) -> Program:
    """Return the program without what nobody reads and nobody named, if it has control flow."""
    if not any(eqn.blocks for eqn in program.equations):
        return program
    named = {*program.names, *program.derivatives}

    def is_line(eqn: Equation) -> bool:
        return not eqn.blocks and any(value in named for value in eqn.outputs)

    policy = Policy(is_line, lambda eqn, number: True)
    return replace(program, block=without_dead(program.block, policy))


@dataclass(frozen=True, slots=True)
class _Exits:
    names: dict[Value, str]

    def block(self, block: Block) -> Block:
        return Block(block.params, tuple(map(self.equation, block.equations)), block.results)

    def equation(self, eqn: Equation) -> Equation:
        if not eqn.blocks:
            return eqn
        *others, body = map(self.block, eqn.blocks)
        if eqn.primitive in LOOPS and eqn.attrs.get("exits"):
            first = eqn.operands[len(eqn.operands) - len(eqn.outputs) :]
            body = _with_steady_flags(self.settled(body), first)
        return replace(eqn, blocks=(*others, body))

    def settled(self, block: Block) -> Block:
        """Return a block, whose first result says stop, with that decided in branches at its end."""
        at = next((i for i, e in reversed([*enumerate(block.equations)]) if e.primitive is if_), None)
        if at is None:
            return block
        branch, later = block.equations[at], block.equations[at + 1 :]
        derived = _derived_from(branch, later)
        if not all(map(_is_pure, later)) or not isinstance(branch.operands[0], Value):
            return block
        known = {branch.operands[0], *branch.outputs, *(eqn.output for eqn in derived)}
        free = [eqn for eqn in later if eqn not in derived]
        if block.results[0] not in known:
            return block
        wanted = list(dict.fromkeys(r for r in block.results if isinstance(r, Value) and r in known))
        decided = self.decided(branch, derived, wanted)
        outputs = dict(zip(wanted, decided.outputs, strict=True))
        results = tuple(outputs.get(r, r) if isinstance(r, Value) else r for r in block.results)
        return Block(block.params, (*block.equations[:at], *free, decided), results)

    def decided(self, branch: Equation, derived: Sequence[Equation], wanted: Sequence[Value]) -> Equation:
        """Return the branch with these outputs, each computed inside."""
        outputs = tuple(Value(value.aval) for value in wanted)
        self.names.update(
            {new: self.names[v] for new, v in zip(outputs, wanted, strict=True) if v in self.names}
        )
        blocks = []
        for inner, truth in zip(branch.blocks, (True, False), strict=True):
            known: dict[Operand, Operand] = dict(zip(branch.outputs, inner.results, strict=True))
            known[branch.operands[0]] = Literal(truth, cast(Scalar, branch.operands[0].aval))
            inside = _Inside(list(inner.equations), known)
            for eqn in derived:
                inside.compute(eqn)
            results = tuple(known[value] for value in wanted)
            blocks.append(self.settled(Block((), tuple(inside.equations), results)))
        return replace(branch, outputs=outputs, blocks=tuple(blocks))


@dataclass(frozen=True, slots=True)
class _Inside:
    """What is computed at the end of a branch; `known`: what the values outside are there."""

    equations: list[Equation]
    known: dict[Operand, Operand]

    def compute(self, eqn: Equation) -> None:
        operands = tuple(self.known.get(operand, operand) for operand in eqn.operands)
        self.known[eqn.output] = self.folded(eqn, operands) or self.written(eqn, operands)

    def folded(self, eqn: Equation, operands: Sequence[Operand]) -> Operand | None:
        """Return what an equation answers, if that is known: of numbers, or of one number or the other."""
        if all(isinstance(operand, Literal) for operand in operands):
            return _number(eqn, operands)
        if eqn.primitive is select and isinstance(operands[0], Literal):
            return operands[1 if operands[0].value else 2]
        unknown = [i for i, operand in enumerate(operands) if isinstance(operand, Value)]
        choice = self.choice(operands[unknown[0]]) if len(unknown) == 1 else None
        if choice is None:
            return None
        one, other = (self.folded(eqn, _with(operands, unknown[0], option)) for option in choice[1:])
        if not isinstance(one, Literal) or not isinstance(other, Literal):
            return None
        if one.value == other.value:
            return one
        return choice[0] if one.value is True and choice[0].aval == eqn.output.aval else None

    def choice(self, value: Operand) -> Sequence[Operand] | None:
        """Return the operands of the `select` between numbers that made a value."""
        made = next((eqn for eqn in self.equations if value in eqn.outputs), None)
        if made is None or made.primitive is not select:
            return None
        return made.operands if all(isinstance(o, Literal) for o in made.operands[1:]) else None

    def written(self, eqn: Equation, operands: tuple[Operand, ...]) -> Value:
        copy = replace(eqn, operands=operands, outputs=(Value(eqn.output.aval),))
        self.equations.append(copy)
        return copy.output


def _with(operands: Sequence[Operand], at: int, operand: Operand) -> list[Operand]:
    return [*operands[:at], operand, *operands[at + 1 :]]


def _number(eqn: Equation, operands: Sequence[Operand]) -> Literal | None:
    aval = eqn.output.aval
    if not isinstance(aval, Scalar) or aval.dtype not in (BOOL, INT64):
        return None
    attrs = {key: value for key, value in eqn.attrs.items() if key != "strong"}
    given = [cast(Literal, operand).value for operand in operands]
    answer = cast(Elementwise, eqn.primitive).evaluate(*given, **attrs)
    return Literal(bool(answer) if aval.dtype is BOOL else int(answer), aval)


def _derived_from(branch: Equation, later: Sequence[Equation]) -> list[Equation]:
    """Return the equations that compute with what a branch decides."""
    found: list[Equation] = []
    values = {branch.operands[0], *branch.outputs}
    for eqn in later:
        if values & set(values_used(eqn)):
            found.append(eqn)
            values.update(eqn.outputs)
    return found


def _is_pure(eqn: Equation) -> bool:
    return not eqn.blocks and len(eqn.outputs) == 1 and not has_effect(eqn) and eqn.primitive not in STORES


# ------------------------------------------------------------------ flags that stay what they are


def _with_steady_flags(body: Block, first: Sequence[Operand]) -> Block:
    carries = body.params[len(body.params) - len(first) :]
    for at, (carry, init) in enumerate(zip(carries, first, strict=True), 1):
        if isinstance(init, Literal) and _stays(body, 0, at, carry, init):
            body = _kept(body, 0, at, carry)
    return body


def _deeper(block: Block, stop: int, at: int) -> tuple[Equation, int, int] | None:
    """Return the last equation and the numbers of these results among its outputs, if it decides both."""
    last = block.equations[-1] if block.equations else None
    if last is None or last.primitive is not if_:
        return None
    found = [
        last.outputs.index(r) if r in last.outputs else -1 for r in (block.results[stop], block.results[at])
    ]
    return (last, found[0], found[1]) if min(found) >= 0 else None


def _stays(block: Block, stop: int, at: int, carry: Value, init: Literal) -> bool:
    """Whether a carry is what it was first whenever a turn does not leave the loop."""
    deeper = _deeper(block, stop, at)
    if deeper is not None:
        last, stop, at = deeper
        return all(_stays(inner, stop, at, carry, init) for inner in last.blocks)
    result = block.results[at]
    return result is carry or result == init or _leaves(block.results[stop])


def _kept(block: Block, stop: int, at: int, carry: Value) -> Block:
    deeper = _deeper(block, stop, at)
    if deeper is not None:
        last, inner_stop, inner_at = deeper
        blocks = tuple(_kept(inner, inner_stop, inner_at, carry) for inner in last.blocks)
        return Block(block.params, (*block.equations[:-1], replace(last, blocks=blocks)), block.results)
    if _leaves(block.results[stop]):
        return block
    return Block(block.params, block.equations, (*block.results[:at], carry, *block.results[at + 1 :]))


def _leaves(stop: Operand) -> bool:
    return isinstance(stop, Literal) and bool(stop.value)
