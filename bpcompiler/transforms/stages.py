"""Stages: the units in which a program is differentiated.

A stage is the run of smooth elementwise equations of one user statement whose intermediate results are
used nowhere else. It is differentiated as a whole: that is how `1 / (1 + exp(-x))` becomes `(1 - y) * y`.
Every other equation is a unit of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from bpcompiler.ir.equations import Block, Equation, Operand, Value, values_used
from bpcompiler.ir.types import Scalar
from bpcompiler.primitives.declare import Elementwise
from bpcompiler.primitives.piecewise import convert

LONGEST = 12  # equations in a stage: derivatives of longer expressions swell


@dataclass(frozen=True, slots=True)
class Stage:
    """Equations in order; the last one computes the stage's output, the others are used inside only."""

    equations: tuple[Equation, ...]

    @property
    def root(self) -> Equation:
        """The equation of the output."""
        return self.equations[-1]

    @property
    def operands(self) -> tuple[Operand, ...]:
        """What the stage reads, each value once, in order of first use in the text."""
        inside = {eqn.output for eqn in self.equations}
        defined = {eqn.output: eqn for eqn in self.equations}
        return tuple(dict.fromkeys(_leaves(self.root, inside, defined)))


def stages(block: Block, named: Mapping[Value, str], *, through_kinds: bool = False) -> list[Stage]:
    """Return the block's equations grouped into stages, in an order in which they can be differentiated.

    `through_kinds`: a number of NumPy may become one of Python on the way, and the other way round.
    """
    users = _users(block)
    defined = {value: eqn for eqn in block.equations for value in eqn.outputs}
    taken: set[Equation] = set()
    found: list[Stage] = []
    for eqn in reversed(block.equations):
        if eqn not in taken:
            members = _collect(eqn, users, defined, named, through_kinds) if is_smooth(eqn) else {eqn}
            taken |= members
            found.append(Stage(tuple(e for e in block.equations if e in members)))
    return found[::-1]


def is_smooth(eqn: Equation) -> bool:
    """Return whether SymPy may differentiate the equation; of powers those with one unknown."""
    primitive = eqn.primitive
    if not isinstance(primitive, Elementwise) or not primitive.smooth:
        return False
    unknown = sum(isinstance(operand, Value) for operand in eqn.operands)
    return primitive.name != "pow" or unknown == 1


def _collect(
    root: Equation,
    users: Mapping[Value, list[Equation | None]],
    defined: Mapping[Value, Equation],
    named: Mapping[Value, str],
    through_kinds: bool,
) -> set[Equation]:
    """Return the root and the equations that serve it alone."""
    members = {root}
    waiting = [operand for operand in root.operands if isinstance(operand, Value)]
    while waiting and sum(map(is_smooth, members)) < LONGEST:
        value = waiting.pop(0)
        eqn = defined.get(value)
        if eqn is None or eqn in members or not _may_join(eqn, root, value, named, through_kinds):
            continue
        if all(user in members for user in users[value]):
            members.add(eqn)
            waiting.extend(operand for operand in eqn.operands if isinstance(operand, Value))
    return members


def only_changes_kind(eqn: Equation) -> bool:
    """Return whether a number stays what it is, and is NumPy's or Python's: `math.exp(x)` takes floats."""
    if eqn.primitive is not convert or not isinstance(eqn.output.aval, Scalar):
        return False
    (source,) = eqn.operands
    return isinstance(source.aval, Scalar) and source.aval.dtype is eqn.output.aval.dtype


def _may_join(
    eqn: Equation, root: Equation, value: Value, named: Mapping[Value, str], through_kinds: bool
) -> bool:
    return (
        (is_smooth(eqn) or (through_kinds and only_changes_kind(eqn)))
        and value not in named
        and _statement(eqn) == _statement(root)
        and value.aval.dtype is root.output.aval.dtype
        and value.aval.shape == root.output.aval.shape
    )


def _statement(eqn: Equation) -> tuple[int, tuple[str, ...]]:
    return (eqn.origin.statement if eqn.origin else -1, eqn.phase)


def _users(block: Block) -> Mapping[Value, list[Equation | None]]:
    """Who reads each value; None stands for the block's results."""
    users: dict[Value, list[Equation | None]] = defaultdict(list)
    for eqn in block.equations:
        for value in values_used(eqn):
            users[value].append(eqn)
    for result in block.results:
        if isinstance(result, Value):
            users[result].append(None)
    return users


def _leaves(eqn: Equation, inside: set[Value], defined: Mapping[Value, Equation]) -> list[Operand]:
    leaves: list[Operand] = []
    for operand in eqn.operands:
        if isinstance(operand, Value) and operand in inside:
            leaves.extend(_leaves(defined[operand], inside, defined))
        else:
            leaves.append(operand)
    return leaves
