"""The numbers that a loop carries from turn to turn by sums and extremes alone: their order is open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bpcompiler.ir.equations import Block, Equation, Operand, Primitive, Value, values_used
from bpcompiler.ir.types import Array, is_float
from bpcompiler.primitives import simd
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.loops import for_

Reductions = dict[int, list[Equation]]
IN_ANY_ORDER = {*simd.ANY_ORDER, *simd.ANY_ORDER.values()}


def reductions_of(body: Block) -> Reductions:
    """Return the carries that are sums or extremes, which nothing else reads, in nested loops too.

    Each with the equations that add to it, or find the extreme.
    """
    uses = Counter(value for eqn in body.equations for value in values_used(eqn))
    uses.update(result for result in body.results if isinstance(result, Value))
    defined = {value: eqn for eqn in body.equations for value in eqn.outputs}
    found: Reductions = {}
    for k, (param, result) in enumerate(zip(body.params[1:], body.results, strict=True)):
        steps = None if isinstance(param.aval, Array) else _steps(param, result, uses, defined)
        if steps and len({step.primitive for step in steps}) == 1:
            found[k] = steps
    return found


def sums_of(reductions: Reductions) -> list[int]:
    """Return which of them are sums of floats."""
    return [
        k for k, (step, *_) in reductions.items() if _is_sum(step.primitive) and is_float(step.output.aval)
    ]


def _is_sum(primitive: Primitive) -> bool:
    return primitive in (accumulate, simd.add)


def _steps(
    param: Value, result: Operand, uses: Counter[Value], defined: dict[Value, Equation]
) -> list[Equation] | None:
    """Return the equations that make the carry's next value, None if there is anything else to it."""
    if uses[param] != 1:
        return None
    found: list[Equation] = []
    while result is not param:
        eqn = defined.get(result) if isinstance(result, Value) else None
        if eqn is None or not isinstance(result, Value) or uses[result] != 1:
            return None
        if eqn.primitive is for_ and not eqn.attrs.get("exits"):
            k = eqn.outputs.index(result)
            inner = reductions_of(eqn.blocks[0]).get(k)
            if inner is None:
                return None
            found += inner
            result = eqn.operands[3 + k]
        elif eqn.primitive in IN_ANY_ORDER:
            found.append(eqn)
            result = eqn.operands[0]
        else:
            return None
    return found


def versions(body: Block, k: int) -> Iterator[Value]:
    """Yield the values that a sum or extreme is in a loop's body, in nested loops too."""
    param, result = body.params[1 + k], body.results[k]
    defined = {value: eqn for eqn in body.equations for value in eqn.outputs}
    yield param
    while isinstance(result, Value) and result is not param:
        yield result
        eqn = defined[result]
        if eqn.primitive is for_:
            number = eqn.outputs.index(result)
            yield from versions(eqn.blocks[0], number)
            result = eqn.operands[3 + number]
        else:
            result = eqn.operands[0]
