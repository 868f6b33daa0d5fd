"""The triangles of matrices, stacked in front, and the diagonal of one.

`tril`, `triu` and what the adjoint of `cholesky` ends with keep some elements and clear the rest, so each is
its own adjoint. `diagonal` and `diagonal_matrix` are each other's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Attrs, Block, Equation, Operand
from bpcompiler.ir.types import Array, Aval
from bpcompiler.primitives import type_rules as rules
from bpcompiler.primitives.declare import PRODUCT, Structural, Text, Writer, WriteText, call


def _written(function: str) -> WriteText:
    def write(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
        return call(function, str(operands[0]), *([str(eqn.attrs["k"])] if eqn.attrs["k"] else []))

    return write


def _again(emit: Builder, ct: Operand, eqn: Equation, index: int) -> Operand:
    return emit.one(eqn.primitive, ct, **eqn.attrs)


def _triangle(name: str, function: Callable[..., Any]) -> Structural:
    return Structural(
        name,
        rules.same,
        evaluate=lambda x, *, k: function(x, k),
        text=_written(f"np.{name}"),
        linear_in=(0,),
        transpose=_again,
    )


def half_of(x: Any, *made_of: Any) -> Any:
    """Return the lower triangle, half of its diagonal."""
    return np.tril(x) * (1 - 0.5 * np.eye(x.shape[-1], dtype=x.dtype))


def _write_half(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    aval = eqn.output.aval
    dtype = "" if aval.dtype.value == "float64" else f", dtype=np.{aval.dtype.value}"
    weights = f"(1.0 - 0.5 * np.eye({writer.size(aval.shape[-1])}{dtype}))"
    return Text(f"np.tril({operands[0]}) * {weights}", PRODUCT)


def _infer_diagonal(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    """(n,n) -> (n)."""
    return (Array(avals[0].dtype, avals[0].shape[:1]),)


def _infer_matrix(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    """(n) -> (n,n)."""
    return (Array(avals[0].dtype, avals[0].shape * 2),)


def _write_diag(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    return call("np.diag", str(operands[0]))


tril = _triangle("tril", np.tril)
triu = _triangle("triu", np.triu)
# The lower triangle, half of the diagonal. Two more operands L, dL may say that all of it is the adjoint of
# a Cholesky factor: lowering has a shorter way from those to the result.
lower_half: Structural = Structural(
    "lower_half",
    rules.same,
    evaluate=half_of,
    text=_write_half,
    linear_in=(0,),
    annotated=True,
    transpose=lambda emit, ct, eqn, index: emit.one(lower_half, ct),
)

diagonal: Structural = Structural(
    "diagonal",
    _infer_diagonal,
    evaluate=np.diagonal,
    text=_write_diag,
    linear_in=(0,),
    transpose=lambda emit, ct, eqn, index: emit.one(diagonal_matrix, ct),
)
diagonal_matrix: Structural = Structural(
    "diagonal_matrix",
    _infer_matrix,
    evaluate=np.diag,
    text=_write_diag,
    linear_in=(0,),
    transpose=lambda emit, ct, eqn, index: emit.one(diagonal, ct),
)

FAMILY = (tril, triu, lower_half, diagonal, diagonal_matrix)
