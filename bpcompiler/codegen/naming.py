"""Names: the user's where given, unique, a function of the program, never random.

The cotangent of what is called `x` is called `dx`. Versions that follow one another (`dx`, then `dx += ...`)
share a variable. What the user gave no name is called after what it is.
"""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Container, Iterable, Iterator, Mapping

from bpcompiler.codegen.ownership import Ownership
from bpcompiler.codegen.words import SECOND_WORDS, word
from bpcompiler.ir.equations import Block, Equation, Value, equations_of, values_used
from bpcompiler.ir.program import Program

RESERVED = frozenset({*keyword.kwlist, *dir(builtins), "math", "np", "scipy"})


class Names:
    """The variable of each value of a program."""

    def __init__(
        self,
        program: Program,
        ownership: Ownership,
        inputs: Iterable[str],
        inline: Container[Value],
        reserved: Iterable[str] = (),
    ) -> None:
        block = program.block
        self._inline, self._ownership = inline, ownership
        self._hints, self._derivatives = dict(program.names), dict(program.derivatives)
        self._unwritten: dict[Value, str] = {}
        self._defined = {value: eqn for eqn in equations_of(block) for value in eqn.outputs}
        self._returned = _returned(program)
        self._names: dict[Value, str] = {}
        self._taken = {*RESERVED, *reserved}
        self._numbers: dict[str, int] = {}
        self._pass_hints_back(block)
        self._wanted = set(self._hints.values())
        for value, name in zip(block.params, inputs, strict=True):
            self._names[value] = name
            self._taken.add(name)
        self._name_block(block)

    def __call__(self, value: Value) -> str:
        """Return the variable that holds a value."""
        return self._names[value]

    def fresh(self, base: str) -> str:
        """Return a new variable: `base`, or `base_1` ... where that is taken."""
        base = base if base.isidentifier() else "value"
        name, number = base, self._numbers.get(base, 0)
        while name in self._taken:
            number += 1
            name = f"{base}_{number}"
        self._numbers[base] = number
        self._taken.add(name)
        return name

    def _name_block(self, block: Block) -> None:
        for eqn in block.equations:
            self._name_equation(eqn)

    def _name_equation(self, eqn: Equation) -> None:
        for value in eqn.outputs:
            if value in self._names or value in self._inline:
                continue
            target = self._ownership.continued(eqn)
            if target in self._names:
                self._names[value] = self._names[target]
            elif value in self._derivatives:
                self._names[value] = self._derived(*self._derivatives[value])
            elif value in self._hints:
                self._names[value] = self.fresh(self._hints[value])
            else:
                self._names[value] = self._invented(eqn)

    def _derived(self, pattern: str, of: Value) -> str:
        """The cotangent of `x` is `dx`, and `dx_` if the user has a `dx`."""
        name = pattern.format(self._base(of))
        while name in self._taken or (name in self._wanted and name in self._user_names()):
            name += "_"
        self._taken.add(name)
        return name

    def _user_names(self) -> set[str]:
        return {name for value, name in self._hints.items() if value not in self._derivatives}

    def _base(self, value: Value) -> str:
        """What a value is called, or would be if it had a line of its own."""
        if value in self._names:
            return self._names[value]
        if value in self._derivatives:
            pattern, of = self._derivatives[value]
            return pattern.format(self._base(of))
        if value not in self._unwritten:
            eqn = self._defined.get(value)
            invented = word(eqn, self._known) if eqn is not None else "t"
            self._unwritten[value] = self.fresh(self._hints.get(value) or invented)
        return self._unwritten[value]

    def _invented(self, eqn: Equation) -> str:
        """A name for what the user gave none: `result`, a helper's result by its name, or what it is."""
        name = self._returned.get(eqn.output) or word(eqn, self._known)
        return self.fresh(SECOND_WORDS.get(name, f"{name}_") if name in self._wanted else name)

    def _known(self, value: Value) -> str:
        return self._names.get(value, "")

    def _pass_hints_back(self, block: Block) -> None:
        """What a named version is written into is called the same: `dx = np.zeros_like(x); dx[1:] += ...`."""
        for eqn in reversed(block.equations):
            target = self._ownership.continued(eqn)
            if target is not None and eqn.output in self._hints:
                self._hints.setdefault(target, self._hints[eqn.output])
            if target is not None and eqn.output in self._derivatives:
                self._derivatives.setdefault(target, self._derivatives[eqn.output])


def _returned(program: Program) -> dict[Value, str]:
    """What `return` statements return: `result`, and a helper's result by the helper's name."""
    primal = [eqn for eqn in program.equations if not eqn.phase]
    last = {eqn.origin.statement: eqn for eqn in primal if eqn.origin is not None}
    read = {value for eqn in primal for value in values_used(eqn)}
    found: dict[Value, str] = {}
    for statement, eqn in sorted(last.items()):
        assert eqn.origin is not None
        helper = eqn.origin.function.rsplit(".", 1)[-1]
        if not eqn.origin.text.startswith("return ") or not helper.isidentifier() or helper.startswith("__"):
            continue
        if program.name.endswith(helper) and statement == min(_returns_of(helper, last)):
            continue  # the outermost return; what it hands on is an argument
        if len(eqn.outputs) == 1 and eqn.output in read:
            found[eqn.output] = helper
    return {**found, **{result: "result" for result in program.outputs if isinstance(result, Value)}}


def _returns_of(helper: str, last: Mapping[int, Equation]) -> Iterator[int]:
    """Yield the numbers of the helper's `return` statements that were executed."""
    for statement, eqn in last.items():
        origin = eqn.origin
        if origin is not None and origin.text.startswith("return ") and origin.function.endswith(helper):
            yield statement
