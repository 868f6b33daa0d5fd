"""Runs a program on NumPy values, equation by equation: each primitive's meaning, nothing else.

It is the reference between passes. Slow, exact in types: a weak float64 is a Python float.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any
from typing import cast as cast_to

import numpy as np

from bpcompiler.ir import sizes
from bpcompiler.ir.equations import Block, Equation, Operand, Value
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Dim, Symbol
from bpcompiler.ir.types import BOOL, INT64, Array, Aval
from bpcompiler.primitives.declare import Declared
from bpcompiler.primitives.loops import for_

Sizes = dict[Symbol, int]


def evaluate(program: Program, arguments: Sequence[Any]) -> tuple[Any, ...]:
    """Return the program's results for flat arguments."""
    known: Sizes = {}
    for value, argument in zip(program.inputs, arguments, strict=True):
        bind(value.aval, argument, known)
    environment: dict[Value, Any] = {}
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of an empty mean: here it is a NaN like any other
        for value, argument in zip(program.inputs, arguments, strict=True):
            environment[value] = cast(argument, value.aval)
        return _run(program.block, environment, known)


def bind(aval: Aval, argument: Any, known: Sizes) -> None:
    """Learn the symbols that an argument's dimensions, or an integer, are."""
    expected = aval.shape if isinstance(aval, Array) else () if aval.size is None else (aval.size,)
    actual = np.shape(argument) if isinstance(aval, Array) else (argument,)
    for size, number in zip(expected, actual, strict=False):
        if (symbol := sizes.as_symbol(size)) is not None:
            known.setdefault(symbol, int(number))


def cast(result: Any, aval: Aval) -> Any:
    """Return a result as the type says: an array, a NumPy scalar, or a Python number."""
    if isinstance(aval, Array):
        return np.asarray(result, dtype=aval.dtype.value)
    scalar = np.asarray(result).astype(aval.dtype.value)[()]
    if not aval.weak:
        return scalar
    return bool(scalar) if aval.dtype is BOOL else int(scalar) if aval.dtype is INT64 else float(scalar)


def resolve(attr: Any, known: Sizes) -> Any:
    """Return an attribute with every size in it a number."""
    if isinstance(attr, Dim):
        return sizes.evaluate(attr, known)
    if isinstance(attr, tuple):
        return tuple(resolve(item, known) for item in attr)
    if is_dataclass(attr) and not isinstance(attr, type):
        return replace(attr, **{f.name: resolve(getattr(attr, f.name), known) for f in fields(attr)})
    return attr


def _run(block: Block, environment: dict[Value, Any], known: Sizes) -> tuple[Any, ...]:
    for eqn in block.equations:
        results = _step(eqn, environment, known)
        for value, result in zip(eqn.outputs, results, strict=True):
            environment[value] = cast(result, value.aval)
            bind(value.aval, environment[value], known)
    return tuple(_read(result, environment) for result in block.results)


def _step(eqn: Equation, environment: dict[Value, Any], known: Sizes) -> tuple[Any, ...]:
    operands = [_read(operand, environment) for operand in eqn.operands]
    if eqn.primitive is for_:
        return _loop(eqn, operands, environment, known)
    primitive = cast_to(Declared, eqn.primitive)
    attrs = {key: resolve(attr, known) for key, attr in eqn.attrs.items() if key != "strong"}
    result = primitive.evaluate(*operands, **attrs)
    return result if len(eqn.outputs) != 1 else (result,)


def _loop(eqn: Equation, operands: list[Any], environment: dict[Value, Any], known: Sizes) -> tuple[Any, ...]:
    (body,) = eqn.blocks
    start, stop, step, *carried = operands
    for turn in range(start, stop, step):
        environment.update(zip(body.params, (turn, *carried), strict=True))
        carried = list(_run(body, environment, known))
    return tuple(carried)


def _read(operand: Operand, environment: dict[Value, Any]) -> Any:
    if isinstance(operand, Value):
        return environment[operand]
    return cast(operand.value, operand.aval)
