"""Names: the user's where given, unique, a function of the program, never random.

Versions that share a buffer and follow one another (`dx`, then `dx += ...`) share a variable.
"""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Iterable, Mapping

from bpcompiler.codegen.ownership import IN_PLACE, Ownership
from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value, equations_of
from bpcompiler.primitives import loops

RESERVED = frozenset({*keyword.kwlist, *dir(builtins), "math", "np", "scipy", "numba", "njit", "gemm", "fault"})


class Names:
    """The variable of each value of a program."""

    def __init__(self, block: Block, hints: Mapping[Value, str], ownership: Ownership, inputs: Iterable[str]) -> None:
        self._names: dict[Value, str] = {}
        self._taken = set(RESERVED)
        self._numbers: dict[str, int] = {}
        self._hints = dict(hints)
        self._ownership = ownership
        self._pass_hints_back(block)
        self._targets = _targets(block, self._hints)
        for value, name in zip(block.params, inputs, strict=True):
            self._names[value] = name
            self._taken.add(name)
        for eqn in equations_of(block):
            self._name_equation(eqn)

    def __call__(self, value: Value) -> str:
        """Return the variable that holds a value."""
        return self._names[value]

    def fresh(self, base: str) -> str:
        """Return a new variable: `base`, or `base_1` ... where that is taken."""
        base = base if base.isidentifier() else "value"
        name, number = base, self._numbers.get(base, 0)
        while name in self._taken or (number == 0 and keyword.iskeyword(name)):
            number += 1
            name = f"{base}_{number}"
        self._numbers[base] = number
        self._taken.add(name)
        return name

    def _name_equation(self, eqn: Equation) -> None:
        if eqn.blocks:
            self._name_loop(eqn)
            return
        for value in eqn.outputs:
            if value in self._names:
                continue
            target = eqn.operands[0] if eqn.operands else None
            if self._ownership.in_place(eqn) and isinstance(target, Value):
                self._names[value] = self._names[target]
            else:
                self._names[value] = self.fresh(self._hints.get(value) or self._invented(eqn))

    def _name_loop(self, eqn: Equation) -> None:
        """A loop's carries are one variable each: outside before, inside, and outside after."""
        (body,) = eqn.blocks
        index = body.params[0]
        self._names[index] = self.fresh(self._hints.get(index, "i"))
        for before, inside, after in zip(eqn.operands[3:], body.params[1:], eqn.outputs, strict=True):
            name = self._carried(before, after)
            self._names[inside] = self._names[after] = name
        for result, inside in zip(body.results, body.params[1:], strict=True):
            if isinstance(result, Value) and result not in self._names and self._may_take(result, body):
                self._names[result] = self._names[inside]

    def _carried(self, before: Operand, after: Value) -> str:
        if isinstance(before, Literal) or before in self._ownership.inputs:
            return self.fresh(self._hints.get(after, "total"))
        return self._names[before]

    def _may_take(self, result: Value, body: Block) -> bool:
        defining = [eqn for eqn in body.equations if result in eqn.outputs]
        return bool(defining) and defining[0].primitive in (*IN_PLACE, loops.store)

    def _invented(self, eqn: Equation) -> str:
        """A name for what the user gave none: `h_1` for a part of `h = ...`, `dh_1` for its adjoint."""
        statement = eqn.origin.statement if eqn.origin else -1
        target = self._targets.get(statement)
        prefix = "d" if eqn.phase[:1] == ("backprop",) else ""
        return f"{prefix}{target}_" if target else f"{prefix}t"

    def _pass_hints_back(self, block: Block) -> None:
        """What a named version is written into is called the same: `dx = np.zeros_like(x); dx[1:] += ...`."""
        for eqn in reversed(block.equations):
            target = eqn.operands[0] if eqn.operands else None
            if self._ownership.in_place(eqn) and isinstance(target, Value) and eqn.output in self._hints:
                self._hints.setdefault(target, self._hints[eqn.output])


def _targets(block: Block, hints: Mapping[Value, str]) -> dict[int, str]:
    """The last name that each statement of the user binds."""
    return {
        eqn.origin.statement: hints[value]
        for eqn in block.equations
        if eqn.origin is not None and not eqn.phase
        for value in eqn.outputs
        if value in hints
    }
