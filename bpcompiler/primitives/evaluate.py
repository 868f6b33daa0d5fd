"""Runs a program on NumPy values, equation by equation: each primitive's meaning, nothing else.

It is the reference between passes. Slow, exact in types: a weak float64 is a Python float.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any
from typing import cast as cast_to

import numpy as np

from bpcompiler.ir import sizes
from bpcompiler.ir.equations import Block, Equation, Operand, Primitive, Value
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Dim, Symbol
from bpcompiler.ir.types import BOOL, INT64, Array, Aval
from bpcompiler.primitives.declare import Declared
from bpcompiler.primitives.loops import for_
from bpcompiler.primitives.regions import if_, while_
from bpcompiler.primitives.tapes import Tape, new_tape, recall, record

Sizes = dict[Symbol, int]


class Environment(dict[Value, Any]):
    """The values so far, and the tapes."""

    def __init__(self) -> None:
        super().__init__()
        self.tapes: Tapes = {}


def evaluate(program: Program, arguments: Sequence[Any]) -> tuple[Any, ...]:
    """Return the program's results for flat arguments."""
    known: Sizes = {}
    for value, argument in zip(program.inputs, arguments, strict=True):
        bind(value.aval, argument, known)
    environment = Environment()
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
    if is_dataclass(attr) and not isinstance(attr, (type, Tape)):  # a tape is known by its identity
        return replace(attr, **{f.name: resolve(getattr(attr, f.name), known) for f in fields(attr)})
    return attr


def _run(block: Block, environment: Environment, known: Sizes) -> tuple[Any, ...]:
    for eqn in block.equations:
        results = _step(eqn, environment, known)
        for value, result in zip(eqn.outputs, results, strict=True):
            _define(value, result, environment, known)
    return tuple(_read(result, environment) for result in block.results)


def _define(value: Value, result: Any, environment: Environment, known: Sizes) -> None:
    environment[value] = cast(result, value.aval)
    if not isinstance(value.aval, Array) and (symbol := sizes.as_symbol(value.aval.size or 0)) is not None:
        known[symbol] = int(environment[value])  # in a loop, each turn's own
    bind(value.aval, environment[value], known)


def _step(eqn: Equation, environment: Environment, known: Sizes) -> Sequence[Any]:
    operands = [_read(operand, environment) for operand in eqn.operands]
    if eqn.primitive in _REGIONS:
        return _REGIONS[eqn.primitive](eqn, operands, environment, known)
    attrs = {key: resolve(attr, known) for key, attr in eqn.attrs.items() if key != "strong"}
    if eqn.primitive in _TAPES:
        return _TAPES[eqn.primitive](environment.tapes, *operands, **attrs)
    result = cast_to(Declared, eqn.primitive).evaluate(*operands, **attrs)
    return (result,) if len(eqn.outputs) == 1 else cast_to(tuple[Any, ...], result)


# ------------------------------------------------------------------ control flow


def _branch(eqn: Equation, operands: list[Any], environment: Environment, known: Sizes) -> Sequence[Any]:
    then, otherwise = eqn.blocks
    return _run(then if operands[0] else otherwise, environment, known)


def _for(eqn: Equation, operands: list[Any], environment: Environment, known: Sizes) -> Sequence[Any]:
    start, stop, step, *carried = operands
    for turn in range(start, stop, step):
        going, carried = _turn(eqn, [turn, *carried], environment, known)
        if not going:
            break
    return carried


def _while(eqn: Equation, operands: list[Any], environment: Environment, known: Sizes) -> Sequence[Any]:
    test, going, carried = eqn.blocks[0], True, operands
    while going:
        for param, value in zip(test.params, carried, strict=True):
            _define(param, value, environment, known)
        if not _run(test, environment, known)[0]:
            break
        going, carried = _turn(eqn, carried, environment, known)
    return carried


def _turn(eqn: Equation, given: list[Any], environment: Environment, known: Sizes) -> tuple[bool, list[Any]]:
    """Run a loop's body once; return whether it goes on, and the next carries."""
    body = eqn.blocks[-1]
    for param, value in zip(body.params, given, strict=True):
        _define(param, value, environment, known)
    results = _run(body, environment, known)
    return (not results[0], list(results[1:])) if eqn.attrs.get("exits") else (True, list(results))


Run = Callable[[Equation, list[Any], Environment, Sizes], Sequence[Any]]
_REGIONS: dict[Primitive, Run] = {if_: _branch, for_: _for, while_: _while}


# ------------------------------------------------------------------ tapes

Tapes = dict[Tape, dict[Any, Any]]


def _new_tape(tapes: Tapes, *, tape: Tape, **attrs: Any) -> tuple[Any, ...]:
    tapes[tape] = {}
    return ()


def _record(tapes: Tapes, value: Any, *indices: Any, tape: Tape) -> tuple[Any, ...]:
    kept = tapes[tape]
    kept[indices or len(kept)] = np.array(value) if isinstance(value, np.ndarray) else value
    return ()


def _recall(tapes: Tapes, *indices: Any, tape: Tape, shape: tuple[int, ...] | None = None) -> tuple[Any, ...]:
    kept = tapes[tape]
    if shape is not None:
        return (np.array([kept[*indices, *place] for place in np.ndindex(shape)]).reshape(shape),)
    return (kept[indices] if indices else kept.pop(len(kept) - 1),)


_TAPES: dict[Primitive, Callable[..., tuple[Any, ...]]] = {
    new_tape: _new_tape,
    record: _record,
    recall: _recall,
}


def _read(operand: Operand, environment: Environment) -> Any:
    if isinstance(operand, Value):
        return environment[operand]
    return cast(operand.value, operand.aval)
