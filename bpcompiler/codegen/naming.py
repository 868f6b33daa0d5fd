"""Names: the user's where given, unique, a function of the program, never random.

Versions that share a buffer and follow one another (`dx`, then `dx += ...`) share a variable.
"""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Container, Iterable, Mapping

from bpcompiler.codegen.ownership import Ownership
from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value, values_used

RESERVED = frozenset({*keyword.kwlist, *dir(builtins), "math", "np", "scipy", "numba", "njit", "gemm", "fault"})


class Names:
    """The variable of each value of a program."""

    def __init__(
        self,
        block: Block,
        hints: Mapping[Value, str],
        ownership: Ownership,
        inputs: Iterable[str],
        inline: Container[Value] = (),
    ) -> None:
        self._inline = inline
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
        self._name_block(block)

    def __call__(self, value: Value) -> str:
        """Return the variable that holds a value."""
        return self._names[value]

    def fresh(self, base: str, *, numbered: bool = False) -> str:
        """Return a new variable: `base`, or `base_1` ... where that is taken, or a number is asked for."""
        base = base if base.isidentifier() else "value"
        name, number = base, self._numbers.get(base, 0)
        while numbered or name in self._taken or keyword.iskeyword(name):
            number += 1
            name, numbered = f"{base}_{number}", False
        self._numbers[base] = number
        self._taken.add(name)
        return name

    def _name_block(self, block: Block) -> None:
        for eqn in block.equations:
            if eqn.blocks:
                self._name_loop(eqn)
            else:
                self._name_equation(eqn)

    def _name_equation(self, eqn: Equation) -> None:
        for value in eqn.outputs:
            if value in self._names or value in self._inline:
                continue
            target = eqn.operands[0] if eqn.operands else None
            if self._ownership.in_place(eqn) and isinstance(target, Value):
                self._names[value] = self._names[target]
            elif value in self._hints:
                self._names[value] = self.fresh(self._hints[value])
            else:
                self._names[value] = self._invented(eqn)

    def _name_loop(self, eqn: Equation) -> None:
        """A loop's carries are one variable each: before, inside, and after. Its index is free again after."""
        (body,) = eqn.blocks
        index = self.fresh(self._hints.get(body.params[0], "i"))
        self._names[body.params[0]] = index
        for before, inside, after in zip(eqn.operands[3:], body.params[1:], eqn.outputs, strict=True):
            self._names[inside] = self._names[after] = self._carried(before, after)
        for result, inside in zip(body.results, body.params[1:], strict=True):
            if isinstance(result, Value) and result not in self._names and may_take(result, inside, body):
                self._names[result] = self._names[inside]
        self._name_block(body)
        self._taken.discard(index)
        self._numbers.pop(index, None)

    def _carried(self, before: Operand, after: Value) -> str:
        if isinstance(before, Literal) or before in self._ownership.inputs:
            return self.fresh(self._hints.get(after, "total"))
        return self._names[before]

    def _invented(self, eqn: Equation) -> str:
        """A name for what the user gave none: `h_1` for a part of `h = ...`, `dh_1` for its adjoint."""
        target = self._targets.get(eqn.origin.statement if eqn.origin else -1)
        backwards = eqn.phase[:1] == ("backprop",)
        if target is None:
            return self.fresh("dt" if backwards else "result" if not eqn.phase else "t")
        return self.fresh(f"d{target}" if backwards else target, numbered=True)

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


def may_take(result: Value, inside: Value, body: Block) -> bool:
    """Return whether a loop's next value may be written over the current one as soon as it is computed."""
    defined = [at for at, eqn in enumerate(body.equations) if result in eqn.outputs]
    if not defined or body.equations[defined[0]].blocks:
        return False
    later = body.equations[defined[0] + 1 :]
    used_later = any(inside in values_used(eqn) for eqn in later)
    return not used_later and sum(r is inside for r in body.results) == 0
