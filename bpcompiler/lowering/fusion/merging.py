"""Several loops over the same range as one: the bodies follow each other in each turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bpcompiler.ir.equations import Attrs, Block, Equation, Operand, Value
from bpcompiler.ir.substitution import retyped, substituted
from bpcompiler.ir.types import Scalar


def merged(loops: Sequence[Equation]) -> Equation:
    """Return one loop with the outputs of all that anybody but a later one of them reads."""
    attrs = {
        key: value
        for key, value in loops[0].attrs.items()
        if all(loop.attrs.get(key) == value for loop in loops)
    }
    merging = _Merging(_index(loops), attrs)
    for loop in loops:
        merging.add(loop)
    return merging.loop(loops[0])


def _index(loops: Sequence[Equation]) -> Value:
    """The index that sizes mention, if they mention one."""
    indices = [loop.blocks[0].params[0] for loop in loops]
    return next(
        (index for index in indices if isinstance(index.aval, Scalar) and index.aval.size is not None),
        indices[0],
    )


class _Merging:
    def __init__(self, index: Value, attrs: Attrs) -> None:
        self.index = index
        self._attrs = attrs  # what is true of all loops
        self.equations: list[Equation] = []
        self.inits: list[Operand] = []
        self.params: list[Value] = []
        self.results: list[Operand] = []
        self.outputs: list[Value] = []
        self._now: dict[Value, Operand] = {}  # of what the loops so far return, its version in this turn

    def add(self, loop: Equation) -> None:
        """Append a loop's body; an array that an earlier one writes is handed on within the turn."""
        (body,) = loop.blocks
        instead: dict[Value, Operand] = dict(self._now)
        if body.params[0] is not self.index:
            instead[body.params[0]] = self.index
        carried = [self._enter(loop, k, instead) for k in range(len(loop.outputs))]
        inner = retyped(body, instead)  # where one loop's index is a size, and another one's is not
        self.equations += inner.equations
        for k, at in enumerate(carried):
            self.results[at], self.outputs[at] = inner.results[k], loop.outputs[k]
            self._now[loop.outputs[k]] = inner.results[k]

    def _enter(self, loop: Equation, k: int, instead: dict[Value, Operand]) -> int:
        """Return the number of the carry that a loop's carry becomes."""
        init, param = loop.operands[3 + k], loop.blocks[0].params[1 + k]
        if isinstance(init, Value) and init in self.outputs:
            instead[param] = self._now[init]
            return self.outputs.index(init)
        self.inits.append(init)
        self.params.append(param)
        self.results.append(param)
        self.outputs.append(loop.outputs[k])
        return len(self.inits) - 1

    def loop(self, first: Equation) -> Equation:
        """Return the loop. It takes the place and the comment of the first."""
        results = tuple(substituted(result, {}) for result in self.results)
        body = Block((self.index, *self.params), tuple(self.equations), results)
        operands = (*first.operands[:3], *self.inits)
        return replace(
            first, operands=operands, outputs=tuple(self.outputs), blocks=(body,), attrs=self._attrs
        )
