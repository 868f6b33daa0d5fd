"""The names of the staged source: one for all values that share a variable, in nested blocks too.

What a branch or loop names for itself is free again after it: the reverse loop calls its index `i` as well.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager

from bpcompiler.codegen.naming import Names
from bpcompiler.codegen.ownership import Ownership
from bpcompiler.codegen.variables import Variables
from bpcompiler.codegen.words import word
from bpcompiler.ir.equations import Block, Equation, Literal, Primitive, Value, equations_of
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import BOOL, Array, Scalar
from bpcompiler.primitives import regions, tapes
from bpcompiler.primitives.indexing import getitem, getslice
from bpcompiler.primitives.loops import for_
from bpcompiler.primitives.tapes import Tape

OF_REGIONS: dict[Primitive, str] = {regions.if_: "choice", for_: "total", regions.while_: "total"}


class StagedNames(Names):
    """The variable of each value, and of each tape."""

    def __init__(
        self,
        program: Program,
        ownership: Ownership,
        inputs: Iterable[str],
        inline: Container[Value],
        variables: Variables,
        reserved: Iterable[str] = (),
    ) -> None:
        self._variables = variables
        self._scope: list[str] = []
        self._tapes: dict[Tape, str] = {}
        self._primals: dict[str, Value] = {}
        self._ever: set[str] = set()
        self._decides = any(eqn.blocks for eqn in program.equations)
        self._recorded = dict(_recorded(program))
        super().__init__(program, ownership, inputs, inline, reserved)

    def tape(self, tape: Tape) -> str:
        """Return the variable that holds a tape."""
        if tape not in self._tapes:
            what = self._names.get(self._recorded[tape]) if tape in self._recorded else None
            self._taken |= self._ever
            plural = "taken" if tape.aval.dtype is BOOL else _plural(what or tape.name)
            self._tapes[tape] = self.fresh(plural)
        return self._tapes[tape]

    def fresh(self, base: str) -> str:
        """Return a new variable: `base`, or `base_1` ... where that is taken."""
        name = super().fresh(base)
        self._scope.append(name)
        return name

    def primal(self, variable: str) -> str:
        """Return the variable of what this one holds the derivative of, or ""."""
        of = self._primals.get(variable)
        return self._names.get(of, "") if of is not None else ""

    def _derived(self, pattern: str, of: Value) -> str:
        name = super()._derived(pattern, of)
        self._scope.append(name)
        self._primals[name] = of
        return name

    def _name_block(self, block: Block) -> None:
        for eqn in block.equations:
            if eqn.blocks:
                self._name_region(eqn)
            elif len(eqn.outputs) != 1 or eqn.output not in self._inline:
                for value in eqn.outputs:
                    self._name_one(value, eqn)

    def _name_region(self, eqn: Equation) -> None:
        for value in eqn.outputs:
            self._name_one(value, eqn)
        for block in eqn.blocks:
            with self._released():
                if eqn.primitive is for_:
                    self._names[block.params[0]] = self._index(block.params[0], eqn)
                self._name_block(block)

    def _index(self, value: Value, eqn: Equation) -> str:
        """The user's name for an index; `_` is one that nobody reads."""
        hint = self._hints.get(value, "i")
        if not self._variables.is_read(value) and (eqn.phase or hint == "_"):
            return "_"
        return self.fresh("turn" if hint == "_" else hint)

    def _name_one(self, value: Value, eqn: Equation) -> None:
        """Name a value and all that share its variable: after the first of them that has a name."""
        members = self._variables.sharing(value)
        if value in self._names:
            return
        named = next((v for v in members if v in self._names), None)
        derived = next((v for v in members if v in self._derivatives), None)
        hinted = next((v for v in members if v in self._hints), None)
        promised = next((self._unwritten[v] for v in members if v in self._unwritten), "")
        if named is not None:
            name = self._names[named]
        elif promised in self._taken:  # what has its derivative before it
            name = promised
        elif derived is not None:
            name = self._derived(*self._derivatives[derived])
        elif hinted is not None:
            name = self.fresh(self._hints[hinted])
        elif eqn.primitive is tapes.recall and eqn.attrs["tape"] in self._recorded:
            name = self.fresh(self._names.get(self._recorded[eqn.attrs["tape"]], "kept"))
        elif eqn.blocks:
            name = self.fresh(self._of_region(value, eqn))
        else:
            name = self.fresh("condition") if self._is_condition(eqn) else self._invented(eqn)
        for member in members:
            self._names[member] = name

    def _of_region(self, value: Value, eqn: Equation) -> str:
        """What a region hands on is called after what a branch computes for it."""
        if value in self._returned:
            return self._returned[value]
        computed = list(self._computed(value, eqn))
        if len(computed) == 1 and computed[0] is not None:
            return "condition" if self._is_condition(computed[0]) else word(computed[0], self._known)
        return "done" if value.aval.dtype is BOOL else OF_REGIONS[eqn.primitive]

    def _computed(self, value: Value, eqn: Equation) -> Iterator[Equation | None]:
        """Yield the equations that compute what a branch hands on; None for a flag: True or False."""
        for block in eqn.blocks if eqn.primitive is regions.if_ else ():
            result = block.results[eqn.outputs.index(value)]
            made = self._defined.get(result) if isinstance(result, Value) else None
            if isinstance(result, Value) and made is not None and made.blocks:
                yield from self._computed(result, made)
            elif made is not None and made.primitive is not regions.undefined:
                yield made
            elif isinstance(result, Literal) and result.aval.dtype is BOOL:
                yield None

    def _known(self, value: Value) -> str:
        """What a value is called; an element that stands in expressions would be `x_i`."""
        eqn = self._defined.get(value)
        if value in self._names or eqn is None or eqn.primitive not in (getitem, getslice):
            return super()._known(value)
        name = "" if isinstance(value.aval, Array) else word(eqn, self._known)
        return name if name != "element" else ""

    def _is_condition(self, eqn: Equation) -> bool:
        """Whether it is a decision that no variable is compared in: there is nothing to name it after."""
        return isinstance(eqn.output.aval, Scalar) and word(eqn, self._known) == "mask" and self._decides

    @contextmanager
    def _released(self) -> Iterator[None]:
        """Free the names that are taken meanwhile."""
        outer, self._scope = self._scope, []
        numbers = dict(self._numbers)
        yield
        self._taken.difference_update(self._scope)
        self._ever.update(self._scope)
        self._scope, self._numbers = outer, numbers


def _recorded(program: Program) -> Iterator[tuple[Tape, Value]]:
    """Yield what each tape keeps."""
    for eqn in equations_of(program.block):
        if eqn.primitive is tapes.record and isinstance(eqn.operands[0], Value):
            yield eqn.attrs["tape"], eqn.operands[0]


def _plural(name: str) -> str:
    """`heres` for `here` and `here_1`, `batches`; `kept_x` for one letter, or what ends in s."""
    base = re.sub(r"_\d+$", "", name)
    if base.endswith(("ch", "sh")):
        return f"{base}es"
    return f"{base}s" if len(base) > 1 and not base.endswith("s") else f"kept_{base}"
