"""Control flow: equations with blocks inside. The blocks read the values around them.

    if_(condition) { then() -> r... } { otherwise() -> r... }              the results of the branch taken
    while_(init...) { test(carry...) -> bool } { body(carry...) -> carry... }
    while_[exits](init...)                     { body(carry...) -> stop, carry... }
    undefined[aval]()           a value that nobody reads: of a name that is not bound on this path
    as_size[symbol](k)          the integer k, which sizes may mention from now on under the symbol
    update(x, value)            the caller's array x becomes value, when the program ends

`loops.for_` is the third. A loop with `exits` ends after the turn whose first result is true, with the
carries of that turn; the test of a `while_` is not asked again then.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from bpcompiler.errors import CompilerError
from bpcompiler.ir.equations import Attrs, Block, Effect, Equation
from bpcompiler.ir.sizes import Dim
from bpcompiler.ir.types import BOOL, INT64, Array, Aval, Scalar, without_size
from bpcompiler.primitives.declare import Structural, Text, Writer
from bpcompiler.primitives.loops import carries_of, same_types


def _infer_if(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    (condition,) = avals
    if condition.dtype is not BOOL or condition.shape:
        raise CompilerError(f"a branch on {condition}")
    then, otherwise = (tuple(without_size(result.aval) for result in block.results) for block in blocks)
    if then != otherwise:
        raise CompilerError(
            f"one branch returns {list(map(str, then))}, the other {list(map(str, otherwise))}"
        )
    return then


def _infer_while(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    test, body = blocks
    avals = tuple(map(without_size, avals))
    same_types("params", test.params, avals)
    same_types("params", body.params, avals)
    same_types("results", carries_of(body, attrs), avals)
    if len(test.results) != 1 or test.results[0].aval.dtype is not BOOL:
        raise CompilerError("the test of a loop has one result, a bool")
    return avals


def _infer_undefined(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    return (attrs["aval"],)


def _infer_as_size(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    return (Scalar(INT64, weak=True, size=Dim((((attrs["symbol"],), 1),))),)


def _infer_update(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    if avals[0] != avals[1]:
        raise CompilerError(f"{avals[0]} becomes {avals[1]}")
    return ()


def _evaluate_undefined(*, aval: Aval) -> Any:
    shape = [max(cast(int, size), 0) for size in aval.shape]  # on this path a size may make no sense
    made = np.zeros(shape, aval.dtype.value)
    return made if isinstance(aval, Array) else made[()]


def _evaluate_update(x: Any, value: Any) -> tuple[()]:
    x[...] = value
    return ()


def _by_the_evaluator(*values: Any, **attrs: Any) -> Any:
    raise CompilerError("the evaluator runs blocks itself")


def _no_text(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    raise CompilerError(f"{eqn.primitive} is printed as statements")


if_ = Structural("if_", _infer_if, evaluate=_by_the_evaluator, text=_no_text)
while_ = Structural("while_", _infer_while, evaluate=_by_the_evaluator, text=_no_text)
undefined = Structural("undefined", _infer_undefined, evaluate=_evaluate_undefined, text=_no_text)
as_size = Structural(
    "as_size",
    _infer_as_size,
    evaluate=lambda k, **symbol: int(k),
    text=lambda writer, eqn, operands: operands[0],
)
update = Structural("update", _infer_update, evaluate=_evaluate_update, text=_no_text, effect=Effect.WRITE)

FAMILY = (if_, while_, undefined, as_size, update)
