"""Programs as Python functions: printed, executed, compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpcompiler.codegen.staged import Layout, staged_source
from bpcompiler.ir.program import Program
from bpcompiler.ir.trees import Leaf, Node
from bpcompiler.transforms.copies import in_place
from tests.transforms.in_place import run as run_as_program


def source_of(program: Program) -> str:
    """Return the staged source of a program on its flat inputs; it returns a tuple."""
    names: list[str] = []
    for i, value in enumerate(program.inputs):
        name = program.names.get(value, "t")
        names.append(name if name not in names else f"{name}{i}")
    parameters = tuple((name, Leaf(i)) for i, name in enumerate(names))
    results = Node("tuple", tuple, (), tuple(Leaf(i) for i in range(len(program.outputs))))
    return staged_source(in_place(program), Layout("f", parameters, results))


def run(source: str, arguments: Sequence[Any]) -> tuple[tuple[Any, ...], list[Any]]:
    """Return what the printed function answers, and its arguments afterwards."""
    module: dict[str, Any] = {}
    exec(compile(source, "staged", "exec"), module)
    given = [np.array(a) if isinstance(a, np.ndarray) else a for a in arguments]
    with np.errstate(all="ignore"):
        return module["f"](*given), given


def assert_prints_as_it_computes(program: Program, arguments: Sequence[Any], rtol: float = 0.0) -> None:
    """Raise AssertionError unless the printed function computes what the program does, on the same arrays."""
    source = source_of(program)
    expected, expected_given = run_as_program(program, arguments)
    found, given = run(source, arguments)
    for actual, known in zip([*found, *given], [*expected, *expected_given], strict=True):
        np.testing.assert_allclose(actual, known, rtol=rtol, atol=rtol, err_msg=source)
