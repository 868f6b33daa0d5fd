"""The user's control flow stays as it is; the blocks inside are lowered in turn.

What an outer value is, is known inside. Arrays go from turn to turn as they are, without a copy; the buffer
analysis says where one is needed in front of a loop.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Primitive, Value
from bpcompiler.ir.types import Array, Aval, Scalar
from bpcompiler.lowering.lower import Lowering, Rule
from bpcompiler.lowering.nests import element_of, fill
from bpcompiler.lowering.scalars import PYTHON
from bpcompiler.primitives import regions
from bpcompiler.primitives.loops import carries_of, check, for_
from bpcompiler.primitives.piecewise import convert


def _lower_for(lowering: Lowering, eqn: Equation) -> None:
    (body,) = eqn.blocks
    _prepare(lowering, eqn)
    bounds = [_number(lowering, operand) for operand in eqn.operands[:3]]
    carried = _starts(lowering, eqn, 3)
    inner = _body(lowering, eqn, body, index=1)
    _finish(lowering, eqn, lowering.emit.emit(for_, *bounds, *carried, blocks=(inner,), **eqn.attrs))


def _lower_while(lowering: Lowering, eqn: Equation) -> None:
    test, body = eqn.blocks
    _prepare(lowering, eqn)
    carried = _starts(lowering, eqn, 0)
    with lowering.nested() as emit:
        params = [_param(lowering, param) for param in test.params]
        lowering.block(test)
        inner_test = emit.block(params, [_number(lowering, test.results[0])])
    blocks = (inner_test, _body(lowering, eqn, body, index=0))
    _finish(lowering, eqn, lowering.emit.emit(regions.while_, *carried, blocks=blocks, **eqn.attrs))


def _lower_if(lowering: Lowering, eqn: Equation) -> None:
    lowering.before_writing(eqn)
    condition = _number(lowering, eqn.operands[0])
    avals = [_register(value.aval) for value in eqn.outputs]
    blocks = []
    for branch in eqn.blocks:
        with lowering.nested() as emit:
            lowering.block(branch)
            blocks.append(emit.block([], _values(lowering, branch.results, avals)))
    _finish(lowering, eqn, lowering.emit.emit(regions.if_, condition, blocks=tuple(blocks)))


def _prepare(lowering: Lowering, eqn: Equation) -> None:
    """Compute what a loop starts with, and what waits to be read from buffers that it writes into."""
    for operand in eqn.operands:
        lowering.read(operand)
    lowering.before_writing(eqn)


def _body(lowering: Lowering, eqn: Equation, body: Block, *, index: int) -> Block:
    """Return a loop's body lowered; the first `index` params are not carried."""
    with lowering.nested() as emit:
        params = [_param(lowering, param, keep=at < index) for at, param in enumerate(body.params)]
        lowering.block(body)
        carries = carries_of(body, eqn.attrs)
        results = _values(lowering, carries, [param.aval for param in params[index:]])
        stop = [_number(lowering, body.results[0])] if eqn.attrs.get("exits") else []
        return emit.block(params, [*stop, *results])


def _param(lowering: Lowering, param: Value, *, keep: bool = False) -> Value:
    """Return the new param; only that of a loop's index keeps its size, which binds a symbol."""
    new = Value(param.aval if keep else _register(param.aval))
    lowering.write(param, new)
    return new


def _register(aval: Aval) -> Aval:
    return replace(aval, size=None) if isinstance(aval, Scalar) else aval


def _starts(lowering: Lowering, eqn: Equation, skip: int) -> list[Operand]:
    """Return what a loop's carries start with."""
    found: list[Operand] = []
    for k, (init, value) in enumerate(zip(eqn.operands[skip:], eqn.outputs, strict=True)):
        new = typed(lowering.emit, lowering.read(init), _register(value.aval))
        if lowering.buffers.starts_with_copy(eqn, k):
            new = _copied(lowering, new, lowering.name(value))
        found.append(new)
    return found


def _copied(lowering: Lowering, array: Operand, name: str) -> Value:
    aval = array.aval
    return fill(lowering.emit, aval, lambda emit, i: element_of(emit, array, aval.shape, i), name)


def _values(lowering: Lowering, operands: Sequence[Operand], avals: Sequence[Aval]) -> list[Operand]:
    return [
        typed(lowering.emit, lowering.read(operand), aval)
        for operand, aval in zip(operands, avals, strict=True)
    ]


def _number(lowering: Lowering, operand: Operand) -> Operand:
    """Return a number, also where it is an array without dimensions."""
    return element_of(lowering.emit, lowering.read(operand), (), ())


def typed(emit: Builder, operand: Operand, aval: Aval) -> Operand:
    """Return the operand with exactly this type: weak or not, as what a loop carries must be."""
    if operand.aval == aval or isinstance(aval, Array):
        return operand
    if isinstance(operand, Literal):
        return Literal(PYTHON[aval.dtype](operand.value), aval)
    return emit.one(convert, operand, dtype=aval.dtype, weak=aval.weak, plain=True)


def _finish(lowering: Lowering, eqn: Equation, outputs: Sequence[Value]) -> None:
    for value, new in zip(eqn.outputs, outputs, strict=True):
        lowering.write(value, new)


def _lower_undefined(lowering: Lowering, eqn: Equation) -> None:
    aval = _register(eqn.attrs["aval"])
    lowering.write(eqn.output, lowering.emit.one(regions.undefined, aval=aval))


def _lower_as_size(lowering: Lowering, eqn: Equation) -> None:
    number = lowering.read(eqn.operands[0])
    lowering.write(eqn.output, lowering.emit.one(regions.as_size, number, **eqn.attrs))


def _lower_update(lowering: Lowering, eqn: Equation) -> None:
    """Nothing, where the new value was written into the caller's array all along; else a loop at the end."""
    x, value = eqn.operands
    assert isinstance(x, Value)
    new = lowering.read(value)
    if lowering.sources(value) == lowering.buffers.roots(x):
        return
    if isinstance(value, Value) and lowering.buffers.is_callers(value):
        new = _copied(lowering, new, "")  # that array may be written before it is read
    target = lowering.read(x)
    assert isinstance(target, Value)

    def write_back() -> None:
        fill(lowering.emit, x.aval, lambda emit, i: element_of(emit, new, x.aval.shape, i), into=target)

    lowering.at_the_end.append(write_back)


def _lower_check(lowering: Lowering, eqn: Equation) -> None:
    operands = [_number(lowering, operand) for operand in eqn.operands]
    lowering.emit.emit(check, *operands, **eqn.attrs)


RULES: dict[Primitive, Rule] = {
    check: _lower_check,
    for_: _lower_for,
    regions.while_: _lower_while,
    regions.if_: _lower_if,
    regions.undefined: _lower_undefined,
    regions.as_size: _lower_as_size,
    regions.update: _lower_update,
}
