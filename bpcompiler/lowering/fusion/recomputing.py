"""What costs less to compute than to keep is computed where it is read.

    d[i, j] = x[j] - 1.0 ...  d[k, l]        becomes        x[l] - 1.0

That is an array that one nest of loops fills, element by element, and nobody changes after; each element
takes a few additions or multiplications of numbers and of elements of arrays that stay as they are: the
caller's, or smaller ones that were filled before, once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value, equations_of
from bpcompiler.ir.program import Program
from bpcompiler.ir.substitution import substituted
from bpcompiler.lowering.fusion.memory import Memory, is_array
from bpcompiler.lowering.fusion.parts import EVERYWHERE
from bpcompiler.lowering.fusion.ranges import size_of, sizes_in
from bpcompiler.primitives import arithmetic, piecewise
from bpcompiler.primitives.creation import size_value
from bpcompiler.primitives.loops import empty, for_, load, store

CHEAP = {
    *(arithmetic.add, arithmetic.sub, arithmetic.mul, arithmetic.neg, piecewise.convert),
    *(piecewise.equal, piecewise.not_equal, piecewise.less, piecewise.less_equal),
    *(piecewise.greater, piecewise.greater_equal, piecewise.logical_and, piecewise.select),
}
FREE = {size_value, piecewise.convert}
MOST = 3  # operations and loads an element, that are recomputed rather than kept


@dataclass(frozen=True, slots=True)
class _Recipe:
    """How an element is computed: from its indices, and from what was there before the loops."""

    indices: tuple[Value, ...]
    steps: tuple[Equation, ...]
    result: Operand


def recomputed(program: Program) -> Program:
    """Return the program where cheap elements are computed where they are read."""
    return replace(program, block=_Recomputing(program).block(program.block))


class _Recomputing:
    def __init__(self, program: Program) -> None:
        memory = Memory(program.block)
        self.memory, self._sizes = memory, sizes_in(program.block)
        everything = list(equations_of(program.block))
        self._made = {eqn.output for eqn in everything if eqn.primitive is empty}
        self._writes: Counter[Value] = Counter()
        self._opaque = {memory.buffer(value) for value in program.block.results if is_array(value)}
        for eqn in (eqn for eqn in everything if not eqn.blocks):
            for access in memory.of(eqn):
                self._writes[access.buffer] += access.writes
                if access.indices is None or EVERYWHERE in access.indices:
                    self._opaque.add(access.buffer)
        self._recipes: dict[Value, _Recipe] = {}
        self._final: set[Value] = set()
        self._instead: dict[Value, Operand] = {}

    def block(self, block: Block) -> Block:
        """Return the block with what is read of arrays that have recipes computed in place."""
        equations: list[Equation] = []
        for old in block.equations:
            eqn = replace(old, operands=tuple(self._read(operand) for operand in old.operands))
            if eqn.blocks:
                eqn = replace(eqn, blocks=tuple(map(self.block, eqn.blocks)))
                self._learn(eqn)
                equations.append(eqn)
            elif eqn.primitive is load and eqn.operands[0] in self._recipes:
                equations += self._follow(eqn)
            else:
                equations.append(eqn)
        return Block(block.params, tuple(equations), tuple(map(self._read, block.results)))

    def _read(self, operand: Operand) -> Operand:
        return substituted(operand, self._instead)

    def _follow(self, eqn: Equation) -> Iterator[Equation]:
        """Yield the steps that compute an element, in place of reading it."""
        array, *indices = eqn.operands
        recipe = self._recipes[array]  # type: ignore[index]
        here: dict[Value, Operand] = dict(zip(recipe.indices, indices, strict=True))
        for step in recipe.steps:
            operands = tuple(substituted(operand, here) for operand in step.operands)
            avals = tuple(operand.aval for operand in operands)
            (aval,) = step.primitive.infer(avals, step.attrs, ())  # an index may be a size, another one not
            new = Value(aval)
            here[step.output] = new
            yield replace(step, operands=operands, outputs=(new,), origin=eqn.origin, phase=eqn.phase)
        result = substituted(recipe.result, here)
        if isinstance(result, Literal):
            self._instead[eqn.output] = Literal(result.value, eqn.output.aval)  # type: ignore[arg-type]
        elif result.aval == eqn.output.aval:
            self._instead[eqn.output] = result
        else:
            attrs = {"dtype": eqn.output.aval.dtype, "weak": False, "plain": True}
            yield replace(eqn, primitive=piecewise.convert, operands=(result,), attrs=attrs)

    # ------------------------------------------------------------------ finding recipes

    def _learn(self, eqn: Equation) -> None:
        """Take note of the arrays that a nest of loops fills with cheap elements."""
        if eqn.primitive is not for_ or eqn.attrs.get("exits"):
            return
        for k, output in enumerate(eqn.outputs):
            buffer = self.memory.buffer(output)
            if eqn.operands[3 + k] not in self._made or self._writes[buffer] != 1:
                continue
            recipe = None if buffer in self._opaque else _find_recipe(eqn, k, self)
            if recipe is not None:
                self._recipes[output] = recipe
            else:
                self._final.add(output)

    def stays(self, array: Operand, rank: int) -> bool:
        """Return whether an array is never written after, and no dearer to read than one of that rank."""
        if not isinstance(array, Value):
            return False
        if not self._writes[self.memory.buffer(array)]:
            return True
        return array in self._final and len(array.aval.shape) < rank

    def covers(self, loop: Equation, size: object) -> bool:
        """Return whether a loop runs over every index below a size."""
        start, stop, step = loop.operands[:3]
        counts = [operand.value for operand in (start, step) if isinstance(operand, Literal)]
        return counts == [0, 1] and size_of(stop, self._sizes) == size


def _find_recipe(eqn: Equation, k: int, known: _Recomputing) -> _Recipe | None:
    """Return how the elements are computed that a nest stores into its carry k."""
    loops: list[Equation] = []
    around: list[Equation] = []
    while eqn.primitive is for_ and not eqn.attrs.get("exits"):
        (body,) = eqn.blocks
        loops.append(eqn)
        around += body.equations
        source = _defining(body, body.results[k])
        if source is None:
            return None
        param = body.params[1 + k]
        if source.primitive is store:
            return _recipe(source, loops, around, known) if source.operands[0] is param else None
        if source.primitive is not for_ or param not in source.operands[3:]:
            return None
        eqn, k = source, source.operands[3:].index(param)
    return None


def _recipe(
    source: Equation, loops: Sequence[Equation], around: Sequence[Equation], known: _Recomputing
) -> _Recipe | None:
    array, result, *places = source.operands
    params = {loop.blocks[0].params[0]: loop for loop in loops}
    if len(set(places)) != len(params) or not all(
        isinstance(place, Value) and place in params and known.covers(params[place], size)
        for place, size in zip(places, array.aval.shape, strict=True)
    ):
        return None
    steps = _steps(result, {value: eqn for eqn in around for value in eqn.outputs}, params, known)
    if steps is None or sum(step.primitive not in FREE for step in steps) > MOST:
        return None
    if _in_another_order(steps, places[-1]):
        return None  # made so that memory is read in order
    return _Recipe(tuple(place for place in places if isinstance(place, Value)), tuple(steps), result)


def _steps(
    result: Operand, inside: dict[Value, Equation], params: dict[Value, Equation], known: _Recomputing
) -> list[Equation] | None:
    """Return the equations that compute a number from what is there outside, in order; None if it is dear."""
    found: dict[Equation, None] = {}
    waiting: list[Operand] = [result]
    while waiting:
        operand = waiting.pop()
        if not isinstance(operand, Value) or operand in params:
            continue
        eqn = inside.get(operand)
        if eqn is None:
            if _is_carry(operand, params):
                return None
            continue
        reads = eqn.primitive is load and eqn.operands[0] not in inside
        if not (eqn.primitive in CHEAP or eqn.primitive in FREE or reads):
            return None
        if reads and not known.stays(eqn.operands[0], len(params)):
            return None
        found[eqn] = None
        waiting += eqn.operands[1:] if eqn.primitive is load else eqn.operands
    order = {eqn: at for at, eqn in enumerate(inside.values())}
    return sorted(found, key=order.__getitem__)


def _in_another_order(steps: Sequence[Equation], last: Operand) -> bool:
    """Whether the last index of the copy stands in another place than the last one where it is read."""
    moving = {last}
    for step in steps:
        if step.primitive is not load and not moving.isdisjoint(step.operands):
            moving.add(step.output)
    return any(not moving.isdisjoint(step.operands[1:-1]) for step in steps if step.primitive is load)


def _is_carry(value: Operand, params: dict[Value, Equation]) -> bool:
    return any(value in loop.blocks[0].params for loop in params.values())


def _defining(body: Block, result: Operand) -> Equation | None:
    return next((eqn for eqn in body.equations if result in eqn.outputs), None)
