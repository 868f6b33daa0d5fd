"""Loops over strips compute what the program does, at every length: whole strips, none, and what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import bpcompiler as bp
from bpcompiler import pipeline
from bpcompiler.goal import Goal
from bpcompiler.ir.equations import Equation, equations_of
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Dim, Size
from bpcompiler.ir.verify import verify
from bpcompiler.lowering.rules import lowered
from bpcompiler.lowering.strips.axes import Axis
from bpcompiler.lowering.strips.in_strips import in_strips
from bpcompiler.primitives.evaluate import evaluate
from bpcompiler.primitives.loops import for_
from tests.corpus.everything import ALL
from tests.end_to_end.running import Run, numbers
from tests.oracles import trees


@dataclass(frozen=True)
class Always:
    """The judgement that strips are always worth it: over this axis, two elements at a time."""

    size: Size

    def axis(self, equations: Sequence[Equation]) -> Axis | None:
        return Axis(self.size)

    def suits(self, axis: Axis, members: Sequence[Equation]) -> bool:
        return True

    def length(self, axis: Axis, members: Sequence[Equation]) -> int:
        return 2


def sizes_of(program: Program) -> list[Size]:
    """The unknown sizes of the program's arrays."""
    values = [*program.inputs, *(value for eqn in equations_of(program.block) for value in eqn.outputs)]
    return list(dict.fromkeys(s for value in values for s in value.aval.shape if isinstance(s, Dim)))


def is_single(args: Any) -> bool:
    return any(np.asarray(leaf).dtype == np.float32 for leaf in trees.leaves(args))


@pytest.mark.parametrize("program", ALL, ids=lambda program: program.id)
def test_every_program_in_strips_has_its_meaning(program: Any) -> None:
    goal = Goal("value_and_grad", program.argnums, program.has_aux, checkpoint=program.checkpoint)
    run = Run(program.function, goal, program.args, dict(program.kwargs))
    expected, rtol = numbers(run.evaluated()), 1e-4 if is_single(program.args) else 1e-9
    for size in sizes_of(run.program):
        strips = verify(in_strips(run.program, Always(size)), "strips")
        found = numbers(list(evaluate(strips, run.flat())))
        np.testing.assert_allclose(
            found, expected, rtol=rtol, atol=rtol * np.max(np.abs(expected), initial=1e-300)
        )
