"""The plan: what was decided, and how each kept value is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bpcompiler.ir.equations import Equation, Value
from bpcompiler.transforms.adjoint_regions import Pair
from bpcompiler.transforms.planning.decisions import Decisions
from bpcompiler.transforms.planning.forward_side import Insertions
from bpcompiler.transforms.planning.homes import Binders, Home
from bpcompiler.transforms.planning.lineages import Link
from bpcompiler.transforms.planning.tapes import Keeping


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """`pairs`: by adjoint region. `kept`, `overwritten`: the tapes, by value and by store."""

    homes: Mapping[Value, Home]
    bound: Binders
    pairs: Mapping[Equation, Pair]
    decisions: Decisions
    kept: Mapping[Value, Keeping]
    overwritten: Mapping[Equation, Keeping]
    undone: Mapping[Equation, Mapping[int, Link]]
    insertions: Insertions
    exported: Mapping[Value, Value]
    again: Collection[Equation]

    def is_run_again(self, region: Equation) -> bool:
        """Return whether anything inside a region is wanted that is there when it is run again."""
        return region in self.again

    def restored(self, region: Equation) -> Mapping[int, Link]:
        """Return the carries or results of a forward region that its adjoint takes back."""
        return self.undone.get(region, {})
