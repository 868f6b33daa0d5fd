"""Runs a program as compiled code does: stores change their array, slices are NumPy's views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from bpcompiler.analysis.clobbers import updates
from bpcompiler.ir.equations import Block, Equation, Primitive
from bpcompiler.ir.program import Program
from bpcompiler.primitives import indexing, stores
from bpcompiler.primitives.evaluate import evaluate
from bpcompiler.primitives.indexing import Spec, numpy_key


def _set(x: Any, value: Any, *indices: Any, spec: Spec) -> Any:
    x[numpy_key(spec, indices)] = value
    return x


def _add(x: Any, value: Any, *indices: Any, spec: Spec) -> Any:
    np.add.at(x, numpy_key(spec, indices), value)
    return x


IN_PLACE: dict[Primitive, Primitive] = {
    stores.setitem: replace(stores.setitem, evaluate=_set),
    stores.setslice: replace(stores.setslice, evaluate=_set),
    indexing.add_at: replace(indexing.add_at, evaluate=_add),
}


def run(program: Program, arguments: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Return a program's results, every store a new array, and what its arguments are afterwards."""
    changing, block = updates(program.block), program.block
    pure = tuple(eqn for eqn in block.equations if eqn not in set(changing.values()))
    final = [changing[value].operands[1] if value in changing else value for value in program.inputs]
    whole = replace(program, block=Block(block.params, pure, (*block.results, *final)))
    results = [np.array(r) for r in evaluate(whole, arguments)]
    return results[: len(block.results)], results[len(block.results) :]


def run_in_place(program: Program, arguments: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Return the same of the program that stores in place; only arrays with an `update` can be written."""
    given = [np.array(a) if isinstance(a, np.ndarray) else a for a in arguments]
    changing = updates(program.block)
    for value, argument in zip(program.inputs, given, strict=True):
        if isinstance(argument, np.ndarray):
            argument.flags.writeable = value in changing
    results = evaluate(replace(program, block=_storing(program.block)), given)
    return [np.array(r) for r in results], given


def _storing(block: Block) -> Block:
    return Block(block.params, tuple(map(_equation, block.equations)), block.results)


def _equation(eqn: Equation) -> Equation:
    primitive = IN_PLACE.get(eqn.primitive, eqn.primitive)
    return replace(eqn, primitive=primitive, blocks=tuple(map(_storing, eqn.blocks)))


def assert_same_in_place(before: Program, after: Program, arguments: Sequence[Any]) -> None:
    """Raise AssertionError unless the program computes in place what it computed before the pass."""
    results, given = run(before, arguments)
    found, given_found = run_in_place(after, arguments)
    for expected, actual in zip([*results, *given], [*found, *given_found], strict=True):
        np.testing.assert_array_equal(actual, expected)
